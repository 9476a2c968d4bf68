//! That the machine is what the other tests take it for; nothing of looselycoupled is in here.

use std::time::Duration;

use gpiocdev::AbiVersion;
use gpiocdev::line::{Bias, EdgeDetection, EdgeKind, Value};
use gpiocdev::request::Request;

use crate::bench::{Bench, DOOR, LAMP};

#[tokio::test]
async fn the_chip_has_the_lines_that_it_should_have() {
    let Some(bench) = Bench::here().await else { return };
    let chip = gpiocdev::Chip::from_path(bench.chip()).unwrap();
    assert_eq!(chip.info().unwrap().label, bench.label());
    let names: Vec<String> = (0..8).map(|line| chip.line_info(line).unwrap().name).collect();
    assert_eq!(names, ["LAMP", "FAN", "RELAY", "DOOR", "MOTION", "BUTTON", "LEAK", "SPARE"]);
}

#[tokio::test]
async fn both_versions_of_the_interface_reach_the_wires() {
    let Some(bench) = Bench::here().await else { return };
    for version in [AbiVersion::V1, AbiVersion::V2] {
        let request = || {
            let mut request = Request::builder();
            request.on_chip(bench.chip()).using_abi_version(version);
            request
        };
        bench.forget_writes();
        let lamp = request().with_line(LAMP).as_output(Value::Active).request().unwrap();
        assert!(bench.high(LAMP));
        lamp.set_value(LAMP, Value::Inactive).unwrap();
        assert!(!bench.high(LAMP));
        assert_eq!(bench.writes(LAMP).iter().map(|write| write.high).collect::<Vec<_>>(), [true, false]);

        let edges = EdgeDetection::BothEdges;
        let door = request()
            .with_line(DOOR)
            .as_input()
            .with_bias(Bias::PullUp)
            .with_edge_detection(edges)
            .request()
            .unwrap();
        assert!(bench.high(DOOR));
        bench.pull(DOOR, false);
        assert!(door.wait_edge_event(Duration::from_secs(10)).unwrap());
        assert_eq!(door.read_edge_event().unwrap().kind, EdgeKind::Falling);
    }
}

#[tokio::test]
async fn a_chip_that_is_unplugged_is_gone_and_comes_back() {
    let Some(mut bench) = Bench::here().await else { return };
    let chip = bench.chip();
    let lamp = Request::builder().on_chip(&chip).with_line(LAMP).as_output(Value::Active).request().unwrap();
    bench.unplug();
    assert!(!std::fs::exists(&chip).unwrap());
    let gone = lamp.set_value(LAMP, Value::Inactive).unwrap_err().to_string();
    assert!(gone.contains("No such device"), "{gone}");
    bench.plug();
    assert!(std::fs::exists(bench.chip()).unwrap());
}
