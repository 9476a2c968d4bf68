mod contract {
    use looselycoupled::prelude::*;

    #[derive(Serialize, Deserialize)]
    struct Level(u8);

    #[interface]
    pub trait Dimmer {
        async fn set_level(&self, level: Level) -> Result<(), CallError>;
    }
}

fn main() {}
