//! Interceptors: every message passes them, gets headers from them, and may be rejected.

use looselycoupled::interceptor::{
    Interceptor, Message, Rejection, SessionHeaders, TraceContext, TraceParent,
};
use looselycoupled::prelude::*;

#[derive(Default)]
struct Door {
    is_open: bool,
}

#[module]
impl Door {
    #[task]
    async fn open(&mut self, ctx: &Context) -> Result<()> {
        self.is_open = true;
        // What is sent while a message is handled inherits its headers.
        ctx.trigger_event("door_opened", args! {}).await?;
        Ok(())
    }
}

struct Journal;

#[module]
impl Journal {
    #[on_event]
    fn on_door_opened(&self, ctx: &Context) {
        let metadata = ctx.metadata();
        let trace = metadata.headers.get("traceparent").map(str::parse::<TraceParent>);
        println!(
            "journal: opened in session {:?}, part of a trace: {}",
            metadata.headers.get("session").unwrap_or("none"),
            matches!(trace, Some(Ok(_))),
        );
    }
}

/// Only those who have a session may open doors.
struct DoorKeeper;

impl Interceptor for DoorKeeper {
    async fn receiving(&self, message: &mut Message) -> Result<(), Rejection> {
        match message.header("session") {
            None if message.name() == "door.open" => Err("ring the bell".into()),
            _ => Ok(()),
        }
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder()
        .module("door", Door::default())
        .module("journal", Journal)
        // Messages pass them in this order.
        .interceptor(SessionHeaders::default())
        .interceptor(TraceContext::default())
        .interceptor(DoorKeeper)
        .start()
        .await?;
    let door: DoorStub = app.handle().stub("door")?;

    if let Err(error) = door.open().await {
        println!("{error}");
    }
    SessionHeaders::within("anna", door.open()).await?;
    app.quiesce().await;
    app.shutdown().await?;
    Ok(())
}
