//! A pipeline of modules that know nothing of each other, wired from outside, all on one event loop: strictly one after the other.

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
struct Consumer;

#[module]
impl Consumer {
    #[task]
    fn consume(&mut self, text: String) {
        println!("{text}");
    }
}

#[looselycoupled::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder()
        .module_on("line", "producer", Producer::default())
        .module_on("line", "even", Processor { rest: 0, word: "even" })
        .module_on("line", "odd", Processor { rest: 1, word: "odd" })
        .module_on("line", "consumer", Consumer)
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
