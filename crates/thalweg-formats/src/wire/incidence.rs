//! The wire shape of who pays and who earns.
use crate::wire::losses::{LossesHead, key, losses_head};
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::incidence::Incidence;
use thalweg_engine::oracle::{Oracle, OracleError};
use thalweg_engine::state::State;
use thalweg_engine::welfare::ActorWelfare;
use thalweg_model::model::Model;

/// Answer of `thalweg incidence`. Amounts are currency a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IncidenceReport {
    /// Units and base.
    pub head: LossesHead,
    /// Scenario asked about; none for the base alone.
    pub scenario: Option<String>,
    /// Welfare of all in the base: what demand is worth, less what is spent.
    pub total_before: f64,
    /// Welfare of all under the scenario.
    pub total_after: f64,
    /// By state, and by firms that answer to none; the rows add up to the totals. The greatest change first.
    pub rows: Vec<IncidenceActorRow>,
}

/// One state with its firms.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IncidenceActorRow {
    /// The state or firm; none for what nobody named owns.
    pub actor: Option<String>,
    /// In the base.
    pub before: PartsRow,
    /// Under the scenario.
    pub after: PartsRow,
    /// Rise of its welfare.
    pub gain: f64,
}

/// Welfare by part.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartsRow {
    /// What its shipments are worth above what they pay.
    pub surplus: f64,
    /// Rents of scarce capacity by share, suppliers' profit among them.
    pub rents: f64,
    /// Tolls and surcharges received.
    pub tolls: f64,
}

fn parts(row: ActorWelfare) -> PartsRow {
    PartsRow { surplus: row.consumer_surplus, rents: row.rents, tolls: row.tolls }
}

/// The report of an incidence.
pub fn incidence_report(
    oracle: &Oracle,
    scenario: Option<&str>,
    found: &Incidence,
) -> Result<IncidenceReport, OracleError> {
    let model = &oracle.base().model;
    Ok(IncidenceReport {
        head: losses_head(oracle, &State::base())?,
        scenario: scenario.map(str::to_owned),
        total_before: found.total.0,
        total_after: found.total.1,
        rows: incidence_rows(model, found),
    })
}

/// Who pays and who earns, by state.
pub fn incidence_rows(model: &Model, found: &Incidence) -> Vec<IncidenceActorRow> {
    let row = |row: &thalweg_engine::incidence::IncidenceRow| IncidenceActorRow {
        actor: row.actor.map(|actor| key(model, actor)),
        before: parts(row.before),
        after: parts(row.after),
        gain: row.gain(),
    };
    found.rows.iter().map(row).collect()
}
