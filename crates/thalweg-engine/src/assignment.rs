//! Who goes which way: least cost exactly, or path-size logit on frozen path sets; what is not served is said.
use crate::path_sets::{PathSets, path_size_logit};
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::BTreeMap;
use thalweg_network::class::{Class, ClassId};
use thalweg_network::dijkstra::{DijkstraScratch, Path, Search};
use thalweg_network::instance::Instance;
use thalweg_network::network::{ArcId, VertexId};

/// How shipments choose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method<'a> {
    /// Each takes its cheapest path.
    LeastCost,
    /// Shares by path-size logit with each commodity's dispersion; infinite dispersion means least cost.
    PathSizeLogit(&'a PathSets),
}

/// What runs along one path.
#[derive(Debug, Clone, PartialEq)]
pub struct PathFlow {
    /// Position of the variant in its segment.
    pub variant: usize,
    /// Class it travels in.
    pub class: ClassId,
    /// Its arcs.
    pub arcs: Vec<ArcId>,
    /// Generalised cost, study currency per unit.
    pub cost: f64,
    /// Commodity units a year.
    pub volume: f64,
}

/// How one segment is served.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SegmentFlow {
    /// Paths with a volume, the largest first where shares decide.
    pub paths: Vec<PathFlow>,
    /// Commodity units a year not delivered.
    pub unserved: f64,
    /// Study currency per unit not delivered.
    pub unserved_cost: f64,
    /// Delivered price: least or logsum cost, at most the cost of not being served.
    pub price: f64,
    /// Entropy term of the program, study currency a year; 0 at least cost. Never part of a cost.
    pub entropy: f64,
    /// Whether any route exists at all.
    pub reachable: bool,
}

impl SegmentFlow {
    /// Commodity units a year delivered.
    pub fn served(&self) -> f64 {
        self.paths.iter().map(|path| path.volume).sum()
    }

    /// What is spent on delivery and lost by non-delivery, study currency a year.
    pub fn loss(&self) -> f64 {
        self.paths.iter().map(|path| path.volume * path.cost).sum::<f64>() + self.unserved * self.unserved_cost
    }
}

/// Flows of a whole instance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assignment {
    /// In the order of the demand's segments.
    pub segments: Vec<SegmentFlow>,
}

impl Assignment {
    /// Generalised cost of what is delivered plus the cost of what is not, study currency a year.
    pub fn loss(&self) -> f64 {
        self.segments.iter().map(SegmentFlow::loss).sum()
    }
}

/// Assigns all demand; capacities are not binding.
pub fn assign(instance: &Instance, method: Method, watch: &dyn Watch) -> Assignment {
    let mut assignment = match method {
        Method::LeastCost => least_cost(instance),
        Method::PathSizeLogit(sets) => {
            let least = least_cost(instance);
            let spread = |(segment, least): (usize, SegmentFlow)| dispersed(instance, segment, sets).unwrap_or(least);
            Assignment { segments: least.segments.into_par_iter().enumerate().map(spread).collect() }
        }
    };
    for segment in &mut assignment.segments {
        segment.paths.sort_by(|one, other| other.volume.total_cmp(&one.volume).then_with(|| one.arcs.cmp(&other.arcs)));
    }
    watch.progress(1, 1, "assignment");
    assignment
}

/// A tree to grow: its class, its origin, and the (segment, variant) pairs that wait for it.
type TreeTask = ((ClassId, VertexId), Vec<(usize, usize)>);

/// One shortest-path tree for each class and origin; each segment takes its cheapest variant.
fn least_cost(instance: &Instance) -> Assignment {
    let mut waiting: BTreeMap<(ClassId, VertexId), Vec<(usize, usize)>> = BTreeMap::new();
    for (segment, row) in instance.demand.segments.iter().enumerate() {
        for (position, variant) in row.variants.iter().enumerate() {
            let class = instance.classes.of_variant[segment][position];
            waiting.entry((class, variant.origin)).or_default().push((segment, position));
        }
    }
    let tasks: Vec<TreeTask> = waiting.into_iter().collect();
    let found: Vec<Vec<(usize, usize, ClassId, Path)>> = tasks
        .par_iter()
        .map_init(DijkstraScratch::default, |scratch, ((class, origin), wait)| {
            let search = Search::of(&instance.network, instance.classes.class(*class));
            let only = match wait.as_slice() {
                [(segment, _)] => instance.demand.segments[*segment].destination,
                _ => None,
            };
            search.run(*origin, only, scratch);
            wait.iter()
                .filter_map(|&(segment, variant)| {
                    let path = scratch.path(instance.demand.segments[segment].destination?)?;
                    Some((segment, variant, *class, path))
                })
                .collect()
        })
        .collect();
    let mut best: Vec<Option<(usize, ClassId, Path)>> = vec![None; instance.demand.segments.len()];
    let mut all: Vec<_> = found.into_iter().flatten().collect();
    all.sort_by_key(|(segment, variant, ..)| (*segment, *variant));
    for (segment, variant, class, path) in all {
        if best[segment].as_ref().is_none_or(|(_, _, known)| path.cost < known.cost) {
            best[segment] = Some((variant, class, path));
        }
    }
    let segments = best.into_iter().enumerate().map(|(segment, best)| on_cheapest(instance, segment, best)).collect();
    Assignment { segments }
}

fn unserved_cost(instance: &Instance, segment: usize) -> f64 {
    instance.demand.segments[segment].unserved_cost * instance.supply.unserved_cost_factor
}

/// All on the cheapest path, or nothing where that costs more than not being served.
fn on_cheapest(instance: &Instance, segment: usize, best: Option<(usize, ClassId, Path)>) -> SegmentFlow {
    let volume = instance.demand.segments[segment].volume;
    let unserved_cost = unserved_cost(instance, segment);
    let reachable = best.is_some();
    match best.filter(|(_, _, path)| path.cost < unserved_cost) {
        None => {
            SegmentFlow { unserved: volume, unserved_cost, price: unserved_cost, reachable, ..SegmentFlow::default() }
        }
        Some((variant, class, Path { arcs, cost })) => SegmentFlow {
            paths: vec![PathFlow { variant, class, arcs, cost, volume }],
            unserved_cost,
            price: cost,
            reachable,
            ..SegmentFlow::default()
        },
    }
}

/// Path-size logit over the candidate paths open in this instance; `None` where none is, or dispersion is infinite.
fn dispersed(instance: &Instance, segment: usize, sets: &PathSets) -> Option<SegmentFlow> {
    let row = &instance.demand.segments[segment];
    let theta = instance.model.commodities[row.commodity.index()].dispersion;
    if !theta.is_finite() {
        return None;
    }
    let class_of = |variant: usize| instance.classes.of_variant[segment][variant];
    let open: Vec<_> = sets.of_segment[segment]
        .iter()
        .filter_map(|path| {
            let class: &Class = instance.classes.class(class_of(path.variant));
            let cost = Search::of(&instance.network, class).price(&path.arcs)?;
            Some((path, cost))
        })
        .collect();
    if open.is_empty() {
        return None;
    }
    let costs: Vec<f64> = open.iter().map(|(_, cost)| *cost).collect();
    let sizes: Vec<f64> = open.iter().map(|(path, _)| path.path_size).collect();
    let (shares, logsum) = path_size_logit(&costs, &sizes, theta);
    let unserved_cost = unserved_cost(instance, segment);
    if logsum >= unserved_cost {
        let price = unserved_cost;
        return Some(SegmentFlow {
            unserved: row.volume,
            unserved_cost,
            price,
            reachable: true,
            ..SegmentFlow::default()
        });
    }
    let mean_cost: f64 = shares.iter().zip(&costs).map(|(share, cost)| share * cost).sum();
    let paths = open
        .into_iter()
        .zip(shares)
        .map(|((path, cost), share)| PathFlow {
            variant: path.variant,
            class: class_of(path.variant),
            arcs: path.arcs.clone(),
            cost,
            volume: share * row.volume,
        })
        .collect();
    let entropy = row.volume * (logsum - mean_cost);
    Some(SegmentFlow { paths, unserved: 0.0, unserved_cost, price: logsum, entropy, reachable: true })
}
