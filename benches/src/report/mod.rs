//! The two forms of output.

mod ratios;
mod table;

pub use ratios::print_ratios;
pub use table::print_table;

/// A figure with four significant digits where it is small, without decimals where it is large.
fn figure(value: f64) -> String {
    match value {
        value if value < 100.0 => format!("{value:.2}"),
        value if value < 1000.0 => format!("{value:.1}"),
        value => format!("{value:.0}"),
    }
}
