use looselycoupled::prelude::*;

fn listen(handle: &Handle) -> looselycoupled::Subscription {
    handle.on("sunset", |event| async move { event.name().len() })
}

fn main() {}
