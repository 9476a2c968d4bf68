//! Plays the opening, in which the house shows what it can do; with `once` the whole scene.

use looselycoupled::modules::prometheus::PrometheusStub;
use looselycoupled::modules::web::WebStub;
use looselycoupled::prelude::*;
use tokio::sync::oneshot;

use crate::controller::ControllerStub;
use crate::door::DoorStub;
use crate::events::Motion;
use crate::house::House;
use crate::journal::JournalStub;
use crate::lamp::LampStub;
use crate::sensors::SensorsStub;
use crate::shell::ShellStub;
use crate::speaker::SpeakerStub;

/// What somebody might type.
const SCENE: [&str; 10] = [
    "press door",
    "push bell",
    "set lamp 60",
    "set lamp 140",
    "set lamp bright",
    "set lmap 40",
    "prss door",
    "call attic_lamp.set_level levle=20",
    "state",
    "quit",
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DirectorConfig {
    once: bool,
}

#[derive(Default)]
pub(crate) struct Director {
    /// Who waits for idleness.
    waits: Option<oneshot::Sender<()>>,
}

#[module(config = DirectorConfig, emits(motion, ready()))]
impl Director {
    #[run]
    async fn play(ctx: Context) -> Result<()> {
        let once = ctx.config::<Self>().once;
        let stage = Stage { journal: ctx.stub("journal")?, controller: ctx.stub("controller")?, ctx };
        stage.header(once).await?;
        stage.event().await?;
        stage.call().await?;
        stage.transaction(once).await?;
        stage.priority().await?;
        stage.idle().await?;
        if once { stage.scene().await } else { stage.open().await }
    }

    /// Something that is ready when the application has become idle.
    #[task(local)]
    fn next_idle(&mut self) -> oneshot::Receiver<()> {
        let (waits, idle) = oneshot::channel();
        self.waits = Some(waits);
        idle
    }

    #[on_idle]
    fn rest(&mut self) {
        if let Some(waits) = self.waits.take() {
            let _nobody_waits = waits.send(());
        }
    }
}

/// What every act needs.
struct Stage {
    ctx: Context,
    journal: JournalStub,
    controller: ControllerStub,
}

impl Stage {
    async fn show(&self, text: impl Into<String>) -> Result<()> {
        Ok(self.journal.show(text.into()).await?)
    }

    /// Waits until the controller has handled what was sent to it before: messages between two modules keep their
    /// order.
    async fn settle(&self) -> Result<()> {
        self.controller.state().await?;
        Ok(())
    }

    async fn header(&self, once: bool) -> Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        let house = House::of(&self.ctx);
        self.show(format!("looselycoupled {version} · smart home · {house} · no hardware needed")).await?;
        if once {
            return Ok(());
        }
        let pages = self.ctx.stub::<WebStub>("web")?.address().await?;
        let metrics = self.ctx.stub::<PrometheusStub>("prometheus")?.address().await?;
        self.show(format!("  console   http://{pages}/\n  metrics   http://{metrics}/metrics")).await
    }

    async fn event(&self) -> Result<()> {
        self.show("\n1  an event: somebody moves in the garden, and whoever cares hears of it").await?;
        self.ctx.trigger(Motion { room: "garden".to_owned() }).await?;
        self.settle().await
    }

    async fn call(&self) -> Result<()> {
        self.show(
            "\n2  a call between modules: the director asks the lamp for 40 % and waits for the result",
        )
        .await?;
        let before = self.ctx.stub::<LampStub>("lamp")?.set_level(40).await?;
        self.journal.tell(format!("lamp.set_level(40) returned {before}")).await?;
        Ok(())
    }

    async fn transaction(&self, once: bool) -> Result<()> {
        self.show(
            "\n3  an inherited transaction id: all that follows from one press of the button has the same",
        )
        .await?;
        self.ctx.stub::<DoorStub>("door")?.press().await?;
        self.settle().await?;
        let last = self.journal.last_transaction().await?;
        if let Some((number, transaction)) = last.filter(|_| !once) {
            self.show(format!("   tx {number} is short for {transaction}")).await?;
        }
        Ok(())
    }

    async fn priority(&self) -> Result<()> {
        self.show("\n4  a priority overtakes: queued were laundry (low), dinner (normal), smoke (highest)")
            .await?;
        let (done, said) = oneshot::channel();
        self.ctx.stub::<SpeakerStub>("speaker")?.rehearse(done).await?;
        said.await.map_err(Error::other)?;
        Ok(())
    }

    async fn idle(&self) -> Result<()> {
        self.show("\n5  idle notification: the modules are told when nothing is left to do").await?;
        let idle = self.ctx.me::<Director>()?.next_idle().await?;
        self.ctx.enqueue_task("controller.state", args! {}).await?;
        tokio::select! {
            () = self.ctx.no_longer_active() => return Ok(()),
            told = idle => told.map_err(Error::other)?,
        }
        self.journal.tell("was told that the house has become idle".to_owned()).await?;
        Ok(())
    }

    async fn open(&self) -> Result<()> {
        self.show("\n6  real input: the figures of this machine, and what you type").await?;
        self.ctx.stub::<SensorsStub>("sensors")?.measure().await?;
        self.show("   press door · push bell · set lamp 40 · state · help · quit\n").await?;
        self.ctx.trigger_event("ready", args! {}).await?;
        Ok(())
    }

    async fn scene(&self) -> Result<()> {
        self.show("\n6  what you could type").await?;
        let shell = self.ctx.stub::<ShellStub>("shell")?;
        for line in SCENE {
            self.show(format!("> {line}")).await?;
            shell.execute(line.to_owned()).await?;
            self.settle().await?;
        }
        Ok(())
    }
}
