//! Connecting while the application runs.

use super::inspect::{Inspector, Modules, fault, form};
use super::wire::Wire;
use crate::envelope::EventInfo;
use crate::error::{ConnectionError, ConnectionProblem, Result};
use crate::metadata::ModuleIndex;
use crate::module::{Application, Handle, ModuleDescriptor};
use crate::router::Connection;

impl Modules for Application {
    fn find(&self, name: &str) -> Option<(ModuleIndex, &'static ModuleDescriptor)> {
        let (index, _) = self.router.directory.find(name)?;
        Some((index, self.descriptor(index)?))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.router.directory.names()
    }

    fn event_type(&self, event: &str) -> Option<EventInfo> {
        self.router.with_subscriptions(|known| known.type_of(event).map(|of_type| of_type.info))
    }
}

impl Handle {
    /// Connects an event of one module, `module/event`, with a task of another, `module.task`: from now on the task handles
    /// what that module sends under this name, and nobody else, as one of its event handlers would. Its result is dropped,
    /// its error becomes an `exception`.
    ///
    /// The task gets the fields of the event by the names of its parameters, those of a tuple event in their order; others are
    /// left out, and what is missing must have a default. Names are compared here as far as the fields are known (by the
    /// event's type, if some handler names it, or by the sender's `emits(…)`). What does not fit when it comes is a failure
    /// of the task.
    ///
    /// A connection stays until somebody [disconnects](Self::disconnect) it, also when one of its modules is made again.
    ///
    /// # Errors
    ///
    /// [`Error::Connection`](crate::Error::Connection): one of the ends does not exist, they do not fit, or they are connected
    /// already. The error knows the nearest name.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    ///
    /// #[derive(Default)]
    /// struct Door;
    ///
    /// #[module(emits(opened(by: String)))]
    /// impl Door {
    ///     #[task]
    ///     async fn open(&self, ctx: &Context, by: String) -> Result<usize> {
    ///         ctx.trigger_event("opened", args! { by }).await
    ///     }
    /// }
    ///
    /// #[derive(Default)]
    /// struct Diary(Vec<String>);
    ///
    /// #[module]
    /// impl Diary {
    ///     #[task]
    ///     fn note(&mut self, by: String) {
    ///         self.0.push(by);
    ///     }
    ///
    ///     #[task]
    ///     fn read(&self) -> Vec<String> {
    ///         self.0.clone()
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let app = App::builder().module("door", Door).module("diary", Diary::default()).start().await?;
    /// let handle = app.handle();
    /// handle.connect("door/opened", "diary.note")?;
    /// handle.stub::<DoorStub>("door")?.open("Ada".to_owned()).await?;
    /// app.quiesce().await;
    /// assert_eq!(handle.stub::<DiaryStub>("diary")?.read().await?, ["Ada"]);
    ///
    /// let refused = handle.connect("door/openend", "diary.note").unwrap_err().to_string();
    /// assert!(refused.ends_with("did you mean `opened`?"), "{refused}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect(&self, from: &str, to: &str) -> Result<Wire> {
        self.connect_one(Wire::new(from, to), false)
    }

    /// [`connect`](Self::connect) with the fields of the event going to the parameters of the task in their order, whatever
    /// they are called. See [`Wire::positional`].
    ///
    /// # Errors
    ///
    /// As for `connect`.
    pub fn connect_positional(&self, from: &str, to: &str) -> Result<Wire> {
        self.connect_one(Wire::new(from, to).positional(), false)
    }

    /// Sends an event of one module, `module/event`, again as that of another: whoever hears that one's event of this name gets
    /// it, but not that module itself, which is now its source. Content, transaction and priority stay.
    ///
    /// Of one event each end speaks once, so that circles of forwards end; and it is forwarded 16 times at most. What is not
    /// forwarded for one of these reasons is counted, [`Statistics::not_forwarded`](crate::Statistics::not_forwarded).
    ///
    /// # Errors
    ///
    /// As for [`connect`](Self::connect).
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    /// # #[derive(Default)]
    /// # struct Sensor;
    /// # #[module]
    /// # impl Sensor {
    /// #     #[task]
    /// #     async fn measure(&self, ctx: &Context) -> Result<usize> {
    /// #         ctx.trigger_event("measured", args! { percent: 80 }).await
    /// #     }
    /// # }
    /// # #[derive(Default)]
    /// # struct House;
    /// # #[module]
    /// # impl House {}
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let app = App::builder().module("sensor", Sensor).module("house", House).start().await?;
    /// let handle = app.handle();
    /// handle.forward("sensor/measured", "house/humidity")?;
    /// let humidity = handle.wait_for_event("humidity");
    /// handle.exec_task("sensor.measure", args! {}).await?;
    /// let humidity = humidity.await?;
    /// assert_eq!((humidity.source(), humidity.field("percent")?), (Some("house"), 80));
    /// # Ok(())
    /// # }
    /// ```
    pub fn forward(&self, from: &str, to: &str) -> Result<Wire> {
        self.connect_one(Wire::new(from, to), true)
    }

    fn connect_one(&self, wire: Wire, is_forward: bool) -> Result<Wire> {
        let wire = wire.single(is_forward).map_err(|fault| ConnectionError::of(vec![fault]))?;
        self.connect_all([wire.clone()])?;
        Ok(wire)
    }

    /// Makes many connections at once, forwards among them: all, or none if one of them cannot be made. Returns those that were
    /// made; a wire between two modules may stand for several.
    ///
    /// # Errors
    ///
    /// As for [`connect`](Self::connect): everything that is wrong with all of them.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use looselycoupled::{Wire, prelude::*};
    /// # fn rewire(handle: &Handle) -> Result<()> {
    /// handle.connect_all([
    ///     Wire::new("door/opened", "diary.note").positional(),
    ///     Wire::new("sensor/measured", "house/humidity"),
    /// ])?;
    /// // Listed connections can be made again.
    /// let wires = handle.connections();
    /// handle.disconnect("*", "*")?;
    /// handle.connect_all(wires)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_all<W: Into<Wire>>(&self, wires: impl IntoIterator<Item = W>) -> Result<Vec<Wire>> {
        let mut inspector = Inspector::new(&*self.application);
        let (mut fitting, mut faults) = (Vec::new(), Vec::new());
        for wire in wires {
            match inspector.inspect(&wire.into()) {
                Ok(more) => fitting.extend(more),
                Err(more) => faults.extend(more),
            }
        }
        let router = &self.application.router;
        let new: Vec<Connection> =
            fitting.into_iter().filter_map(|fitting| fitting.lay(&router.directory)).collect();
        let made = new.iter().map(wire_of).collect();
        let change = router.connections.change();
        let twice = new.iter().filter(|new| change.has(new.source, &new.event, &new.to));
        faults.extend(twice.map(|new| fault(&wire_of(new), ConnectionProblem::Twice)));
        ConnectionError::check(faults)?;
        change.add(new);
        Ok(made)
    }

    /// Connects all events of one module with the tasks of another that are called like them: `produced` with `on_produced`. The
    /// events are those that the first names in its `emits(…)`, and the one called after it, `<module>_event`.
    ///
    /// # Errors
    ///
    /// As for [`connect_all`](Self::connect_all), and if nothing matches.
    pub fn connect_matching(&self, producer: &str, consumer: &str) -> Result<Vec<Wire>> {
        let pair = Wire::new(producer, consumer);
        match [producer, consumer].into_iter().find(|name| name.contains(['/', '.'])) {
            Some(name) => Err(ConnectionError::of(vec![fault(&pair, form(name, "<module>"))]).into()),
            None => self.connect_all([pair]),
        }
    }

    /// All connections, in the order in which they were made.
    #[must_use]
    pub fn connections(&self) -> Vec<Wire> {
        self.application.router.connections.all().iter().map(|connection| wire_of(connection)).collect()
    }
}

fn wire_of(connection: &Connection) -> Wire {
    let wire = Wire::new(&connection.from, &connection.to);
    if connection.positional { wire.positional() } else { wire }
}
