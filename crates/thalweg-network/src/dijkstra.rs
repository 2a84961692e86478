//! Shortest paths of one class on the product of the network and the class's history automaton.
//!
//! Dijkstra (1959) on the product graph is exact for regular-language constraints: Barrett, Jacob and Marathe (2000).
use crate::class::Class;
use crate::network::{ArcId, Network, VertexId};
use fixedbitset::FixedBitSet;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a search may use and pays, beyond the class's own mask and costs.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// The network.
    pub network: &'a Network,
    /// Whose mask, costs and automaton.
    pub class: &'a Class,
    /// Arcs shut to this search.
    pub shut: Option<&'a FixedBitSet>,
    /// Added to the generalised cost of each arc.
    pub surcharge: Option<&'a [f64]>,
    /// Added when a flag of the class is first set.
    pub touch_surcharge: Option<&'a [f64]>,
}

/// A path and what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Its arcs in order.
    pub arcs: Vec<ArcId>,
    /// Generalised cost, study currency per unit, search surcharges included.
    pub cost: f64,
}

/// Which flags of a class have been set on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    /// Bits of the flags that matter.
    pub mask: u32,
    /// Those of them that are set.
    pub seen: u32,
}

impl History {
    /// Whatever has been met.
    pub const ANY: History = History { mask: 0, seen: 0 };

    /// One flag is set.
    pub fn met(flag: usize) -> Self {
        Self { mask: 1 << flag, seen: 1 << flag }
    }

    /// One flag is not set.
    pub fn not_met(flag: usize) -> Self {
        Self { mask: 1 << flag, seen: 0 }
    }
}

/// Labels and heap of one search, kept to be used again; one per thread.
#[derive(Debug, Default)]
pub struct DijkstraScratch {
    cost: Vec<f64>,
    /// Arc and state a state was reached from; `u32::MAX` at the origin.
    via: Vec<(u32, u32)>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(u64, u32)>>,
    flag_bits: u32,
}

impl<'a> Search<'a> {
    /// A search under a class's own mask and costs.
    pub fn of(network: &'a Network, class: &'a Class) -> Self {
        Self { network, class, shut: None, surcharge: None, touch_surcharge: None }
    }

    /// The state after an arc and what passing it costs, or `None` where it is shut in this state.
    fn step(&self, arc: usize, seen: u32) -> Option<(u32, f64)> {
        let class = self.class;
        if !class.allowed.contains(arc) || self.shut.is_some_and(|shut| shut.contains(arc)) {
            return None;
        }
        let mut cost = class.generalised[arc] + self.surcharge.map_or(0.0, |surcharge| surcharge[arc]);
        let mut after = seen;
        for (bit, flag) in class.flags.iter().enumerate() {
            let was_seen = seen >> bit & 1 == 1;
            if was_seen && flag.denied_after.contains(arc) {
                return None;
            }
            if !was_seen && flag.met_at.contains(arc) {
                after |= 1 << bit;
                let touch = self.touch_surcharge.and_then(|touch| touch.get(bit)).copied().unwrap_or(0.0);
                cost += touch + flag.charges.surcharge + class.value_of_time * flag.charges.delay_h;
            }
        }
        Some((after, cost))
    }

    /// Labels every state reachable from `origin`, or stops once `destination` is settled.
    pub fn run(&self, origin: VertexId, destination: Option<VertexId>, scratch: &mut DijkstraScratch) {
        let bits = self.class.flags.len() as u32;
        scratch.reset(self.network.vertices().len() << bits, bits);
        scratch.reach(origin.0 << bits, 0.0, (u32::MAX, u32::MAX));
        while let Some(Reverse((key, state))) = scratch.heap.pop() {
            let cost = f64::from_bits(key);
            if cost > scratch.cost[state as usize] {
                continue;
            }
            let vertex = VertexId(state >> bits);
            if destination == Some(vertex) {
                return;
            }
            let seen = state & ((1 << bits) - 1);
            for arc in self.network.out_span(vertex) {
                if let Some((after, step)) = self.step(arc, seen) {
                    let head = self.network.head(arc).0 << bits | after;
                    scratch.reach(head, cost + step, (arc as u32, state));
                }
            }
        }
    }

    /// Labels states in the order of what a path through them costs at least, until `destination` is settled or nothing
    /// below `limit` is left; `remaining` bounds from below what is still to pay at each virtual node.
    pub fn run_towards(
        &self,
        origin: VertexId,
        (destination, remaining): (VertexId, &[f64]),
        limit: f64,
        scratch: &mut DijkstraScratch,
    ) {
        let bits = self.class.flags.len() as u32;
        scratch.reset(self.network.vertices().len() << bits, bits);
        scratch.reach_towards(origin.0 << bits, (0.0, remaining[origin.index()]), (u32::MAX, u32::MAX));
        while let Some(Reverse((key, state))) = scratch.heap.pop() {
            let vertex = VertexId(state >> bits);
            let cost = scratch.cost[state as usize];
            let least = f64::from_bits(key);
            if least >= limit || destination == vertex {
                return;
            }
            if least > cost + remaining[vertex.index()] {
                continue;
            }
            let seen = state & ((1 << bits) - 1);
            for arc in self.network.out_span(vertex) {
                let head = self.network.head(arc);
                let rest = remaining[head.index()];
                if rest == f64::INFINITY {
                    continue;
                }
                if let Some((after, step)) = self.step(arc, seen) {
                    scratch.reach_towards(head.0 << bits | after, (cost + step, rest), (arc as u32, state));
                }
            }
        }
    }

    /// The cheapest path between two virtual nodes.
    pub fn cheapest(&self, origin: VertexId, destination: VertexId, scratch: &mut DijkstraScratch) -> Option<Path> {
        self.run(origin, Some(destination), scratch);
        scratch.path(destination)
    }

    /// The cost of a given path, `None` where some arc of it is shut.
    pub fn price(&self, arcs: &[ArcId]) -> Option<f64> {
        let mut seen = 0;
        let mut total = 0.0;
        for arc in arcs {
            let (after, cost) = self.step(arc.index(), seen)?;
            seen = after;
            total += cost;
        }
        Some(total)
    }
}

impl DijkstraScratch {
    fn reset(&mut self, states: usize, flag_bits: u32) {
        if self.cost.len() != states {
            self.cost = vec![f64::INFINITY; states];
            self.via = vec![(u32::MAX, u32::MAX); states];
            self.touched.clear();
        }
        for state in self.touched.drain(..) {
            self.cost[state as usize] = f64::INFINITY;
        }
        self.heap.clear();
        self.flag_bits = flag_bits;
    }

    /// Costs are never negative, so their bit patterns order as they do; ties go to the smaller state.
    fn reach(&mut self, state: u32, cost: f64, via: (u32, u32)) {
        self.reach_towards(state, (cost, 0.0), via);
    }

    /// As `reach`, in the order of the cost and what at least remains to pay.
    fn reach_towards(&mut self, state: u32, (cost, remaining): (f64, f64), via: (u32, u32)) {
        let known = &mut self.cost[state as usize];
        if cost < *known {
            if known.is_infinite() {
                self.touched.push(state);
            }
            *known = cost;
            self.via[state as usize] = via;
            self.heap.push(Reverse(((cost + remaining).to_bits(), state)));
        }
    }

    /// The cheapest state of a virtual node with such a history.
    fn best_state(&self, vertex: VertexId, history: History) -> Option<u32> {
        let first = vertex.0 << self.flag_bits;
        (first..first + (1 << self.flag_bits))
            .filter(|&state| self.cost[state as usize].is_finite() && state & history.mask == history.seen)
            .min_by(|&a, &b| self.cost[a as usize].total_cmp(&self.cost[b as usize]))
    }

    /// Cost of reaching a virtual node, infinite where it was not reached.
    pub fn cost_of(&self, vertex: VertexId) -> f64 {
        self.cost_among(vertex, History::ANY)
    }

    /// The same over paths with such a history.
    pub fn cost_among(&self, vertex: VertexId, history: History) -> f64 {
        self.best_state(vertex, history).map_or(f64::INFINITY, |state| self.cost[state as usize])
    }

    /// The path to a virtual node, `None` where it was not reached.
    pub fn path(&self, destination: VertexId) -> Option<Path> {
        self.path_among(destination, History::ANY)
    }

    /// The same over paths with such a history.
    pub fn path_among(&self, destination: VertexId, history: History) -> Option<Path> {
        let mut state = self.best_state(destination, history)?;
        let cost = self.cost[state as usize];
        let mut arcs = Vec::new();
        while self.via[state as usize].0 != u32::MAX {
            let (arc, before) = self.via[state as usize];
            arcs.push(ArcId(arc));
            state = before;
        }
        arcs.reverse();
        Some(Path { arcs, cost })
    }
}
