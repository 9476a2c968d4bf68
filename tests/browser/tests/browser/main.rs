//! The console in a real browser: `bash .ci/browser`, which sets `REQUIRE_BROWSER=1`. Elsewhere each test says that it is skipped, and
//! passes.

mod access;
mod axe;
mod browser;
mod driver;
mod emitting;
mod house;
mod keyboard;
mod looks;
mod oddities;
mod page;
mod paint;
mod queues;
mod record;
mod restart;
mod safety;
mod session;
mod tasks;
mod views;
