//! What errors know about files: names, texts, earlier places, and what the operating system said.

use std::io;
use std::sync::Arc;

use crate::config::fault::Fault;
use crate::config::source::{File, Source, Span};

impl Source {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        Self(Some(Arc::new(File::new(name, text))))
    }
}

impl Fault {
    pub(crate) fn earlier(mut self, source: &Source, span: Option<Span>) -> Self {
        self.0.earlier = span.map(|span| source.place(span));
        self
    }

    pub(crate) fn in_file(mut self, name: &str) -> Self {
        self.0.file = Some(name.into());
        self
    }

    pub(crate) fn caused_by(mut self, cause: io::Error) -> Self {
        self.0.cause = Some(Arc::new(cause));
        self
    }
}
