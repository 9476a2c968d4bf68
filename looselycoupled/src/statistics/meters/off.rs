//! Stands in where nothing is measured: all of it comes to nothing.

use crate::metadata::{ModuleIndex, Priority};

pub(crate) const fn calibrate() {}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment;

impl Moment {
    #[inline(always)]
    pub(crate) const fn now() -> Self {
        Self
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Writer {
    Alone,
    AmongOthers,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing;

impl Timing {
    #[inline(always)]
    pub(crate) const fn begin(_is_awaited: bool) -> Self {
        Self
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    Handled,
    Failed,
    Panicked,
}

#[derive(Debug, Default)]
pub(crate) struct Meters;

#[allow(clippy::unused_self, reason = "stands in for one that uses it")]
impl Meters {
    #[inline(always)]
    pub(crate) fn ended(
        &self,
        _handler: (u16, impl FnOnce() -> usize),
        _is_event: bool,
        _timing: Timing,
        _end: End,
        _writer: Writer,
    ) {
    }

    #[inline(always)]
    pub(crate) fn expired(&self, _handler: (u16, impl FnOnce() -> usize), _is_awaited: bool) {}

    #[inline(always)]
    pub(crate) fn rejected(&self, _handler: (u16, impl FnOnce() -> usize), _is_awaited: bool) {}

    #[inline(always)]
    pub(crate) const fn unknown(&self) {}
}

#[derive(Debug, Default)]
pub(crate) struct Waits;

impl Waits {
    #[inline(always)]
    pub(crate) const fn record(&self, _priority: Priority, _sent: Moment, _writer: Writer) {}
}

#[derive(Debug, Default)]
pub(crate) struct Emissions;

impl Emissions {
    #[inline(always)]
    pub(crate) const fn note(&self, _event: &str, _source: ModuleIndex, _is_heard: bool) {}
}
