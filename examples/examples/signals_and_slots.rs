//! Signals: how structs that are no modules tell what happens to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use looselycoupled::Signal;
use looselycoupled::prelude::*;

/// A plain struct. Whoever has it may connect.
#[derive(Default)]
struct Dial {
    position: u8,
    turned: Signal<u8>,
}

impl Dial {
    fn turn(&mut self, to: u8) {
        self.position = to;
        self.turned.emit(to);
    }
}

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) -> u8 {
        std::mem::replace(&mut self.level, level)
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().module("lamp", Lamp::default()).start().await?;
    let lamp: LampStub = app.handle().stub("lamp")?;
    let mut dial = Dial::default();

    // Called at once, one after the other, in the order of connecting.
    let highest = Arc::new(AtomicU8::new(0));
    dial.turned.connect(|to| println!("turned to {to}")).forever();
    let connection = dial.turned.connect({
        let highest = Arc::clone(&highest);
        move |to| _ = highest.fetch_max(*to, Ordering::Relaxed)
    });
    dial.turn(40);
    drop(connection);
    dial.turn(80);
    println!("the highest while connected was {}", highest.load(Ordering::Relaxed));

    // Called later, with one value after the other; here it calls a task of a module.
    let (told, mut done) = tokio::sync::mpsc::channel(1);
    let controls = dial.turned.connect_async({
        let lamp = lamp.clone();
        move |to| {
            let (set, told) = (lamp.set_level(to), told.clone());
            async move {
                let before = set.await;
                // The program ends first, if nobody is there any more.
                let _ = told.send(before).await;
            }
        }
    });
    dial.turn(20);
    dial.turn(60);
    for _ in 0..2 {
        if let Some(before) = done.recv().await {
            println!("the lamp was at {}", before?);
        }
    }
    println!("the lamp is at {}, the dial at {}", lamp.level().await?, dial.position);
    drop(controls);

    // Awaited.
    let next = dial.turned.next();
    dial.turn(10);
    println!("the next was {:?}; {} listener is left", next.await, dial.turned.listeners());
    Ok(app.shutdown().await?)
}
