//! Metrics: the module `Prometheus` tells over HTTP how the application fares, and what its modules measure.

use std::collections::BTreeMap;

use looselycoupled::config::Config;
use looselycoupled::modules::prometheus::PrometheusStub;
use looselycoupled::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A program would leave out the port, which is 9464 then.
const CONFIG: &str = "
looselycoupled:
  modules: { greenhouse: Greenhouse, prometheus: Prometheus }
prometheus: { port: 0 }
";

#[derive(Default)]
struct Greenhouse;

#[module]
impl Greenhouse {
    /// By name, so that it does not matter who keeps the metrics.
    #[task]
    async fn measure(&self, ctx: &Context, bed: String, degrees: f64) -> Result<()> {
        let labels = BTreeMap::from([("bed", bed)]);
        let documentation = "How warm it is.";
        let gauge = args! { metric: "soil_temperature_celsius", value: degrees, documentation, labels };
        ctx.exec_task("prometheus.set_gauge_value", gauge).await?;
        Ok(())
    }

    #[on_event]
    async fn on_watered(&self, ctx: &Context, seconds: f64) -> Result<()> {
        let metrics: PrometheusStub = ctx.stub("prometheus")?;
        let (name, buckets) = ("watering_seconds".to_owned(), Some(vec![10.0, 60.0]));
        let observed = metrics.observe_histogram(name, seconds, None, BTreeMap::new(), buckets);
        observed.enqueue().await?;
        Ok(())
    }
}

/// What a Prometheus server would read.
async fn scrape(address: &str) -> Result<String, std::io::Error> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: example\r\n\r\n").await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(text)
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().config(Config::parse(CONFIG, "config.yaml")?).start().await?;
    let handle = app.handle();
    for (bed, degrees) in [("tomatoes", 21.5), ("lettuce", 0.0)] {
        handle.exec_task("greenhouse.measure", args! { bed, degrees }).await?;
    }
    for seconds in [8.0, 45.0] {
        handle.trigger_event("watered", args! { seconds }).await?;
    }
    handle.trigger_event("rained", args! {}).await?;
    app.quiesce().await;

    let address: String = handle.exec_task("prometheus.address", args! {}).await?.get()?;
    let text = scrape(&address).await?;
    let shown =
        ["soil_", "watering_", "looselycoupled_events_", "looselycoupled_module_state{module=\"greenhouse\""];
    for line in text.lines().filter(|line| shown.iter().any(|start| line.starts_with(start))) {
        println!("{line}");
    }

    // What does not fit is refused, and says why.
    let counter = args! { metric: "soil_temperature_celsius" };
    if let Err(error) = handle.exec_task("prometheus.increment_counter", counter).await {
        println!("{error}");
    }
    let gauge = args! { metric: "looselycoupled_mood", value: 1.0 };
    if let Err(error) = handle.exec_task("prometheus.set_gauge_value", gauge).await {
        println!("{error}");
    }
    Ok(app.shutdown().await?)
}
