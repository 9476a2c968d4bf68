//! The figures of the machine that this runs on, from files that Linux has; elsewhere it says so.

use std::fs;

use looselycoupled::prelude::*;

use crate::events::Measured;
use crate::journal::JournalStub;

#[derive(Debug, Deserialize)]
#[serde(default)]
pub(crate) struct SensorsConfig {
    #[serde(with = "looselycoupled::config::duration")]
    every: Duration,
}

impl Default for SensorsConfig {
    fn default() -> Self {
        Self { every: Duration::from_secs(60) }
    }
}

#[derive(Default)]
pub(crate) struct Sensors {
    last: Option<Measured>,
}

#[module(config = SensorsConfig)]
impl Sensors {
    /// Reading files blocks, and so does this thread, which belongs to the sensors alone.
    #[run(thread)]
    #[allow(clippy::needless_pass_by_value, reason = "the hook owns its context")]
    fn watch(ctx: Context) -> Result<()> {
        let me = ctx.me::<Self>()?;
        while ctx.sleep_blocking(ctx.config::<Self>().every) {
            me.measure().blocking()?;
        }
        Ok(())
    }

    /// Reads all figures now.
    #[task(blocking)]
    fn measure(&mut self, ctx: &Context) -> Result<()> {
        let measured = Measured { load: load(), memory: memory(), celsius: celsius() };
        if self.last.is_none() {
            let journal = ctx.stub::<JournalStub>("journal")?;
            for missing in missing(&measured) {
                journal.tell(missing.to_owned()).blocking()?;
            }
        }
        self.last = Some(measured.clone());
        ctx.trigger(measured).blocking()?;
        Ok(())
    }

    #[task]
    fn state(&self) -> String {
        let Some(last) = &self.last else { return "nothing measured yet".to_owned() };
        let figures =
            [("load", last.load, ""), ("memory", last.memory, " %"), ("at most", last.celsius, " °C")];
        let known =
            figures.iter().filter_map(|(name, figure, unit)| Some(format!("{name} {}{unit}", (*figure)?)));
        let known = known.collect::<Vec<_>>().join(", ");
        if known.is_empty() { "this machine shows no figures".to_owned() } else { known }
    }
}

fn missing(measured: &Measured) -> impl Iterator<Item = &'static str> {
    let figures = [
        (measured.load.is_none(), "has no load here: /proc/loadavg cannot be read"),
        (measured.memory.is_none(), "has no memory figures here: /proc/meminfo cannot be read"),
        (measured.celsius.is_none(), "has no temperatures here: nothing in /sys/class/thermal"),
    ];
    figures.into_iter().filter_map(|(is_missing, text)| is_missing.then_some(text))
}

fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

fn memory() -> Option<f64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let figure = |name: &str| -> Option<f64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    let (total, available) = (figure("MemTotal:")?, figure("MemAvailable:")?);
    Some(tenths(100.0 * (total - available) / total))
}

/// The hottest zone that has a figure.
fn celsius() -> Option<f64> {
    let zones = fs::read_dir("/sys/class/thermal").ok()?;
    let figures = zones.flatten().filter_map(|zone| {
        let thousandths = fs::read_to_string(zone.path().join("temp")).ok()?;
        Some(tenths(thousandths.trim().parse::<f64>().ok()? / 1000.0))
    });
    figures.max_by(f64::total_cmp)
}

fn tenths(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}
