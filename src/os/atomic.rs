//! What threads share memory by: of the standard library, or of the model checker that runs a protocol in every order.
//!
//! `RUSTFLAGS="--cfg loom"` makes it the latter. A word of its is no number in memory but a name for one, valid in the
//! run of a model that made it: so memory is not empty by being zero.

pub(crate) use std::sync::atomic::Ordering;

pub(crate) use self::source::{
    Arc, AtomicBool, AtomicI64, AtomicPtr, AtomicU64, Guard, Mutex, UnsafeCell, fence, spin_loop,
};

#[cfg(not(loom))]
mod source {
    pub(crate) use std::hint::spin_loop;
    pub(crate) use std::sync::Arc;
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicI64, AtomicPtr, AtomicU64, fence};

    pub(crate) use crate::os::sync::{Guard, Mutex};

    /// A value of which the owner says who may reach it when.
    #[derive(Debug)]
    pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self(std::cell::UnsafeCell::new(value))
        }

        /// Runs `reach` with the address, while nobody else may reach it.
        pub(crate) fn with_mut<R>(&self, reach: impl FnOnce(*mut T) -> R) -> R {
            reach(self.0.get())
        }
    }
}

#[cfg(loom)]
mod source {
    pub(crate) use loom::cell::UnsafeCell;
    pub(crate) use loom::hint::spin_loop;
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicI64, AtomicPtr, AtomicU64, fence};
    pub(crate) use loom::sync::{Arc, MutexGuard as Guard};

    /// A lock without the gate that keeps forks out, as models do not fork.
    #[derive(Debug)]
    pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> Guard<'_, T> {
            let locked = self.0.lock();
            locked.unwrap_or_else(std::sync::PoisonError::into_inner)
        }
    }
}
