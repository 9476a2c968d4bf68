use looselycoupled::prelude::*;

/// Nothing more to say.
#[event]
#[derive(Serialize, Deserialize)]
struct Tick;

#[event]
#[derive(Serialize, Deserialize)]
struct HTTPRequest(String, u8);

#[event(name = "door.moved", crate = ::looselycoupled)]
#[derive(Serialize, Deserialize)]
pub enum DoorMoved {
    Opened,
    Closed(u8),
    Stuck { by: String },
}

const _: () = assert!(matches!(<HTTPRequest as Event>::NAME.as_bytes(), b"http_request"));

fn main() {}
