//! The wire shape of refusals with all that stands around them.
use crate::wire::losses::{RefusalRow, RefusalsReport, key, refusal_row, refusals_report};
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::oracle::{Oracle, OracleError};
use thalweg_engine::refusal::Refusal;
use thalweg_engine::stakes::{Exchange, SharedAsset, Stakes};
use thalweg_engine::state::State;
use thalweg_model::ids::ActorId;
use thalweg_model::model::Model;

/// Answer of `thalweg refuse`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefuseReport {
    /// Every refusal at the short horizon.
    #[serde(flatten)]
    pub short: RefusalsReport,
    /// What stands around each, in the same order; empty where not asked for.
    pub stakes: Vec<StakesRow>,
    /// Trade of the pair both ways, where one refuser and one refused are named.
    pub exchanges: Vec<ExchangeRow>,
    /// The same refusals at the long horizon; empty where none is named.
    pub long: Vec<RefusalRow>,
    /// Scenarios that have ramped up by the long horizon.
    pub long_scenarios: Vec<String>,
    /// What holds for every figure.
    pub caveats: Vec<&'static str>,
}

/// What stands around one refusal. Amounts are currency a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StakesRow {
    /// Who says no.
    pub by: String,
    /// To whom.
    pub of: String,
    /// By which lever.
    pub lever: &'static str,
    /// Volume times delivered price of the refused's trade.
    pub trade_paid: f64,
    /// Volume times cost of not being served of the refused's trade.
    pub trade_worth: f64,
    /// Harm as a share of what the trade is worth.
    pub harm_of_worth: Option<f64>,
    /// Fall of the refuser's welfare: surplus of its own shippers.
    pub self_surplus: f64,
    /// Rents by ownership share; a supplier's profit is the rent of its limited supply.
    pub self_rents: f64,
    /// Tolls and surcharges.
    pub self_tolls: f64,
    /// At other costs of not being served.
    pub by_unserved_cost: Vec<FactorPairRow>,
    /// The most harmful refusal the refused has in turn.
    pub in_turn: Option<InTurnRow>,
    /// (harm - harm in turn) / (harm + harm in turn).
    pub asymmetry: Option<f64>,
    /// The smaller of both harms: what binds them.
    pub mutual_stake: f64,
    /// Sum over shared assets of both shares times what passes.
    pub co_ownership: f64,
    /// Assets both hold.
    pub shared_assets: Vec<SharedAssetRow>,
    /// Others who lose, the greatest loss first.
    pub harmed: Vec<AmountRow>,
    /// Others who gain, the greatest gain first.
    pub gainers: Vec<AmountRow>,
}

/// An actor and an amount.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AmountRow {
    /// Who.
    pub actor: String,
    /// Currency a year.
    pub amount: f64,
}

/// A pair at another cost of not being served.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FactorPairRow {
    /// Factor on the cost of not being served.
    pub factor: f64,
    /// Harm to the refused.
    pub harm: f64,
    /// Cost to the refuser.
    pub self_cost: f64,
}

/// What the refused could do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InTurnRow {
    /// By which lever.
    pub lever: &'static str,
    /// Harm to the first refuser.
    pub harm: f64,
    /// What it would cost the refused.
    pub self_cost: f64,
}

/// An asset both hold a part of.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SharedAssetRow {
    /// The asset.
    pub asset: String,
    /// Share of the refuser, 0 to 1.
    pub refuser: f64,
    /// Share of the refused.
    pub refused: f64,
    /// Volume times delivered price of what passes.
    pub paid: f64,
}

/// One commodity traded one way between the pair.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExchangeRow {
    /// From this state.
    pub from: String,
    /// To this one.
    pub to: String,
    /// What.
    pub commodity: String,
    /// Volume delivered, units a year.
    pub volume: f64,
    /// Its unit.
    pub unit: String,
    /// Volume times delivered price.
    pub paid: f64,
    /// Fall of the receiver's welfare when the sender stops it.
    pub receiver_loss: f64,
    /// Fall of the sender's welfare then.
    pub sender_loss: f64,
}

/// What holds for every refusal.
pub const CAVEATS: [&str; 4] = [
    "Room for coercion is an upper bound on a one-shot demand, not a forecast.",
    "Harm that rests on what goes undelivered follows the cost of not being served: see the factors.",
    "Levers overlap and are never added up.",
    "Amounts are of modelled trade, a year, at least cost; capacities are those of the horizon named.",
];

fn amounts(model: &Model, rows: Vec<(ActorId, f64)>) -> Vec<AmountRow> {
    rows.into_iter().map(|(actor, amount)| AmountRow { actor: key(model, actor), amount }).collect()
}

/// One refusal's stakes in the study's keys.
pub fn stakes_row(model: &Model, row: &Stakes) -> StakesRow {
    let harm = row.refusal.harm_to_refused();
    let asset = |shared: &SharedAsset| SharedAssetRow {
        asset: model.assets[shared.asset.index()].key.clone(),
        refuser: shared.refuser,
        refused: shared.refused,
        paid: shared.paid,
    };
    StakesRow {
        by: key(model, row.refusal.by),
        of: key(model, row.refusal.of),
        lever: row.refusal.lever.name(),
        trade_paid: row.trade_paid,
        trade_worth: row.trade_worth,
        harm_of_worth: (row.trade_worth > 0.0).then(|| harm / row.trade_worth),
        self_surplus: row.self_cost.consumer_surplus,
        self_rents: row.self_cost.rents,
        self_tolls: row.self_cost.tolls,
        by_unserved_cost: row
            .by_unserved_cost
            .iter()
            .map(|&(factor, harm, self_cost)| FactorPairRow { factor, harm, self_cost })
            .collect(),
        in_turn: row.in_turn.as_ref().map(|turn| InTurnRow {
            lever: turn.lever.name(),
            harm: turn.harm_to_refused(),
            self_cost: turn.self_cost(),
        }),
        asymmetry: row.asymmetry(),
        mutual_stake: row.mutual_stake(),
        co_ownership: row.co_ownership(),
        shared_assets: row.shared_assets.iter().map(asset).collect(),
        harmed: amounts(model, row.harmed()),
        gainers: amounts(model, row.gainers()),
    }
}

/// One flow between a pair in the study's keys.
pub fn exchange_row(model: &Model, row: &Exchange) -> ExchangeRow {
    let commodity = &model.commodities[row.commodity.index()];
    ExchangeRow {
        from: key(model, row.from),
        to: key(model, row.to),
        commodity: commodity.key.clone(),
        volume: row.volume,
        unit: commodity.unit.to_string(),
        paid: row.paid,
        receiver_loss: row.receiver_loss,
        sender_loss: row.sender_loss,
    }
}

/// Refusals of a state with stakes, and of the long horizon.
pub struct Found<'a> {
    /// At the short horizon.
    pub refusals: &'a [Refusal],
    /// Their stakes.
    pub stakes: &'a [Stakes],
    /// Trade of the pair.
    pub exchanges: &'a [Exchange],
    /// State and refusals of the long horizon.
    pub long: Option<(&'a State, &'a [Refusal])>,
}

/// The report of refusals.
pub fn refuse_report(oracle: &Oracle, state: &State, found: &Found) -> Result<RefuseReport, OracleError> {
    let model = &oracle.base().model;
    let names = |state: &State| -> Vec<String> {
        state.scenarios.iter().map(|&position| oracle.scenarios()[position].name.clone()).collect()
    };
    Ok(RefuseReport {
        short: refusals_report(oracle, state, found.refusals)?,
        stakes: found.stakes.iter().map(|row| stakes_row(model, row)).collect(),
        exchanges: found.exchanges.iter().map(|row| exchange_row(model, row)).collect(),
        long: found.long.iter().flat_map(|(_, rows)| rows.iter()).map(|row| refusal_row(model, row)).collect(),
        long_scenarios: found.long.map_or_else(Vec::new, |(state, _)| names(state)),
        caveats: CAVEATS.to_vec(),
    })
}
