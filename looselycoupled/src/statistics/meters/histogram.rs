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
