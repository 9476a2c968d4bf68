//! Modules that are made again: never more often than their budget allows, and never later than they should be.

use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use looselycoupled_tests::{Dice, balanced, quiet};
use tokio::time::{Instant, timeout};

use super::modules::Ears;
use super::on_purpose::{How, burst};

/// Longer than all restarts of a budget with their delays take; the clock is paused.
const PATIENCE: Duration = Duration::from_secs(600);

/// Where one life of a module ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Construction,
    Initialize,
    Run,
    Handler,
}

/// What has happened so far; clones share it.
#[derive(Debug, Clone)]
struct Book(Arc<Mutex<Pages>>);

#[derive(Debug)]
struct Pages {
    dice: Dice,
    /// When it was made, for each life.
    made: Vec<Instant>,
    /// Where and when it failed.
    failed: Vec<(End, Instant)>,
}

impl Book {
    /// Begins a life.
    fn make(&self) -> Phoenix {
        let mut pages = self.0.lock().unwrap();
        // The first life is seen by callers, or nothing would happen at all.
        let later = [End::Construction, End::Initialize, End::Run, End::Handler, End::Handler];
        let end = if pages.made.is_empty() { End::Handler } else { later[pages.dice.roll(5) as usize] };
        let phoenix = Phoenix { end, how: How::throw(&mut pages.dice), book: self.clone() };
        pages.made.push(Instant::now());
        drop(pages);
        phoenix.reach(End::Construction);
        phoenix
    }
}

/// Fails once in each life.
#[derive(Debug)]
struct Phoenix {
    end: End,
    how: How,
    book: Book,
}

impl Phoenix {
    fn reach(&self, end: End) {
        if self.end == end {
            self.book.0.lock().unwrap().failed.push((end, Instant::now()));
            burst(self.how);
        }
    }
}

#[module]
impl Phoenix {
    #[initialize]
    async fn initialize(&mut self) {
        self.reach(End::Initialize);
    }

    #[task(local)]
    fn doom(&self) -> Option<(Book, How)> {
        (self.end == End::Run).then(|| (self.book.clone(), self.how))
    }

    #[run]
    async fn run(ctx: Context) -> Result<()> {
        if let Ok(Some((book, how))) = ctx.me::<Self>()?.doom().await {
            book.0.lock().unwrap().failed.push((End::Run, Instant::now()));
            burst(how);
        }
        Ok(())
    }

    #[task]
    fn rise(&self) {
        self.reach(End::Handler);
    }
}

/// What the budget says, in so many words.
#[derive(Debug, Clone, Copy)]
struct Rule {
    budget: usize,
    within: Duration,
    first: Duration,
    longest: Duration,
}

impl Rule {
    fn throw(dice: &mut Dice) -> Self {
        let mut milliseconds = |most| Duration::from_millis(dice.roll(most));
        let (within, first, longest) = (milliseconds(60_000), milliseconds(500), milliseconds(5_000));
        Self { budget: dice.roll(12) as usize, within, first, longest }
    }

    fn policy(self) -> Policy {
        let restart = Restart::default().budget(self.budget as u32, self.within);
        Policy::Restart(restart.delay(self.first, self.longest))
    }

    /// When it is made again after each failure, up to the first after which it is not.
    fn restarts(self, failed: &[(End, Instant)]) -> Vec<Instant> {
        let mut begun: Vec<Instant> = Vec::new();
        let mut made = Vec::new();
        for (_, failure) in failed {
            let counted = begun.iter().filter(|begun| **begun + self.within > *failure).count();
            if counted >= self.budget {
                break;
            }
            begun.push(*failure);
            let doubled = self.first.saturating_mul(1 << counted.min(20));
            made.push(*failure + doubled.min(self.longest));
        }
        made
    }
}

/// Has one module fail again and again, at moments by dice.
pub(super) async fn fail_again_and_again(mut dice: Dice) {
    quiet();
    let rule = Rule::throw(&mut dice);
    let pages = Pages { dice: Dice::new(dice.roll(u64::MAX)), made: Vec::new(), failed: Vec::new() };
    let (book, ears) = (Book(Arc::new(Mutex::new(pages))), Ears::default());
    let factory = book.clone();
    let app = App::builder()
        .module("ears", ears.clone())
        .module_with("phoenix", move || factory.make())
        .policy("phoenix", rule.policy())
        .start()
        .await
        .unwrap();
    for _ in 0..15 {
        // Calls wait through the delay, however long that is.
        match timeout(PATIENCE, app.handle().exec_task("phoenix.rise", args! {})).await.unwrap() {
            Ok(_) | Err(CallError::Panicked { .. }) => {}
            Err(CallError::ShuttingDown { .. } | CallError::NotReady { .. }) => break,
            Err(error) => panic!("{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(dice.roll(20_000))).await;
    }
    app.quiesce_within(PATIENCE).await.unwrap();
    balanced(&app.handle());
    let handle = app.handle();
    let ended = timeout(PATIENCE, app.shutdown()).await.unwrap();
    check(&handle, rule, &book.0.lock().unwrap(), &ears, ended);
}

fn check(handle: &Handle, rule: Rule, pages: &Pages, ears: &Ears, ended: Result<(), AppError>) {
    let Pages { made, failed, .. } = pages;
    let expected = rule.restarts(failed);
    assert_eq!(made[1..], expected, "{rule:?} {pages:?}");
    let is_used_up = expected.len() < failed.len();
    assert!(failed.len() - expected.len() <= 1, "it lives on although it must not: {rule:?} {pages:?}");
    assert_eq!(matches!(ended, Err(AppError::Failed(_))), is_used_up, "{ended:?} {rule:?} {pages:?}");
    assert_eq!(ended.is_err(), is_used_up, "{ended:?}");
    let count = |wanted: &[End]| failed.iter().filter(|(end, _)| wanted.contains(end)).count();
    let restarts = handle.statistics().module("phoenix").unwrap().restarts;
    let unmade = count(&[End::Construction, End::Initialize]);
    assert_eq!(restarts as usize, made.len() - 1 - unmade, "{pages:?}");
    let unheard = count(&[End::Construction, End::Initialize, End::Run]);
    assert_eq!(ears.heard("phoenix") as usize, unheard, "{pages:?}");
}
