//! Blanks that no `rate` row fills: an error, because nothing could be said of the row's time or cost.
use crate::ids::CommodityId;
use crate::mode::{Mode, Operation};
use crate::model::{Commodity, Model, Provenance};
use crate::problem::Problem;
use crate::rates::{RateQuestion, most_specific};
use crate::validity::Date;

/// What a row leaves empty.
struct Blanks {
    /// Column of the time, when it is empty.
    time: Option<&'static str>,
    /// Column of the cost, when it is empty.
    cost: Option<&'static str>,
}

/// Reports every blank of a link, transfer or border side that no rate fills.
pub(crate) fn check(model: &Model) -> Vec<Problem> {
    let mut problems = Vec::new();
    links(model, &mut problems);
    transfers(model, &mut problems);
    sides(model, &mut problems);
    problems
}

fn links(model: &Model, problems: &mut Vec<Problem>) {
    for link in &model.links {
        let blanks = blanks([("time", link.time_h.is_none()), ("cost", link.cost.is_none())]);
        for commodity in carried(model, &[link.mode], &link.commodities) {
            let asked = RateQuestion {
                operation: Operation::Move,
                mode: Some(link.mode),
                to_mode: None,
                territory: link.territory,
                commodity,
            };
            unfilled(model, &link.provenance, &blanks, &asked, problems);
        }
    }
}

fn transfers(model: &Model, problems: &mut Vec<Problem>) {
    for row in &model.transfers {
        let blanks = blanks([("time", row.time_h.is_none()), ("cost", row.cost.is_none())]);
        let modes: Vec<Mode> = row.from_mode.into_iter().chain(row.to_mode).collect();
        let (mode, to_mode) = match row.operation {
            Operation::Transfer => (row.from_mode, row.to_mode),
            _ => (row.from_mode.or(row.to_mode), None),
        };
        for commodity in carried(model, &modes, &row.commodities) {
            let territory = model.nodes[row.node.index()].territory;
            let asked = RateQuestion { operation: row.operation, mode, to_mode, territory, commodity };
            unfilled(model, &row.provenance, &blanks, &asked, problems);
        }
    }
}

fn sides(model: &Model, problems: &mut Vec<Problem>) {
    for side in &model.sides {
        let mode = model.crossings[side.crossing.index()].mode;
        let exit = blanks([("exit_time", side.exit.time_h.is_none()), ("exit_cost", side.exit.cost.is_none())]);
        let entry = blanks([("entry_time", side.entry.time_h.is_none()), ("entry_cost", side.entry.cost.is_none())]);
        for commodity in carried(model, &[mode], &[]) {
            for (operation, blanks) in [(Operation::BorderExit, &exit), (Operation::BorderEntry, &entry)] {
                let territory = Some(side.territory);
                let asked = RateQuestion { operation, mode: Some(mode), to_mode: None, territory, commodity };
                unfilled(model, &side.provenance, blanks, &asked, problems);
            }
        }
    }
}

fn blanks([time, cost]: [(&'static str, bool); 2]) -> Blanks {
    let column = |(column, blank): (&'static str, bool)| blank.then_some(column);
    Blanks { time: column(time), cost: column(cost) }
}

/// Commodities that can use all of `modes`, among those a row names.
fn carried(model: &Model, modes: &[Mode], named: &[CommodityId]) -> Vec<CommodityId> {
    let fits = |(id, commodity): &(CommodityId, &Commodity)| {
        modes.iter().all(|mode| commodity.modes.contains(mode)) && (named.is_empty() || named.contains(id))
    };
    let commodities = model.commodities.iter().enumerate().map(|(position, row)| (position.into(), row));
    commodities.filter(fits).map(|(id, _)| id).collect()
}

fn unfilled(
    model: &Model,
    provenance: &Provenance,
    blanks: &Blanks,
    asked: &RateQuestion,
    problems: &mut Vec<Problem>,
) {
    if blanks.time.is_none() && blanks.cost.is_none() {
        return;
    }
    let on = date_asked(model, provenance);
    let rates = model.rates.iter().filter(|rate| on.is_none_or(|on| rate.provenance.validity.holds(on)));
    let rate = most_specific(rates, asked);
    let takes_time = |rate: &crate::model::Rate| match asked.operation {
        Operation::Move => rate.speed_km_h.is_some(),
        _ => rate.time_h.is_some(),
    };
    let wanted = if asked.operation == Operation::Move { "speed" } else { "time" };
    let missing = [
        blanks.time.filter(|_| !rate.is_some_and(takes_time)).map(|column| (column, wanted)),
        blanks.cost.filter(|_| rate.is_none()).map(|column| (column, "cost")),
    ];
    for (column, gives) in missing.into_iter().flatten() {
        let commodity = &model.commodities[asked.commodity.index()].key;
        let modes = [asked.mode, asked.to_mode].into_iter().flatten().map(Mode::name).collect::<Vec<_>>().join(" to ");
        let message = match rate {
            Some(rate) => format!("is empty, and the rate for it ({}) gives no {gives}", rate.provenance.place),
            None => format!("is empty, and no rate for {} by {modes} fits {commodity}", asked.operation),
        };
        let hint = format!("fill it, or give a {gives} in a row of the table rate for {}", asked.operation);
        problems.push(Problem::error(provenance.place.column(column), message).hint(hint));
    }
}

/// The study's date for rows that hold on it; rows of other times may use any rate.
fn date_asked(model: &Model, provenance: &Provenance) -> Option<Date> {
    Some(model.head.as_of).filter(|as_of| provenance.validity.holds(*as_of))
}
