//! What a handler does, as a value that can be sent.

use looselycoupled::prelude::*;
use looselycoupled_tests::Dice;

/// Who sent a message, and as its which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Id {
    /// A sender outside; what handlers send has its own number, and so have ticks, which are all alike.
    pub(crate) sender: u32,
    pub(crate) number: u64,
    /// 0 to 4, as its sender wished; those of handlers are not told.
    pub(crate) priority: Option<u8>,
}

/// One step of a handler.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Step {
    Yield,
    Sleep(u64),
    Call {
        to: usize,
        timeout: Option<u64>,
        by_stub: bool,
        script: Script,
    },
    /// Polls a call once and drops it.
    Abandon {
        to: usize,
        script: Script,
    },
    Enqueue {
        to: usize,
        script: Script,
    },
    Notify {
        script: Script,
    },
    /// Enqueues or notifies after a time.
    Delay {
        to: Option<usize>,
        after: u64,
        script: Script,
    },
    /// Enqueues or notifies again and again, until some time has passed or the application ends.
    Repeat {
        to: Option<usize>,
        every: u64,
        until: Option<u64>,
    },
    /// Calls one of the objects on loops, if there are any.
    Visit {
        place: usize,
        script: Script,
    },
    /// Sends one of the events that are connected.
    Say {
        word: usize,
    },
    Fail,
    Panic,
}

pub(crate) type Script = Vec<Step>;

/// Of messages that handlers send.
pub(crate) const HANDLER: u32 = u32::MAX;
/// Of the event that ends the application.
pub(crate) const EXIT: u32 = u32::MAX - 2;
/// Of ticks.
pub(crate) const TICK: u32 = u32::MAX - 1;

/// The events that visitors connect.
pub(crate) const WORDS: [&str; 8] = ["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7"];

/// Makes a script; those that it sends are less deep.
pub(crate) fn throw(dice: &mut Dice, modules: usize, depth: u32) -> Script {
    (0..dice.roll(3)).map(|_| step(dice, modules, depth)).collect()
}

fn step(dice: &mut Dice, modules: usize, depth: u32) -> Step {
    let kinds = if depth == 0 { 6 } else { 19 };
    match dice.roll(kinds) {
        0 => Step::Yield,
        1 | 2 => Step::Sleep(dice.roll(50)),
        3 => Step::Fail,
        4 => Step::Panic,
        5 => Step::Sleep(0),
        kind => {
            let to = dice.roll(modules as u64) as usize;
            let timeout = (dice.roll(2) == 0).then(|| dice.roll(100));
            let by_stub = dice.roll(2) == 0;
            let script = throw(dice, modules, depth - 1);
            match kind {
                6..=10 => Step::Call { to, timeout, by_stub, script },
                11 => Step::Abandon { to, script },
                12 | 13 => Step::Enqueue { to, script },
                14 | 15 => {
                    Step::Delay { to: (dice.roll(3) > 0).then_some(to), after: dice.roll(120), script }
                }
                16 => {
                    let until = (dice.roll(3) > 0).then(|| dice.roll(200));
                    Step::Repeat { to: (dice.roll(3) > 0).then_some(to), every: 1 + dice.roll(60), until }
                }
                _ => Step::Notify { script },
            }
        }
    }
}

/// Makes a script with all that visitors have brought.
pub(crate) fn throw_with_visits(dice: &mut Dice, modules: usize, depth: u32) -> Script {
    let step = |dice: &mut Dice| match dice.roll(4) {
        0 => Step::Say { word: word(dice) },
        1 if depth > 0 => {
            let place = dice.roll(1_000) as usize;
            Step::Visit { place, script: throw_with_visits(dice, modules, depth - 1) }
        }
        _ => step(dice, modules, depth),
    };
    (0..dice.roll(3)).map(|_| step(dice)).collect()
}

/// Makes a script that sends no events: whoever hears events would answer itself for ever.
pub(crate) fn throw_silent(dice: &mut Dice, modules: usize) -> Script {
    let step = |dice: &mut Dice| match dice.roll(6) {
        0 => {
            let (to, timeout) = (dice.roll(modules as u64) as usize, Some(dice.roll(100)));
            Step::Call { to, timeout, by_stub: false, script: throw(dice, modules, 0) }
        }
        1 => Step::Visit { place: dice.roll(1_000) as usize, script: throw(dice, modules, 0) },
        _ => step(dice, modules, 0),
    };
    (0..dice.roll(3)).map(|_| step(dice)).collect()
}

/// One of the first few more often than the others, so that connections meet.
pub(crate) fn word(dice: &mut Dice) -> usize {
    let sides = if dice.roll(8) == 0 { WORDS.len() as u64 } else { 2 };
    dice.roll(sides) as usize
}
