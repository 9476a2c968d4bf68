//! Durations, sorted by size.

use std::time::Duration;

use super::super::Counter;
use super::clock::Moment;
use super::handlers::Writer;
use crate::metadata::Priority;

/// The upper bounds in nanoseconds; what is longer comes into a last bucket.
const BOUNDS: [u64; 14] = [
    1_000,
    10_000,
    100_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    100_000_000,
    250_000_000,
    1_000_000_000,
    2_500_000_000,
    10_000_000_000,
];

#[derive(Debug, Default)]
pub(super) struct Histogram {
    buckets: [Counter; BOUNDS.len() + 1],
    sum: Counter,
}

impl Histogram {
    #[inline]
    pub(super) fn record(&self, nanoseconds: u64, writer: Writer) {
        // Most are short, so the search begins there.
        let bucket = BOUNDS.iter().position(|bound| nanoseconds <= *bound).unwrap_or(BOUNDS.len());
        if let Some(bucket) = self.buckets.get(bucket) {
            writer.add(bucket, 1);
        }
        writer.add(&self.sum, nanoseconds);
    }

    pub(super) fn picture(&self) -> Durations {
        let buckets: Vec<u64> = self.buckets.iter().map(Counter::get).collect();
        Durations { count: buckets.iter().sum(), buckets, sum: Duration::from_nanos(self.sum.get()) }
    }
}

/// How many durations of which size there were.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Durations {
    /// How many there were in each bucket, the shortest first: those up to each of [`bounds`](Self::bounds) that are longer than the bound
    /// before, and those that are longer than the last one.
    pub buckets: Vec<u64>,
    /// How many there were.
    pub count: u64,
    /// All of them together.
    pub sum: Duration,
}

impl Durations {
    /// The upper bounds of all buckets but the last: from 1 µs to 10 s.
    pub fn bounds() -> impl ExactSizeIterator<Item = Duration> {
        BOUNDS.into_iter().map(Duration::from_nanos)
    }

    /// An upper bound of the shortest time within which this share of them, from 0 to 1, was over: the bound of the bucket in which the
    /// last of these lies. `None` if there were none, or the share is no number.
    ///
    /// Of those longer than the last bound nothing more is known, so that bound, 10 s, is all that can be said of them: they took *at
    /// least* as long.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    /// # #[derive(Default)]
    /// # struct Lamp;
    /// # #[module]
    /// # impl Lamp {
    /// #     #[task]
    /// #     fn level(&self) -> u8 {
    /// #         40
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let app = App::builder().module("lamp", Lamp).start().await?;
    /// app.handle().exec_task("lamp.level", args! {}).await?;
    /// let durations = &app.handle().measurements().tasks[0].durations;
    /// assert!(durations.quantile(0.95).is_some_and(|bound| bound >= durations.sum), "of one it is as long as that takes");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        if self.count == 0 || share.is_nan() {
            return None;
        }
        // So many are over; numbers of this size that a float cannot tell apart are in the same bucket for all that anybody can see.
        let over = (share.clamp(0.0, 1.0) * self.count as f64).ceil().max(1.0) as u64;
        let mut so_far = 0;
        let bucket = self.buckets.iter().position(|number| {
            so_far += number;
            so_far >= over
        });
        bucket.and_then(|bucket| Self::bounds().nth(bucket)).or_else(|| Self::bounds().last())
    }

    pub(super) fn none() -> Self {
        Histogram::default().picture()
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.buckets.iter_mut().zip(&other.buckets).for_each(|(sum, number)| *sum += number);
        self.count += other.count;
        self.sum += other.sum;
    }
}

/// How long messages wait in a queue, by priority, the highest first.
#[derive(Debug, Default)]
pub(crate) struct Waits(Box<[Histogram; 5]>);

impl Waits {
    #[inline]
    pub(crate) fn record(&self, priority: Priority, sent: Moment, writer: Writer) {
        if let Some(histogram) = self.0.get(priority as usize) {
            histogram.record(Moment::now().since(sent), writer);
        }
    }

    pub(crate) fn picture(&self) -> [Durations; 5] {
        self.0.each_ref().map(Histogram::picture)
    }
}
