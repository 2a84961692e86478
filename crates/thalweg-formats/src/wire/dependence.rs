//! The wire shape of dependence curves.
use crate::wire::losses::{LossesHead, key, losses_head};
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::dependence::Dependence;
use thalweg_engine::oracle::{Oracle, OracleError};
use thalweg_engine::state::State;
use thalweg_model::ids::CommodityId;
use thalweg_model::model::Model;

/// Answer of `thalweg depend`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DependReport {
    /// Units and base.
    pub head: LossesHead,
    /// What holds for every figure.
    pub caveats: Vec<&'static str>,
    /// The short horizon; the long one besides where scenarios that ramp up are named.
    pub horizons: Vec<HorizonRows>,
}

/// All curves at one horizon.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HorizonRows {
    /// `short` or `long`.
    pub horizon: &'static str,
    /// Scenarios applied, in this order.
    pub scenarios: Vec<String>,
    /// The costliest refusal first.
    pub relations: Vec<RelationRow>,
}

/// One actor, one beneficiary, the levers counted together, one commodity.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RelationRow {
    /// Whose gates.
    pub by: String,
    /// Whose shipments.
    pub of: Option<String>,
    /// By which levers; a shipment counts once.
    pub levers: Vec<&'static str>,
    /// What is shipped.
    pub commodity: Option<String>,
    /// Layer of the commodity.
    pub layer: Option<String>,
    /// Its unit; volumes are a year.
    pub unit: Option<String>,
    /// Demand of the shipments meant.
    pub demand: f64,
    /// Volume that touches in the least-cost flow found; others that cost the same may touch less.
    pub touching_in_base_flow: f64,
    /// Volume that touches at the smallest charge: what no equally cheap way avoids.
    pub exposed: f64,
    /// The same as a share of the demand, 0 to 1.
    pub exposure: f64,
    /// Volume more that goes undelivered when refused.
    pub indispensable: f64,
    /// The same as a share of the demand, 0 to 1.
    pub indispensability: f64,
    /// Cost of refusal to the whole system: the area under the curve.
    pub refusal: f64,
    /// Part of it on what is still delivered.
    pub rerouting: f64,
    /// Part of it on what is no longer delivered.
    pub unserved: f64,
    /// Fall of the beneficiary's own welfare; it also holds what others gain from it.
    pub own_loss: Option<f64>,
    /// Cost of refusal at other costs of not being served.
    pub by_unserved_cost: Vec<FactorRow>,
    /// The uniform charge that would bring in most.
    pub toll: Option<TollRow>,
    /// The charge that brings the share that touches under the one asked for.
    pub under: Option<UnderRow>,
    /// The curve.
    pub steps: Vec<StepRow>,
    /// Whether every break is exact.
    pub exact: bool,
    /// Programs asked for.
    pub samples: u32,
}

/// A cost of refusal at another cost of not being served.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FactorRow {
    /// Factor on the cost of not being served.
    pub factor: f64,
    /// Cost of refusal.
    pub refusal: f64,
}

/// The largest uniform toll.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TollRow {
    /// Just below this charge, currency per unit.
    pub charge: f64,
    /// Brought in a year.
    pub revenue: f64,
}

/// A charge that turns enough away.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnderRow {
    /// Share asked for, 0 to 1.
    pub share: f64,
    /// Currency per unit; none where no charge does it.
    pub charge: Option<f64>,
}

/// Volume that touches between two charges.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepRow {
    /// From this charge, currency per unit.
    pub from: f64,
    /// To this one; none for the last step.
    pub to: Option<f64>,
    /// Volume a year.
    pub touching: f64,
}

/// What every figure of a dependence rests on, for people and programs.
pub const CAVEATS: [&str; 4] = [
    "Costs of refusal are losses of the whole system a year at least cost; the beneficiary's own loss stands beside.",
    "Costs of refusal that rest on what goes undelivered follow the cost of not being served: see the factors.",
    "Curves of different levers or actors overlap and are never added up.",
    "The toll is what a uniform charge could bring in if nobody else answered: an upper bound, not a forecast.",
];

/// One relation in the study's keys; `under` is a share to be brought under.
pub fn relation_row(model: &Model, row: &Dependence, under: Option<f64>) -> RelationRow {
    let commodity = |id: CommodityId| &model.commodities[id.index()];
    let relation = &row.relation;
    let step = |step: &thalweg_engine::curve::Step| StepRow {
        from: step.from,
        to: step.to.is_finite().then_some(step.to),
        touching: step.touching,
    };
    RelationRow {
        by: key(model, relation.by),
        of: relation.of.map(|of| key(model, of)),
        levers: relation.levers.iter().map(|lever| lever.name()).collect(),
        commodity: relation.commodity.map(|id| commodity(id).key.clone()),
        layer: relation.commodity.map(|id| commodity(id).layer.clone()),
        unit: relation.commodity.map(|id| commodity(id).unit.to_string()),
        demand: row.demand,
        touching_in_base_flow: row.touching_in_base_flow,
        exposed: row.curve.at_once(),
        exposure: row.exposure(),
        indispensable: row.indispensable,
        indispensability: row.indispensability(),
        refusal: row.refusal,
        rerouting: row.change.rerouting,
        unserved: row.change.unserved,
        own_loss: row.own_loss,
        by_unserved_cost: row.by_unserved_cost.iter().map(|&(factor, refusal)| FactorRow { factor, refusal }).collect(),
        toll: row.curve.extraction().map(|(charge, revenue)| TollRow { charge, revenue }),
        under: under.map(|share| UnderRow { share, charge: row.charge_for_share(share) }),
        steps: row.curve.steps.iter().map(step).collect(),
        exact: row.curve.exact,
        samples: row.samples,
    }
}

/// Curves of one horizon: its name, scenarios and rows.
pub type Horizon<'a> = (&'static str, &'a State, &'a [Dependence]);

/// The report of curves at one or two horizons.
pub fn depend_report(
    oracle: &Oracle,
    state: &State,
    horizons: &[Horizon],
    under: Option<f64>,
) -> Result<DependReport, OracleError> {
    let model = &oracle.base().model;
    let rows = |(horizon, state, found): &Horizon| HorizonRows {
        horizon,
        scenarios: state.scenarios.iter().map(|&position| oracle.scenarios()[position].name.clone()).collect(),
        relations: found.iter().map(|row| relation_row(model, row, under)).collect(),
    };
    Ok(DependReport {
        head: losses_head(oracle, state)?,
        caveats: CAVEATS.to_vec(),
        horizons: horizons.iter().map(rows).collect(),
    })
}
