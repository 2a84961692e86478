//! What was counted at each gate before and after: the counts of the last year each date knows of.
use super::concerns::{Concerns, Reach};
use super::{Cell, Moment, RowOf};
use crate::element::Observation;
use crate::row_changes::standing::capacity;
use std::collections::BTreeMap;

/// One count.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// Key of the row.
    pub key: String,
    /// Period as the source names it.
    pub period: String,
    /// Base units a year.
    pub volume: Cell,
    /// Exactly what the source counts.
    pub counts: String,
    /// The row.
    pub row: RowOf,
}

/// Counts of one commodity in one dimension at one gate.
#[derive(Debug, Clone, PartialEq)]
pub struct CountChange {
    /// Kind and key of the gate.
    pub gate: String,
    /// Key of the commodity; empty for all that convert to the unit.
    pub commodity: String,
    /// What was counted before; several where sources differ.
    pub before: Vec<Count>,
    /// What was counted after.
    pub after: Vec<Count>,
    /// Whom and what the gate is about.
    pub concerns: Concerns,
}

/// Gate, commodity and base unit of a series of counts.
type Series = (String, String, &'static str);

/// Series whose counts differ between two moments.
pub fn count_changes(before: Moment, after: Moment) -> Vec<CountChange> {
    let (mut earlier, later) = (latest(before), latest(after));
    let mut found: BTreeMap<Series, (Vec<Count>, Vec<Count>, Concerns)> = BTreeMap::new();
    for (series, (counts, concerns)) in later {
        let (then, about) = earlier.remove(&series).unwrap_or_default();
        found.insert(series, (then, counts, concerns.and(&about)));
    }
    found.extend(earlier.into_iter().map(|(series, (counts, concerns))| (series, (counts, Vec::new(), concerns))));
    let said = |counts: &[Count]| -> Vec<(String, String, Cell)> {
        counts.iter().map(|row| (row.key.clone(), row.period.clone(), row.volume.clone())).collect()
    };
    found
        .into_iter()
        .filter(|(_, (then, now, _))| said(then) != said(now))
        .map(|((gate, commodity, _), (before, after, concerns))| CountChange {
            gate,
            commodity,
            before,
            after,
            concerns,
        })
        .collect()
}

/// Of each series the counts of its last year that is not after the moment's: those of whole years where there are any.
fn latest(moment: Moment) -> BTreeMap<Series, (Vec<Count>, Concerns)> {
    let model = moment.model;
    let reach = Reach::of(model);
    let mut rows: BTreeMap<Series, Vec<(usize, &Observation, i16)>> = BTreeMap::new();
    for (position, row) in model.observations.iter().enumerate() {
        let Some(year) = first_year(&row.period).filter(|year| *year <= moment.date.year()) else { continue };
        if row.provenance.validity.holds(moment.date) {
            let commodity = row.commodity.map_or_else(String::new, |id| model.commodities[id.index()].key.clone());
            let series = (row.element.label(model), commodity, row.volume.dimension().base_name());
            rows.entry(series).or_default().push((position, row, year));
        }
    }
    let pick = |(series, rows): (Series, Vec<(usize, &Observation, i16)>)| {
        let last = rows.iter().map(|(_, row, year)| (*year, row.period.len() == 4)).max()?;
        let of_last = rows.iter().filter(|(_, row, year)| (*year, row.period.len() == 4) == last);
        let mut concerns = reach.about_element(&rows.first()?.1.element);
        concerns.commodities = reach.of_commodity(rows.first()?.1.commodity).or(concerns.commodities);
        let count = |(position, row, _): &(usize, &Observation, i16)| Count {
            key: row.key.clone(),
            period: row.period.clone(),
            volume: capacity(Some(row.volume)),
            counts: row.counts.clone(),
            row: RowOf::new(model, *position, &row.provenance),
        };
        Some((series, (of_last.map(count).collect(), concerns)))
    };
    rows.into_iter().filter_map(pick).collect()
}

/// The year a period begins in: `2021`, `2025-01..2025-09`.
fn first_year(period: &str) -> Option<i16> {
    period.get(..4).and_then(|year| year.parse().ok())
}
