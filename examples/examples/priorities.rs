//! Priorities: what waits is taken by priority, then in the order of its arrival; a ticket withdraws it.

use looselycoupled::prelude::*;

#[derive(Default)]
struct Workshop {
    done: Vec<String>,
}

#[module]
impl Workshop {
    #[task]
    fn repair(&mut self, what: String) {
        println!("{}. {what}", self.done.len() + 1);
        self.done.push(what);
    }

    /// Takes the orders of the day. While this runs, nothing else of the workshop does, so all of them wait.
    #[task]
    async fn take_orders(&self, ctx: &Context) -> Result<()> {
        let me = ctx.me::<Self>()?;
        me.repair("the chair (lowest)".to_owned()).priority(Priority::Lowest).enqueue().await?;
        me.repair("the clock (normal)".to_owned()).enqueue().await?;
        me.repair("the radio (normal, a little later)".to_owned()).enqueue().await?;
        let doll = me.repair("the doll (high)".to_owned()).priority(Priority::High).enqueue().await?;
        // By name; without a dot it is a task of the own module.
        let pipe = args! { what: "the burst pipe (highest)" };
        ctx.enqueue_task("repair", pipe).priority(Priority::Highest).await?;

        println!("the doll was fetched again before its turn: {}", doll.cancel());
        Ok(())
    }

    #[task]
    fn done(&self) -> usize {
        self.done.len()
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().module("workshop", Workshop::default()).start().await?;
    let workshop = app.handle().stub::<WorkshopStub>("workshop")?;
    workshop.take_orders().await?;

    // A call takes its turn like everything else: at the lowest priority it comes last.
    let done = workshop.done().priority(Priority::Lowest).await?;
    println!("{done} repairs done");

    // Exact whenever nothing is in motion.
    app.quiesce().await;
    let statistics = app.handle().statistics();
    if let Some(counts) = statistics.module("workshop") {
        println!("accepted {}, handled {}, cancelled {}", counts.accepted, counts.handled, counts.cancelled);
    }
    Ok(app.shutdown().await?)
}
