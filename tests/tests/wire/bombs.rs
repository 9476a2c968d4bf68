//! Bodies that make much of little.

/// As long as a frame may usually be.
pub(super) const SIZE: usize = 1024 * 1024 - 100;

pub(super) struct Bomb {
    pub(super) name: &'static str,
    pub(super) text: fn(usize) -> String,
    /// Whether it is a value after all.
    pub(super) is_read: bool,
}

pub(super) const BOMBS: &[Bomb] = &[
    Bomb { name: "lists without an end", text: |size| "[".repeat(size), is_read: false },
    Bomb { name: "maps without an end", text: |size| "{\"\":".repeat(size / 4), is_read: false },
    Bomb { name: "lists in lists, too deep", text: |size| around("[", "0", "]", size / 2), is_read: false },
    Bomb { name: "numbers", text: |size| listed("0", size), is_read: true },
    Bomb { name: "empty lists", text: |size| listed("[]", size), is_read: true },
    Bomb { name: "empty maps", text: |size| listed("{}", size), is_read: true },
    Bomb { name: "lists of one", text: |size| listed("[0]", size), is_read: true },
    Bomb { name: "lists of two", text: |size| listed("[0,0]", size), is_read: true },
    Bomb { name: "maps of one", text: |size| listed("{\"\":0}", size), is_read: true },
    Bomb { name: "maps of two", text: |size| listed("{\"\":0,\"\":0}", size), is_read: true },
    Bomb { name: "names in one map", text: |size| format!("{{{}}}", joined("\"\":0", size)), is_read: true },
    Bomb {
        name: "lists as deep as they may be",
        text: |size| listed(&deepest("[", "0", "]"), size),
        is_read: true,
    },
    Bomb {
        name: "maps as deep as they may be",
        text: |size| listed(&deepest("{\"\":", "0", "}"), size),
        is_read: true,
    },
    Bomb { name: "texts of one letter", text: |size| listed("\"a\"", size), is_read: true },
    Bomb { name: "escapes", text: |size| format!("\"{}\"", "\\u0041".repeat(size / 6)), is_read: true },
    Bomb { name: "digits", text: |size| "9".repeat(size), is_read: false },
    Bomb { name: "digits behind the point", text: |size| format!("0.{}", "3".repeat(size)), is_read: true },
    Bomb { name: "empty bytes", text: |size| listed("{\"$bytes\":\"\"}", size), is_read: true },
    Bomb {
        name: "bytes",
        text: |size| format!("{{\"$bytes\":\"{}\"}}", "AAAA".repeat(size / 4)),
        is_read: true,
    },
];

fn joined(item: &str, size: usize) -> String {
    let text = format!("{item},").repeat(size / (item.len() + 1));
    text.trim_end_matches(',').to_owned()
}

fn listed(item: &str, size: usize) -> String {
    format!("[{}]", joined(item, size))
}

pub(super) fn around(open: &str, innermost: &str, close: &str, levels: usize) -> String {
    format!("{}{innermost}{}", open.repeat(levels), close.repeat(levels))
}

/// As deep as it may be inside of one list.
fn deepest(open: &str, innermost: &str, close: &str) -> String {
    around(open, innermost, close, 126)
}
