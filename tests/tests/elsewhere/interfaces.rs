//! The stub of an interface, of which the module's type is not known.

use looselycoupled::prelude::*;

use crate::{TankStub, end, two};

#[tokio::test]
async fn an_interface_is_called_in_whatever_process_it_is_implemented() {
    let both = two().await;
    let tank: TankStub = both.1.handle().stub("pump").unwrap();
    assert_eq!(tank.fill(40, Some("thirst".to_owned())).await.unwrap(), 40);
    tank.drain().enqueue().await.unwrap();
    assert_eq!(tank.fill(5, None).await.unwrap(), 5);
    let error = tank.fill(2_000, None).await.unwrap_err();
    let CallError::Failed(failure) = error else { panic!("{error}") };
    assert_eq!(failure.to_string(), "2000 liters are more than the cellar holds");
    end(both).await;
}

async fn fill_up(tank: &impl crate::Tank) -> Result<u32, CallError> {
    tank.fill(100, None).await
}

#[tokio::test]
async fn its_stub_implements_the_trait_there_too() {
    let both = two().await;
    let tank: TankStub = both.1.handle().stub("pump").unwrap();
    assert_eq!(fill_up(&tank).await.unwrap(), 100);
    end(both).await;
}
