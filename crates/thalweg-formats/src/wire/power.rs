//! The wire shape of bargaining power.
use crate::wire::losses::{LossesHead, key, losses_head};
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::games::sampling::Estimate;
use thalweg_engine::oracle::{Oracle, OracleError};
use thalweg_engine::power::{PlayerPower, Power, Table};
use thalweg_engine::state::State;
use thalweg_model::model::Model;

/// Answer of `thalweg power`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PowerReport {
    /// Units and base.
    pub head: LossesHead,
    /// What holds for every figure.
    pub caveats: Vec<&'static str>,
    /// Seed of the sample.
    pub seed: u64,
    /// What was found.
    #[serde(flatten)]
    pub found: PowerRow,
}

/// The power of some players. Amounts are currency a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PowerRow {
    /// Levers whose gates a player outside a coalition shuts to everybody.
    pub levers: Vec<&'static str>,
    /// Cost with the gates of all players shut.
    pub empty_cost: f64,
    /// What all players together save against it: the value that is shared out.
    pub shared: f64,
    /// Orders sampled; 0 where every coalition is valued.
    pub orders: usize,
    /// The players in the order asked for.
    pub players: Vec<PlayerRow>,
    /// Shapley interaction of each pair: positive where they need each other, negative where one replaces the other; only
    /// where every coalition is valued.
    pub interactions: Vec<InteractionRow>,
}

/// One player. Amounts are a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlayerRow {
    /// The player.
    pub player: String,
    /// Bloc it plays in for the Owen value.
    pub bloc: Option<usize>,
    /// Rise of everybody's cost when it alone shuts its gates to all: no theory, a fact of the model.
    pub withdrawal_loss: f64,
    /// Fall of its own welfare then.
    pub own_loss: f64,
    /// Fall of everybody else's.
    pub others_loss: f64,
    /// Gately's propensity to disrupt at what each earns now: the others' loss to its own; none where it loses nothing.
    pub propensity_to_disrupt: Option<f64>,
    /// Shapley value, a normative index; none where the work was stopped.
    pub shapley: Option<EstimateRow>,
    /// Smallest and largest rank by Shapley value; a range where intervals overlap.
    pub ranks: (usize, usize),
    /// Banzhaf value; only where every coalition is valued.
    pub banzhaf: Option<f64>,
    /// Owen value; only with blocs.
    pub owen: Option<f64>,
}

/// A value with its 95 % interval; the ends are the value where it is exact, none where there is one block only.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EstimateRow {
    /// The value.
    pub value: f64,
    /// Lower end.
    pub min: Option<f64>,
    /// Upper end.
    pub max: Option<f64>,
}

/// One pair of players.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InteractionRow {
    /// One.
    pub one: String,
    /// Other.
    pub other: String,
    /// Their interaction.
    pub interaction: f64,
}

/// What holds for every figure of power.
pub const CAVEATS: [&str; 3] = [
    "Shapley, Banzhaf and Owen values are normative indices of bargaining: what each would get if all gains were shared \
     by average contribution. Nobody says they are.",
    "The withdrawal loss beside needs no theory. A player may have a share and no withdrawal loss: it stands in for others.",
    "Players whose intervals overlap are not ranked.",
];

fn estimate(row: Estimate) -> EstimateRow {
    let finite = |end: f64| end.is_finite().then_some(end);
    EstimateRow { value: row.value, min: finite(row.low), max: finite(row.high) }
}

/// The report of the power of some players.
pub fn power_report(oracle: &Oracle, state: &State, table: &Table, found: &Power) -> Result<PowerReport, OracleError> {
    Ok(PowerReport {
        head: losses_head(oracle, state)?,
        caveats: CAVEATS.to_vec(),
        seed: table.seed,
        found: power_row(&oracle.base().model, table, found),
    })
}

/// The power of the players at a table.
pub fn power_row(model: &Model, table: &Table, found: &Power) -> PowerRow {
    let player = |(position, row): (usize, &PlayerPower)| PlayerRow {
        player: key(model, row.actor),
        bloc: table.blocs.as_ref().map(|blocs| blocs[position]),
        withdrawal_loss: row.withdrawal_loss,
        own_loss: row.own_loss,
        others_loss: row.others_loss,
        propensity_to_disrupt: row.propensity_to_disrupt(),
        shapley: row.shapley.map(estimate),
        ranks: row.ranks,
        banzhaf: row.banzhaf,
        owen: row.owen,
    };
    let name = |position: usize| key(model, table.players[position]);
    let pairs = found.interactions.iter().flat_map(|rows| {
        let below = |one: usize| (0..one).map(move |other| (other, one));
        (0..rows.len()).flat_map(below).map(|(one, other)| InteractionRow {
            one: name(one),
            other: name(other),
            interaction: rows[one][other],
        })
    });
    PowerRow {
        levers: table.levers.iter().map(|lever| lever.name()).collect(),
        empty_cost: found.empty_cost,
        shared: found.shared,
        orders: found.orders,
        players: found.players.iter().enumerate().map(player).collect(),
        interactions: pairs.collect(),
    }
}
