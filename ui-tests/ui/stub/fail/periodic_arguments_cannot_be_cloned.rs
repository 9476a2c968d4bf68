use looselycoupled::prelude::*;

struct Plan;

#[derive(Default)]
struct Lamp;

#[module]
impl Lamp {
    #[task(local)]
    fn follow(&mut self, plan: Plan) {
        drop(plan);
    }
}

async fn follow(lamp: LampStub) -> Result<()> {
    lamp.follow(Plan).every(Duration::from_secs(5)).enqueue().await.map(drop)
}

fn main() {}
