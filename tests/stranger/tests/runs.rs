//! What compiles with looselycoupled alone also runs.

use std::process::Command;

#[test]
fn a_program_needs_no_other_dependency() {
    let program = env!("CARGO_BIN_EXE_looselycoupled-stranger");
    let output = Command::new(program).output().expect("the program starts");
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(said, "level 4, passed 1, value 20\nlevel 50, names 3, value 20\n", "{complained}");
}
