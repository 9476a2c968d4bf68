use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[cfg(unix)]
    #[task]
    fn system(&self) -> String {
        "unix".to_string()
    }

    #[cfg(not(unix))]
    #[task]
    fn system(&self) -> String {
        "other".to_string()
    }

    #[cfg(any())]
    #[task]
    fn never(&self, nothing: DoesNotExist) {}

    #[cfg(any())]
    #[initialize]
    fn begin(&mut self) {}

    #[cfg(any())]
    #[on_event(DoesNotExist)]
    fn hear(&mut self, event: &DoesNotExist) {}

    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

async fn call(lamp: LampStub) -> Result<String> {
    let _ = lamp.level().await;
    Ok(lamp.system().await?)
}

fn main() {}
