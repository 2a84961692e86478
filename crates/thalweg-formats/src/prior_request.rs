//! A prior demand table asked for: totals from a file or from the study, and the rows it becomes.
use crate::csv_sheet::read_sheet;
use std::collections::BTreeMap;
use thalweg_engine::prior::{Pair, Prior, Total, totals_of_demand};
use thalweg_model::ids::{CommodityId, NodeId, SourceId};
use thalweg_model::mode::Confidence;
use thalweg_model::model::{Demand, Model, Provenance};
use thalweg_model::place::Place;
use thalweg_model::problem::{Problem, Severity};
use thalweg_model::schema::prior::TOTAL;
use thalweg_model::units::Ranged;
use thalweg_model::validate::totals::resolve_totals;
use thalweg_model::validity::{Date, Validity};
use thalweg_network::instance::Instance;

/// Which totals give way where what is sent and what is received do not add up to the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaled {
    /// None: the totals must agree.
    Neither,
    /// What places send is scaled to what is received.
    Produces,
    /// What places receive is scaled to what is sent.
    Attracts,
}

/// Totals with the sources of each place.
#[derive(Debug, Clone, PartialEq)]
pub struct Totals {
    /// By place.
    pub rows: Vec<Total>,
    /// Sources of each place's row.
    pub sources: BTreeMap<NodeId, Vec<SourceId>>,
    /// Factor on what is sent and on what is received.
    pub factors: (f64, f64),
}

impl Totals {
    /// The margins of the study's own demand between fixed places, with the sources of its rows.
    pub fn of_study(instance: &Instance, commodity: CommodityId) -> Self {
        let mut sources: BTreeMap<NodeId, Vec<SourceId>> = BTreeMap::new();
        for segment in instance.demand.segments.iter().filter(|segment| segment.commodity == commodity) {
            let row = &instance.model.demands[segment.demand.index()];
            for node in row.origin.into_iter().chain([row.destination]) {
                sources.entry(node).or_default().extend(&row.provenance.sources);
            }
        }
        Self { rows: totals_of_demand(instance, commodity), sources, factors: (1.0, 1.0) }
    }

    /// The rows of a file that hold on a date; or everything wrong with the file.
    pub fn of_file(
        (file, bytes): (&str, &[u8]),
        model: &Model,
        (commodity, as_of): (CommodityId, Date),
    ) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let sheet = read_sheet(&TOTAL, file, bytes, &mut problems);
        let (rows, found) = resolve_totals(&sheet, model, commodity);
        problems.extend(found);
        problems.retain(|problem| problem.severity == Severity::Error);
        if !problems.is_empty() {
            return Err(problems);
        }
        let held: Vec<_> = rows.iter().filter(|row| row.provenance.validity.holds(as_of)).collect();
        if held.is_empty() {
            let message = format!("no row holds on {as_of}");
            return Err(vec![Problem::error(Place::file(file), message)]);
        }
        let total = |row: &&thalweg_model::validate::totals::TotalRow| Total {
            node: row.node,
            produces: row.produces,
            attracts: row.attracts,
        };
        Ok(Self {
            rows: held.iter().map(total).collect(),
            sources: held.iter().map(|row| (row.node, row.provenance.sources.clone())).collect(),
            factors: (1.0, 1.0),
        })
    }

    /// The same with one side scaled to the sum of the other.
    pub fn scaled(mut self, scaled: Scaled) -> Self {
        let sent: f64 = self.rows.iter().map(|row| row.produces).sum();
        let received: f64 = self.rows.iter().map(|row| row.attracts).sum();
        self.factors = match scaled {
            Scaled::Produces if sent > 0.0 => (received / sent, 1.0),
            Scaled::Attracts if received > 0.0 => (1.0, sent / received),
            Scaled::Neither | Scaled::Produces | Scaled::Attracts => (1.0, 1.0),
        };
        for row in &mut self.rows {
            row.produces *= self.factors.0;
            row.attracts *= self.factors.1;
        }
        self
    }
}

/// The demands of a prior, each with the sources of both places and how it was reached.
pub fn demands_of_prior(instance: &Instance, totals: &Totals, found: &Prior, run: &str) -> Vec<Demand> {
    let model = &instance.model;
    let commodity = &model.commodities[found.commodity.index()];
    let key = |node: NodeId| model.nodes[node.index()].key.as_str();
    let how = format!(
        "prior, no observation: doubly constrained entropy of totals by place, exp(-beta c), beta {} per {}/{}, c the cheapest \
         way as of {}; mean cost {}; {run}",
        found.beta, model.head.currency, commodity.unit, instance.as_of, found.mean_cost
    );
    let demand = |pair: &Pair| {
        let ends = [pair.origin, pair.destination];
        let mut sources: Vec<SourceId> =
            ends.iter().filter_map(|node| totals.sources.get(node)).flatten().copied().collect();
        sources.sort_unstable();
        sources.dedup();
        Demand {
            key: format!("prior_{}_{}_{}", commodity.key, key(pair.origin), key(pair.destination)),
            commodity: found.commodity,
            origin: Some(pair.origin),
            destination: pair.destination,
            volume: Ranged::exactly(pair.volume),
            period: String::new(),
            shipper: None,
            consignee: None,
            flag: None,
            vehicles: Vec::new(),
            unserved_cost: None,
            provenance: Provenance {
                place: Place::default(),
                validity: Validity::ALWAYS,
                sources,
                confidence: Confidence::Estimate,
                note: how.clone(),
            },
        }
    };
    found.pairs.iter().filter(|pair| pair.volume > 0.0).map(demand).collect()
}
