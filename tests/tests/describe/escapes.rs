//! Names and texts may hold anything that their place allows.

use looselycoupled::prelude::*;
use serde_json::Value as Json;

#[derive(Debug, Clone, Default)]
struct Küche;

/// A `|` pipe, "quotes", <b>tags</b> and a fence:
///
/// ```text
/// # no heading
#[module(emits("tür.auf-x2a"(wer: String)))]
impl Küche {
    /// Takes a | b, `c`
    /// on two lines.
    #[on_event("tür.auf-x2a")]
    fn heard(&mut self, wer: String) {
        let _who = wer;
    }

    #[task(name = "öffne")]
    fn open(
        &self,
        #[default(String::from("a|b`c"))] wie: String,
        #[default("\n".to_owned())] wo: String,
    ) -> String {
        wie + &wo
    }
}

async fn described() -> looselycoupled::description::Description {
    let app = App::builder().partial().module("Küche", Küche).start().await.unwrap();
    let description = app.handle().describe().titled("A\n# B", "1");
    app.shutdown().await.unwrap();
    description
}

#[looselycoupled::test]
async fn tables_hold_what_would_end_a_cell_or_a_line() {
    let page = described().await.to_markdown();
    assert!(page.starts_with("# A # B\n"), "{page}");
    assert!(page.contains(r#"| `wie` | `String` | `` String::from("a\|b`c") `` |"#), "{page}");
    assert!(page.contains("| `heard` | `tür.auf-x2a` | name | Takes a \\| b, `c` on two lines. |"), "{page}");
    let tables = page.lines().filter(|line| line.starts_with('|'));
    let widths: Vec<usize> = tables.map(|line| line.replace("\\|", "").matches('|').count()).collect();
    assert_eq!(widths, [4, 4, 4, 4, 5, 5, 5, 3, 3, 3]);
}

#[looselycoupled::test]
async fn documentation_does_not_reach_beyond_its_block() {
    let page = described().await.to_markdown();
    assert!(page.contains("> ```text\n> # no heading\n\n- type `Küche`"), "{page}");
    let headings: Vec<&str> = page.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(headings, ["# A # B", "## `Küche`", "### `Küche.öffne`", "## Events", "### `tür.auf-x2a`"]);
}

#[looselycoupled::test]
async fn labels_of_a_flowchart_hold_no_sign_that_means_something() {
    let chart = described().await.to_mermaid();
    assert!(chart.contains("m0[\"Küche<br/>Küche\"]"), "{chart}");
    assert!(chart.lines().all(|line| line.matches('"').count() % 2 == 0), "{chart}");
}

#[looselycoupled::test]
async fn paths_and_keys_are_plain_and_apart() {
    let description = described().await;
    let openapi: Json = serde_json::from_str(&description.to_openapi()).unwrap();
    let paths: Vec<&String> = openapi["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/api/v1/events/t%C3%BCr.auf-x2a", "/api/v1/tasks/K%C3%BCche.%C3%B6ffne"]);
    let asyncapi: Json = serde_json::from_str(&description.to_asyncapi()).unwrap();
    let channels = asyncapi["channels"].as_object().unwrap();
    assert_eq!(channels.keys().collect::<Vec<_>>(), ["t-xfc-r.auf-x2d-x2a"]);
    assert_eq!(channels["t-xfc-r.auf-x2d-x2a"]["address"], "tür.auf-x2a");
}
