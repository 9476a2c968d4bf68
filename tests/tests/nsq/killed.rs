//! An nsqd that is killed under load, again and again.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use looselycoupled_tests::{Scratch, free_port};

use super::*;

/// A process of its own, which is killed at the latest when this is dropped.
struct Process(Child);

impl Process {
    fn start(port: u16, files: &Scratch) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nsqd"));
        command.arg(port.to_string()).arg(files.path("journal")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // It says when it listens.
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        Self(child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _it_may_have_ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// Has events kept without a pause, and returns those that were confirmed.
async fn write(handle: Handle, ends: Arc<AtomicBool>) -> Vec<u32> {
    let (mut kept, mut number) = (Vec::new(), 0);
    while !ends.load(Ordering::Relaxed) {
        number += 1;
        match handle.trigger_event("order", args! { number }).await {
            Ok(_) => kept.push(number),
            Err(error) => {
                assert!(error.to_string().contains("was not confirmed"), "{error}");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
    kept
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_confirmed_is_handled_though_nsqd_is_killed_five_times() {
    let (files, port, journal) = (Scratch::new(), free_port(), Journal::new());
    let at = |process: &str| {
        let nsq = Nsq::connect([format!("tcp://127.0.0.1:{port}")]);
        App::builder().process(process).provider("nsq", nsq).route_event("order", durable())
    };
    let mut nsqd = Process::start(port, &files);
    let hears = at("hears").module("clerk", Clerk(journal.clone())).start().await.unwrap();
    let sends = at("sends").start().await.unwrap();
    connected(&hears).await;
    connected(&sends).await;
    let ends = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn(write(sends.handle(), Arc::clone(&ends)));
    for _ in 0..5 {
        let before = journal.lines().len();
        noted(&journal, before + 300).await;
        drop(nsqd);
        wait_for(&sends, ProviderState::Connecting).await;
        nsqd = Process::start(port, &files);
        connected(&sends).await;
        connected(&hears).await;
    }
    ends.store(true, Ordering::Relaxed);
    let kept = within(writing).await.unwrap();
    let all_there = async {
        loop {
            let mut found = BTreeMap::<u32, Vec<String>>::new();
            for line in journal.lines() {
                let number = line.split(' ').next().unwrap().parse().unwrap();
                found.entry(number).or_default().push(line);
            }
            if kept.iter().all(|number| found.contains_key(number)) {
                break found;
            }
            tokio::task::yield_now().await;
        }
    };
    let found = within(all_there).await;
    let twice: Vec<_> = found.values().filter(|lines| lines.len() > 1).collect();
    let repeated = hears.handle().providers()[0].repeated;
    println!("{} confirmed, none lost, {repeated} came again and were recognised", kept.len());
    assert!(twice.is_empty(), "handled twice in one process: {twice:?}");
    hears.shutdown().await.unwrap();
    sends.shutdown().await.unwrap();
    drop(nsqd);
}
