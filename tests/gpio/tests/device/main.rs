//! Gpio and Click on a real GPIO device, the kernel's simulated chip, in the machine of `tests/gpio-vm`: `bash .ci/gpio`. Elsewhere
//! each test says that it is skipped, and passes.

mod bench;
mod machine;
