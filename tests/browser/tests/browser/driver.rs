//! The process that drives the browser.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Chromium may be called so, or where it is from elsewhere.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A running `chromedriver`; it ends with this value.
pub struct Driver {
    process: Child,
    pub port: u16,
    /// The browser that it starts.
    pub browser: String,
    /// Where nobody reads any more, writing would fail.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts one on a free port; says what is missing where it cannot.
    pub fn start() -> Result<Self, String> {
        let browser = BROWSERS
            .into_iter()
            .find_map(program)
            .ok_or_else(|| format!("none of {} is installed", BROWSERS.join(", ")))?;
        let driver = program("chromedriver").ok_or("chromedriver is not installed")?;
        let mut process = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("chromedriver does not start: {error}"))?;
        let mut output = BufReader::new(process.stdout.take().ok_or("chromedriver has no output")?);
        let port = output.by_ref().lines().map_while(Result::ok).find_map(|line| port_in(&line));
        let Some(port) = port else {
            let _ended_already = process.kill();
            return Err("chromedriver does not say on which port it listens".to_owned());
        };
        Ok(Self { process, port, browser, _output: output })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _known = self.process.wait();
    }
}

/// `ChromeDriver was started successfully on port 41213.` Before that it says which port it was given, which is 0.
fn port_in(line: &str) -> Option<u16> {
    let port = line.rsplit_once("on port ")?.1.trim_end_matches('.').parse().ok()?;
    (port != 0).then_some(port)
}

/// Where a program is.
fn program(name: &str) -> Option<String> {
    let path = env::var_os("PATH")?;
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())?;
    found.into_os_string().into_string().ok()
}
