//! Path sets with variety: the cheapest, by forced loading mode, around each gate, and by link penalties.
//!
//! Forced modes and penalties after Jourquin and Limbourg (2006); gate avoidance makes sure that a closure finds its
//! substitutes among the paths.
use crate::class::Class;
use crate::dijkstra::{DijkstraScratch, Path, Search};
use crate::network::{ArcGates, ArcId, Network, VertexId};
use fixedbitset::FixedBitSet;
use std::collections::BTreeSet;
use thalweg_model::ids::{ActorId, CrossingId, NodeId, PassageId};
use thalweg_model::mode::{Mode, Operation};

/// What makes an alternative worth keeping.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variety {
    /// Most paths kept.
    pub count_max: usize,
    /// Largest share of a path's cost on arcs of a cheaper one.
    pub overlap_max: f64,
    /// Largest cost as a multiple of the cheapest.
    pub detour_max: f64,
}

/// Rounds of link penalties.
const PENALTY_ROUNDS: usize = 4;
/// Share of its own cost an arc is penalised by each time it has been used.
const PENALTY: f64 = 0.4;

/// A gate that paths may be asked to avoid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum AvoidedGate {
    Territory(ActorId),
    Operator(ActorId),
    Crossing(CrossingId),
    Terminal(NodeId),
    Passage(PassageId),
    Mode(Mode),
}

fn gates(arc: &ArcGates) -> impl Iterator<Item = AvoidedGate> {
    [
        arc.territory.map(AvoidedGate::Territory),
        arc.operator.map(AvoidedGate::Operator),
        arc.crossing.map(AvoidedGate::Crossing),
        arc.terminal.map(AvoidedGate::Terminal),
        arc.passage.map(AvoidedGate::Passage),
        arc.mode.map(AvoidedGate::Mode),
    ]
    .into_iter()
    .flatten()
}

/// Paths from `origin` to `destination`, the cheapest first; empty where there is no route.
pub fn alternatives(
    search: Search,
    (origin, destination): (VertexId, VertexId),
    variety: Variety,
    scratch: &mut DijkstraScratch,
) -> Vec<Path> {
    let Some(best) = search.cheapest(origin, destination, scratch) else { return Vec::new() };
    let mut found = Found { search, pair: (origin, destination), scratch, paths: vec![best.clone()] };
    if variety.count_max > 1 {
        found.around_each_gate(&best);
        found.by_loading_mode();
        found.by_penalties();
    }
    found.kept(variety)
}

struct Found<'a, 's> {
    search: Search<'a>,
    pair: (VertexId, VertexId),
    scratch: &'s mut DijkstraScratch,
    paths: Vec<Path>,
}

impl Found<'_, '_> {
    /// Adds the cheapest path of a changed search, at its true price.
    fn add(&mut self, search: Search) {
        let Some(path) = search.cheapest(self.pair.0, self.pair.1, self.scratch) else { return };
        if self.paths.iter().any(|other| other.arcs == path.arcs) {
            return;
        }
        if let Some(cost) = self.search.price(&path.arcs) {
            self.paths.push(Path { cost, ..path });
        }
    }

    fn without(&mut self, shut: impl Fn(usize) -> bool) {
        let mut closed = FixedBitSet::with_capacity(self.search.network.arcs().len());
        for arc in 0..closed.len() {
            let already = self.search.shut.is_some_and(|shut| shut.contains(arc));
            closed.set(arc, already || shut(arc));
        }
        let search = self.search;
        self.add(Search { shut: Some(&closed), ..search });
    }

    fn around_each_gate(&mut self, best: &Path) {
        let arcs = self.search.network.arcs();
        let met: BTreeSet<AvoidedGate> = best.arcs.iter().flat_map(|arc| gates(&arcs[arc.index()].gates)).collect();
        for gate in met {
            self.without(|arc| gates(&arcs[arc].gates).any(|found| found == gate));
        }
    }

    fn by_loading_mode(&mut self) {
        let network = self.search.network;
        let arcs = network.arcs();
        let modes: BTreeSet<Mode> =
            arcs.iter().filter(|arc| arc.operation == Operation::Load).filter_map(|arc| arc.gates.mode).collect();
        for mode in modes {
            self.without(|arc| arcs[arc].operation == Operation::Load && arcs[arc].gates.mode != Some(mode));
        }
    }

    fn by_penalties(&mut self) {
        let search = self.search;
        let mut penalty: Vec<f64> =
            search.surcharge.map_or_else(|| vec![0.0; search.network.arcs().len()], <[f64]>::to_vec);
        for _ in 0..PENALTY_ROUNDS {
            for arc in self.paths.last().map(|path| path.arcs.clone()).unwrap_or_default() {
                penalty[arc.index()] += PENALTY * search.class.generalised[arc.index()];
            }
            self.add(Search { surcharge: Some(&penalty), ..search });
        }
    }

    /// The cheapest first; a path that mostly follows a cheaper one, or costs too much more than the best, is dropped.
    fn kept(mut self, variety: Variety) -> Vec<Path> {
        self.paths.sort_by(|one, other| one.cost.total_cmp(&other.cost).then_with(|| one.arcs.cmp(&other.arcs)));
        let mut kept: Vec<Path> = Vec::new();
        for path in self.paths {
            let dear = kept.first().is_some_and(|best| path.cost > variety.detour_max * best.cost);
            let like_another = kept
                .iter()
                .any(|other| overlap(self.search.network, self.search.class, &path, other) > variety.overlap_max);
            if !dear && !like_another && kept.len() < variety.count_max {
                kept.push(path);
            }
        }
        kept
    }
}

/// Share of a path's cost on arcs that another path uses too.
pub fn overlap(network: &Network, class: &Class, path: &Path, other: &Path) -> f64 {
    let used: BTreeSet<ArcId> = other.arcs.iter().copied().collect();
    // Costs may all be zero in a sketch: then count arcs.
    let weight = |arc: &ArcId| class.generalised[arc.index()] + 1e-9 * (1.0 + network.arc(*arc).length_km);
    let total: f64 = path.arcs.iter().map(weight).sum();
    let shared: f64 = path.arcs.iter().filter(|arc| used.contains(arc)).map(weight).sum();
    shared / total
}
