//! What a gauge can say.

use std::sync::Arc;

/// One value of a gauge, with its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Int64(i64),
    /// A floating-point number; NaN and the infinities are values like any other.
    Double(f64),
    /// True or false; number-only systems show 1 or 0.
    Bool(bool),
    /// Text; number-only systems leave it out or show it as a label.
    Text(Arc<str>),
}
