//! Tornado of closures: a bar for each closed element, what all lose to the right, what those who gain from it to the left.
use crate::report::charts::{Bar, bars};
use crate::report::html::picture;
use crate::report::number::axis;
use crate::report::page::Page;
use crate::report::power_page::split;
use crate::wire::losses::ClosureRow;

/// Bars of a tornado at most.
const BARS_MAX: usize = 20;
/// Of a loss, what a gain is at least to be drawn.
const GAIN_LEAST: f64 = 0.005;

/// Closures with the kind of each, the costliest first; `note` stands below.
pub fn tornado(page: &Page, title: &str, rows: &[(&str, &ClosureRow)], note: &str) -> String {
    let mut rows: Vec<_> = rows.iter().filter(|(_, row)| row.change.loss > 0.0).collect();
    rows.sort_by(|one, other| other.1.change.loss.total_cmp(&one.1.change.loss));
    let gains = rows.iter().take(BARS_MAX).any(|(_, row)| gain(row) > 0.0);
    let shown: Vec<Bar> = rows.iter().take(BARS_MAX).map(|(kind, row)| bar(page, kind, row)).collect();
    let mut legend =
        vec![("rerouting", "rerouting"), ("unserved", "no longer delivered"), ("benefit", "saved elsewhere")];
    if gains {
        legend.push(("s5", "gains of others"));
    }
    let title = format!("{title}, {}", page.money());
    picture(&title, note, &bars(&title, &page.money(), &legend, &shown))
}

/// What those gain who gain from a closure; 0 where it is too little to be seen.
fn gain(row: &ClosureRow) -> f64 {
    let gained: f64 = row.welfare_loss.values().map(|loss| (-loss).max(0.0)).sum();
    if gained >= GAIN_LEAST * row.change.loss { gained } else { 0.0 }
}

fn bar(page: &Page, kind: &str, row: &ClosureRow) -> Bar {
    let mut parts = split(row.change.rerouting, row.change.unserved);
    let mut note = axis(row.change.loss);
    let gained = gain(row);
    if gained > 0.0 {
        parts.push((-gained, "s5"));
        let most = row.welfare_loss.iter().min_by(|one, other| one.1.total_cmp(other.1));
        note += &most.map_or_else(String::new, |(actor, loss)| format!("; {actor} gains {}", axis(-loss)));
    }
    Bar { label: format!("{} ({kind})", page.named(kind, &row.subject)), parts, note }
}
