//! Brokers that people run, each started by its script in `tests/brokers` for as long as this process needs it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Scratch, free_port};

/// How long one may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// So many tests can share a RabbitMQ, each at a virtual host of its own.
const HOSTS: usize = 64;

/// Ends with the process that started it, however that ends: its input is closed then. What it kept goes with it if nobody else removes that.
const WATCHED: &str = r#""$@" </dev/null & read -r _
exec setsid --wait bash -c 'kill -9 -- -"$0"; if [ -n "$1" ]; then rm -rf -- "$1"; fi' $$ "$FORGOTTEN""#;

/// Whether brokers are installed. Otherwise this says so, and is a failure where `REQUIRE_BROKERS=1` says that they must be.
#[must_use]
pub fn are_brokers_there() -> bool {
    let needed = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/usr/share/activemq/bin/activemq.jar"];
    let lacking = needed.into_iter().find(|path| !Path::new(path).exists());
    if let Some(lacking) = lacking {
        assert!(std::env::var_os("REQUIRE_BROKERS").is_none(), "{lacking} is not there");
        println!("SKIPPED: {lacking} is not there");
    }
    lacking.is_none()
}

/// A broker, and what it has on disk.
#[derive(Debug)]
pub struct Broker {
    script: &'static str,
    ports: Vec<u16>,
    /// Which of them speaks STOMP.
    stomp: u16,
    hosts: Vec<String>,
    folder: Scratch,
    /// It lives as long as the process does, which drops nothing at its end.
    is_shared: bool,
    running: Mutex<Option<Child>>,
}

impl Broker {
    /// RabbitMQ, with the virtual hosts `test-0`, `test-1` and so on.
    #[must_use]
    pub fn rabbitmq() -> Self {
        Self::rabbitmq_of(false)
    }

    fn rabbitmq_of(is_shared: bool) -> Self {
        let hosts: Vec<String> =
            (0..HOSTS).map(|number| format!("test-{number}")).chain(["/".to_owned()]).collect();
        let list = |entry: &dyn Fn(&String) -> String| hosts.iter().map(entry).collect::<Vec<_>>().join(",");
        let definitions = format!(
            r#"{{"users":[{{"name":"guest","password":"guest","tags":"administrator"}}],"vhosts":[{}],"permissions":[{}]}}"#,
            list(&|host| format!(r#"{{"name":"{host}"}}"#)),
            list(&|host| {
                format!(r#"{{"user":"guest","vhost":"{host}","configure":".*","write":".*","read":".*"}}"#)
            }),
        );
        let ports: Vec<u16> = (0..4).map(|_| free_port()).collect();
        let broker = Self {
            script: "rabbitmq",
            stomp: ports[1],
            ports,
            hosts,
            folder: Scratch::new(),
            is_shared,
            running: Mutex::default(),
        };
        let _path = broker.folder.file("definitions.json", &definitions);
        broker.start();
        broker
    }

    /// One that tests share, and a virtual host that no other test has.
    #[must_use]
    pub fn shared_rabbitmq() -> (&'static Self, String) {
        static SHARED: OnceLock<Broker> = OnceLock::new();
        static LAST: AtomicUsize = AtomicUsize::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        assert!(number < HOSTS, "there are too few virtual hosts");
        (SHARED.get_or_init(|| Self::rabbitmq_of(true)), format!("test-{number}"))
    }

    /// ActiveMQ.
    #[must_use]
    pub fn activemq() -> Self {
        let port = free_port();
        let broker = Self {
            script: "activemq",
            stomp: port,
            ports: vec![port],
            hosts: vec!["/".to_owned()],
            folder: Scratch::new(),
            is_shared: false,
            running: Mutex::default(),
        };
        broker.start();
        broker
    }

    /// Where it speaks STOMP.
    #[must_use]
    pub fn stomp_url(&self) -> String {
        format!("tcp://127.0.0.1:{}", self.stomp)
    }

    /// Where RabbitMQ speaks AMQP.
    #[must_use]
    pub fn amqp_url(&self) -> String {
        format!("amqp://127.0.0.1:{}", self.ports[0])
    }

    /// The port at which it speaks STOMP.
    #[must_use]
    pub const fn stomp_port(&self) -> u16 {
        self.stomp
    }

    /// The queues that RabbitMQ has at a virtual host, in the order of their names.
    #[must_use]
    pub fn queues(&self, host: &str) -> Vec<String> {
        let node = format!("looselycoupled_{}@localhost", self.ports[0]);
        let told = Command::new("/usr/lib/rabbitmq/bin/rabbitmqctl")
            .args(["-n", &node, "list_queues", "-p", host, "--silent", "--no-table-headers", "name"])
            .env("HOME", self.folder.path(""))
            .env("ERL_EPMD_PORT", self.ports[3].to_string())
            .output()
            .unwrap();
        assert!(told.status.success(), "{told:?}");
        let told = String::from_utf8(told.stdout).unwrap();
        let mut queues: Vec<_> = told.lines().map(str::to_owned).collect();
        queues.sort();
        queues
    }

    /// Starts it, with what it has kept. Ready when it can be connected to.
    pub fn start(&self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("brokers").join(self.script);
        let log = std::fs::File::create(self.folder.path("out.log")).unwrap();
        let forgotten = if self.is_shared { self.folder.path("") } else { PathBuf::new() };
        let child = Command::new("bash")
            .env("FORGOTTEN", forgotten)
            .args(["-c", WATCHED, "bash"])
            .arg(script)
            .arg(self.folder.path(""))
            .args(self.ports.iter().map(ToString::to_string))
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .process_group(0)
            .spawn()
            .unwrap();
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        let begun = Instant::now();
        // Those who do not connect again and again need every virtual host, and the last come later than the port.
        for host in &self.hosts {
            while !self.lets_in(host) {
                let log = || std::fs::read_to_string(self.folder.path("out.log"));
                assert!(begun.elapsed() < PATIENCE, "{} does not start: {:?}", self.script, log());
                thread::sleep(Duration::from_millis(20));
            }
        }
    }

    fn lets_in(&self, host: &str) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.stomp)) else { return false };
        let introduction =
            format!("CONNECT\naccept-version:1.2\nhost:{host}\nlogin:guest\npasscode:guest\n\n\0");
        let mut answer = [0; 9];
        let answered =
            stream.write_all(introduction.as_bytes()).and_then(|()| stream.read_exact(&mut answer));
        answered.is_ok() && answer == *b"CONNECTED"
    }

    /// Kills it and all its processes by SIGKILL.
    pub fn kill(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut child) = running {
            drop(child.stdin.take());
            // It kills itself as well.
            let _killed = child.wait();
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
    }
}
