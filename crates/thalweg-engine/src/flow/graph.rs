//! Pricing on a plain directed graph: one shortest-path tree per class and origin.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::flow::columns::NONE;
use crate::flow::{Ask, Column, Offer, Pricing};

/// A directed arc and its share in capacity groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Arc {
    /// Node it leaves.
    pub from: u32,
    /// Node it reaches.
    pub to: u32,
    /// Group and weight, by ascending group.
    pub usage: Vec<(u32, f64)>,
}

/// What the arcs cost a class; infinite where they are closed to it.
pub type ArcCosts = Vec<f64>;

/// Where a segment goes and by which class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Index of the class.
    pub class: u32,
    /// Node it starts from.
    pub from: u32,
    /// Node it ends at.
    pub to: u32,
}

/// A graph with its classes and trips.
#[derive(Clone, Debug)]
pub struct GraphPricing {
    tail: Vec<u32>,
    head: Vec<u32>,
    usage_end: Vec<u32>,
    usage: Vec<(u32, f64)>,
    out_end: Vec<u32>,
    out: Vec<u32>,
    costs: Vec<ArcCosts>,
    trips: Vec<Trip>,
    batches: Vec<Box<[u32]>>,
    /// Nodes below this are ends only: no path passes through them.
    first_through: u32,
}

impl GraphPricing {
    /// Arcs, costs by class and arc, and one trip per segment.
    pub fn new(nodes: usize, arcs: &[Arc], costs: Vec<ArcCosts>, trips: Vec<Trip>) -> Self {
        let mut leaving: Vec<Vec<u32>> = vec![Vec::new(); nodes];
        let (mut usage, mut usage_end) = (Vec::new(), Vec::new());
        for (index, arc) in arcs.iter().enumerate() {
            leaving[arc.from as usize].push(index as u32);
            usage.extend_from_slice(&arc.usage);
            usage_end.push(usage.len() as u32);
        }
        let mut out_end = Vec::with_capacity(nodes);
        let mut out = Vec::with_capacity(arcs.len());
        for arcs in leaving {
            out.extend(arcs);
            out_end.push(out.len() as u32);
        }
        Self {
            tail: arcs.iter().map(|arc| arc.from).collect(),
            head: arcs.iter().map(|arc| arc.to).collect(),
            batches: batch(&trips),
            first_through: 0,
            usage_end,
            usage,
            out_end,
            out,
            costs,
            trips,
        }
    }

    /// Nodes below `node` may start and end paths but carry none.
    pub fn with_first_through(mut self, node: u32) -> Self {
        self.first_through = node;
        self
    }

    /// Another cost of an arc for a class; infinite closes it.
    pub fn set_cost(&mut self, class: usize, arc: usize, cost: f64) {
        self.costs[class][arc] = cost;
    }

    fn usage_of(&self, arc: usize) -> &[(u32, f64)] {
        let start = if arc == 0 { 0 } else { self.usage_end[arc - 1] };
        &self.usage[start as usize..self.usage_end[arc] as usize]
    }

    fn leaving(&self, node: u32) -> &[u32] {
        let node = node as usize;
        let start = if node == 0 { 0 } else { self.out_end[node - 1] };
        &self.out[start as usize..self.out_end[node] as usize]
    }

    /// Cost and group prices of all arcs for a class.
    fn arc_prices(&self, class: u32, group_price: &[f64]) -> Vec<f64> {
        let costs = self.costs[class as usize].iter().enumerate();
        let tolled = |(arc, &cost): (usize, &f64)| {
            let usage = self.usage_of(arc).iter();
            usage.fold(cost, |sum, &(group, weight)| sum + group_price[group as usize] * weight)
        };
        costs.map(tolled).collect()
    }

    fn column(&self, segment: u32, arrived_by: &[u32]) -> Column {
        let trip = self.trips[segment as usize];
        let mut path = Vec::new();
        let mut node = trip.to;
        while node != trip.from {
            let arc = arrived_by[node as usize];
            path.push(arc);
            node = self.tail[arc as usize];
        }
        path.reverse();
        let costs = &self.costs[trip.class as usize];
        let cost = path.iter().map(|&arc| costs[arc as usize]).sum();
        Column { segment, cost, usage: self.path_usage(&path), path: path.into() }
    }

    /// The summed weights of a path by ascending group.
    pub fn path_usage(&self, path: &[u32]) -> Vec<(u32, f64)> {
        let all = path.iter().flat_map(|&arc| self.usage_of(arc as usize));
        let mut usage: Vec<(u32, f64)> = all.copied().collect();
        usage.sort_by_key(|&(group, _)| group);
        usage.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        usage
    }

    /// The least price of every node from `origin` and the arc by which it is reached, as far as
    /// the nodes wanted.
    fn tree(&self, origin: u32, arc_price: &[f64], wanted: &[u32]) -> Tree {
        let nodes = self.out_end.len();
        let mut tree = Tree { price: vec![f64::INFINITY; nodes], arrived_by: vec![NONE; nodes] };
        let mut missing = Missing::new(nodes, wanted);
        let mut heap = BinaryHeap::with_capacity(nodes);
        tree.price[origin as usize] = 0.0;
        // The bits of numbers from zero up are ordered as the numbers are.
        heap.push(Reverse((0.0_f64.to_bits(), origin)));
        while let Some(Reverse((bits, node))) = heap.pop() {
            let price = f64::from_bits(bits);
            if price > tree.price[node as usize] {
                continue;
            }
            if missing.found_last(node) {
                break;
            }
            if node < self.first_through && node != origin {
                continue;
            }
            for &arc in self.leaving(node) {
                let reached = self.head[arc as usize];
                let through = price + arc_price[arc as usize];
                if through < tree.price[reached as usize] {
                    tree.price[reached as usize] = through;
                    tree.arrived_by[reached as usize] = arc;
                    heap.push(Reverse((through.to_bits(), reached)));
                }
            }
        }
        tree
    }
}

struct Tree {
    price: Vec<f64>,
    arrived_by: Vec<u32>,
}

/// The nodes a search still waits for.
struct Missing {
    wanted: Vec<bool>,
    left: usize,
}

impl Missing {
    fn new(nodes: usize, wanted_nodes: &[u32]) -> Self {
        let mut wanted = vec![false; nodes];
        let mut left = 0;
        for &node in wanted_nodes {
            if !std::mem::replace(&mut wanted[node as usize], true) {
                left += 1;
            }
        }
        Self { wanted, left }
    }

    fn found_last(&mut self, node: u32) -> bool {
        if std::mem::take(&mut self.wanted[node as usize]) {
            self.left -= 1;
        }
        self.left == 0
    }
}

impl Pricing for GraphPricing {
    fn batches(&self) -> &[Box<[u32]>] {
        &self.batches
    }

    fn cheapest(&self, ask: Ask<'_>, batch: &[u32]) -> Vec<Offer> {
        let Some(&first) = batch.first() else {
            return Vec::new();
        };
        let Trip { class, from, .. } = self.trips[first as usize];
        let arc_price = self.arc_prices(class, ask.group_price);
        let wanted: Vec<u32> = batch.iter().map(|&segment| self.trips[segment as usize].to).collect();
        let tree = self.tree(from, &arc_price, &wanted);
        let offer = |&segment: &u32| {
            let price = tree.price[self.trips[segment as usize].to as usize];
            let wanted = price < ask.limit[segment as usize];
            let column = wanted.then(|| self.column(segment, &tree.arrived_by));
            Offer { segment, price, column }
        };
        batch.iter().map(offer).collect()
    }

    fn reprice(&self, segment: u32, path: &[u32]) -> Option<f64> {
        let costs = &self.costs[self.trips[segment as usize].class as usize];
        let cost: f64 = path.iter().map(|&arc| costs[arc as usize]).sum();
        cost.is_finite().then_some(cost)
    }
}

/// Segments of one class and origin, in order of class, origin and index.
fn batch(trips: &[Trip]) -> Vec<Box<[u32]>> {
    let mut order: Vec<u32> = (0..trips.len() as u32).collect();
    let same = |&segment: &u32| {
        let trip = trips[segment as usize];
        (trip.class, trip.from)
    };
    order.sort_by_key(|segment| (same(segment), *segment));
    order.chunk_by(|a, b| same(a) == same(b)).map(Into::into).collect()
}
