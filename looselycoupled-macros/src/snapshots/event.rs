/// Somebody moved.
#[event]
#[derive(Serialize, Deserialize)]
pub struct Motion {
    pub room: String,
    pub at: Option<u64>,
}

#[event(name = "door.moved", crate = lc)]
#[derive(Serialize, Deserialize)]
enum DoorMoved {
    Opened,
    Closed(u8),
    Stuck { by: String },
}

#[event]
#[derive(Serialize, Deserialize)]
struct HTTPRequest(String, u8);
