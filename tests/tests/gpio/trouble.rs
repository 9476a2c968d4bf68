//! Chips that are not there.

use looselycoupled::modules::gpio::{Gpio, GpioStub};
use looselycoupled::prelude::*;

async fn without_chip(driver: &str, policy: Policy) -> (TestApp, GpioStub) {
    let text = format!("gpio: {{ driver: {driver}, chip: /dev/no_such_chip, outputs: {{ lamp: 4 }} }}");
    let config = looselycoupled::config::Config::parse(&text, "config.yaml").unwrap();
    let app = TestApp::new()
        .module_with("gpio", Gpio::default)
        .with(|app| app.config(config).policy("gpio", policy));
    let app = app.start().await;
    let gpio = app.stub::<GpioStub>("gpio").unwrap();
    (app, gpio)
}

#[looselycoupled::test]
async fn the_application_lives_without_its_chip_and_every_task_says_why() {
    for driver in ["auto", "gpiocdev", "gpio-cdev"] {
        let (app, gpio) = without_chip(driver, Policy::Report).await;
        app.quiesce().await;
        let error = gpio.toggle_output_state("lamp".into()).await.unwrap_err().to_string();
        assert!(error.starts_with("out of order since: no GPIO chip `/dev/no_such_chip`"), "{error}");
        let exception = &app.emitted_event("exception")[0];
        assert_eq!(exception.field::<String>("module").unwrap(), "gpio");
        let message = exception.field::<String>("message").unwrap();
        assert!(message.contains("no GPIO chip `/dev/no_such_chip`"), "{message}");
        assert!(app.is_ready("gpio"));
    }
}

#[looselycoupled::test]
async fn the_policy_decides_how_often_the_chip_is_looked_for() {
    let restart = Restart::default().budget(3, Duration::from_secs(60));
    let (mut app, _gpio) = without_chip("auto", Policy::Restart(restart)).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(app.statistics().module("gpio").unwrap().restarts, 3);
    let error = app.shutdown().await.unwrap_err().to_string();
    assert!(error.contains("gpio"), "{error}");
}
