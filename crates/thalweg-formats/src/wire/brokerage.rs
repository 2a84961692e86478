//! The wire shape of brokerage: of trade as a cost, of relations as a description.
use crate::wire::losses::{LossesHead, key, losses_head};
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::brokerage::{Broker, Relations};
use thalweg_engine::oracle::{Oracle, OracleError};
use thalweg_engine::state::State;
use thalweg_model::ids::ActorId;
use thalweg_model::model::Model;

/// Answer of `thalweg broker`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BrokerReport {
    /// Units and base.
    pub head: LossesHead,
    /// What was found.
    #[serde(flatten)]
    pub found: BrokersRow,
    /// What holds for every figure.
    pub caveats: Vec<&'static str>,
}

/// Who stands between whom.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BrokersRow {
    /// Pairs of states that trade and have no admissible way on their own territories and nobody's.
    pub pairs_apart: Vec<(String, String)>,
    /// States that trade of such pairs touches, by lever; the costliest first.
    pub brokers: Vec<BrokerRow>,
    /// The relations table described; none where the study has none.
    pub relations: Option<RelationsRow>,
}

/// One broker of trade. Amounts are currency a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BrokerRow {
    /// The state.
    pub actor: String,
    /// By which lever it could refuse.
    pub lever: &'static str,
    /// Sum over the pairs, each refused alone.
    pub cost: f64,
    /// The pairs, the dearest first.
    pub pairs: Vec<BrokeredRow>,
}

/// One pair that a broker could refuse.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BrokeredRow {
    /// One state.
    pub one: String,
    /// The other.
    pub other: String,
    /// Rise of everybody's cost when the broker refuses their trade.
    pub cost: f64,
}

/// Relations described.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RelationsRow {
    /// By state.
    pub states: Vec<RelationalStateRow>,
    /// Triangles of three signs.
    pub triangles: usize,
    /// Those of them whose signs multiply to plus.
    pub balanced: usize,
    /// Fewest relations that do not fit two camps.
    pub frustration_index: usize,
    /// Whether no two camps fit better.
    pub exact: bool,
}

/// One state among its relations.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RelationalStateRow {
    /// The state.
    pub actor: String,
    /// Ordered pairs it stands between, all of one bloc.
    pub coordinator: usize,
    /// Pairs of one bloc, not its own.
    pub itinerant: usize,
    /// From another bloc into its own.
    pub gatekeeper: usize,
    /// From its own bloc to another.
    pub representative: usize,
    /// Between blocs, neither its own.
    pub liaison: usize,
    /// Burt's constraint.
    pub constraint: Option<f64>,
    /// Effective size of its circle of friends.
    pub effective_size: Option<f64>,
    /// Share of the pairs of others whose shortest chains of friends pass it, 0 to 1.
    pub betweenness: f64,
}

/// What holds for every broker.
pub const CAVEATS: [&str; 3] = [
    "A broker's cost is what its refusing a pair would cost all, pair by pair; pairs and levers overlap.",
    "Roles, constraint, betweenness and camps describe a table of relations. They close no border and predict nothing.",
    "A pair counts as apart when every way between the two crosses a third state's territory under the rules of the date.",
];

fn broker_row(model: &Model, row: &Broker) -> BrokerRow {
    let pair = |((one, other), cost): &((_, _), f64)| BrokeredRow {
        one: key(model, *one),
        other: key(model, *other),
        cost: *cost,
    };
    BrokerRow {
        actor: key(model, row.actor),
        lever: row.lever.name(),
        cost: row.cost(),
        pairs: row.pairs.iter().map(pair).collect(),
    }
}

/// The report of brokerage.
pub fn broker_report(
    oracle: &Oracle,
    state: &State,
    (brokers, relations): (&[Broker], Option<&Relations>),
) -> Result<BrokerReport, OracleError> {
    let base = oracle.value(state, &thalweg_engine::watch::Silent)?;
    let apart = thalweg_engine::brokerage::pairs_without_a_direct_way(&base);
    Ok(BrokerReport {
        head: losses_head(oracle, state)?,
        found: brokers_row(&oracle.base().model, (brokers, relations), &apart),
        caveats: CAVEATS.to_vec(),
    })
}

/// Brokers, relations and the pairs of states without a direct way.
pub fn brokers_row(
    model: &Model,
    (brokers, relations): (&[Broker], Option<&Relations>),
    apart: &[(ActorId, ActorId)],
) -> BrokersRow {
    let state_row = |row: &thalweg_engine::brokerage::RelationalRow| RelationalStateRow {
        actor: key(model, row.actor),
        coordinator: row.roles.coordinator,
        itinerant: row.roles.itinerant,
        gatekeeper: row.roles.gatekeeper,
        representative: row.roles.representative,
        liaison: row.roles.liaison,
        constraint: row.constraint,
        effective_size: row.effective_size,
        betweenness: row.betweenness,
    };
    BrokersRow {
        pairs_apart: apart.iter().map(|(one, other)| (key(model, *one), key(model, *other))).collect(),
        brokers: brokers.iter().map(|row| broker_row(model, row)).collect(),
        relations: relations.map(|found| RelationsRow {
            states: found.rows.iter().map(state_row).collect(),
            triangles: found.triangles.0,
            balanced: found.triangles.1,
            frustration_index: found.two_camps.unfit,
            exact: found.two_camps.exact,
        }),
    }
}
