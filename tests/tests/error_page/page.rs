//! The page: headings, texts, and below each marker `<!-- name -->` the message that belongs there.

use std::fs;
use std::path::PathBuf;

const FENCE: &str = "```text\n";

pub struct Page {
    text: String,
    wrong: Vec<String>,
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/errors.md")
}

impl Page {
    pub fn read() -> Self {
        Self { text: fs::read_to_string(path()).unwrap(), wrong: Vec::new() }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names of the markers that begin so.
    pub fn markers(&self, prefix: &str) -> Vec<String> {
        let markers = self.text.lines().filter_map(|line| line.strip_prefix("<!-- ")?.strip_suffix(" -->"));
        markers.filter(|name| name.starts_with(prefix)).map(str::to_owned).collect()
    }

    /// Below the marker of this name stands this message.
    pub fn expect(&mut self, marker: &str, message: &str) {
        let head = format!("<!-- {marker} -->\n{FENCE}");
        let Some(start) = self.text.find(&head).map(|at| at + head.len()) else {
            self.wrong.push(format!("the page has no marker `{marker}` with a message:\n{message}"));
            return;
        };
        let end = start + self.text[start..].find("```").unwrap();
        let shown = self.text[start..end].trim_end().to_owned();
        if shown != message {
            self.wrong.push(format!("`{marker}` shows\n{shown}\ninstead of\n{message}"));
            self.text.replace_range(start..end, &format!("{message}\n"));
        }
    }

    pub fn check(&self) {
        if std::env::var_os("UPDATE_ERROR_PAGE").is_some() {
            return fs::write(path(), &self.text).unwrap();
        }
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n\n"));
    }
}

/// A message in which every line of this program is the same one.
pub fn at_one_place(message: &str) -> String {
    let mut words = message.split("tests/tests/error_page/");
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |message, word| {
        let (file, rest) = word.split_once(':').unwrap();
        let rest = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let file = if file == "main.rs" { "main.rs" } else { "lamp.rs" };
        format!("{message}src/{file}:7{rest}")
    })
}
