//! One line per contestant and metric.

use super::figure;
use crate::harness::Series;

/// Prints `name,metric,median,unit,min,max,reps`.
pub fn print_table(series: &[Series]) {
    println!("name,metric,median,unit,min,max,reps");
    for row in series {
        let Some([least, median, most]) = row.spread() else { continue };
        let cells = [
            row.label.name.clone(),
            row.metric.name.clone(),
            figure(median),
            row.metric.unit.name.into(),
            figure(least),
            figure(most),
            row.figures.len().to_string(),
        ];
        println!("{}", cells.join(","));
    }
}
