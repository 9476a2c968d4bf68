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
    Fail,
    Panic,
}

pub(crate) type Script = Vec<Step>;

/// Of messages that handlers send.
pub(crate) const HANDLER: u32 = u32::MAX;
/// Of ticks.
pub(crate) const TICK: u32 = u32::MAX - 1;

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
