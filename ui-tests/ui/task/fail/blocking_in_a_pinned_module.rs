use looselycoupled::prelude::*;
use std::rc::Rc;

#[derive(Default)]
struct Panel {
    lines: Rc<Vec<String>>,
}

#[module(pinned)]
impl Panel {
    #[task(blocking)]
    fn lines(&self) -> usize {
        self.lines.len()
    }
}

fn main() {}
