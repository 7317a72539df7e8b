//! Metrics.

use std::cell::RefCell;
use std::ffi::{c_int, c_void};
use std::sync::{Arc, Mutex};

use super::text::Text;
use super::{Group, Refusal, abi, checked, handed};

pub(crate) use abi::metra_histogram_reading as HistogramReading;

/// A counter handle, or NULL.
pub(crate) struct Counter(*mut abi::metra_counter);

impl Counter {
    pub(crate) const NULL: Self = Self(std::ptr::null_mut());

    pub(crate) fn register(group: &Group, name: Option<&str>) -> Result<Self, Refusal> {
        let name = Text::new(name);
        // SAFETY: the handle and the string are NULL or valid.
        handed(|out| unsafe { abi::metra_group_counter(group.pointer(), name.pointer(), out) })
            .map(Self)
    }

    pub(crate) fn inc(&self, n: i64) {
        // SAFETY: the handle is NULL or valid.
        unsafe { abi::metra_counter_inc(self.0, n) };
    }

    pub(crate) fn dec(&self, n: i64) {
        // SAFETY: the handle is NULL or valid.
        unsafe { abi::metra_counter_dec(self.0, n) };
    }

    pub(crate) fn count(&self) -> i64 {
        // SAFETY: the handle is NULL or valid.
        unsafe { abi::metra_counter_count(self.0) }
    }

    /// Which object this is a handle of.
    pub(crate) fn address(&self) -> usize {
        self.0.addr()
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // SAFETY: NULL or owned, and not used again.
        unsafe { abi::metra_counter_free(self.0) };
    }
}

/// What a gauge's callback answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum GaugeValue {
    Int64(i64),
    Double(f64),
    Bool(bool),
    Text(String),
    /// No value now: what null and exceptions of a host language become.
    None,
}

/// A gauge handle whose callback answers what is set here.
pub(crate) struct Gauge {
    handle: *mut abi::metra_gauge,
    value: Arc<Mutex<GaugeValue>>,
}

impl Gauge {
    pub(crate) fn register(
        group: &Group,
        name: Option<&str>,
        value: GaugeValue,
    ) -> Result<Self, Refusal> {
        let name = Text::new(name);
        let value = Arc::new(Mutex::new(value));
        let userdata = Arc::into_raw(Arc::clone(&value)).cast_mut().cast();
        // SAFETY: handle and string are NULL or valid; `drop_value` frees the userdata in any case.
        let handle = handed(|out| unsafe {
            let (group, name) = (group.pointer(), name.pointer());
            abi::metra_group_gauge(group, name, Some(answer), userdata, Some(drop_value), out)
        })?;
        Ok(Self { handle, value })
    }

    pub(crate) fn set(&self, value: GaugeValue) {
        *self.value.lock().expect("nobody panics holding it") = value;
    }

    pub(crate) fn value(&self) -> GaugeValue {
        self.value.lock().expect("nobody panics holding it").clone()
    }

    pub(crate) fn address(&self) -> usize {
        self.handle.addr()
    }
}

impl Drop for Gauge {
    fn drop(&mut self) {
        // SAFETY: owned, and not used again.
        unsafe { abi::metra_gauge_free(self.handle) };
    }
}

unsafe extern "C" fn answer(userdata: *mut c_void, value: *mut abi::metra_value) -> c_int {
    thread_local! {
        static TEXT: RefCell<Option<Text>> = const { RefCell::new(None) };
    }
    // SAFETY: the userdata is the value of a gauge that was not dropped yet.
    let answer = unsafe { &*userdata.cast::<Mutex<GaugeValue>>() };
    // SAFETY: metra passes a place to write to.
    let value = unsafe { &mut *value };
    let (value_type, content) = match &*answer.lock().expect("nobody panics holding it") {
        GaugeValue::None => return 0,
        GaugeValue::Text(text) => {
            let text = Text::new(Some(text));
            // SAFETY: the value and the string are valid.
            unsafe { abi::metra_value_set_text(value, text.pointer()) };
            return 1;
        }
        GaugeValue::Int64(int64) => (
            abi::METRA_VALUE_INT64,
            abi::metra_value_content { int64: *int64 },
        ),
        GaugeValue::Double(float64) => (
            abi::METRA_VALUE_DOUBLE,
            abi::metra_value_content { float64: *float64 },
        ),
        GaugeValue::Bool(boolean) => {
            let boolean = i32::from(*boolean);
            (abi::METRA_VALUE_BOOL, abi::metra_value_content { boolean })
        }
    };
    *value = abi::metra_value {
        value_type,
        content,
    };
    1
}

unsafe extern "C" fn drop_value(userdata: *mut c_void) {
    // SAFETY: metra calls this once, with the pointer that `register` gave away.
    drop(unsafe { Arc::from_raw(userdata.cast_const().cast::<Mutex<GaugeValue>>()) });
}

/// A meter handle.
pub(crate) struct Meter(*mut abi::metra_meter);

impl Meter {
    /// Flink's default time span, in seconds.
    pub(crate) const DEFAULT_SPAN: i64 = 60;

    pub(crate) fn register(group: &Group, name: Option<&str>, span: i64) -> Result<Self, Refusal> {
        let name = Text::new(name);
        // SAFETY: the handle and the string are NULL or valid.
        handed(|out| unsafe { abi::metra_group_meter(group.pointer(), name.pointer(), span, out) })
            .map(Self)
    }

    pub(crate) fn over(
        group: &Group,
        name: Option<&str>,
        counter: &Counter,
        span: i64,
    ) -> Result<Self, Refusal> {
        let name = Text::new(name);
        // SAFETY: the handles and the string are NULL or valid.
        handed(|out| unsafe {
            abi::metra_group_meter_over(group.pointer(), name.pointer(), counter.0, span, out)
        })
        .map(Self)
    }

    pub(crate) fn mark_event(&self, n: i64) {
        // SAFETY: the handle is valid.
        unsafe { abi::metra_meter_mark_event(self.0, n) };
    }

    pub(crate) fn count(&self) -> i64 {
        // SAFETY: the handle is valid.
        unsafe { abi::metra_meter_count(self.0) }
    }

    pub(crate) fn rate(&self) -> f64 {
        // SAFETY: the handle is valid.
        unsafe { abi::metra_meter_rate(self.0) }
    }

    pub(crate) fn address(&self) -> usize {
        self.0.addr()
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        // SAFETY: owned, and not used again.
        unsafe { abi::metra_meter_free(self.0) };
    }
}

/// A histogram handle.
pub(crate) struct Histogram(*mut abi::metra_histogram);

impl Histogram {
    pub(crate) fn register(group: &Group, name: Option<&str>) -> Result<Self, Refusal> {
        let name = Text::new(name);
        // SAFETY: the handle and the string are NULL or valid.
        handed(|out| unsafe { abi::metra_group_histogram(group.pointer(), name.pointer(), out) })
            .map(Self)
    }

    pub(crate) fn update(&self, value: i64) {
        // SAFETY: the handle is valid.
        unsafe { abi::metra_histogram_update(self.0, value) };
    }

    pub(crate) fn read(&self) -> HistogramReading {
        let mut reading = HistogramReading {
            size: size_of::<HistogramReading>(),
            ..Default::default()
        };
        // SAFETY: the handle and the place are valid.
        let read = unsafe { abi::metra_histogram_read(self.0, &raw mut reading) };
        checked(read).expect("a histogram can be read");
        reading
    }

    pub(crate) fn quantile(&self, q: f64) -> Result<f64, Refusal> {
        let mut value = f64::NAN;
        // SAFETY: the handle and the place are valid.
        checked(unsafe { abi::metra_histogram_quantile(self.0, q, &raw mut value) })?;
        Ok(value)
    }

    pub(crate) fn address(&self) -> usize {
        self.0.addr()
    }
}

impl Drop for Histogram {
    fn drop(&mut self) {
        // SAFETY: owned, and not used again.
        unsafe { abi::metra_histogram_free(self.0) };
    }
}
