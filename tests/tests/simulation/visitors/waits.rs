//! Visitors who wait for the next event.

use looselycoupled::prelude::*;
use looselycoupled::{WaitError, WaitFor};

use super::Visitor;
use super::account::{Account, Pattern};
use super::chronicle::Entry;

/// A wait that has begun.
struct Waiting {
    wait: WaitFor,
    account: Account,
    /// Whether it wants odd numbers only.
    is_choosy: bool,
    is_removed: bool,
}

impl Waiting {
    /// Whoever waits gets the first event that was sent since, or learns the truth.
    async fn end(self) {
        let Self { wait, account, is_choosy, is_removed } = self;
        let outcome = wait.await;
        account.close();
        let first = account.meant(account.from, |entries| {
            entries.map(|(_, entry)| entry).find(|entry| !is_choosy || is_odd(entry))
        });
        let is_right = match &outcome {
            Ok(record) => !is_removed && first == Some(Entry::of(record)),
            Err(Error::Wait { cause, .. }) => match **cause {
                WaitError::Unsubscribed => is_removed,
                WaitError::Timeout { .. } | WaitError::Ended => !is_removed && first.is_none(),
                _ => false,
            },
            Err(_) => false,
        };
        account.scene.world.remember(("waited", outcome.is_ok()));
        account.demand(is_right, || {
            format!("the first event was {first:?}, removed {is_removed}, but {outcome:?}")
        });
    }
}

fn is_odd(entry: &Entry) -> bool {
    entry.id.number % 2 == 1
}

impl Visitor {
    pub(super) async fn wait(&mut self) {
        let pattern = Pattern::throw(&mut self.dice);
        let wait = self.scene.handle.wait_for_event(pattern.text);
        let account = Account::open(&self.scene, wait.id().unwrap(), pattern, false);
        let mut waiting = Waiting { wait, account, is_choosy: self.dice.roll(4) == 0, is_removed: false };
        if waiting.is_choosy {
            waiting.wait = waiting.wait.matching(|record| is_odd(&Entry::of(record)));
        }
        let is_bounded = self.dice.roll(2) == 0;
        if is_bounded {
            waiting.wait = waiting.wait.timeout(Duration::from_millis(self.dice.roll(150)));
        }
        match self.dice.roll(6) {
            0 => self.withdraw_wait(waiting).await,
            1 => {
                drop(waiting.wait);
                waiting.account.close();
            }
            2 | 3 if is_bounded => waiting.end().await,
            _ => self.scene.leave_behind(waiting.end()),
        }
    }

    /// Removes it after a while, whether it has got its event or not.
    async fn withdraw_wait(&mut self, mut waiting: Waiting) {
        tokio::time::sleep(Duration::from_millis(self.dice.roll(40))).await;
        waiting.is_removed = self.scene.handle.unsubscribe(waiting.account.id);
        if waiting.is_removed {
            waiting.end().await;
        }
    }
}
