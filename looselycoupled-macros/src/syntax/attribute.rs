//! Our own attributes among those of a method.

use proc_macro2::TokenStream;
use syn::{Attribute, Ident, Meta, Path};

use crate::diagnostics::{Sink, near_miss};

/// An attribute of ours on a method, taken off it.
#[derive(Clone)]
pub(crate) struct Marker {
    /// Which one.
    pub(crate) kind: MarkerKind,
    /// As written.
    pub(crate) attribute: Attribute,
    /// Whether the name is another one, but so near that nothing else can be meant.
    pub(crate) misspelt: bool,
}

impl Marker {
    /// The attribute's name, with its place in the source, if it has one.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        self.attribute.path().segments.last().map(|last| &last.ident).filter(|_| !self.misspelt)
    }
}

/// The attributes that stand on the methods of a `#[module]` block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkerKind {
    /// `#[task]`
    Task,
    /// `#[on_event]`
    OnEvent,
    /// `#[initialize]`
    Initialize,
    /// `#[run_passively]`
    RunPassively,
    /// `#[run]`
    Run,
    /// `#[on_idle]`
    OnIdle,
    /// `#[finalize]`
    Finalize,
    /// `#[new]`
    New,
}

impl MarkerKind {
    const ALL: [(&'static str, Self); 8] = [
        ("task", Self::Task),
        ("on_event", Self::OnEvent),
        ("initialize", Self::Initialize),
        ("run_passively", Self::RunPassively),
        ("run", Self::Run),
        ("on_idle", Self::OnIdle),
        ("finalize", Self::Finalize),
        ("new", Self::New),
    ];

    /// The attribute's name.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Whether a path names one of them, or is near to that.
    pub(crate) fn is_meant(path: &Path) -> bool {
        Self::of(path).or_else(|| Self::near(path)).is_some()
    }

    fn of(path: &Path) -> Option<Self> {
        let named = |name: &str| is_ours(path, name);
        Self::ALL.iter().find(|(name, _)| named(name)).map(|(_, kind)| *kind)
    }

    /// What a name was meant to be that is none of ours: rustc would only say that it does not exist.
    fn near(path: &Path) -> Option<Self> {
        let written = path.get_ident()?.to_string();
        // Short words of others are near to short words of ours.
        let long = Self::ALL.iter().filter(|(name, _)| name.len() > 3);
        let near = near_miss(&written, long.map(|(name, _)| *name))?;
        Self::ALL.iter().find(|(name, _)| *name == near).map(|(_, kind)| *kind)
    }
}

/// Whether a path is `name` or `looselycoupled::name`.
///
/// A renamed dependency is a path of two segments as well, so any first segment will do.
pub(crate) fn is_ours(path: &Path, name: &str) -> bool {
    let short = path.segments.len() <= 2;
    short && path.segments.last().is_some_and(|last| last.ident == name && last.arguments.is_none())
}

/// Takes our attributes out of `attributes`.
pub(crate) fn take_markers(attributes: &mut Vec<Attribute>) -> Vec<Marker> {
    let mut markers = Vec::new();
    attributes.retain(|attribute| {
        let kind = MarkerKind::of(attribute.path());
        let near = if kind.is_none() { MarkerKind::near(attribute.path()) } else { None };
        let marker = |kind| Marker { kind, attribute: attribute.clone(), misspelt: near.is_some() };
        markers.extend(kind.or(near).map(marker));
        kind.or(near).is_none()
    });
    markers
}

/// What stands in the parentheses of an attribute.
pub(crate) fn arguments_of(attribute: &Attribute, sink: &Sink) -> TokenStream {
    match &attribute.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => {
            let name =
                attribute.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            sink.at(
                &pair.value,
                format!("`#[{name}]` takes its options in parentheses; write `#[{name}(..)]`"),
            );
            TokenStream::new()
        }
    }
}
