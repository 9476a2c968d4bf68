//! What axe-core finds: mistakes that keep people from using the page.

use std::{env, fs};

use serde_json::{Value, json};

use crate::page::Page;

/// The text of axe-core, which `.ci/browser` fetches.
pub fn script() -> Result<String, String> {
    let path = env::var("AXE_CORE").map_err(|_| "AXE_CORE does not say where axe-core is".to_owned())?;
    fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
}

/// All violations on the page as it is, one a line.
pub async fn violations(page: &Page, script: &str) -> Vec<String> {
    page.run("if (!window.axe) new Function(arguments[0]).call(window)", json!([script])).await;
    let tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    let search = "const done = arguments[1]; axe.run({ runOnly: arguments[0] }).then((found) => done(found.violations), (error) => done([{ id: String(error), nodes: [] }]))";
    let found = page.run_later(search, json!([tags])).await;
    found.as_array().unwrap().iter().map(line).collect()
}

fn line(violation: &Value) -> String {
    let places: Vec<_> =
        violation["nodes"].as_array().unwrap().iter().map(|node| node["target"].to_string()).collect();
    format!("{}: {} at {}", violation["id"], violation["help"], places.join(", "))
}
