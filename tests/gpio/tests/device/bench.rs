//! The simulated chip, from the side of the wires.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use tokio::sync::{Mutex, MutexGuard};

/// There is one chip, and one test at a time that has it.
static TURN: Mutex<()> = Mutex::const_new(());

pub const LAMP: u32 = 0;
pub const FAN: u32 = 1;
pub const RELAY: u32 = 2;
pub const DOOR: u32 = 3;
pub const MOTION: u32 = 4;
pub const LEAK: u32 = 6;

/// The chip of the machine: what stands on its lines, what somebody outside does with them, and its plug.
pub struct Bench {
    config: PathBuf,
    lines: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

/// What a program has written to a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Write {
    /// On the kernel's clock.
    pub at: Duration,
    pub high: bool,
}

impl Bench {
    /// The chip, plugged in, with every line pulled low; `None`, and a word about it, where there is none.
    pub async fn here() -> Option<Self> {
        let Some(live) = env::var_os("GPIO_SIM_LIVE") else {
            println!(
                "skipped: no simulated GPIO chip here; `bash .ci/gpio` runs this in a machine that has one"
            );
            return None;
        };
        let config = Path::new(&live).parent().unwrap().to_owned();
        let mut bench = Self { config, lines: PathBuf::new(), _turn: TURN.lock().await };
        bench.plug();
        if !is_nobody() {
            (0..8).for_each(|line| bench.pull(line, false));
        }
        Some(bench)
    }

    /// The chip's device, which changes when the chip comes back while somebody still holds the one that went.
    pub fn chip(&self) -> String {
        format!("/dev/{}", self.told("bank/chip_name"))
    }

    /// The chip's label, which stays.
    pub fn label(&self) -> String {
        self.told("bank/label")
    }

    /// Takes the chip away, as if its plug had been pulled.
    pub fn unplug(&self) {
        fs::write(self.config.join("live"), "0").unwrap();
    }

    /// Brings the chip back, if it was away.
    pub fn plug(&mut self) {
        if self.told("live") == "0" {
            fs::write(self.config.join("live"), "1").unwrap();
        }
        let device = Path::new("/sys/devices/platform").join(self.told("dev_name"));
        self.lines = device.join(self.told("bank/chip_name"));
    }

    /// Whether a line is high.
    pub fn high(&self, line: u32) -> bool {
        match fs::read_to_string(self.line(line).join("value")).unwrap().trim() {
            "0" => false,
            "1" => true,
            other => panic!("line {line} is `{other}`"),
        }
    }

    /// Pulls an input, or a line that nobody uses, high or low.
    pub fn pull(&self, line: u32, high: bool) {
        let pull = if high { "pull-up" } else { "pull-down" };
        fs::write(self.line(line).join("pull"), pull).unwrap();
    }

    /// Whether nobody holds a line.
    pub fn is_free(&self, line: u32) -> bool {
        let chip = gpiocdev::Chip::from_path(self.chip()).unwrap();
        !chip.line_info(line).unwrap().used
    }

    /// Forgets what has been written until now.
    pub fn forget_writes(&self) {
        fs::write(trace(), "").unwrap();
    }

    /// What has been written to a line since, by the kernel's own record.
    pub fn writes(&self, line: u32) -> Vec<Write> {
        let wanted = (self.first_number() + line).to_string();
        let record = fs::read_to_string(trace()).unwrap();
        record.lines().filter_map(|entry| write_in(entry, &wanted)).collect()
    }

    /// The number that the kernel gives the line 0 in its records.
    fn first_number(&self) -> u32 {
        let chips = fs::read_dir("/sys/class/gpio").unwrap().map(|entry| entry.unwrap().path());
        let is_ours =
            |chip: &PathBuf| fs::read_to_string(chip.join("label")).is_ok_and(|it| it.trim() == self.label());
        let ours = chips.into_iter().find(is_ours).expect("the chip is plugged in");
        fs::read_to_string(ours.join("base")).unwrap().trim().parse().unwrap()
    }

    fn line(&self, line: u32) -> PathBuf {
        self.lines.join(format!("sim_gpio{line}"))
    }

    fn told(&self, file: &str) -> String {
        fs::read_to_string(self.config.join(file)).unwrap().trim().to_owned()
    }
}

/// Marks the environment of a test that runs as somebody who may do nothing with the chip.
pub const NOBODY: &str = "GPIO_SIM_NOBODY";

pub fn is_nobody() -> bool {
    env::var_os(NOBODY).is_some()
}

fn trace() -> PathBuf {
    Path::new(&env::var_os("GPIO_SIM_TRACE").expect("the machine's `init` says where it is")).join("trace")
}

/// Reads `… 12.345678: gpio_value: 1016 set 1`.
fn write_in(entry: &str, wanted: &str) -> Option<Write> {
    let (before, what) = entry.split_once(": gpio_value: ")?;
    let [number, "set", value] = what.split_whitespace().collect::<Vec<_>>()[..] else { return None };
    let at = before.split_whitespace().next_back()?.parse().ok()?;
    (number == wanted).then(|| Write { at: Duration::from_secs_f64(at), high: value == "1" })
}
