//! The rooms of the runtime import downwards only.

#![allow(clippy::unwrap_used, reason = "a file that cannot be read fails its test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use looselycoupled_tests::tokens::{Token, tokens};

/// Every room, its layer, and the rooms of its own layer that it may use.
const ROOMS: &[(&str, u8, &[&str])] = &[
    ("sync", 0, &[]),
    ("code", 0, &[]),
    ("metadata", 0, &[]),
    ("schema", 0, &[]),
    ("address", 0, &[]),
    ("value", 0, &["address"]),
    ("config", 0, &["value", "address"]),
    ("mailbox", 1, &[]),
    ("statistics", 1, &[]),
    ("waits", 1, &[]),
    ("blocking", 1, &[]),
    ("event_loop", 1, &["mailbox", "statistics", "waits", "blocking"]),
    ("envelope", 2, &[]),
    ("interceptor", 2, &["envelope"]),
    ("router", 2, &["envelope"]),
    ("lifecycle", 3, &[]),
    ("reply", 3, &["lifecycle"]),
    ("module", 3, &["reply", "lifecycle"]),
    ("dispatch", 3, &["module", "reply", "lifecycle"]),
    ("interface", 3, &["module", "dispatch", "reply"]),
    ("registry", 3, &["module", "dispatch"]),
    ("error", 4, &[]),
    ("call", 4, &["error"]),
    ("event", 4, &["call", "error"]),
    ("checked", 4, &["call", "event"]),
    ("loops", 4, &["call", "error", "event"]),
    ("signal", 4, &[]),
    ("supervision", 5, &[]),
    ("provider", 6, &[]),
    ("log", 7, &[]),
    ("app", 7, &["log"]),
    ("description", 7, &["app"]),
    ("modules", 8, &[]),
    ("testing", 8, &[]),
];

/// From this layer on a room could as well stand in a crate of its own: it uses what the crate shows to others.
const OUTER: u8 = 8;

/// What the crate shows, apart from the names that `lib.rs` exports one by one.
const SHOWN: &[&str] = &["prelude", "__private", "address", "config", "log", "provider", "schemars", "value"];

/// Files that belong to no room.
const OUTSIDE: &[&str] = &["lib", "prelude", "__private"];

/// Where `unsafe` may stand.
const MAY_BE_UNSAFE: &[&str] = &["event_loop", "mailbox", "sync"];

fn room(name: &str) -> Option<&'static (&'static str, u8, &'static [&'static str])> {
    ROOMS.iter().find(|(known, ..)| *known == name)
}

fn may_use(from: &str, to: &str) -> bool {
    let Some((_, above, peers)) = room(from) else { return false };
    if *above >= OUTER {
        let is_exported = to.starts_with(char::is_uppercase);
        return from == to || is_exported || SHOWN.contains(&to);
    }
    room(to).is_some_and(|(_, below, _)| from == to || below < above || peers.contains(&to))
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("looselycoupled/src")
}

/// All Rust files below the folder of sources, relative to it.
fn files() -> Vec<PathBuf> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&sources(), &mut found);
    found.sort();
    assert!(found.len() > ROOMS.len(), "the sources have been found");
    found.into_iter().map(|path| path.strip_prefix(sources()).unwrap().to_owned()).collect()
}

/// The modules that lead to a file, the room first.
fn modules(file: &Path) -> Vec<String> {
    let mut modules: Vec<String> =
        file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    modules.pop_if(|last| last == "mod");
    modules
}

fn is_test_code(file: &Path) -> bool {
    modules(file).iter().any(|module| module == "tests")
}

/// The code without the items under `#[cfg(test)]`.
fn without_tests(code: &[Token]) -> Vec<Token> {
    let marks = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.first() {
        if rest.len() >= marks.len() && marks.iter().zip(rest).all(|(mark, token)| *mark == token.text) {
            rest = &rest[marks.len()..];
            rest = &rest[item_length(rest)..];
        } else {
            kept.push(first.clone());
            rest = &rest[1..];
        }
    }
    kept
}

/// Up to the `;` or the closing brace that ends an item.
fn item_length(code: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (index, token) in code.iter().enumerate() {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth -= 1;
                if depth == 0 && token.text == "}" {
                    return index + 1;
                }
            }
            ";" if depth == 0 => return index + 1,
            _ => {}
        }
    }
    code.len()
}

/// What a file takes from the root of the crate: the first segment below it, the line, and the path as far as it is one.
#[derive(Debug, PartialEq, Eq)]
struct Import {
    name: String,
    line: usize,
    path: String,
}

/// Finds the paths that start at `crate`, at the crate's own name, or climb to the root by `super`.
fn imports(code: &[Token], modules: &[String]) -> Vec<Import> {
    let text = |index: usize| code.get(index).map_or("", |token| token.text.as_str());
    let is_path_sign = |index: usize| text(index) == ":" && text(index + 1) == ":";
    let mut found = Vec::new();
    for start in 0..code.len() {
        let before = if start == 0 { "" } else { text(start - 1) };
        let mut end = start;
        match text(start) {
            // `$crate::` is a path of whoever uses the macro, `a::crate` is none.
            "crate" if before == "$" => continue,
            "crate" | "looselycoupled" if before != ":" && is_path_sign(start + 1) => end += 3,
            "super" if before != ":" => {
                let mut climbed = 0;
                while text(end) == "super" && is_path_sign(end + 1) {
                    climbed += 1;
                    end += 3;
                }
                if climbed < modules.len() {
                    continue;
                }
            }
            _ => continue,
        }
        branches(code, end, &mut found);
    }
    found
}

/// The segments in the place of one: itself, or those of a group in braces.
fn branches(code: &[Token], at: usize, found: &mut Vec<Import>) {
    let Some(first) = code.get(at) else { return };
    if first.text != "{" {
        let path: String = code[at..]
            .iter()
            .map(|token| token.text.as_str())
            .take_while(|text| *text == ":" || text.chars().all(|sign| sign == '_' || sign.is_alphanumeric()))
            .collect();
        found.push(Import { name: first.text.clone(), line: first.line, path });
        return;
    }
    let mut depth = 0;
    for (index, token) in code.iter().enumerate().skip(at) {
        let starts_branch = matches!(code[index.saturating_sub(1)].text.as_str(), "{" | ",");
        if depth == 1 && index > at && starts_branch && token.text != "}" {
            branches(code, index, found);
        }
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

/// The code of every file that belongs to a room and is no test.
fn rooms_code() -> Vec<(PathBuf, Vec<String>, Vec<Token>)> {
    let files = files().into_iter().filter(|file| !is_test_code(file));
    let code = files.map(|file| {
        let modules = modules(&file);
        let text = fs::read_to_string(sources().join(&file)).unwrap();
        (file, modules, without_tests(&tokens(&text)))
    });
    code.filter(|(_, modules, _)| !OUTSIDE.contains(&modules[0].as_str())).collect()
}

#[test]
fn every_room_imports_from_layers_below_it_only() {
    let mut forbidden = Vec::new();
    let mut seen = 0;
    for (file, modules, code) in rooms_code() {
        for import in imports(&code, &modules) {
            seen += 1;
            if !may_use(&modules[0], &import.name) {
                forbidden.push(format!("{}:{}: `crate::{}`", file.display(), import.line, import.path));
            }
        }
    }
    assert!(seen > 100, "the imports have been found: {seen}");
    assert!(forbidden.is_empty(), "{} forbidden imports:\n{}", forbidden.len(), forbidden.join("\n"));
}

#[test]
fn no_room_leads_back_to_itself() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (_, modules, code) in rooms_code() {
        let used = imports(&code, &modules).into_iter().map(|import| import.name);
        let others = used.filter(|name| *name != modules[0] && room(name).is_some());
        uses.entry(modules[0].clone()).or_default().extend(others);
    }
    // Rooms that use no remaining room go, until none is left or only circles are.
    while let Some(free) = uses.iter().find(|(_, used)| used.is_empty()).map(|(name, _)| name.clone()) {
        uses.remove(&free);
        uses.values_mut().for_each(|used| used.retain(|name| *name != free));
        let known: BTreeSet<String> = uses.keys().cloned().collect();
        uses.values_mut().for_each(|used| used.retain(|name| known.contains(name)));
    }
    assert!(uses.is_empty(), "circles among: {uses:?}");
}

#[test]
fn unsafe_code_stands_in_the_rooms_that_prove_it() {
    let mut found = Vec::new();
    for file in files().into_iter().filter(|file| !MAY_BE_UNSAFE.contains(&&*modules(file)[0])) {
        let text = fs::read_to_string(sources().join(&file)).unwrap();
        let lines = tokens(&text).into_iter().filter(|token| token.text == "unsafe");
        found.extend(lines.map(|token| format!("{}:{}", file.display(), token.line)));
    }
    assert!(found.is_empty(), "`unsafe` outside of {MAY_BE_UNSAFE:?}:\n{}", found.join("\n"));
}

#[test]
fn every_room_of_the_crate_has_a_layer() {
    let code = without_tests(&tokens(&fs::read_to_string(sources().join("lib.rs")).unwrap()));
    let declared: BTreeSet<&str> = code
        .windows(3)
        .filter(|three| three[0].text == "mod" && three[2].text == ";")
        .map(|three| three[1].text.as_str())
        .filter(|name| !OUTSIDE.contains(name))
        .collect();
    let known: BTreeSet<&str> = ROOMS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(declared, known);
}

#[test]
fn the_search_finds_what_it_must() {
    let text = "
        use crate::{app::{App, Late}, value::Value, reply};
        /// crate::router
        fn a() -> crate::call::Call { looselycoupled::event::x(\"crate::waits\") }
        use super::super::dispatch::start;
        use super::near;
        macro_rules! m { () => { $crate::error::Error } }
        #[cfg(test)]
        mod tests { use crate::supervision::Policy; fn b() {} }
        use crate::sync;
    ";
    let modules = ["metadata".to_owned(), "headers".to_owned()];
    let found = imports(&without_tests(&tokens(text)), &modules);
    let names: Vec<(&str, usize)> = found.iter().map(|import| (&*import.name, import.line)).collect();
    let expected =
        [("app", 2), ("value", 2), ("reply", 2), ("call", 4), ("event", 4), ("dispatch", 5), ("sync", 10)];
    assert_eq!(names, expected);
    let forbidden: Vec<&str> =
        names.iter().map(|(name, _)| *name).filter(|to| !may_use("mailbox", to)).collect();
    assert_eq!(forbidden, ["app", "reply", "call", "event", "dispatch"]);
    assert!(
        may_use("modules", "Handle") && may_use("modules", "prelude") && !may_use("modules", "statistics")
    );
    assert!(may_use("testing", "App") && may_use("testing", "address") && !may_use("testing", "app"));
    assert!(
        may_use("event_loop", "waits") && !may_use("waits", "event_loop") && !may_use("waits", "mailbox")
    );
}
