package metra

// #include "calls.h"
import "C"

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// DefaultTimeSpan is the time span of a meter where nothing else is wanted; Flink's and PyFlink's default.
const DefaultTimeSpan = C.METRA_METER_DEFAULT_TIME_SPAN * time.Second

// Meter counts events and gives their rate per second over a time span, as Flink computes it: every five seconds, from
// the count then and a time span before. It may outlive its group and registry; any goroutine may use it. On nil its
// methods do nothing, count and rate are zero.
type Meter struct {
	handle
	shared *int64 // as in Counter
}

func newMeter(result C.metra_go_result, out **C.metra_meter) (*Meter, error) {
	if err := failure(result); err != nil {
		return nil, err
	}
	m := &Meter{handle{pointer: unsafe.Pointer(*out)}, (*int64)(C.metra_go_meter_shared_cell(*out))}
	runtime.SetFinalizer(m, (*Meter).Free)
	return m, nil
}

// Meter gives a meter of the group, registered if it is not there. The same name and time span give the same meter. The
// span is cut to a multiple of five seconds; below ten, zero and negative included, it is five.
func (g *Group) Meter(name string, span time.Duration) (*Meter, error) {
	if g == nil {
		return nil, errNil
	}
	var in arguments
	defer in.free()
	n := in.text(name)
	if in.err != nil {
		return nil, in.err
	}
	defer g.done()
	var out *C.metra_meter
	return newMeter(C.metra_go_group_meter(g.use(), n, C.int64_t(span/time.Second), &out), &out)
}

// MeterOver gives a meter over a counter, of any group: marking it increments the counter, its count and rate are the
// counter's.
func (g *Group) MeterOver(name string, counter *Counter, span time.Duration) (*Meter, error) {
	if g == nil || counter == nil {
		return nil, errNil
	}
	var in arguments
	defer in.free()
	n := in.text(name)
	if in.err != nil {
		return nil, in.err
	}
	defer g.done()
	defer counter.done()
	var out *C.metra_meter
	seconds := C.int64_t(span / time.Second)
	c := (*C.metra_counter)(counter.use())
	return newMeter(C.metra_go_group_meter_over(g.use(), n, c, seconds, &out), &out)
}

// Free gives the handle back, see [Counter.Free].
func (m *Meter) Free() {
	if m == nil {
		return
	}
	runtime.SetFinalizer(m, nil)
	m.shared = nil
	C.metra_go_meter_free((*C.metra_meter)(m.end()))
}

// MarkEvent counts events; negative values take back.
func (m *Meter) MarkEvent(n int64) {
	if m == nil {
		return
	}
	m.use()
	if m.shared != nil {
		atomic.AddInt64(m.shared, n)
	}
	m.done()
}

// Count gives the number of events ever, by every language; exact once writers are quiet.
func (m *Meter) Count() int64 {
	if m == nil {
		return 0
	}
	defer m.done()
	return int64(C.metra_go_meter_count((*C.metra_meter)(m.use())))
}

// Rate gives the events per second as of the last tick, of which there is one every five seconds. As in Flink a new meter
// reads zero until its second tick, and low until it is one time span old.
func (m *Meter) Rate() float64 {
	if m == nil {
		return 0
	}
	defer m.done()
	return float64(C.metra_go_meter_rate((*C.metra_meter)(m.use())))
}

// MeterReading is what a meter says.
type MeterReading struct {
	Count int64   // events ever
	Rate  float64 // events per second, as of the last tick
}

func meterReadingOf(c *C.metra_meter_reading) MeterReading {
	return MeterReading{int64(c.count), float64(c.rate)}
}

// Cell gives a part of the meter that one goroutine alone marks; see [Counter.Cell].
func (m *Meter) Cell() (*MeterCell, error) {
	if m == nil {
		return nil, nil
	}
	defer m.done()
	var out *C.metra_meter_cell
	err := failure(C.metra_go_meter_cell_acquire((*C.metra_meter)(m.use()), C.METRA_CELL_LAYOUT, &out))
	if err != nil {
		return nil, err
	}
	cell := &MeterCell{countCell{count: (*int64)(&out.count)}}
	runtime.SetFinalizer(cell, (*MeterCell).Release)
	return cell, nil
}

// MeterCell is a part of a meter, for one goroutine at a time. On nil, and once released, it does nothing.
type MeterCell struct{ countCell }

// MarkEvent counts events; negative values take back.
func (c *MeterCell) MarkEvent(n int64) {
	if c != nil {
		c.add(n)
	}
}

// Release gives the cell back; what it counted stays in the meter. Releasing again is harmless.
func (c *MeterCell) Release() {
	if c != nil {
		C.metra_go_meter_cell_release((*C.metra_meter_cell)(c.end()))
	}
}
