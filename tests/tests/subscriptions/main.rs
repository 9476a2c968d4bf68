//! Events are heard by whoever subscribes while the application runs, at the reader's own pace.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail fail their test")]

mod callbacks;
mod crowd;
mod destructors;
mod listing;
mod streams;
mod waits;

use looselycoupled::EventStream;
use looselycoupled::prelude::*;

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Motion {
    room: String,
}

fn motion(room: &str) -> Motion {
    Motion { room: room.to_owned() }
}

/// Sends what it is told to, and listens as part of itself.
#[derive(Default)]
struct Sensor {
    stream: Option<EventStream>,
}

#[module]
impl Sensor {
    #[task]
    async fn send(&mut self, ctx: &Context, name: String) -> Result<usize> {
        ctx.trigger_event(&name, args! { value: 1 }).await
    }

    #[task]
    fn listen(&mut self, ctx: &Context, pattern: String) {
        self.stream = Some(ctx.subscribe(&pattern));
    }

    #[task]
    fn forward(&mut self, ctx: &Context, from: String, to: String) {
        let handle = ctx.handle();
        ctx.on(&from, move |_event| {
            let (handle, to) = (handle.clone(), to.clone());
            async move { handle.trigger_event(&to, args! {}).await.map(drop) }
        })
        .forever();
    }

    #[task]
    async fn heard(&mut self) -> Option<String> {
        let stream = self.stream.as_mut().unwrap();
        stream.next().await.map(|record| record.name().to_owned())
    }

    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }
}

async fn app() -> App {
    App::builder().module("sensor", Sensor::default()).start().await.unwrap()
}

async fn send(handle: &Handle, names: &[&str]) {
    for name in names {
        handle.trigger_event(name, args! {}).await.unwrap();
    }
}

/// What waits in a stream: names, and gaps as their number.
async fn read(stream: &mut EventStream, number: usize) -> Vec<String> {
    let mut read = Vec::new();
    for _ in 0..number {
        let record = looselycoupled_tests::within(stream.next()).await.unwrap();
        read.push(record.gap().map_or_else(|| record.name().to_owned(), |missed| format!("{missed} missed")));
    }
    read
}
