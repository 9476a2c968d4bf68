//! Visitors who connect the modules' events while these flow.

use looselycoupled::Wire as Written;

use super::Visitor;
use crate::modules::name;
use crate::script;
use crate::switchboard::{End, Target, Wire, event};

/// Which connections are meant.
type Meant = Box<dyn Fn(&Wire) -> bool>;

impl Visitor {
    fn module(&mut self) -> usize {
        self.dice.roll(self.scene.modules as u64) as usize
    }

    fn end(&mut self) -> End {
        (self.module(), script::word(&mut self.dice))
    }

    /// What was changed in the application must have been changed on the switchboard, and the other way round.
    fn check_wires(&self, is_done: bool, is_expected: bool, what: impl std::fmt::Debug) {
        self.scene
            .demand(is_done == is_expected, || format!("{what:?}: expected {is_expected}, was {is_done}"));
        let known = self.scene.handle.connections();
        let known = known.iter().map(|wire| (wire.from.clone(), wire.to.clone()));
        let expected: Vec<_> =
            self.scene.world.with_switchboard(|board| board.wires().iter().map(Wire::ends).collect());
        self.scene.demand(known.eq(expected.iter().cloned()), || format!("not connected as {expected:?}"));
    }

    pub(super) fn connect(&mut self) {
        let from = self.end();
        let is_forward = self.dice.roll(2) == 0;
        let to = if is_forward { Target::Event(self.end()) } else { Target::Task(self.module()) };
        let wire = Wire { from, to };
        let is_circular = to == Target::Event(from) || to == Target::Task(from.0);
        let (one, other) = wire.ends();
        let (handle, world) = (&self.scene.handle, &self.scene.world);
        let made = if is_forward { handle.forward(&one, &other) } else { handle.connect(&one, &other) };
        let is_expected = !is_circular && world.with_switchboard(|board| board.connect(&[wire]));
        self.check_wires(made.is_ok(), is_expected, wire);
    }

    /// Forwards from one end to the next, round all of them if there are few, or further than an event goes.
    pub(super) fn connect_in_a_circle(&mut self) {
        let modules = self.scene.modules;
        let ends = 20.min(modules * script::WORDS.len());
        let end = |number: usize| (number % modules, number % ends / modules);
        let wires: Vec<Wire> = (0..ends)
            .map(|number| Wire { from: end(number), to: Target::Event(end((number + 1) % ends)) })
            .collect();
        let written = wires.iter().map(Wire::ends).map(|(from, to)| Written::new(&from, &to));
        let made = self.scene.handle.connect_all(written);
        let is_expected = self.scene.world.with_switchboard(|board| board.connect(&wires));
        self.check_wires(made.is_ok(), is_expected, wires);
    }

    pub(super) fn disconnect(&mut self) {
        let (one, other, is_meant) = self.some_of_them();
        let removed = self.scene.handle.disconnect(&one, &other);
        let expected = self.scene.world.with_switchboard(|board| board.disconnect(&*is_meant));
        let is_named = !one.contains('*') && !other.contains('*');
        let is_right = match &removed {
            Ok(removed) => *removed == expected && (expected > 0 || !is_named),
            Err(_) => expected == 0 && is_named,
        };
        self.check_wires(is_right, true, (one, other, removed, expected));
    }

    /// Both ends as they are written, and what that means.
    fn some_of_them(&mut self) -> (String, String, Meant) {
        let (from, module) = (self.end(), self.module());
        match self.dice.roll(5) {
            0 => ("*".to_owned(), "*".to_owned(), Box::new(|_| true)),
            1 => (format!("{}/*", name(module)), "*".to_owned(), Box::new(move |wire| wire.from.0 == module)),
            2 => {
                let to = Target::Task(module);
                ("*".to_owned(), format!("{}.*", name(module)), Box::new(move |wire| wire.to == to))
            }
            3 => (event(from), "*".to_owned(), Box::new(move |wire| wire.from == from)),
            _ => {
                let wire = Wire { from, to: Target::Task(module) };
                let (one, other) = wire.ends();
                (one, other, Box::new(move |other| *other == wire))
            }
        }
    }
}
