//! Addresses that the compiler checks.

use looselycoupled::prelude::*;

use crate::{end, two};

#[tokio::test]
async fn a_checked_address_leads_to_whatever_process_its_module_is_in() {
    let both = two().await;
    for app in [both.1.handle(), both.0.handle()] {
        let filled = exec!(app, "pump.fill", liters = 4, reason = None).await.unwrap();
        assert!(filled == 4 || filled == 12, "{filled}");
        enqueue!(app, "pump.fill", liters = 4).await.unwrap();
    }
    let handle = both.1.handle();
    assert_eq!(exec!(handle, "pump.fill", liters = 0).await.unwrap(), 16);
    end(both).await;
}
