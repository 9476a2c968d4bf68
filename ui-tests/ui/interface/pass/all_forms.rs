#![deny(warnings)]

mod contract {
    use looselycoupled::prelude::*;

    /// What can be made brighter and darker.
    #[interface]
    pub trait Dimmer {
        /// Sets the level.
        async fn set_level(&self, level: u8) -> Result<u8, CallError>;
        async fn off(&self) -> Result<(), CallError>;
        async fn r#move(&self, r#in: Vec<(u8, Option<String>)>, by: std::time::Duration) -> looselycoupled::Result<(), looselycoupled::CallError<TaskFailure>>;
        #[cfg(unix)]
        async fn only_here(&self) -> Result<u8, CallError>;
        #[cfg(not(unix))]
        async fn only_there(&self) -> Result<u8, CallError>;
        #[deprecated]
        async fn old(&self) -> Result<(), CallError>;
    }

    #[interface(name = "can-be-asked", version = 7)]
    pub(crate) trait Asked {
        async fn answer(&self, question: String) -> Result<String, CallError>;
    }

    /// Nothing can be asked of it.
    #[interface]
    pub trait Marked {}
}

use contract::{Asked, Dimmer, DimmerStub};
use looselycoupled::prelude::*;

#[derive(Default)]
pub struct Lamp {
    level: u8,
}

#[module(implements(Dimmer, Asked, version = 7, contract::Marked))]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) -> Result<u8, String> {
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[task(name = "off")]
    async fn put_out(&mut self, _ctx: &Context) {}

    #[task]
    fn r#move(&mut self, r#in: Vec<(u8, Option<String>)>, by: Duration) {
        self.level = r#in.len() as u8 + by.as_secs() as u8;
    }

    #[cfg(unix)]
    #[task(local)]
    fn only_here(&self) -> u8 {
        self.level
    }

    #[cfg(not(unix))]
    #[task(blocking)]
    fn only_there(&self) -> u8 {
        self.level
    }

    #[task]
    fn old(&mut self) {}

    #[task]
    fn answer(&self, question: String) -> String {
        question
    }

    #[task]
    fn unrelated(&self, level: String) -> String {
        level
    }
}

#[derive(Default)]
pub struct Meter<S, const N: usize>([S; 0]);

#[module(implements(Asked))]
impl<S: Clone + Serialize + Send + 'static, const N: usize> Meter<S, N> {
    #[task]
    fn answer(&self, question: String) -> Result<String, Error> {
        Ok(question)
    }

    #[task]
    fn read(&self) -> Vec<S> {
        self.0.to_vec()
    }
}

fn in_a_function() {
    #[interface]
    trait Local {
        async fn call(&self) -> Result<(), CallError>;
    }

    struct Here;

    #[module(implements(Local))]
    impl Here {
        #[task]
        fn call(&self) {}
    }

    async fn call(local: &LocalStub) -> Result<(), CallError> {
        local.call().priority(Priority::High).await
    }

    let _ = (Here, call);
}

struct Fake;

impl Asked for Fake {
    async fn answer(&self, question: String) -> Result<String, CallError> {
        Ok(question)
    }
}

async fn use_all(handle: &Handle) -> Result<()> {
    let dimmer: DimmerStub = handle.stub("hall_lamp")?;
    dimmer.set_level(4).timeout(Duration::from_secs(1)).await?;
    dimmer.off().enqueue().await?.cancel();
    dimmer.off().after(Duration::from_secs(1)).enqueue().await?;
    dimmer.r#move(Vec::new(), Duration::ZERO).await?;
    Fake.answer(String::new()).await?;
    in_a_function();
    Ok(())
}

fn main() {
    let _ = (use_all, <Lamp as Default>::default(), Meter::<u8, 3>::default());
}
