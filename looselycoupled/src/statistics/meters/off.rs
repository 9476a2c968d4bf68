//! Stands in where nothing is measured: all of it comes to nothing.

#![allow(clippy::unused_self, reason = "stands in for those that use it")]

use super::super::Loss;
use super::Metered;
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
pub(crate) struct Meters(());

impl Meters {
    #[inline(always)]
    pub(crate) fn ended(
        &self,
        _of: Metered<impl FnOnce() -> usize>,
        _timing: Timing,
        _end: End,
        _writer: Writer,
    ) {
    }

    #[inline(always)]
    pub(crate) fn called_by(&self, _caller: ModuleIndex, _modules: impl FnOnce() -> usize, _writer: Writer) {}

    #[inline(always)]
    pub(crate) fn expired(&self, _of: Metered<impl FnOnce() -> usize>, _is_awaited: bool) {}

    #[inline(always)]
    pub(crate) fn rejected(&self, _of: Metered<impl FnOnce() -> usize>, _is_awaited: bool) {}

    #[inline(always)]
    pub(crate) const fn unknown(&self) {}
}

#[derive(Debug, Default)]
pub(crate) struct Waits(());

impl Waits {
    #[inline(always)]
    pub(crate) const fn record(&self, _priority: Priority, _sent: Moment, _writer: Writer) {}
}

#[derive(Debug, Default)]
pub(crate) struct Losses(());

impl Losses {
    #[inline(always)]
    pub(crate) const fn note(&self, _priority: Priority, _reason: Loss) {}
}

#[derive(Debug, Default)]
pub(crate) struct Emissions(());

impl Emissions {
    #[inline(always)]
    pub(crate) const fn note(&self, _event: &str, _source: ModuleIndex, _is_heard: bool) {}
}
