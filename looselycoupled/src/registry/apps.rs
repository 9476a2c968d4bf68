//! Every `app!` that is linked into this program.

use crate::module::AppTable;

/// One `app!`.
#[derive(Debug)]
pub struct ListedApp(pub &'static AppTable);

inventory::collect!(ListedApp);

/// All of them, in the order of their places in the source.
pub(crate) fn listed_apps() -> Vec<&'static AppTable> {
    let mut tables: Vec<_> = inventory::iter::<ListedApp>().map(|listed| listed.0).collect();
    tables.sort_by_key(|table| (table.location.file, table.location.line));
    tables
}
