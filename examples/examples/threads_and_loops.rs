//! Loops with a thread of their own: a module that is not `Send`, callbacks and plain objects there, verbs on plain threads.

use std::cell::Cell;
use std::rc::Rc;
use std::thread;

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;

/// A panel whose library belongs to one thread: `Rc` is not `Send`.
#[derive(Default)]
struct Panel {
    lines: Rc<Cell<u32>>,
}

#[module(pinned, emits(shown(line: u32), unheard = "`main` listens to it"))]
impl Panel {
    #[task]
    async fn show(&mut self, ctx: &Context, text: String) -> Result<u32> {
        let lines = Rc::clone(&self.lines);
        tokio::time::sleep(Duration::from_millis(1)).await; // it stays on this thread
        lines.set(lines.get() + 1);
        println!("[{}] line {}: {text}", name(), lines.get());
        ctx.trigger_event("shown", args! { line: lines.get() }).await?;
        Ok(lines.get())
    }
}

fn name() -> String {
    thread::current().name().unwrap_or("?").to_owned()
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().module_pinned("display", "panel", Panel::default).start().await?;
    let handle = app.handle();

    // A callback on a thread of its own, where a plain object lives as well.
    let archive = handle.open_loop("archive", LoopOptions::new().thread(true))?;
    let shown = archive.host(Vec::new());
    let keep = shown.clone();
    let _subscription = archive.on("shown", move |event| {
        let line = event.field::<u32>("line");
        let kept = keep.call(move |shown| shown.push(line.unwrap_or_default())).enqueue();
        async move {
            println!("[{}] kept", name());
            kept.await.map(drop)
        }
    });

    let panel: PanelStub = handle.stub("panel")?;
    panel.show("from the runtime".to_owned()).await?;
    app.quiesce().await;

    // A plain thread calls, and waits for an event, by blocking.
    let plain = handle.clone();
    let thread = thread::spawn(move || {
        let next = plain.wait_for_event("shown");
        plain.exec_task_blocking("panel.show", args! { text: "from a plain thread" })?;
        next.blocking()?.field::<u32>("line").map_err(Error::from)
    });
    let line = tokio::task::spawn_blocking(|| thread.join()).await?;
    app.quiesce().await;
    println!("[main] the plain thread saw line {}", line.map_err(|_| "it panicked")??);
    println!("[main] {:?} are in the archive", shown.call(|shown| shown.clone()).await?);
    Ok(app.shutdown().await?)
}
