//! Running a program of this package and looking at what it printed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper that fails fails the test that uses it"
)]
#![allow(dead_code, reason = "each file of tests uses its part")]
#![allow(clippy::panic, reason = "this is how a test fails")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What no program here may take; it is killed then.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of a program.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A program with its pipes.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: Option<JoinHandle<String>>,
    read: String,
}

/// The demo with its arguments.
pub(crate) fn smart_home(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smart-home"));
    command.args(arguments);
    command
}

/// An example, which cargo builds beside the tests.
pub(crate) fn example(name: &str) -> Command {
    let tests = std::env::current_exe().unwrap();
    let folder = tests.parent().and_then(Path::parent).unwrap().join("examples");
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(path.is_file(), "{} is missing: `cargo build --examples` makes it", path.display());
    Command::new(path)
}

/// The folder of this package.
pub(crate) fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Compares with `expected/<name>.txt`. With `UPDATE_EXPECTED` set, writes that file instead.
pub(crate) fn compare(name: &str, ended: &Ended) {
    assert_eq!(ended.code, Some(0), "`{name}` failed:\n{}", ended.stderr);
    let path = package().join("expected").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        return std::fs::write(path, &ended.stdout).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        ended.stdout == expected,
        "`{name}` does not print {}.\n--- expected\n{expected}\n--- printed\n{}\n--- standard error\n{}",
        path.display(),
        ended.stdout,
        ended.stderr
    );
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env_remove("RUST_LOG");
        let mut child = command.spawn().unwrap();
        let stdout = child.stdout.take().map(BufReader::new);
        let mut pipe = child.stderr.take().unwrap();
        let stderr = thread::spawn(move || {
            let mut text = String::new();
            let _bytes = pipe.read_to_string(&mut text);
            text
        });
        Self { child, stdout, stderr: Some(stderr), read: String::new() }
    }

    /// Writes to standard input.
    pub(crate) fn write(&mut self, text: &str) {
        self.child.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Reads standard output up to a line that holds a text.
    pub(crate) fn read_until(&mut self, wanted: &str) {
        let stdout = self.stdout.as_mut().unwrap();
        loop {
            let begin = self.read.len();
            let count = stdout.read_line(&mut self.read).unwrap();
            assert!(count > 0, "ended before it printed `{wanted}`:\n{}", self.read);
            if self.read[begin..].contains(wanted) {
                return;
            }
        }
    }

    /// What has been read so far.
    pub(crate) fn printed(&self) -> &str {
        &self.read
    }

    /// Closes standard output.
    pub(crate) fn stop_reading(&mut self) {
        self.stdout = None;
    }

    /// Sends a signal to the program.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success(), "the signal was not sent");
    }

    /// Waits for the end, with standard input still open.
    pub(crate) fn end(mut self) -> Ended {
        let stdin = self.child.stdin.take();
        let rest = self.stdout.take().map(|mut stdout| {
            thread::spawn(move || {
                let mut text = String::new();
                let _bytes = stdout.read_to_string(&mut text);
                text
            })
        });
        let status = self.wait();
        drop(stdin);
        let rest = rest.map(|rest| rest.join().unwrap()).unwrap_or_default();
        let stderr = self.stderr.take().map(|stderr| stderr.join().unwrap()).unwrap_or_default();
        Ended { code: status.code(), stdout: self.read + &rest, stderr }
    }

    /// Closes standard input and waits for the end.
    pub(crate) fn end_of_input(mut self) -> Ended {
        drop(self.child.stdin.take());
        self.end()
    }

    fn wait(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            if begun.elapsed() > PATIENCE {
                let _killed = self.child.kill();
                panic!("the program did not end within {PATIENCE:?}");
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}
