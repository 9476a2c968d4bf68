//! The pipeline on three event loops: stages work side by side, each of them strictly in order; one has a thread of its own.

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;

#[derive(Default)]
struct Producer {
    number: u32,
}

#[module(emits(produced(product: String, number: u32)))]
impl Producer {
    #[task]
    async fn produce(&mut self, ctx: &Context) -> Result<()> {
        let number = self.number;
        self.number += 1;
        ctx.trigger_event("produced", args! { product: "product", number }).await.map(drop)
    }
}

/// Deals with even or odd numbers, and passes the others on.
struct Processor {
    rest: u32,
    word: &'static str,
}

#[module(emits(finished(text: String), passed_on(product: String, number: u32)))]
impl Processor {
    #[task]
    async fn process(&mut self, ctx: &Context, product: String, number: u32) -> Result<()> {
        if number % 2 == self.rest {
            let text = format!("{product} {} {number}", self.word);
            ctx.trigger_event("finished", args! { text }).await.map(drop)
        } else {
            ctx.trigger_event("passed_on", args! { product, number }).await.map(drop)
        }
    }
}

#[derive(Default)]
struct Consumer {
    even: Vec<String>,
    odd: Vec<String>,
}

#[module]
impl Consumer {
    #[task]
    fn consume(&mut self, text: String) {
        let list = if text.contains("even") { &mut self.even } else { &mut self.odd };
        list.push(text);
    }

    #[finalize]
    fn show(&mut self) {
        println!("{}\n{}", self.even.join(", "), self.odd.join(", "));
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder()
        .module_on("first", "producer", Producer::default())
        .module_on("first", "even", Processor { rest: 0, word: "even" })
        .module_on("second", "odd", Processor { rest: 1, word: "odd" })
        .module_on("third", "consumer", Consumer::default())
        .event_loop("second", LoopOptions::new().thread(true))
        .connect("producer/produced", "even.process")
        .connect("even/passed_on", "odd.process")
        .connect("even/finished", "consumer.consume")
        .connect("odd/finished", "consumer.consume")
        .start()
        .await?;
    let producer: ProducerStub = app.handle().stub("producer")?;
    for _ in 0..6 {
        producer.produce().enqueue().await?;
    }
    app.quiesce().await; // everything that follows from it has been done
    Ok(app.shutdown().await?)
}
