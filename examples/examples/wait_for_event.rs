//! Waiting for events, and reading them one after the other: subscriptions that are made while the application runs.

use looselycoupled::prelude::*;

/// The door is open.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct DoorOpened {
    door: u8,
}

#[derive(Default)]
struct Keypad;

#[module(emits(door_opened, unheard = "`main` listens to it", "keypad.pressed"(door: u8), unheard = "`main` listens to it"))]
impl Keypad {
    #[task]
    async fn press(&self, ctx: &Context, door: u8) -> Result<()> {
        ctx.trigger(DoorOpened { door }).await?;
        ctx.trigger_event("keypad.pressed", args! { door: door }).await?;
        Ok(())
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().module("keypad", Keypad).start().await?;
    let handle = app.handle();
    let keypad: KeypadStub = handle.stub("keypad")?;

    // Both listen from here on, although they are read later.
    let opened = handle.wait_for::<DoorOpened>().timeout(Duration::from_secs(1));
    let mut pressed = handle.subscribe("keypad.*").capacity(2);

    keypad.press(3).await?;
    println!("door {} was opened", opened.await?.door);

    for door in 4..8 {
        keypad.press(door).await?;
    }
    for _ in 0..3 {
        let Some(record) = pressed.next().await else { break };
        match record.gap() {
            Some(missed) => println!("{missed} events were missed, since the reader was slow"),
            None => println!("{} for door {}", record.name(), record.field::<u8>("door")?),
        }
    }

    let sixth = handle
        .wait_for_event("keypad.pressed")
        .matching(|event| event.field("door").is_ok_and(|door: u8| door == 6));
    for door in 5..8 {
        keypad.press(door).await?;
    }
    println!("one of them was for door {}", sixth.await?.field::<u8>("door")?);

    let never = handle.wait_for_event("window_opened").timeout(Duration::from_millis(10)).await;
    if let Err(error) = never {
        println!("{error}");
    }
    println!("{} subscription is left", handle.subscriptions().len());
    Ok(app.shutdown().await?)
}
