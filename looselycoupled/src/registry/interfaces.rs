//! Every `#[interface]` that is linked into this program.

use crate::module::{Interface, InterfaceInfo};

/// One interface.
#[derive(Debug)]
pub struct ListedInterface(&'static InterfaceInfo);

impl ListedInterface {
    /// What `#[interface]` lists.
    #[must_use]
    pub const fn of<I: Interface + ?Sized>() -> Self {
        Self(I::INFO)
    }
}

inventory::collect!(ListedInterface);

/// All of them, in no order.
pub(crate) fn listed_interfaces() -> impl Iterator<Item = &'static InterfaceInfo> {
    inventory::iter::<ListedInterface>().map(|listed| listed.0)
}
