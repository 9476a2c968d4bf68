//! Asking other processes what their modules look like.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::Envelope;
use super::envelope::{DESCRIBE, MODE, SOURCE};
use super::exchange::Exchange;
use super::expectation::Expectation;
use super::outline::ModuleOutline;
use super::way::Way;
use crate::metadata::Headers;
use crate::module::Handle;
use crate::reply::CallError;
use crate::sync::{Arc, Weak};
use crate::value::Value;

/// How long an answer may take.
const TIME: Duration = Duration::from_secs(5);

/// Between two questions to who is not there yet, the first time; then twice as long each time.
const PAUSE: Duration = Duration::from_millis(500);

/// So often it is asked.
const ATTEMPTS: u32 = 8;

impl Way {
    /// What a module elsewhere looks like.
    pub(super) async fn ask(&self, module: &str) -> Result<ModuleOutline, CallError> {
        let headers = Headers::new().with(SOURCE, &self.process).with(MODE, DESCRIBE);
        let question = Envelope { name: module.into(), headers, body: Value::Null };
        let unreachable = |cause: String| CallError::Unreachable {
            address: module.into(),
            via: self.name.clone(),
            cause: cause.into(),
        };
        let answer = match timeout(TIME, self.provider.request(question)).await {
            Ok(Ok(answer)) => answer.map_err(|error| error.into_call_error(module.into()))?,
            Ok(Err(error)) => return Err(unreachable(error.to_string())),
            Err(_) => return Err(unreachable(format!("nobody has answered for {} seconds", TIME.as_secs()))),
        };
        answer.decode().map_err(|cause| unreachable(format!("what it looks like cannot be read: {cause}")))
    }

    /// Compares what modules look like with what is expected of them, once for each connection. What does not fit is told in the log: the other
    /// process may be of another version, and what nobody calls harms nobody.
    pub(super) fn inquire(this: &Arc<Self>) {
        let Some(application) = this.application.upgrade() else { return };
        let modules: BTreeSet<_> = this.expectations.iter().map(|known| known.module.clone()).collect();
        for module in modules {
            application.services.runtime.spawn(inquire(Arc::downgrade(this), module, this.connection()));
        }
    }
}

async fn inquire(way: Weak<Way>, module: Box<str>, connection: u64) {
    let mut pause = PAUSE;
    for _ in 0..ATTEMPTS {
        let Some(way) = way.upgrade().filter(|way| way.connection() == connection) else { return };
        match way.ask(&module).await {
            Ok(there) => return compare(&way, &module, &there),
            Err(CallError::Unreachable { .. }) => {}
            Err(error) => {
                let provider = &*way.name;
                return tracing::info!(target: "looselycoupled", provider, module = &*module, "it cannot be asked what it looks like: {error}");
            }
        }
        drop(way);
        sleep(pause).await;
        pause *= 2;
    }
    if let Some(way) = way.upgrade().filter(|way| way.connection() == connection) {
        let provider = &*way.name;
        tracing::info!(target: "looselycoupled", provider, module = &*module, "nobody says what it looks like: it is not known whether calls fit");
    }
}

fn compare(way: &Way, module: &str, there: &ModuleOutline) {
    for Expectation { said, what, .. } in way.expectations.iter().filter(|known| *known.module == *module) {
        let provider = &*way.name;
        for wrong in what.disappointments(there) {
            tracing::warn!(target: "looselycoupled", provider, module, "{said}, but in the other process {wrong}");
        }
    }
}

impl Handle {
    /// What a module looks like to those who call it, in whatever process it is.
    ///
    /// # Errors
    ///
    /// - [`CallError::UnknownModule`]: there is none of this name.
    /// - [`CallError::Unreachable`]: its process has not answered within 5 seconds.
    /// - [`CallError::Remote`]: it does not answer such questions.
    ///
    /// # Cancel safety
    ///
    /// Dropping it withdraws the question.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    /// # #[derive(Default)]
    /// # struct Lamp;
    /// # #[module]
    /// # impl Lamp {
    /// #     #[task]
    /// #     fn set_level(&mut self, level: u8) -> u8 {
    /// #         level
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let app = App::builder().module("lamp", Lamp).start().await?;
    /// let lamp = app.handle().outline("lamp").await?;
    /// assert_eq!(lamp.tasks[0].parameters[0].name, "level");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn outline(&self, module: &str) -> Result<ModuleOutline, CallError> {
        if let Some((_, descriptor)) = self.application.module(module) {
            return Ok(ModuleOutline::of(descriptor));
        }
        match Exchange::of(&self.application).and_then(|exchange| exchange.way_to(module)) {
            Some(way) => way.ask(module).await,
            None => Err(self.unknown_module(module)),
        }
    }
}
