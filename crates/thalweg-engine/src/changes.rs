//! What changed for somebody between two studies, or two dates of one: rows that differ, and what follows from them.
//!
//! Consequences are read from the least-cost values of both sides, each from its own oracle; none has a solver here.
mod costs;
mod exposures;
mod lens;
mod ways;

pub use costs::{CostChange, Supplied};
pub use exposures::{ExposureChange, RefusalChange, Touched};
pub use ways::{RouteChange, Served, Way};

use crate::oracle::{Oracle, OracleError, Value};
use crate::state::State;
use crate::watch::Watch;
use lens::Lens;
use std::fmt;
use std::sync::Arc;
use thalweg_model::mode::Topic;
use thalweg_model::model::Model;
use thalweg_model::row_changes::counts::{CountChange, count_changes};
use thalweg_model::row_changes::{Moment, RowChange, row_changes};
use thalweg_model::watch_list::Watched;

/// One of the two sides: the values of a study on a date, in a state.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// Its values.
    pub oracle: &'a Oracle,
    /// In this state.
    pub state: &'a State,
}

/// What changed; only what differs is listed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    /// Rows of tables.
    pub rows: Vec<RowChange>,
    /// Counts.
    pub counts: Vec<CountChange>,
    /// Ways of demands, and how they are served.
    pub routes: Vec<RouteChange>,
    /// Cost of supply and what goes without.
    pub costs: Vec<CostChange>,
    /// Whose gates shipments meet.
    pub exposures: Vec<ExposureChange>,
    /// What refusals would cost.
    pub refusals: Vec<RefusalChange>,
    /// Whether the work was stopped before its end.
    pub interrupted: bool,
}

/// Why two studies cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incomparable {
    /// Their money differs.
    Money {
        /// Currency and price year of the earlier.
        before: String,
        /// Currency and price year of the later.
        after: String,
    },
    /// They count a commodity in different units.
    Unit {
        /// The commodity.
        commodity: String,
        /// Unit of the earlier.
        before: String,
        /// Unit of the later.
        after: String,
    },
}

impl fmt::Display for Incomparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Money { before, after } => {
                write!(f, "amounts of one study are in {before}, of the other in {after}; state both in the same money")
            }
            Self::Unit { commodity, before, after } => {
                write!(f, "one study counts `{commodity}` in {before}, the other in {after}; state both in one unit")
            }
        }
    }
}

impl std::error::Error for Incomparable {}

/// Whether amounts and volumes of two studies are in the same money and units.
pub fn comparable(before: &Model, after: &Model) -> Result<(), Incomparable> {
    let money = |model: &Model| format!("{} of {}", model.head.currency, model.head.price_year);
    if money(before) != money(after) {
        return Err(Incomparable::Money { before: money(before), after: money(after) });
    }
    for row in &before.commodities {
        if let Some(other) = after.commodities.iter().find(|other| other.key == row.key && other.unit != row.unit) {
            let [before, after] = [row.unit, other.unit].map(|unit| unit.to_string());
            return Err(Incomparable::Unit { commodity: row.key.clone(), before, after });
        }
    }
    Ok(())
}

/// A side with its value and what of it is watched.
struct Seen<'a> {
    side: Side<'a>,
    value: Arc<Value>,
    lens: Lens,
}

/// What changed from one side to the other of what is watched. The sides must be comparable.
pub fn changes(before: Side, after: Side, watched: &Watched, watch: &dyn Watch) -> Result<Changes, OracleError> {
    let see = |side: Side<'_>| -> Result<(Arc<Value>, Lens), OracleError> {
        let value = side.oracle.value(side.state, watch)?;
        let lens = Lens::of(&value, watched);
        Ok((value, lens))
    };
    let ((value, lens), (value_after, lens_after)) = (see(before)?, see(after)?);
    let sides = [Seen { side: before, value, lens }, Seen { side: after, value: value_after, lens: lens_after }];
    let moments = [&before, &after].map(|side| {
        let instance = side.oracle.base();
        Moment { model: instance.model.as_ref(), date: instance.as_of }
    });
    let mut found = Changes::default();
    let rows = row_changes(moments[0], moments[1]).into_iter();
    found.rows = rows.filter(|row| watched.tells(row.topic) && lens::shows(&sides, row)).collect();
    if watched.tells(Topic::Observed) {
        let counts = count_changes(moments[0], moments[1]).into_iter();
        found.counts = counts.filter(|row| lens::concerns(&sides, &row.concerns)).collect();
    }
    if watched.tells(Topic::Routes) {
        found.routes = ways::route_changes(&sides);
    }
    if watched.tells(Topic::Costs) {
        found.costs = costs::cost_changes(&sides);
    }
    if watched.tells(Topic::Exposure) || watched.tells(Topic::Refusals) {
        let exposures = exposures::exposure_pairs(&sides, watch)?;
        if watched.tells(Topic::Refusals) {
            found.refusals = exposures::refusal_changes(&sides, &exposures, watch)?;
        }
        if watched.tells(Topic::Exposure) {
            found.exposures = exposures.into_iter().filter(ExposureChange::is_change).collect();
        }
    }
    found.interrupted = watch.cancelled();
    Ok(found)
}

/// Relative distance within which two figures are the same.
const SAME: f64 = 1e-9;

/// Whether two figures differ by more than solvers do.
fn differ(one: f64, other: f64) -> bool {
    (one - other).abs() > SAME * one.abs().max(other.abs()).max(1.0)
}
