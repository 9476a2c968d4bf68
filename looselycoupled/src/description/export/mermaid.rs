//! A picture of who sends events to whom.

use std::collections::BTreeMap;

use crate::description::{Description, EventDescription, HeardBy};

impl Description {
    /// A flowchart for [Mermaid](https://mermaid.js.org): modules as nodes, events as arrows, connections and forwards as thick
    /// ones. Events of which the sender or the listener is not known have dotted arrows. Calls are not known before they are
    /// made, so there are none.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let arrows = self.arrows();
        let modules = self.modules.iter().enumerate();
        let node = |(number, module): (usize, &crate::description::ModuleDescription)| {
            format!("    m{number}[\"{}<br/>{}\"]\n", escaped(&module.name), escaped(&module.type_name))
        };
        let mut chart = "flowchart LR\n".to_owned();
        chart.extend(modules.map(node));
        for (end, text) in [(End::Framework, "the framework"), (End::Unknown, "?"), (End::Nobody, "nobody")] {
            if arrows.keys().any(|(from, to, _)| [from, to].contains(&&end)) {
                chart.push_str(&format!("    {}([\"{text}\"])\n", end.id()));
            }
        }
        for ((from, to, line), texts) in arrows {
            let (from, to, line) = (from.id(), to.id(), line.arrow());
            chart.push_str(&format!("    {from} {line}|\"{}\"| {to}\n", texts.join("<br/>")));
        }
        chart
    }

    /// What stands at each arrow; all that goes the same way shares one.
    fn arrows(&self) -> BTreeMap<(End, End, Line), Vec<String>> {
        let mut arrows: BTreeMap<_, Vec<String>> = BTreeMap::new();
        let mut draw = |from: End, to: End, line: Line, text: String| {
            let texts = arrows.entry((from, to, line)).or_default();
            if !texts.contains(&text) {
                texts.push(text);
            }
        };
        for event in &self.events {
            for (from, to, line) in self.ways(event) {
                draw(from, to, line, escaped(&event.name));
            }
        }
        for wire in &self.connections {
            let (from, event) = wire.from.split_once('/').unwrap_or((&wire.from, ""));
            let (to, at) = wire.to.split_once(['/', '.']).unwrap_or((&wire.to, ""));
            draw(self.end(from), self.end(to), Line::Thick, format!("{} → {}", escaped(event), escaped(at)));
        }
        arrows
    }

    /// The ways of an event that are no connections.
    fn ways(&self, event: &EventDescription) -> Vec<(End, End, Line)> {
        let heard = event.listeners.iter().filter(|listener| listener.by != HeardBy::Connection);
        let mut to: Vec<End> = heard.map(|listener| self.end(&listener.module)).collect();
        let is_wired = |module: &str| {
            let from = format!("{module}/{}", event.name);
            self.connections.iter().any(|wire| wire.from == from)
        };
        let mut from: Vec<End> = event.emitters.iter().map(|emitter| self.end(&emitter.module)).collect();
        if to.is_empty() {
            let unheard = event.emitters.iter().filter(|emitter| !is_wired(&emitter.module));
            from = unheard.map(|emitter| self.end(&emitter.module)).collect();
            to.push(End::Nobody);
        } else if from.is_empty() {
            from.push(if event.own { End::Framework } else { End::Unknown });
        }
        let ways = from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to)));
        // A module does not hear itself.
        let others = ways.filter(|(from, to)| from != to);
        others.map(|(from, to)| (from, to, Line::between(from, to))).collect()
    }

    fn end(&self, module: &str) -> End {
        self.modules.iter().position(|known| known.name == module).map_or(End::Unknown, End::Module)
    }
}

/// Where an arrow begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Module(usize),
    Framework,
    Unknown,
    Nobody,
}

impl End {
    fn id(self) -> String {
        match self {
            Self::Module(number) => format!("m{number}"),
            Self::Framework => "framework".to_owned(),
            Self::Unknown => "unknown".to_owned(),
            Self::Nobody => "nobody".to_owned(),
        }
    }
}

/// What an arrow looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    Plain,
    Dotted,
    Thick,
}

impl Line {
    fn between(from: End, to: End) -> Self {
        if from == End::Unknown || to == End::Nobody { Self::Dotted } else { Self::Plain }
    }

    const fn arrow(self) -> &'static str {
        match self {
            Self::Plain => "-->",
            Self::Dotted => "-.->",
            Self::Thick => "==>",
        }
    }
}

/// Text between quotation marks, with all else written as what Mermaid calls entity codes.
fn escaped(text: &str) -> String {
    let sign = |sign: char| match sign {
        sign if sign.is_alphanumeric() || " ._-:,".contains(sign) => sign.to_string(),
        sign if sign.is_whitespace() => " ".to_owned(),
        sign => format!("#{};", u32::from(sign)),
    };
    text.chars().map(sign).collect()
}
