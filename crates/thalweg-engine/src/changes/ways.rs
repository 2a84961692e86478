//! The cheapest way of each demand on both sides, and how much of it is served at what price.
use super::{Seen, differ};
use crate::routes::{modes, territories};
use rayon::prelude::*;
use std::collections::BTreeMap;
use thalweg_network::dijkstra::{DijkstraScratch, Search};
use thalweg_network::instance::Instance;
use thalweg_network::network::{ArcId, ArcRow};
use thalweg_network::totals::PathTotals;

/// The cheapest way for one unit, whatever the capacities.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// Generalised cost, study currency per unit.
    pub cost: f64,
    /// h.
    pub time_h: f64,
    /// Root of the summed variances, h.
    pub time_sd_h: f64,
    /// km.
    pub length_km: f64,
    /// Territories in order, each once, by key.
    pub territories: Vec<String>,
    /// Modes in order, each once.
    pub modes: Vec<&'static str>,
    /// Corridors in order, each once.
    pub corridors: Vec<String>,
    /// Supplier it starts from; empty where the demand has its own origin.
    pub supply: String,
}

/// How a demand is served under capacities, and its cheapest way without them.
#[derive(Debug, Clone, PartialEq)]
pub struct Served {
    /// What is wanted, commodity units a year.
    pub volume: f64,
    /// What is not delivered of it.
    pub unserved: f64,
    /// Delivered price, study currency per unit: shadow prices of full capacities included.
    pub price: f64,
    /// `None` where there is no way at all.
    pub way: Option<Way>,
}

/// A demand on both sides; `None` where a side does not have it.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteChange {
    /// Key of the demand.
    pub demand: String,
    /// Key of the commodity.
    pub commodity: String,
    /// Key of the place it starts from; empty where any supplier may serve it.
    pub origin: String,
    /// Key of the place it goes to.
    pub destination: String,
    /// Before.
    pub before: Option<Served>,
    /// After.
    pub after: Option<Served>,
}

/// A demand on one side: commodity, origin, destination, how it is served, and whether it is watched.
struct Found {
    ends: [String; 3],
    served: Served,
    watched: bool,
}

/// Demands watched on either side whose way, service or price differs.
pub(super) fn route_changes(sides: &[Seen; 2]) -> Vec<RouteChange> {
    let [mut before, after] = [demands(&sides[0]), demands(&sides[1])];
    let mut found = Vec::new();
    for (demand, now) in after {
        let then = before.remove(&demand);
        let watched = now.watched || then.as_ref().is_some_and(|then| then.watched);
        found.push((watched, demand, now.ends, then.map(|then| then.served), Some(now.served)));
    }
    found.extend(before.into_iter().map(|(demand, then)| (then.watched, demand, then.ends, Some(then.served), None)));
    found.sort_by(|one, other| one.1.cmp(&other.1));
    found
        .into_iter()
        .filter(|(watched, _, _, before, after)| *watched && is_change(before.as_ref(), after.as_ref()))
        .map(|(_, demand, [commodity, origin, destination], before, after)| RouteChange {
            demand,
            commodity,
            origin,
            destination,
            before,
            after,
        })
        .collect()
}

fn is_change(before: Option<&Served>, after: Option<&Served>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return true };
    let way = match (&before.way, &after.way) {
        (Some(one), Some(other)) => {
            differ(one.cost, other.cost) || differ(one.time_h, other.time_h) || one.territories != other.territories
        }
        (one, other) => one.is_some() != other.is_some(),
    };
    way || differ(before.volume, after.volume)
        || differ(before.unserved, after.unserved)
        || differ(before.price, after.price)
}

/// Every demand of a side by key.
fn demands(seen: &Seen) -> BTreeMap<String, Found> {
    let instance = seen.value.instance.as_ref();
    let model = &instance.model;
    let place = |node: thalweg_model::ids::NodeId| model.nodes[node.index()].key.clone();
    let one = |segment: usize| {
        let row = &instance.demand.segments[segment];
        let demand = &model.demands[row.demand.index()];
        let cheapest = cheapest(instance, segment);
        let arcs = cheapest.as_ref().map(|(_, arcs, _)| arcs.as_slice());
        let watched = seen.lens.has_segment(&seen.value, segment, arcs);
        let flow = &seen.value.assignment.segments[segment];
        let served = Served {
            volume: row.volume,
            unserved: flow.unserved,
            price: seen.value.flow.delivered_price[segment],
            way: cheapest.map(|(cost, arcs, variant)| way(instance, (segment, variant), &arcs, cost)),
        };
        let commodity = model.commodities[row.commodity.index()].key.clone();
        let ends = [commodity, demand.origin.map_or_else(String::new, place), place(demand.destination)];
        (demand.key.clone(), Found { ends, served, watched })
    };
    (0..instance.demand.segments.len()).into_par_iter().map(one).collect()
}

/// Cost, arcs and variant of the cheapest path of any variant of a segment.
fn cheapest(instance: &Instance, segment: usize) -> Option<(f64, Vec<ArcId>, usize)> {
    let row = &instance.demand.segments[segment];
    let destination = row.destination?;
    let mut best: Option<(f64, Vec<ArcId>, usize)> = None;
    let mut scratch = DijkstraScratch::default();
    for (position, variant) in row.variants.iter().enumerate() {
        let class = instance.classes.class(instance.classes.of_variant[segment][position]);
        let path = Search::of(&instance.network, class).cheapest(variant.origin, destination, &mut scratch);
        if let Some(path) = path.filter(|path| best.as_ref().is_none_or(|(cost, ..)| path.cost < *cost)) {
            best = Some((path.cost, path.arcs, position));
        }
    }
    best
}

fn way(instance: &Instance, (segment, variant): (usize, usize), arcs: &[ArcId], cost: f64) -> Way {
    let model = &instance.model;
    let class = instance.classes.class(instance.classes.of_variant[segment][variant]);
    let totals = PathTotals::of(&instance.network, class, arcs);
    let mut corridors: Vec<String> = Vec::new();
    for arc in arcs {
        if let ArcRow::Link(link, _) = instance.network.arc(*arc).row {
            let corridor = &model.links[link.index()].corridor;
            if !corridor.is_empty() && !corridors.contains(corridor) {
                corridors.push(corridor.clone());
            }
        }
    }
    let supply = instance.demand.segments[segment].variants[variant].supply.map_or_else(String::new, |id| {
        let own = model.supplies.get(id.index());
        own.unwrap_or_else(|| &instance.supply.extra_supplies[id.index() - model.supplies.len()]).key.clone()
    });
    Way {
        cost,
        time_h: totals.time_h,
        time_sd_h: totals.time_sd_h(),
        length_km: totals.length_km,
        territories: territories(instance, arcs).iter().map(|id| model.actors[id.index()].key.clone()).collect(),
        modes: modes(instance, arcs).into_iter().map(|mode| mode.name()).collect(),
        corridors,
        supply,
    }
}
