//! A valid configuration, and the modules that it is for.

use std::collections::BTreeMap;

use looselycoupled::prelude::*;

/// Every form that a configuration can have: anchors and merges, tags, both styles, all of the framework's own settings.
pub(super) const VALID: &str = r#"# The garden.
x-common: &common
  strength: 80
  colours: [red, "on", 'it''s white']
looselycoupled:
  modules:
    fountain: Fountain
    pond: { type: Fountain, loop: water, policy: { restart: { budget: 3, within: 1m } } }
    brook: { type: Fountain, loop: water, policy: exit }
    frogs: { type: Frogs, policy: report }
  loops:
    water:
      tasks: { capacity: 64, overflow: reject }
      events: { capacity: 16, overflow: drop_oldest }
      fairness: 8
    frogs: { concurrency: 4, tasks: { capacity: 8 } }
  blocking_threads: 4
  default_timeout: 30s
  dead_letters: 64
  shutdown_deadline: 5s
  watchdog: 10s
  exception_file: exceptions.log
  log: "info,tokio=warn"
fountain:
  <<: *common
  fading: yes
  basins:
    1: Dry
    2: !Level 3
    3: { Jets: { names: [left, "right\u0041"], pause: 250ms } }
  note: |
    Two lines
    of text.
  overflow: # the next one down
    strength: 0x10
    note: >-
      folded
      text
pond: { <<: [*common, { fading: off }], strength: 12 }
brook: *common
"#;

/// The section of a fountain.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct FountainConfig {
    strength: u8,
    #[serde(default)]
    colours: Vec<String>,
    #[serde(default)]
    fading: bool,
    #[serde(default)]
    basins: BTreeMap<u32, Basin>,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    overflow: Option<Box<Self>>,
}

#[derive(Debug, Serialize, Deserialize)]
enum Basin {
    Dry,
    Level(u8),
    Jets {
        names: Vec<String>,
        #[serde(with = "looselycoupled::config::duration")]
        pause: Duration,
    },
}

#[derive(Debug, Default)]
pub(super) struct Fountain;

#[module(config = FountainConfig)]
impl Fountain {
    #[task]
    fn strength(&self, ctx: &Context) -> u8 {
        ctx.config::<Self>().strength
    }
}

#[derive(Debug, Default)]
struct Frogs;

#[module(concurrent)]
impl Frogs {
    #[on_event]
    async fn on_rain(&self) {}
}
