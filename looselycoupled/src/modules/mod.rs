//! Modules that come with the framework, each behind a feature of its own.
//!
//! They are modules like any other: they use what every module can use, and an application lists them by type.
//!
//! | module | feature | what it does |
//! |---|---|---|
//! | [`Gpio`](gpio::Gpio) | `gpio` | inputs and outputs of a Linux GPIO chip, real or simulated, and outputs that blink together |
//! | [`Click`](click::Click) | `click` | pushes of buttons: short, long, double, held |
//! | [`Console`](console::Console) | `console` | a page that shows the application live: what happens, what waits, and what one can call |
//! | [`Prometheus`](prometheus::Prometheus) | `prometheus` | metrics of the framework and of users over HTTP or HTTPS |
//! | [`Web`](web::Web) | `web` | tasks, events and the state of the application over HTTP and WebSockets, and pages that modules add |

#[cfg(feature = "click")]
pub mod click;
#[cfg(feature = "console")]
pub mod console;
#[cfg(feature = "gpio")]
pub mod gpio;
#[cfg(feature = "prometheus")]
pub mod prometheus;
#[cfg(any(feature = "prometheus", feature = "web"))]
mod serving;
#[cfg(feature = "web")]
pub mod web;
