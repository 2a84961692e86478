//! The wire shape of a newcomer of any size.
use crate::wire::losses::{LossesHead, losses_head};
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::newcomer::{BreakEven, Newcomer, Question, Size};
use thalweg_engine::oracle::{Oracle, OracleError};
use thalweg_engine::state::State;

/// Answer of `thalweg depend --new`. Amounts are currency a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NewcomerReport {
    /// Units and base.
    pub head: LossesHead,
    /// What was found.
    #[serde(flatten)]
    pub found: NewcomerRow,
}

/// A newcomer by its size. Amounts are currency a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NewcomerRow {
    /// Scenario that brings it.
    pub scenario: String,
    /// Limits that are its size.
    pub limits: Vec<String>,
    /// Its full size, base units (t, TEU, bbl, m3, MWh) a year.
    pub full: f64,
    /// Cost of the refusal without the scenario.
    pub refusal_without: f64,
    /// From nothing to its full size.
    pub sizes: Vec<SizeRow>,
    /// Least share of its size at which the refusal leaves nothing more undelivered; none where it does at any size.
    pub pivotal_until: Option<f64>,
    /// Whether it fails together with the old one: refused, all of it saves nothing.
    pub fails_together: bool,
    /// What its full size saves without a refusal.
    pub saves_in_calm: f64,
    /// What it saves under the refusal.
    pub saves_when_refused: f64,
    /// Where an annual cost is named: when it is worth it.
    pub worth: Option<WorthRow>,
}

/// The newcomer at one size.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SizeRow {
    /// Share of its full size, 0 to 1.
    pub share: f64,
    /// The size, base units a year.
    pub size: f64,
    /// Cost of the refusal.
    pub refusal: f64,
    /// Fall of that cost for one more unit of size up to here, from the size before.
    pub saved_per_unit: Option<f64>,
    /// Volume more that goes undelivered when refused.
    pub undelivered: f64,
    /// What it carries without a refusal, base units a year.
    pub carried: f64,
    /// Share of the demand that touches the refuser's gates.
    pub exposure: f64,
    /// Concentration of origins, 0 to 10,000; a description.
    pub concentration: f64,
}

/// When a newcomer is worth its annual cost.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WorthRow {
    /// The annual cost.
    pub annual_cost: f64,
    /// `always`, `from` or `never`.
    pub verdict: &'static str,
    /// Probability of a refusal in a year from which it is worth it; only with `from`.
    pub probability: Option<f64>,
    /// Share of its size from which its saving without any refusal pays the cost.
    pub pays_from_share: Option<f64>,
    /// What it carries there, base units a year.
    pub pays_from_carried: Option<f64>,
}

/// The report of a newcomer.
pub fn newcomer_report(
    oracle: &Oracle,
    state: &State,
    (question, found): (&Question, &Newcomer),
    annual_cost: Option<f64>,
) -> Result<NewcomerReport, OracleError> {
    let scenario = &oracle.scenarios()[question.scenario].name;
    Ok(NewcomerReport {
        head: losses_head(oracle, state)?,
        found: newcomer_row(scenario, (question, found), annual_cost),
    })
}

/// A newcomer that a scenario brings.
pub fn newcomer_row(
    scenario: &str,
    (question, found): (&Question, &Newcomer),
    annual_cost: Option<f64>,
) -> NewcomerRow {
    let before = |position: usize| position.checked_sub(1).map(|before| &found.sizes[before]);
    let saved = |position: usize, row: &Size| {
        before(position).map(|before| (before.refusal() - row.refusal()) / ((row.share - before.share) * found.full))
    };
    let size = |(position, row): (usize, &Size)| SizeRow {
        share: row.share,
        size: row.share * found.full,
        refusal: row.refusal(),
        saved_per_unit: saved(position, row).filter(|saved| saved.is_finite()),
        undelivered: row.undelivered,
        carried: row.carried,
        exposure: row.exposure,
        concentration: row.concentration,
    };
    let (saves_in_calm, saves_when_refused) = found.savings();
    NewcomerRow {
        scenario: scenario.to_owned(),
        limits: question.limits.clone(),
        full: found.full,
        refusal_without: found.without.1 - found.without.0,
        sizes: found.sizes.iter().enumerate().map(size).collect(),
        pivotal_until: found.pivotal_until,
        fails_together: found.fails_together,
        saves_in_calm,
        saves_when_refused,
        worth: annual_cost.map(|cost| worth(found, cost)),
    }
}

fn worth(found: &Newcomer, annual_cost: f64) -> WorthRow {
    let (verdict, probability) = match found.break_even(annual_cost) {
        BreakEven::Always => ("always", None),
        BreakEven::From(probability) => ("from", Some(probability)),
        BreakEven::Never => ("never", None),
    };
    let pays = found.pays_from(annual_cost);
    WorthRow {
        annual_cost,
        verdict,
        probability,
        pays_from_share: pays.map(|(share, _)| share),
        pays_from_carried: pays.map(|(_, carried)| carried),
    }
}
