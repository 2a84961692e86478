//! One origin's tree, and what it costs its trips when a single link of the tree is taken out.
//!
//! Only nodes below the removed link get new labels, from the nodes around them: the deletion case of Ramalingam &
//! Reps (1996), "An incremental algorithm for a generalization of the shortest-path problem", J. Algorithms 21(2).

use super::road_network::RoadNetwork;
use super::tree::NO_LINK;
use super::trip_table::TripEnd;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Not in the tree.
const OUTSIDE: u32 = u32::MAX;

/// What one origin's trips lose by a closure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Loss {
    pub(super) link: u32,
    pub(super) cost: f64,
    /// Volume that loses every path.
    pub(super) unreachable: f64,
    pub(super) unreachable_pairs: u64,
}

/// An origin's tree with its nodes in depth-first order, so that what hangs on a node is a range.
#[derive(Debug)]
pub(super) struct Rooted<'a> {
    network: &'a RoadNetwork,
    cost: &'a [f64],
    origin: u32,
    label: Vec<f64>,
    into: Vec<u32>,
    settled: Vec<u32>,
    /// Place of each node in depth-first order.
    place: Vec<u32>,
    order: Vec<u32>,
    /// For each place, the place after the last node below.
    end: Vec<u32>,
    volume: Vec<f64>,
    /// For each place, how many destinations stand before it.
    ends_before: Vec<u32>,
    repaired: Vec<f64>,
    heap: BinaryHeap<Reverse<(u64, u32)>>,
}

impl<'a> Rooted<'a> {
    pub(super) fn new(network: &'a RoadNetwork, cost: &'a [f64]) -> Rooted<'a> {
        let nodes = network.extent().nodes as usize;
        Rooted {
            network,
            cost,
            origin: 0,
            label: vec![f64::INFINITY; nodes],
            into: vec![NO_LINK; nodes],
            settled: Vec::new(),
            place: vec![OUTSIDE; nodes],
            order: Vec::new(),
            end: Vec::new(),
            volume: vec![0.0; nodes],
            ends_before: Vec::new(),
            repaired: vec![f64::INFINITY; nodes],
            heap: BinaryHeap::new(),
        }
    }

    /// The losses by each link of the origin's tree that carries trips.
    pub(super) fn losses(&mut self, origin: u32, ends: &[TripEnd]) -> Vec<Loss> {
        self.root(origin);
        for end in ends {
            self.volume[end.zone as usize] += end.volume;
        }
        self.ends_before.clear();
        self.ends_before.push(0);
        for node in &self.order {
            let before = self.ends_before.last().copied().unwrap_or(0);
            self.ends_before.push(before + u32::from(self.volume[*node as usize] > 0.0));
        }
        let mut losses = Vec::new();
        for place in 1..self.order.len() {
            if self.ends_before[self.end[place] as usize] > self.ends_before[place] {
                losses.push(self.loss_below(place));
            }
        }
        for end in ends {
            self.volume[end.zone as usize] = 0.0;
        }
        losses
    }

    fn root(&mut self, origin: u32) {
        self.origin = origin;
        self.label.fill(f64::INFINITY);
        self.into.fill(NO_LINK);
        self.settled.clear();
        self.place.fill(OUTSIDE);
        self.label[origin as usize] = 0.0;
        self.heap.push(Reverse((0, origin)));
        while let Some(Reverse((bits, node))) = self.heap.pop() {
            let label = f64::from_bits(bits);
            if label > self.label[node as usize] || self.place[node as usize] == 0 {
                continue;
            }
            self.place[node as usize] = 0;
            self.settled.push(node);
            if node != origin && !self.network.is_thru(node) {
                continue;
            }
            for arc in self.network.leaving(node) {
                let reach = label + self.cost[arc.link as usize];
                if reach < self.label[arc.node as usize] {
                    self.label[arc.node as usize] = reach;
                    self.into[arc.node as usize] = arc.link;
                    self.heap.push(Reverse((reach.to_bits(), arc.node)));
                }
            }
        }
        self.number();
    }

    /// Depth-first places from the sizes of what hangs on each node.
    fn number(&mut self) {
        let links = self.network.links();
        let mut size = vec![1_u32; self.place.len()];
        for node in self.settled.iter().skip(1).rev() {
            let up = links[self.into[*node as usize] as usize].from;
            size[up as usize] += size[*node as usize];
        }
        self.order.clear();
        self.order.resize(self.settled.len(), 0);
        self.end.clear();
        self.end.resize(self.settled.len(), 0);
        let mut free = vec![0_u32; self.place.len()];
        for (turn, node) in self.settled.iter().enumerate() {
            let mut place = 0;
            if turn > 0 {
                let up = links[self.into[*node as usize] as usize].from;
                place = free[up as usize];
                free[up as usize] += size[*node as usize];
            }
            self.place[*node as usize] = place;
            self.order[place as usize] = *node;
            self.end[place as usize] = place + size[*node as usize];
            free[*node as usize] = place + 1;
        }
    }

    fn loss_below(&mut self, first: usize) -> Loss {
        let below = first as u32..self.end[first];
        let link = self.into[self.order[first] as usize];
        for place in below.clone() {
            let node = self.order[place as usize];
            let mut best = f64::INFINITY;
            for arc in self.network.entering(node) {
                let around = !below.contains(&self.place[arc.node as usize]) && arc.link != link;
                if around && (arc.node == self.origin || self.network.is_thru(arc.node)) {
                    best = best.min(self.label[arc.node as usize] + self.cost[arc.link as usize]);
                }
            }
            self.repaired[node as usize] = best;
            if best < f64::INFINITY && below.len() > 1 {
                self.heap.push(Reverse((best.to_bits(), node)));
            }
        }
        while let Some(Reverse((bits, node))) = self.heap.pop() {
            let label = f64::from_bits(bits);
            if label > self.repaired[node as usize] || !self.network.is_thru(node) {
                continue;
            }
            for arc in self.network.leaving(node).iter().filter(|arc| below.contains(&self.place[arc.node as usize])) {
                let reach = label + self.cost[arc.link as usize];
                if reach < self.repaired[arc.node as usize] && arc.link != link {
                    self.repaired[arc.node as usize] = reach;
                    self.heap.push(Reverse((reach.to_bits(), arc.node)));
                }
            }
        }
        self.add_up(link, below)
    }

    fn add_up(&self, link: u32, below: std::ops::Range<u32>) -> Loss {
        let mut loss = Loss { link, cost: 0.0, unreachable: 0.0, unreachable_pairs: 0 };
        for place in below {
            let node = self.order[place as usize] as usize;
            if self.volume[node] == 0.0 {
                continue;
            }
            if self.repaired[node].is_finite() {
                loss.cost += self.volume[node] * (self.repaired[node] - self.label[node]);
            } else {
                loss.unreachable += self.volume[node];
                loss.unreachable_pairs += 1;
            }
        }
        loss
    }
}
