//! The wire shape of a prior demand table and how well it fits.
use crate::prior_request::Totals;
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::prior::{Pair, Prior, Zero};
use thalweg_network::instance::Instance;

/// Answer of `thalweg prior`. Volumes are commodity units a year, costs currency per unit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PriorReport {
    /// Study key.
    pub study: String,
    /// Date of rules, tolls and statuses.
    pub as_of: String,
    /// Commodity.
    pub commodity: String,
    /// Its unit.
    pub unit: String,
    /// ISO 4217.
    pub currency: String,
    /// The command, as the table names it.
    pub run: String,
    /// What holds for every figure.
    pub caveats: Vec<&'static str>,
    /// Deterrence is exp(-beta cost), 1/(currency per unit).
    pub beta: f64,
    /// Mean generalised cost of a unit.
    pub mean_cost: f64,
    /// The same where cost keeps nobody apart.
    pub mean_cost_without_impedance: f64,
    /// Mean time of a unit by its cheapest way, days.
    pub mean_days: f64,
    /// Sum of the table.
    pub volume: f64,
    /// Factor put on what places send, 1 where none was.
    pub factor_on_produces: f64,
    /// Factor put on what places receive.
    pub factor_on_attracts: f64,
    /// Largest relative error of a total.
    pub error: f64,
    /// Passes over rows and columns.
    pub passes: u32,
    /// Entropy of the shares of pairs, nats.
    pub entropy: f64,
    /// What the study's own demand wants between the same places.
    pub stated: f64,
    /// Share of the stated volume that the prior puts on other pairs, 0 to 1; null where none is stated.
    pub misplaced: Option<f64>,
    /// Pairs with a volume, the largest first.
    pub pairs: Vec<PairRow>,
    /// Pairs that stay empty whatever the impedance.
    pub zeros: Vec<ZeroRow>,
}

/// A pair of places.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PairRow {
    /// From.
    pub origin: String,
    /// To.
    pub destination: String,
    /// Volume.
    pub volume: f64,
    /// Generalised cost of the cheapest way.
    pub cost: f64,
    /// Its time, days.
    pub days: f64,
    /// What the study's own demand wants.
    pub stated: f64,
}

/// A pair that stays empty.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ZeroRow {
    /// From.
    pub origin: String,
    /// To.
    pub destination: String,
    /// `no_way` for this commodity on this date, or `same_place`.
    pub reason: &'static str,
    /// What the study's own demand wants all the same.
    pub stated: f64,
}

/// What holds for every prior.
pub const CAVEATS: [&str; 3] = [
    "A prior is no observation: it is the likeliest table where only totals and one mean cost, or beta, are known.",
    "Costs are those of the cheapest ways, shipped by the state of origin, whatever the capacities.",
    "Nothing reads the table until it is put into a study.",
];

/// The report of a prior.
pub fn prior_report(instance: &Instance, totals: &Totals, found: &Prior, run: &str) -> PriorReport {
    let model = &instance.model;
    let commodity = &model.commodities[found.commodity.index()];
    let key = |pair: &Pair| [pair.origin, pair.destination].map(|node| model.nodes[node.index()].key.clone());
    let (mut pairs, mut zeros) = (Vec::new(), Vec::new());
    for pair in &found.pairs {
        let [origin, destination] = key(pair);
        match pair.way {
            Ok((cost, time_h)) => pairs.push(PairRow {
                origin,
                destination,
                volume: pair.volume,
                cost,
                days: time_h / 24.0,
                stated: pair.stated,
            }),
            Err(zero) => {
                let reason = match zero {
                    Zero::NoWay => "no_way",
                    Zero::SamePlace => "same_place",
                };
                zeros.push(ZeroRow { origin, destination, reason, stated: pair.stated });
            }
        }
    }
    pairs.sort_by(|one, other| other.volume.total_cmp(&one.volume));
    let volume: f64 = pairs.iter().map(|pair| pair.volume).sum();
    let stated: f64 = found.pairs.iter().map(|pair| pair.stated).sum();
    let apart: f64 = found.pairs.iter().map(|pair| (pair.volume - pair.stated).abs()).sum();
    PriorReport {
        study: model.head.name.clone(),
        as_of: instance.as_of.to_string(),
        commodity: commodity.key.clone(),
        unit: commodity.unit.to_string(),
        currency: model.head.currency.clone(),
        run: run.to_owned(),
        caveats: CAVEATS.to_vec(),
        beta: found.beta,
        mean_cost: found.mean_cost,
        mean_cost_without_impedance: found.mean_cost_without,
        mean_days: pairs.iter().map(|pair| pair.volume * pair.days).sum::<f64>() / volume,
        factor_on_produces: totals.factors.0,
        factor_on_attracts: totals.factors.1,
        error: found.error,
        passes: found.passes,
        entropy: found.entropy,
        misplaced: (stated > 0.0).then(|| 0.5 * apart / stated),
        stated,
        volume,
        pairs,
        zeros,
    }
}
