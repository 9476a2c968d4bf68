//! What the cases are made of.

use looselycoupled::prelude::*;
use looselycoupled::{EventInfo, EventShape, Location};

#[derive(Deserialize)]
pub struct LampConfig {
    pub max_level: u8,
}

#[derive(Default)]
pub struct Lamp;

#[module(config = LampConfig, emits(level_changed(level: u8)))]
impl Lamp {
    #[initialize]
    async fn initialize(&mut self, ctx: &Context) -> Result<()> {
        let _ = ctx.config::<Self>().max_level;
        Ok(())
    }
}

#[derive(Default)]
pub struct Door;

#[module]
impl Door {
    #[task]
    fn open(&self, width: u8) {
        let _ = width;
    }
}

#[derive(Default)]
pub struct Display;

#[module]
impl Display {
    #[on_event]
    fn on_level_chnaged(&mut self) {}
}

#[interface]
pub trait Dimmer {
    async fn set_level(&self, level: u8) -> Result<u8, CallError>;
}

/// Says what it calls.
#[derive(Default)]
pub struct Guard;

#[module(calls("door.opne"))]
impl Guard {}

#[derive(Default)]
pub struct Night;

#[module(calls(door: dyn Dimmer))]
impl Night {}

/// Calls without a word.
#[derive(Default)]
pub struct Thief;

#[module]
impl Thief {
    #[task]
    async fn enter(&self, ctx: &Context) -> Result<()> {
        ctx.exec_task("dor.open", args! { width: 90 }).await?;
        ctx.stub::<DimmerStub>("door")?.set_level(0).await?;
        Ok(())
    }
}

/// Has nothing that could make it.
pub struct Vault;

#[module]
impl Vault {}

pub struct Safe;

#[module]
impl Safe {
    #[new]
    fn new() -> Result<Self> {
        Err(Error::other("the key is missing"))
    }
}

/// An event that no macro has looked at.
#[derive(Serialize, Deserialize)]
pub struct Noise;

impl Event for Noise {
    const NAME: &'static str = "loud noise";
    const INFO: EventInfo = EventInfo {
        name: Self::NAME,
        type_name: "Noise",
        shape: EventShape::Unit,
        documentation: "",
        fields: &[],
        location: Location { file: file!(), line: line!() },
        durable: false,
        broadcast: true,
    };
}

#[derive(Default)]
pub struct Ear;

#[module]
impl Ear {
    #[on_event(Noise)]
    fn hear(&mut self, _noise: &Noise) {}
}

#[derive(Default)]
pub struct Clock;

#[module(concurrent)]
impl Clock {}

#[derive(Default)]
pub struct Panel;

#[module(pinned)]
impl Panel {}

pub mod north {
    use looselycoupled::prelude::*;

    #[derive(Default)]
    pub struct Blind;

    #[module]
    impl Blind {}

    #[event(name = "moved")]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct BlindMoved;

    #[derive(Default)]
    pub struct Watch;

    #[module]
    impl Watch {
        #[on_event(BlindMoved)]
        fn on_moved(&mut self, _moved: &BlindMoved) {}
    }
}

pub mod south {
    use looselycoupled::prelude::*;

    #[derive(Default)]
    pub struct Blind;

    #[module]
    impl Blind {}

    #[event(name = "moved")]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct ShutterMoved;

    #[derive(Default)]
    pub struct Guard;

    #[module]
    impl Guard {
        #[on_event(ShutterMoved)]
        fn on_moved(&mut self, _moved: &ShutterMoved) {}
    }
}

app! { hall_lamp: Lamp }
