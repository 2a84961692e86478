//! Holdings of one thing on one date that sum to more than the whole.
use crate::mode::HoldingKind;
use crate::model::{Held, Holding, Model};
use crate::problem::Problem;
use crate::validity::Date;
use std::collections::BTreeMap;

/// Shares may exceed the whole by rounding.
const ROUNDING: f64 = 0.001;

/// Reports each thing whose shares of one kind sum to more than 100 %.
pub(crate) fn check(model: &Model) -> Vec<Problem> {
    let mut held: BTreeMap<(Held, HoldingKind), Vec<&Holding>> = BTreeMap::new();
    for holding in &model.holdings {
        held.entry((holding.held, holding.kind)).or_default().push(holding);
    }
    held.iter().filter_map(|((thing, kind), rows)| above_whole(model, *thing, *kind, rows)).collect()
}

fn above_whole(model: &Model, thing: Held, kind: HoldingKind, rows: &[&Holding]) -> Option<Problem> {
    let mut dates: Vec<Date> = rows.iter().filter_map(|row| row.provenance.validity.from).collect();
    dates.push(Date::MIN);
    dates.sort_unstable();
    for date in dates {
        let current = || rows.iter().filter(|row| row.provenance.validity.holds(date));
        let sum: f64 = current().map(|row| row.share).sum();
        if sum > 1.0 + ROUNDING {
            let last = current().map(|row| &row.provenance.place).max()?;
            let name = match thing {
                Held::Asset(asset) => &model.assets[asset.index()].key,
                Held::Firm(firm) => &model.actors[firm.index()].key,
            };
            let since = if date == Date::MIN { String::new() } else { format!(" on {date}") };
            let message = format!("the {kind} shares of `{name}` sum to {:.1} %{since}", sum * 100.0);
            let hint = format!("date the {} rows, or correct a share", current().count());
            return Some(Problem::error(last.column("share_pct"), message).hint(hint));
        }
    }
    None
}
