//! Panics that belong to tests.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Arc, Mutex};
use std::thread;

/// Panics with these words when it is dropped.
#[derive(Debug)]
pub struct Bomb(pub &'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("{} on purpose", self.0);
    }
}

/// Keeps panics that say `on purpose`, or come from a file `on_purpose.rs`, out of the output.
pub fn quiet() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let loud = take_hook();
        set_hook(Box::new(move |info| {
            // It shows the file as well, for panics without words.
            let shown = info.to_string();
            if !shown.contains("on purpose") && !shown.contains("on_purpose") {
                loud(info);
            }
        }));
    });
}

/// What a panic says, and in which file and line it says it happened.
///
/// # Panics
///
/// There is none.
pub fn panic_of<T>(run: impl FnOnce() -> T) -> (String, String, u32) {
    let told = Arc::new(Mutex::new(None));
    let (telling, here) = (Arc::clone(&told), thread::current().id());
    quiet();
    let other = take_hook();
    set_hook(Box::new(move |info| match info.location() {
        Some(place) if thread::current().id() == here => {
            let message = info.payload_as_str().unwrap_or_default().to_owned();
            *telling.lock().unwrap() = Some((message, place.file().to_owned(), place.line()));
        }
        _ => other(info),
    }));
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
    told.lock().unwrap().take().unwrap()
}
