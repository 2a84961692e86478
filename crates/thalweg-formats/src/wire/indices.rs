//! The wire shape of indices of supply.
use crate::wire::losses::{LossesHead, key, losses_head};
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::oracle::{Oracle, OracleError};
use thalweg_engine::state::State;
use thalweg_engine::supply_measures::{Market, Zone};

/// Answer of `thalweg indices`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IndicesReport {
    /// Units and base.
    pub head: LossesHead,
    /// What holds for every figure.
    pub caveats: Vec<&'static str>,
    /// By state and commodity received.
    pub zones: Vec<ZoneRow>,
    /// Markets of commodities that any supplier may serve.
    pub markets: Vec<MarketRow>,
}

/// What a state receives of a commodity. Volumes are a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ZoneRow {
    /// The state.
    pub state: String,
    /// Of what.
    pub commodity: String,
    /// Unit of volumes.
    pub unit: String,
    /// What is wanted.
    pub demand: f64,
    /// What arrives.
    pub delivered: f64,
    /// By state of origin, the largest first.
    pub origins: Vec<OriginRow>,
    /// Concentration of origins (HHI), 0 to 10,000.
    pub concentration: f64,
    /// Hirschman's index of 1945, 0 to 100.
    pub hirschman: f64,
    /// Shannon's diversity, nats.
    pub diversity: f64,
    /// How many equal origins would be as diverse.
    pub effective_origins: f64,
    /// Concentration of the last foreign territory on the way, 0 to 10,000.
    pub route_concentration: f64,
    /// What is left of the demand, %, without the link whose loss leaves least: N - 1 by model.
    pub n_minus_1: Option<f64>,
    /// That link.
    pub n_minus_1_link: Option<String>,
    /// Share of the demand more undelivered when a state sells nothing to anybody (USSD), 0 to 1.
    pub without_source: Vec<SourceRow>,
    /// The same when all who receive anything share the loss as evenly as the network lets them (CSSD), 0 to 1.
    pub shared_without_source: Vec<SourceRow>,
}

/// What comes from one state.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OriginRow {
    /// The state; none where the place has none.
    pub state: Option<String>,
    /// Volume.
    pub volume: f64,
}

/// A source lost.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SourceRow {
    /// The state.
    pub state: String,
    /// Share of the demand more undelivered, 0 to 1.
    pub undelivered: f64,
}

/// The market of one commodity.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MarketRow {
    /// Of what.
    pub commodity: String,
    /// Unit of volumes.
    pub unit: String,
    /// All that is wanted.
    pub demand: f64,
    /// Who sells, the largest first.
    pub sellers: Vec<SellerRow>,
}

/// One seller.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SellerRow {
    /// State.
    pub state: String,
    /// What it can sell.
    pub capacity: f64,
    /// What the others can sell to all that is wanted; below 1 it is pivotal.
    pub residual_supply: f64,
    /// The same without the two largest others.
    pub three_pivotal: f64,
}

/// What holds for every index.
pub const CAVEATS: [&str; 3] = [
    "Indices describe. They see neither detours nor newcomers that stand idle; the cost of a refusal does.",
    "Origins are those of one least-cost flow; others may cost the same.",
    "Residual supply counts stated capacities against modelled demand, whether or not a way leads there.",
];

/// The report of indices.
pub fn indices_report(
    oracle: &Oracle,
    state: &State,
    (zones, markets): (&[Zone], &[Market]),
) -> Result<IndicesReport, OracleError> {
    let model = &oracle.base().model;
    let commodity = |id: thalweg_model::ids::CommodityId| &model.commodities[id.index()];
    let lost = |rows: &[(thalweg_model::ids::ActorId, f64)]| {
        rows.iter().map(|(state, share)| SourceRow { state: key(model, *state), undelivered: *share }).collect()
    };
    let zone = |row: &Zone| ZoneRow {
        state: key(model, row.state),
        commodity: commodity(row.commodity).key.clone(),
        unit: commodity(row.commodity).unit.to_string(),
        demand: row.demand,
        delivered: row.delivered,
        origins: row
            .origins
            .iter()
            .map(|(state, volume)| OriginRow { state: state.map(|state| key(model, state)), volume: *volume })
            .collect(),
        concentration: row.concentration,
        hirschman: row.hirschman,
        diversity: row.diversity,
        effective_origins: row.effective_origins,
        route_concentration: row.route_concentration,
        n_minus_1: row.n_minus_1.as_ref().map(|(left, _)| *left),
        n_minus_1_link: row.n_minus_1.as_ref().map(|(_, link)| link.clone()),
        without_source: lost(&row.without_source),
        shared_without_source: lost(&row.shared_without_source),
    };
    let market = |row: &Market| MarketRow {
        commodity: commodity(row.commodity).key.clone(),
        unit: commodity(row.commodity).unit.to_string(),
        demand: row.demand,
        sellers: row
            .sellers
            .iter()
            .map(|seller| SellerRow {
                state: key(model, seller.state),
                capacity: seller.capacity,
                residual_supply: seller.residual_supply,
                three_pivotal: seller.three_pivotal,
            })
            .collect(),
    };
    Ok(IndicesReport {
        head: losses_head(oracle, state)?,
        caveats: CAVEATS.to_vec(),
        zones: zones.iter().map(zone).collect(),
        markets: markets.iter().map(market).collect(),
    })
}
