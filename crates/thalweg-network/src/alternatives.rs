//! Path sets with variety: the cheapest, by forced loading mode, around each gate, and by link penalties.
//!
//! Forced modes and penalties after Jourquin and Limbourg (2006); gate avoidance makes sure that a closure finds its
//! substitutes among the paths.
use crate::class::Class;
use crate::dijkstra::{DijkstraScratch, Path, Search};
use crate::network::{Arc, ArcGates, ArcId, Network, VertexId};
use crate::remaining::remaining_cost;
use fixedbitset::FixedBitSet;
use std::collections::{BTreeMap, BTreeSet};
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
    /// Loading by any other mode.
    OtherLoading(Mode),
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

/// Arcs of every gate that paths may be asked to avoid, found once for a network.
#[derive(Debug)]
pub struct Avoidable {
    arcs_of: BTreeMap<AvoidedGate, FixedBitSet>,
    loading: BTreeSet<Mode>,
}

impl Avoidable {
    /// The gates of a network.
    pub fn of(network: &Network) -> Self {
        let arcs = network.arcs();
        let loads = |arc: &&Arc| arc.operation == Operation::Load;
        let loading: BTreeSet<Mode> = arcs.iter().filter(loads).filter_map(|arc| arc.gates.mode).collect();
        let mut arcs_of: BTreeMap<AvoidedGate, FixedBitSet> = BTreeMap::new();
        for (position, arc) in arcs.iter().enumerate() {
            let others = loading.iter().filter(|&&mode| loads(&arc) && arc.gates.mode != Some(mode));
            for gate in gates(&arc.gates).chain(others.map(|mode| AvoidedGate::OtherLoading(*mode))) {
                arcs_of.entry(gate).or_insert_with(|| FixedBitSet::with_capacity(arcs.len())).insert(position);
            }
        }
        Self { arcs_of, loading }
    }
}

/// Paths from `origin` to `destination`, the cheapest first; empty where there is no route.
pub fn alternatives(
    (search, avoidable): (Search, &Avoidable),
    (origin, destination): (VertexId, VertexId),
    variety: Variety,
    scratch: &mut DijkstraScratch,
) -> Vec<Path> {
    let remaining = remaining_cost(search.network, search.class, destination);
    let mut found = Found { search, pair: (origin, destination), remaining, scratch, paths: Vec::new() };
    let Some(best) = found.cheapest(search) else { return Vec::new() };
    found.paths.push(best.clone());
    if variety.count_max > 1 {
        found.around_each_gate(avoidable, &best);
        found.by_penalties();
    }
    found.kept(variety)
}

struct Found<'a, 's> {
    search: Search<'a>,
    pair: (VertexId, VertexId),
    /// Bounds on the rest of each path; valid for every search here, as each only shuts arcs or charges more.
    remaining: Box<[f64]>,
    scratch: &'s mut DijkstraScratch,
    paths: Vec<Path>,
}

impl Found<'_, '_> {
    fn cheapest(&mut self, search: Search) -> Option<Path> {
        let (origin, destination) = self.pair;
        search.run_towards(origin, (destination, &self.remaining), f64::INFINITY, self.scratch);
        self.scratch.path(destination)
    }

    /// Adds the cheapest path of a changed search, at its true price.
    fn add(&mut self, search: Search) {
        let Some(path) = self.cheapest(search) else { return };
        if self.paths.iter().any(|other| other.arcs == path.arcs) {
            return;
        }
        if let Some(cost) = self.search.price(&path.arcs) {
            self.paths.push(Path { cost, ..path });
        }
    }

    /// Around each gate of the cheapest path, and by each mode of loading.
    fn around_each_gate(&mut self, avoidable: &Avoidable, best: &Path) {
        let arcs = self.search.network.arcs();
        let met: BTreeSet<AvoidedGate> = best.arcs.iter().flat_map(|arc| gates(&arcs[arc.index()].gates)).collect();
        let loading = avoidable.loading.iter().map(|mode| AvoidedGate::OtherLoading(*mode));
        let search = self.search;
        for closed in met.into_iter().chain(loading).filter_map(|gate| avoidable.arcs_of.get(&gate)) {
            match search.shut {
                None => self.add(Search { shut: Some(closed), ..search }),
                Some(shut) => {
                    let mut both = shut.clone();
                    both.union_with(closed);
                    self.add(Search { shut: Some(&both), ..search });
                }
            }
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

/// Share of a path's cost on arcs that another path uses too; what the seller asks is no part of the way.
pub fn overlap(network: &Network, class: &Class, path: &Path, other: &Path) -> f64 {
    let used: BTreeSet<ArcId> = other.arcs.iter().copied().collect();
    // Costs may all be zero in a sketch: then count arcs.
    let weight = |arc: &ArcId| class.generalised[arc.index()] + 1e-9 * (1.0 + network.arc(*arc).length_km);
    let way = || path.arcs.iter().filter(|arc| network.arc(**arc).operation != Operation::Supply);
    let total: f64 = way().map(weight).sum();
    let shared: f64 = way().filter(|arc| used.contains(arc)).map(weight).sum();
    shared / total
}
