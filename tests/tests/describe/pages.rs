//! Documents for people: Markdown and Mermaid.

use looselycoupled::prelude::*;

#[derive(Debug, Clone, Default)]
struct Bell;

/// Rings.
#[module(emits(rung(times: u8)))]
impl Bell {
    /// Rings so often.
    ///
    /// And a second paragraph.
    #[task(timeout = "1s")]
    fn ring(&self, times: u8, #[default] loudly: bool) -> Result<u8> {
        Ok(times + u8::from(loudly))
    }
}

#[derive(Debug, Clone, Default)]
struct Ear;

#[module]
impl Ear {
    /// Notes it.
    #[on_event]
    fn on_rung(&mut self, times: u8) {
        let _heard = times;
    }

    #[on_event]
    fn on_knock(&mut self) {}

    #[task]
    fn open(&self) {}
}

const PAGE: &str = "\
# House

Version 7

## `bell`

> Rings.

- type `Bell`, active
- event loop `bell`
- after a panic it goes on
- sends `rung`
- declared at PLACE

### `bell.ring`

> Rings so often.
>
> And a second paragraph.

| parameter | type | default |
| --- | --- | --- |
| `times` | `u8` | required |
| `loudly` | `bool` | `Default::default()` |

- gives `u8`
- fails with `looselycoupled::error::Error`
- waits for 1s
- declared at PLACE

## `ear`

- type `Ear`, active
- event loop `ear`
- after a panic it goes on
- declared at PLACE

### `ear.open`

- declared at PLACE

| handler | hears | by | what it does |
| --- | --- | --- | --- |
| `on_rung` | `rung` | name | Notes it. |
| `on_knock` | `knock` | name |  |

## Events

### `knock`

- heard by `ear.on_knock` by name

### `rung`

| field | type |
| --- | --- |
| `times` | `u8` |

- sent by `bell`
- heard by `ear.on_rung` by name, `ear.open` by connection of `bell`

### `shaken`

- sent by `ear`

## Connections

- `bell/rung` → `ear.open`
- `bell/rung` → `ear/shaken`
";

const CHART: &str = r#"flowchart LR
    m0["bell<br/>Bell"]
    m1["ear<br/>Ear"]
    unknown(["?"])
    nobody(["nobody"])
    m0 -->|"rung"| m1
    m0 ==>|"rung → open<br/>rung → shaken"| m1
    m1 -.->|"shaken"| nobody
    unknown -.->|"knock"| m1
"#;

async fn described() -> looselycoupled::description::Description {
    let builder = App::builder().partial().module("bell", Bell).module("ear", Ear);
    let builder = builder.connect("bell/rung", "ear.open").forward("bell/rung", "ear/shaken");
    let app = builder.start().await.unwrap();
    let description = app.handle().describe().titled("House", "7");
    app.shutdown().await.unwrap();
    description
}

/// Without the lines of this file, which move.
fn without_places(page: &str) -> String {
    let line = |line: &str| match line.split_once("declared at ") {
        Some((before, place)) => {
            assert!(place.contains("pages.rs:"), "{place}");
            format!("{before}declared at PLACE\n")
        }
        None => format!("{line}\n"),
    };
    page.lines().map(line).collect()
}

#[looselycoupled::test]
async fn a_page_of_markdown_tells_everything() {
    assert_eq!(without_places(&described().await.to_markdown()), PAGE);
}

#[looselycoupled::test]
async fn a_flowchart_shows_who_sends_to_whom() {
    assert_eq!(described().await.to_mermaid(), CHART);
}
