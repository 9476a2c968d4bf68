//! What it costs to compile modules, beside kameo's actors, and names that the compiler checks.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin compile_cost` writes programs with so many modules and tasks below
//! `target/compile-cost`, compiles what they depend on once, and then only the programs, again and again, one after the other.
//! Printed is the median of each, and what one task costs: the program less one without modules. `-- check` takes one of the
//! three ways `check`, `debug` and `release`.

#[path = "compile_cost/sources.rs"]
mod sources;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use sources::{MODULES, TASKS, USES, programs};

const REPETITIONS: usize = 5;

/// How a program is compiled.
const WAYS: [(&str, &[&str]); 3] =
    [("check", &["check"]), ("debug", &["build"]), ("release", &["build", "--release"])];

struct Program {
    name: &'static str,
    folder: PathBuf,
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/compile-cost");
    let programs: Vec<Program> = programs()
        .into_iter()
        .map(|(name, dependency, source)| Program { name, folder: write(&root, name, &dependency, &source) })
        .collect();
    println!(
        "{MODULES} modules with {TASKS} tasks each, each task called once; {USES} uses of `exec!`, `enqueue!` and `emit!`"
    );
    println!("way,program,median s,least s,most s");
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |way: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == way);
    for (way, arguments) in WAYS.into_iter().filter(|(way, _)| is_wanted(way)) {
        for program in &programs {
            compile(program, arguments, &root);
        }
        let medians: Vec<f64> = measure(&programs, way, arguments, &root);
        summary(way, &programs, &medians);
    }
}

fn write(root: &Path, name: &str, dependency: &str, source: &str) -> PathBuf {
    let folder = root.join(name);
    fs::create_dir_all(folder.join("src")).expect("the folder can be made");
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependency}\n\
         tokio = {{ version = \"1.54\", features = [\"rt\", \"macros\", \"time\"] }}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("the manifest can be written");
    fs::write(folder.join("src/main.rs"), source).expect("the source can be written");
    folder
}

/// Compiles the program alone, whatever it depends on being there.
fn compile(program: &Program, arguments: &[&str], root: &Path) -> Duration {
    let main = program.folder.join("src/main.rs");
    let source = fs::read(&main).expect("the source is there");
    fs::write(&main, source).expect("the source can be touched");
    let mut cargo = Command::new("cargo");
    cargo.args(arguments).args(["--quiet", "--manifest-path"]).arg(program.folder.join("Cargo.toml"));
    cargo.env("CARGO_INCREMENTAL", "0").env("CARGO_TARGET_DIR", root.join("target"));
    let start = Instant::now();
    let status = cargo.status().expect("cargo starts");
    assert!(status.success(), "{} does not compile", program.name);
    start.elapsed()
}

fn measure(programs: &[Program], way: &str, arguments: &[&str], root: &Path) -> Vec<f64> {
    let mut times = vec![Vec::new(); programs.len()];
    for _ in 0..REPETITIONS {
        for (times, program) in times.iter_mut().zip(programs) {
            times.push(compile(program, arguments, root).as_secs_f64());
        }
    }
    let median = |(program, mut times): (&Program, Vec<f64>)| {
        times.sort_by(f64::total_cmp);
        let (least, median, most) = (times[0], times[times.len() / 2], times[times.len() - 1]);
        println!("{way},{},{median:.2},{least:.2},{most:.2}", program.name);
        median
    };
    programs.iter().zip(times).map(median).collect()
}

fn summary(way: &str, programs: &[Program], medians: &[f64]) {
    let of =
        |name: &str| programs.iter().position(|program| program.name == name).map(|place| medians[place]);
    let difference = |more: &str, less: &str| of(more).zip(of(less)).map(|(more, less)| more - less);
    let tasks = (MODULES * TASKS) as f64;
    for (program, without) in [("modules", "no-modules"), ("actors", "no-actors")] {
        if let Some(seconds) = difference(program, without) {
            println!("{way}: one task of `{program}` costs {:.2} ms", seconds * 1000.0 / tasks);
        }
    }
    for (unchecked, how) in [("by-name", "by a name that nobody checks"), ("by-stub", "by stub")] {
        if let Some(seconds) = difference("checked", unchecked) {
            println!("{way}: {USES} uses of `exec!` cost {seconds:.2} s more than as many calls {how}");
        }
    }
    for (checked, unchecked, verb) in
        [("queued-checked", "queued-by-name", "enqueue!"), ("events-checked", "events-by-name", "emit!")]
    {
        if let Some(seconds) = difference(checked, unchecked) {
            println!(
                "{way}: {USES} uses of `{verb}` cost {seconds:.2} s more than as many by a name that nobody checks"
            );
        }
    }
}
