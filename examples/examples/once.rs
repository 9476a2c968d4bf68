//! Functions that are called with events: always, once, and until they are no longer wanted.

use looselycoupled::prelude::*;

#[derive(Default)]
struct Door;

#[module(emits(door_opened(visitor: String), unheard = "`main` listens to it"))]
impl Door {
    #[task]
    async fn open(&self, ctx: &Context, visitor: String) -> Result<()> {
        ctx.trigger_event("door_opened", args! { visitor }).await.map(drop)
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().module("door", Door).start().await?;
    let handle = app.handle();

    let door: DoorStub = handle.stub("door")?;
    let open = async |visitor: &str| {
        door.open(visitor.to_owned()).await?;
        app.quiesce().await;
        Ok::<_, Error>(())
    };

    handle.once("door_opened", |event| async move {
        println!("the first guest is {}", event.field::<String>("visitor")?);
        Ok::<_, Error>(())
    });
    open("Anna").await?;

    let mut guests = 1;
    let counting = handle.on("door_*", move |event| {
        guests += 1;
        async move {
            println!("guest {guests} is {}", event.field::<String>("visitor")?);
            Ok::<_, Error>(())
        }
    });
    open("Ben").await?;
    open("Carla").await?;

    drop(counting);
    open("nobody who counts").await?;
    println!("{} subscriptions are left", handle.subscriptions().len());
    Ok(app.shutdown().await?)
}
