//! Files that are small to write and large to read, or large and of one kind.

use std::iter::repeat_n;

/// A way to make a file of about so many bytes.
pub(super) struct Bomb {
    pub(super) name: &'static str,
    pub(super) text: fn(usize) -> String,
}

const fn bomb(name: &'static str, text: fn(usize) -> String) -> Bomb {
    Bomb { name, text }
}

/// All of them.
pub(super) const BOMBS: &[Bomb] = &[
    bomb("aliases that double", |_| {
        doubling(&|name, before| format!("{name}: &{name} [{before}, {before}]\n"))
    }),
    bomb("merges that double", |_| {
        doubling(&|name, before| {
            format!("{name}: &{name} {{ l: {before}, r: {before}, <<: [{before}, {before}] }}\n")
        })
    }),
    bomb("aliases of a huge text", |size| {
        format!("x-a: &a {}\nx-b: [{}]\n", "y".repeat(size / 2), "*a, ".repeat(size / 8))
    }),
    bomb("aliases of one value", |size| format!("x-a: &a 1\nx-b: [{}]\n", "*a, ".repeat(size / 4))),
    bomb("anchors in each other", |size| format!("x-a: {}1\n", nested(size / 4, "&a [", ""))),
    bomb("lists in each other", |size| format!("x-a: {}\n", "[".repeat(size))),
    bomb("closed lists in each other", |size| format!("x-a: {}\n", nested(size / 2, "[", "]"))),
    bomb("maps in each other", |size| format!("x-a: {}\n", "{a: ".repeat(size / 4))),
    bomb("lists below each other", |size| format!("x-a:\n  {}1\n", "- ".repeat(size / 2))),
    bomb("maps below each other", |size| {
        let depth = (size as f64).sqrt() as usize;
        (0..depth).map(|depth| format!("{}x-a:\n", " ".repeat(depth))).collect()
    }),
    bomb("keys of keys", |size| "? ".repeat(size / 2)),
    bomb("many tags", |size| format!("x-a: {}1\n", "!a ".repeat(size / 3))),
    bomb("a tag without end", |size| format!("x-a: !{} 1\n", "a".repeat(size))),
    bomb("an anchor without end", |size| format!("x-a: &{} 1\n", "a".repeat(size))),
    bomb("a key without end", |size| format!("{}: 1\n", "a".repeat(size))),
    bomb("a text without end", |size| format!("x-a: \"{}", "a ".repeat(size / 2))),
    bomb("a huge text", |size| format!("fountain: {{ strength: {} }}\n", "9".repeat(size))),
    bomb("a huge text in lines", |size| format!("x-a: |\n{}", "  a\n".repeat(size / 4))),
    bomb("a text of escapes", |size| format!("x-a: \"{}\"\n", "\\u0041".repeat(size / 6))),
    bomb("nothing but a bracket per line", |size| "[\n".repeat(size / 2)),
    bomb("nothing but line ends", |size| format!("{}a\n", "\n".repeat(size))),
    bomb("nothing but comments", |size| "# a\n".repeat(size / 4)),
    bomb("nothing but colons", |size| ":".repeat(size)),
    bomb("nothing but commas", |size| format!("[{}]", ",".repeat(size))),
    bomb("nothing but quotes", |size| "'".repeat(size)),
    bomb("nothing but marks", |size| "---\n".repeat(size / 4)),
    bomb("nothing but directives", |size| "%YAML 1.2\n".repeat(size / 10)),
    bomb("one key very often", |size| "x-a: 1\n".repeat(size / 7)),
    bomb("one key very often in a line", |size| format!("{{ {} }}\n", "a: 1, ".repeat(size / 6))),
    bomb("many sections that nobody has", |size| numbered(size / 12, |number| format!("s{number}: 1\n"))),
    bomb("many sections in a line", |size| {
        format!("{{ {} }}\n", numbered(size / 12, |number| format!("s{number}: 1, ")))
    }),
    bomb("many keys that nobody reads in a line", |size| {
        format!(
            "{HEAD}fountain: {{ strength: 1, {} }}\n",
            numbered(size / 12, |number| format!("s{number}: 1, "))
        )
    }),
    bomb("many keys of a section without reader", |size| {
        let keys = numbered(size / 12, |number| format!("  s{number}: 1\n"));
        format!("looselycoupled: {{ modules: {{ frogs: Frogs }} }}\nfrogs:\n{keys}")
    }),
    bomb("many wrong values behind right ones in a line", |size| {
        let right = "a, ".repeat(size / 4);
        format!("{HEAD}fountain: {{ strength: 1, colours: [{right} {}] }}\n", "[], ".repeat(200))
    }),
    bomb("many modules of an unknown type in a line", |size| {
        let modules = numbered(size / 20, |number| format!("m{number}: Unknown, "));
        format!("looselycoupled: {{ modules: {{ {modules} }} }}\n")
    }),
    bomb("many modules with a wrong name", |size| {
        let modules = numbered(size / 24, |number| format!("    a.b{number}: Frogs\n"));
        format!("looselycoupled:\n  modules:\n{modules}")
    }),
    bomb("many loops without a module", |size| {
        let loops = numbered(size / 12, |number| format!("l{number}: {{}}, "));
        format!("looselycoupled: {{ modules: {{ frogs: Frogs }}, loops: {{ {loops} }} }}\n")
    }),
    bomb("many directives of the log", |size| {
        format!("looselycoupled: {{ log: \"{}\" }}\n", "a=b,".repeat(size / 4))
    }),
    bomb("a duration without end", |size| {
        format!("looselycoupled: {{ watchdog: {} }}\n", "1s".repeat(size / 2))
    }),
];

/// One fountain.
const HEAD: &str = "looselycoupled: { modules: { fountain: Fountain } }\n";

fn doubling(line: &dyn Fn(&str, &str) -> String) -> String {
    let lines = (1..64).map(|number| line(&format!("x-{number}"), &format!("*x-{}", number - 1)));
    repeat_n("x-0: &x-0 { a: 1 }\n".to_owned(), 1).chain(lines).collect()
}

fn nested(depth: usize, open: &str, close: &str) -> String {
    format!("{}{}", open.repeat(depth), close.repeat(depth))
}

fn numbered(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}
