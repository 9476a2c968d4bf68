//! Gpio and Click on a real GPIO device, the kernel's simulated chip, in the machine of `tests/gpio-vm`: `bash .ci/gpio`. Elsewhere
//! each test says that it is skipped, and passes.

#![cfg(target_os = "linux")]

mod bench;
mod clicks;
mod crowd;
mod faults;
mod house;
mod inputs;
mod machine;
mod outputs;
mod rhythm;
mod unplugged;

/// Makes two tests of each function, `by_gpiocdev::…` and `by_gpio_cdev::…`: they give it the chip, and the name of their driver.
macro_rules! by_each_driver {
    ($($test:ident)+) => {
        mod by_gpiocdev {
            $($crate::by_driver!("gpiocdev" $test);)+
        }

        mod by_gpio_cdev {
            $($crate::by_driver!("gpio-cdev" $test);)+
        }
    };
}

macro_rules! by_driver {
    ($driver:literal $test:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            if let Some(bench) = $crate::bench::Bench::here().await {
                super::$test(bench, $driver).await;
            }
        }
    };
}
use {by_driver, by_each_driver};
