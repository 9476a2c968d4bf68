//! Pushes of buttons.
