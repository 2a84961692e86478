//! What differs between the rows of two studies, or of one study on two dates: begun, ended, altered or passed, in keys.
//!
//! Constants of the calibration table are left out: only the descriptive program reads them.
mod actor_rows;
mod concerns;
pub mod counts;
mod network_rows;
mod standing;
#[cfg(test)]
mod tests;
mod trade_rows;

pub use concerns::Concerns;
pub use standing::{Cell, RowOf};

use crate::mode::{Topic, Turn};
use crate::model::Model;
use crate::validity::{Date, Validity};
use concerns::Reach;
use standing::Standing;
use std::collections::BTreeMap;

/// A study on a date.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The study.
    pub model: &'a Model,
    /// Date its rows are read for.
    pub date: Date,
}

/// One column of a row that says something else.
#[derive(Debug, Clone, PartialEq)]
pub struct CellChange {
    /// Name of the column.
    pub column: &'static str,
    /// What it said.
    pub before: Cell,
    /// What it says.
    pub after: Cell,
}

/// A row that differs, or the part of it that one topic tells.
#[derive(Debug, Clone, PartialEq)]
pub struct RowChange {
    /// Under which topic it is told.
    pub topic: Topic,
    /// Name of the table.
    pub table: &'static str,
    /// Key of the row, or what stands for one.
    pub key: String,
    /// Name for people, empty where the table has none.
    pub name: String,
    /// How it differs.
    pub turn: Turn,
    /// Columns that differ; all that say something where the row begins, ends or passed.
    pub cells: Vec<CellChange>,
    /// The row before.
    pub before: Option<RowOf>,
    /// The row after; of a row that passed, that row.
    pub after: Option<RowOf>,
    /// Whom and what it is about.
    pub concerns: Concerns,
}

/// Rows that differ between two moments, by topic, table and key. Rows that began and ended in between are told where
/// both moments are of one study.
pub fn row_changes(before: Moment, after: Moment) -> Vec<RowChange> {
    let (earlier, later) = (standings(before.model), standings(after.model));
    let one_study = std::ptr::eq(before.model, after.model);
    let (then, now) = (in_force(&earlier, before.date), in_force(&later, after.date));
    let mut found = Vec::new();
    for (key, row) in &then {
        match now.get(key) {
            None => found.push(whole(Turn::Ended, row)),
            Some(other) => found.extend(altered(row, other)),
        }
    }
    found.extend(now.iter().filter(|(key, _)| !then.contains_key(*key)).map(|(_, row)| whole(Turn::Begun, row)));
    if one_study {
        let passed = later.iter().filter(|row| passed(row.provenance.validity, (before.date, after.date)));
        found.extend(passed.map(|row| whole(Turn::Passed, row)));
    }
    found.sort_by(|one, other| {
        (one.topic, one.table, &one.key, one.turn).cmp(&(other.topic, other.table, &other.key, other.turn))
    });
    found
}

fn standings(model: &Model) -> Vec<Standing<'_>> {
    let reach = Reach::of(model);
    let mut rows = network_rows::rows(&reach);
    rows.extend(actor_rows::rows(&reach));
    rows.extend(trade_rows::rows(&reach));
    rows
}

/// Rows that hold on a date by table, key and, where several rows share a key, their order.
fn in_force<'r, 'a>(
    rows: &'r [Standing<'a>],
    date: Date,
) -> BTreeMap<(&'static str, &'r str, usize), &'r Standing<'a>> {
    let mut found = BTreeMap::new();
    let mut seen: BTreeMap<(&'static str, &str), usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.provenance.validity.holds(date)) {
        let count = seen.entry((row.table, &row.key)).or_default();
        found.insert((row.table, row.key.as_str(), *count), row);
        *count += 1;
    }
    found
}

/// Whether a row held some day between two dates, but on neither.
fn passed(validity: Validity, (before, after): (Date, Date)) -> bool {
    validity.from.is_some_and(|from| before < from && from < after) && validity.until.is_some_and(|until| until < after)
}

/// A row of which one side has nothing.
fn whole(turn: Turn, row: &Standing) -> RowChange {
    let cells = row.cells.iter().filter(|(_, _, cell)| *cell != Cell::Blank).map(|(_, column, cell)| {
        let (before, after) = match turn {
            Turn::Ended => (cell.clone(), Cell::Blank),
            Turn::Begun | Turn::Altered | Turn::Passed => (Cell::Blank, cell.clone()),
        };
        CellChange { column, before, after }
    });
    let own = Some(row.origin());
    let (before, after) = if turn == Turn::Ended { (own, None) } else { (None, own) };
    RowChange {
        topic: row.home,
        table: row.table,
        key: row.key.clone(),
        name: row.name.clone(),
        turn,
        cells: cells.collect(),
        before,
        after,
        concerns: row.concerns.clone(),
    }
}

/// What two rows of one key say differently, a change for each topic.
fn altered(before: &Standing, after: &Standing) -> Vec<RowChange> {
    let mut by_topic: BTreeMap<Topic, Vec<CellChange>> = BTreeMap::new();
    for ((topic, column, one), (_, _, other)) in before.cells.iter().zip(&after.cells) {
        if one != other {
            let cell = CellChange { column, before: one.clone(), after: other.clone() };
            by_topic.entry(*topic).or_default().push(cell);
        }
    }
    let change = |(topic, cells)| RowChange {
        topic,
        table: after.table,
        key: after.key.clone(),
        name: after.name.clone(),
        turn: Turn::Altered,
        cells,
        before: Some(before.origin()),
        after: Some(after.origin()),
        concerns: before.concerns.and(&after.concerns),
    };
    by_topic.into_iter().map(change).collect()
}
