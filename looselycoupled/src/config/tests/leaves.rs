//! The configuration as a list of single values.

use crate::config::Config;

#[cfg(feature = "yaml")]
use crate::config::{ConfigEntry, Position};

#[cfg(feature = "yaml")]
const TEXT: &str = "\
looselycoupled: { modules: { gpio: Gpio, web: Web } }
gpio:
  chip: '007'   # quoted
  lines: [17, ~, [2, \"on\"]]
  inverted: []
  names: {}
  17: door
web:
  hosts:
  - name: a.local
    port: 0x50
  motd: |
    two
    lines
  nothing:
  api_key: abc
";

#[cfg(feature = "yaml")]
fn shown(entries: &[ConfigEntry]) -> Vec<(&str, &str, (usize, usize))> {
    let place = |position: Option<Position>| position.map_or((0, 0), |place| (place.line, place.column));
    entries.iter().map(|entry| (&*entry.path, &*entry.value, place(entry.position))).collect()
}

#[cfg(feature = "yaml")]
#[test]
fn every_single_value_is_an_entry_as_it_was_written_in_the_order_of_the_file() {
    let mut config = Config::parse(TEXT, "config.yaml").unwrap();
    let expected = [
        ("looselycoupled.modules.gpio", "Gpio", (1, 30)),
        ("looselycoupled.modules.web", "Web", (1, 42)),
        ("gpio.chip", "007", (3, 3)),
        ("gpio.lines.0", "17", (4, 11)),
        ("gpio.lines.1", "null", (4, 15)),
        ("gpio.lines.2.0", "2", (4, 19)),
        ("gpio.lines.2.1", "on", (4, 22)),
        ("gpio.inverted", "[]", (5, 3)),
        ("gpio.names", "{}", (6, 3)),
        ("gpio.17", "door", (7, 3)),
        ("web.hosts.0.name", "a.local", (10, 5)),
        ("web.hosts.0.port", "0x50", (11, 5)),
        ("web.motd", "two\nlines\n", (12, 3)),
        ("web.nothing", "null", (15, 3)),
        ("web.api_key", "abc", (16, 3)),
    ];
    let entries = config.entries();
    assert_eq!(shown(&entries), expected);
    let secret: Vec<_> = entries.iter().filter(|entry| entry.is_secret).map(|entry| &*entry.path).collect();
    assert_eq!(secret, ["web.api_key"]);

    config.set("web.port", 8080).unwrap();
    let entries = config.entries();
    let last = entries.last().unwrap();
    assert_eq!((&*last.path, &*last.value, last.position), ("web.port", "8080", None));
}

#[cfg(feature = "yaml")]
#[test]
fn every_entry_is_found_under_its_path() {
    let config = Config::parse(TEXT, "config.yaml").unwrap();
    for entry in config.entries() {
        assert!(config.contains(&entry.path), "{}", entry.path);
    }
}

#[test]
fn nothing_has_no_entries() {
    assert!(Config::new().entries().is_empty());
}

#[test]
fn keys_say_what_should_not_be_shown() {
    let secret = [
        "web.password",
        "web.PASSWORD",
        "web.admin_password",
        "web.passwd",
        "web.passphrase",
        "web.client_secret",
        "web.access-token",
        "web.tokens.0",
        "web.key",
        "web.apiKey",
        "web.credentials",
        "web.credentials.user",
        "web.users.3.password_hash",
        "password",
    ];
    for path in secret {
        assert!(Config::is_secret(path), "{path}");
    }
    let open = [
        "web.password_file",
        "web.key_file",
        "web.certificate_file",
        "web.keyboard",
        "web.monkey",
        "web.token_lifetime",
        "web.hashing",
        "web.tokenizer",
        "key.level",
        "door_key.open",
        "",
        "web",
    ];
    for path in open {
        assert!(!Config::is_secret(path), "{path}");
    }
}
