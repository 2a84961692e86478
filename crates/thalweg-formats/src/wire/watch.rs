//! The wire shape of what changed for somebody between two studies or dates.
use crate::wire::evidence::shipment_words;
use crate::wire::losses::{LossesHead, losses_head};
use crate::wire_route::gate_words;
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::changes::{
    Changes, CostChange, ExposureChange, RefusalChange, RouteChange, Served, Side, Supplied, Touched,
};
use thalweg_engine::oracle::OracleError;
use thalweg_model::mode::{Effect, Turn};
use thalweg_model::model::Model;
use thalweg_model::row_changes::counts::{Count, CountChange};
use thalweg_model::row_changes::{Cell, CellChange, RowChange, RowOf};
use thalweg_model::validity::Date;
use thalweg_model::watch_list::Watched;

/// Answer of `thalweg watch`: only what differs is listed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WatchReport {
    /// The earlier side: units, date and cost.
    pub before: LossesHead,
    /// The later side.
    pub after: LossesHead,
    /// What is watched.
    pub watched: WatchedRow,
    /// What holds for every figure.
    pub caveats: Vec<&'static str>,
    /// Rows of tables, by topic.
    pub rows: Vec<ChangedRow>,
    /// Counts, by gate.
    pub observed: Vec<CountsRow>,
    /// Demands, those whose price times volume moved most first.
    pub routes: Vec<RouteChangeRow>,
    /// Supply of beneficiaries, those whose cost moved most first.
    pub costs: Vec<CostChangeRow>,
    /// Exposures, those whose share moved most first.
    pub exposures: Vec<ExposureChangeRow>,
    /// Costs of refusals, those that moved most first.
    pub refusals: Vec<RefusalChangeRow>,
}

/// What is watched; an empty list of one kind watches all of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WatchedRow {
    /// Key of the study's watch list, empty where none is used.
    pub list: String,
    /// Actors.
    pub actors: Vec<String>,
    /// Kind and key of gates and corridors.
    pub gates: Vec<String>,
    /// Commodities.
    pub commodities: Vec<String>,
    /// Topics told.
    pub topics: Vec<&'static str>,
}

/// A row of a table that differs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangedRow {
    /// rules, statuses, capacities, charges, holdings, relations, hazards, demand or supply.
    pub topic: &'static str,
    /// Table.
    pub table: &'static str,
    /// Key, or what stands for one.
    pub key: String,
    /// Name for people, empty where there is none.
    pub name: String,
    /// begun, ended, altered, or passed where it began and ended in between.
    pub turn: &'static str,
    /// First day of the difference, empty where no row says.
    pub since: String,
    /// A rule in words; empty for other tables.
    pub words: String,
    /// Columns that differ, or what the row says.
    pub cells: Vec<ChangedCell>,
    /// First day of the row told, empty where open.
    pub valid_from: String,
    /// Last day of the row told, empty where open.
    pub valid_until: String,
    /// Source keys of the row told.
    pub sources: Vec<String>,
    /// Its confidence.
    pub confidence: &'static str,
    /// Its note.
    pub note: String,
}

/// A column that differs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangedCell {
    /// Its name.
    pub column: &'static str,
    /// Before, null where nothing stood.
    pub before: Option<CellWire>,
    /// After.
    pub after: Option<CellWire>,
    /// Unit of numbers; empty for words.
    pub unit: String,
}

/// What a column says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum CellWire {
    /// A word, key or list of keys.
    Words(String),
    /// A number with its range.
    Number {
        /// The number.
        value: f64,
        /// Low end of its range.
        low: Option<f64>,
        /// High end of its range.
        high: Option<f64>,
    },
}

/// Counts at one gate.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CountsRow {
    /// Kind and key of the gate.
    pub gate: String,
    /// Commodity, empty for all that convert to the unit.
    pub commodity: String,
    /// Counts of the last year the earlier date knows; several where sources differ.
    pub before: Vec<CountRow>,
    /// Counts of the last year the later date knows.
    pub after: Vec<CountRow>,
    /// Least factor from a count before to one after; null where a side has none.
    pub times_min: Option<f64>,
    /// Greatest factor.
    pub times_max: Option<f64>,
}

/// One count.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CountRow {
    /// Key.
    pub key: String,
    /// Period as the source names it.
    pub period: String,
    /// How much, a year.
    pub volume: f64,
    /// Its unit.
    pub unit: String,
    /// Exactly what the source counts.
    pub counts: String,
    /// Source keys.
    pub sources: Vec<String>,
    /// Confidence of the row.
    pub confidence: &'static str,
}

/// A demand on both sides; null where a side does not have it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RouteChangeRow {
    /// Key of the demand.
    pub demand: String,
    /// Commodity.
    pub commodity: String,
    /// Its unit; volumes are a year.
    pub unit: String,
    /// Place it starts from, empty where any supplier may serve it.
    pub origin: String,
    /// Place it goes to.
    pub destination: String,
    /// Before.
    pub before: Option<ServedRow>,
    /// After.
    pub after: Option<ServedRow>,
}

/// How a demand is served, and its cheapest way.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ServedRow {
    /// What is wanted.
    pub volume: f64,
    /// What is not delivered of it.
    pub unserved: f64,
    /// Delivered price under capacities, currency per unit.
    pub price: f64,
    /// The cheapest way whatever the capacities; null where there is none.
    pub way: Option<WayRow>,
}

/// A way.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WayRow {
    /// Generalised cost, currency per unit.
    pub cost: f64,
    /// Days.
    pub days: f64,
    /// Root of the summed variances, days.
    pub days_sd: f64,
    /// km.
    pub length_km: f64,
    /// Territories in order.
    pub territories: Vec<String>,
    /// Modes in order.
    pub modes: Vec<&'static str>,
    /// Corridors in order.
    pub corridors: Vec<String>,
    /// Supplier it starts from, empty where the demand has its own origin.
    pub supply: String,
}

/// A beneficiary's supply of a commodity on both sides.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CostChangeRow {
    /// The beneficiary: state of shipper, origin or destination.
    pub beneficiary: String,
    /// Commodity.
    pub commodity: String,
    /// Its unit; volumes are a year.
    pub unit: String,
    /// Before; null where it wants none.
    pub before: Option<SuppliedRow>,
    /// After.
    pub after: Option<SuppliedRow>,
}

/// What a beneficiary's supply amounts to in a year.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SuppliedRow {
    /// What is wanted.
    pub wanted: f64,
    /// What is delivered.
    pub delivered: f64,
    /// Generalised cost of what is delivered, currency.
    pub delivery_cost: f64,
    /// Cost of what is not, currency.
    pub unserved_cost: f64,
    /// Generalised cost of one unit delivered; null where nothing is.
    pub unit_cost: Option<f64>,
}

/// An exposure on both sides; null where nothing can touch.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExposureChangeRow {
    /// Who benefits from the shipments.
    pub beneficiary: String,
    /// Who could act.
    pub actor: String,
    /// territory, operation, ownership or supply; never merged.
    pub lever: &'static str,
    /// Commodity.
    pub commodity: String,
    /// Its unit; volumes are a year.
    pub unit: String,
    /// Before.
    pub before: Option<TouchedRow>,
    /// After.
    pub after: Option<TouchedRow>,
}

/// How much meets the gates.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TouchedRow {
    /// In the flow found.
    pub touching: f64,
    /// Least over equally cheap flows; null where not proven.
    pub min: Option<f64>,
    /// Greatest over equally cheap flows.
    pub max: Option<f64>,
    /// What it is a share of.
    pub demand: f64,
    /// Share of the flow found, 0 to 1.
    pub share: f64,
}

/// The cost of a refusal on both sides; null where a side lacks a party.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefusalChangeRow {
    /// Who is refused.
    pub beneficiary: String,
    /// Who refuses.
    pub actor: String,
    /// By this lever.
    pub lever: &'static str,
    /// Shipments of this commodity.
    pub commodity: String,
    /// Rise of the whole system's cost before, currency a year.
    pub before: Option<f64>,
    /// The same after.
    pub after: Option<f64>,
}

/// What holds for every figure of a watch.
pub const CAVEATS: [&str; 4] = [
    "Consequences are differences of two least-cost programs; no single row is shown to be their cause.",
    "A shipment counts for each of its beneficiaries, so rows of different beneficiaries do not add up.",
    "Ways are the cheapest whatever the capacities; prices, volumes and exposures are under capacities.",
    "Demand of one date may be a figure for every year: see the notes of the demand table.",
];

/// The report of what changed.
pub fn watch_report(
    (before, after): (Side, Side),
    (list, watched): (&str, &Watched),
    found: &Changes,
) -> Result<WatchReport, OracleError> {
    let models = [before, after].map(|side| side.oracle.base().model.clone());
    let models = [models[0].as_ref(), models[1].as_ref()];
    let mut report = WatchReport {
        before: losses_head(before.oracle, before.state)?,
        after: losses_head(after.oracle, after.state)?,
        watched: WatchedRow {
            list: list.to_owned(),
            actors: watched.actors.iter().cloned().collect(),
            gates: watched.gates.iter().map(ToString::to_string).collect(),
            commodities: watched.commodities.iter().cloned().collect(),
            topics: watched.topics.iter().map(|topic| topic.name()).collect(),
        },
        caveats: CAVEATS.to_vec(),
        rows: found.rows.iter().map(|row| changed_row(models, row)).collect(),
        observed: found.counts.iter().map(counts_row).collect(),
        routes: found.routes.iter().map(|row| route_row(models, row)).collect(),
        costs: found.costs.iter().map(|row| cost_row(models, row)).collect(),
        exposures: found.exposures.iter().map(|row| exposure_row(models, row)).collect(),
        refusals: found.refusals.iter().map(refusal_row).collect(),
    };
    let moved = |one: Option<f64>, other: Option<f64>| (other.unwrap_or(0.0) - one.unwrap_or(0.0)).abs();
    let paid = |side: &Option<ServedRow>| side.as_ref().map(|row| row.price * row.volume);
    sort_by_size(&mut report.routes, |row| moved(paid(&row.before), paid(&row.after)));
    let spent = |side: &Option<SuppliedRow>| side.as_ref().map(|row| row.delivery_cost + row.unserved_cost);
    sort_by_size(&mut report.costs, |row| moved(spent(&row.before), spent(&row.after)));
    let share = |side: &Option<TouchedRow>| side.as_ref().map(|row| row.share);
    sort_by_size(&mut report.exposures, |row| moved(share(&row.before), share(&row.after)));
    sort_by_size(&mut report.refusals, |row| moved(row.before, row.after));
    Ok(report)
}

/// The greatest first; what is equal keeps its order.
fn sort_by_size<T>(rows: &mut [T], size: impl Fn(&T) -> f64) {
    rows.sort_by(|one, other| size(other).total_cmp(&size(one)));
}

fn day(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

fn changed_row([before, after]: [&Model; 2], row: &RowChange) -> ChangedRow {
    let own = row.after.as_ref().or(row.before.as_ref());
    let day_after = |of: &RowOf| of.until.and_then(|until| until.tomorrow().ok());
    let since = match row.turn {
        Turn::Begun | Turn::Passed => row.after.as_ref().and_then(|of| of.from),
        Turn::Ended => row.before.as_ref().and_then(day_after),
        Turn::Altered => row.after.as_ref().and_then(|of| of.from).or_else(|| row.before.as_ref().and_then(day_after)),
    };
    let words = match (row.table, &row.after, &row.before) {
        ("rule", Some(of), _) => rule_words(after, of.position),
        ("rule", None, Some(of)) => rule_words(before, of.position),
        _ => String::new(),
    };
    ChangedRow {
        topic: row.topic.name(),
        table: row.table,
        key: row.key.clone(),
        name: row.name.clone(),
        turn: row.turn.name(),
        since: day(since),
        words,
        cells: row.cells.iter().map(changed_cell).collect(),
        valid_from: day(own.and_then(|of| of.from)),
        valid_until: day(own.and_then(|of| of.until)),
        sources: own.map_or_else(Vec::new, |of| of.sources.clone()),
        confidence: own.map_or("", |of| of.confidence.name()),
        note: own.map_or_else(String::new, |of| of.note.clone()),
    }
}

/// A rule in words: `RUS by territory: deny, all shipments, at territory RUS`.
fn rule_words(model: &Model, position: usize) -> String {
    let rule = &model.rules[position];
    let amount = match rule.effect {
        Effect::Permit | Effect::Deny => String::new(),
        Effect::Surcharge | Effect::Delay | Effect::Quota => format!(" {}", rule.value.value),
    };
    let after = rule.after.as_ref().map_or_else(String::new, |gate| format!(", after {}", gate_words(model, gate)));
    format!(
        "{} by {}: {}{amount}, {}, at {}{after}",
        model.actors[rule.actor.index()].key,
        rule.lever,
        rule.effect,
        shipment_words(model, &rule.shipment),
        gate_words(model, &rule.gate)
    )
}

fn changed_cell(cell: &CellChange) -> ChangedCell {
    let wire = |cell: &Cell| match cell {
        Cell::Blank => None,
        Cell::Words(text) => Some(CellWire::Words(text.clone())),
        Cell::Amount(amount, _) => Some(CellWire::Number { value: amount.value, low: amount.low, high: amount.high }),
    };
    let unit = match (&cell.before, &cell.after) {
        (_, Cell::Amount(_, unit)) | (Cell::Amount(_, unit), _) => unit.clone(),
        _ => String::new(),
    };
    ChangedCell { column: cell.column, before: wire(&cell.before), after: wire(&cell.after), unit }
}

fn counts_row(row: &CountChange) -> CountsRow {
    let [before, after] = [&row.before, &row.after].map(|counts| counts.iter().map(count_row).collect::<Vec<_>>());
    let factors = before.iter().filter(|count| count.volume > 0.0);
    let factors: Vec<f64> = factors.flat_map(|one| after.iter().map(move |other| other.volume / one.volume)).collect();
    CountsRow {
        gate: row.gate.clone(),
        commodity: row.commodity.clone(),
        times_min: factors.iter().copied().min_by(f64::total_cmp),
        times_max: factors.iter().copied().max_by(f64::total_cmp),
        before,
        after,
    }
}

fn count_row(count: &Count) -> CountRow {
    let (volume, unit) = match &count.volume {
        Cell::Amount(amount, unit) => (amount.value, unit.clone()),
        Cell::Blank | Cell::Words(_) => (0.0, String::new()),
    };
    CountRow {
        key: count.key.clone(),
        period: count.period.clone(),
        volume,
        unit,
        counts: count.counts.clone(),
        sources: count.row.sources.clone(),
        confidence: count.row.confidence.name(),
    }
}

/// Unit of a commodity that either study has.
fn unit(models: [&Model; 2], commodity: &str) -> String {
    let rows = models.into_iter().rev().flat_map(|model| &model.commodities);
    rows.into_iter().find(|row| row.key == commodity).map_or_else(String::new, |row| row.unit.to_string())
}

fn route_row(models: [&Model; 2], row: &RouteChange) -> RouteChangeRow {
    let served = |side: &Served| ServedRow {
        volume: side.volume,
        unserved: side.unserved,
        price: side.price,
        way: side.way.as_ref().map(|way| WayRow {
            cost: way.cost,
            days: way.time_h / 24.0,
            days_sd: way.time_sd_h / 24.0,
            length_km: way.length_km,
            territories: way.territories.clone(),
            modes: way.modes.clone(),
            corridors: way.corridors.clone(),
            supply: way.supply.clone(),
        }),
    };
    RouteChangeRow {
        demand: row.demand.clone(),
        commodity: row.commodity.clone(),
        unit: unit(models, &row.commodity),
        origin: row.origin.clone(),
        destination: row.destination.clone(),
        before: row.before.as_ref().map(served),
        after: row.after.as_ref().map(served),
    }
}

fn cost_row(models: [&Model; 2], row: &CostChange) -> CostChangeRow {
    let supplied = |side: &Supplied| SuppliedRow {
        wanted: side.wanted,
        delivered: side.delivered,
        delivery_cost: side.delivery,
        unserved_cost: side.unserved,
        unit_cost: side.unit_cost(),
    };
    CostChangeRow {
        beneficiary: row.beneficiary.clone(),
        commodity: row.commodity.clone(),
        unit: unit(models, &row.commodity),
        before: row.before.as_ref().map(supplied),
        after: row.after.as_ref().map(supplied),
    }
}

fn exposure_row(models: [&Model; 2], row: &ExposureChange) -> ExposureChangeRow {
    let touched = |side: Touched| TouchedRow {
        touching: side.touching,
        min: side.ends.map(|(least, _)| least),
        max: side.ends.map(|(_, most)| most),
        demand: side.demand,
        share: side.share(),
    };
    ExposureChangeRow {
        beneficiary: row.beneficiary.clone(),
        actor: row.actor.clone(),
        lever: row.lever.name(),
        commodity: row.commodity.clone(),
        unit: unit(models, &row.commodity),
        before: row.before.map(touched),
        after: row.after.map(touched),
    }
}

fn refusal_row(row: &RefusalChange) -> RefusalChangeRow {
    RefusalChangeRow {
        beneficiary: row.beneficiary.clone(),
        actor: row.actor.clone(),
        lever: row.lever.name(),
        commodity: row.commodity.clone(),
        before: row.before,
        after: row.after,
    }
}
