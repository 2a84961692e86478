//! A customisable contraction hierarchy with one-to-all sweeps for eight origins at a time.
//!
//! Dibbelt, Strasser & Wagner (2016), "Customizable contraction hierarchies", ACM JEA 21; Delling, Goldberg, Nowatzyk
//! & Werneck (2013), "PHAST", JPDC 73(7). The hierarchy depends on the topology alone; costs enter by `customise`.

mod elimination;

use elimination::{Elimination, eliminate};

/// Origins that one sweep serves: eight labels of 8 bytes fill a cache line.
pub const LANES: usize = 8;

/// No place: an arc that begins and ends at one node.
const NOWHERE: u32 = u32::MAX;

/// The topology of a hierarchy over nodes `0..nodes`.
#[derive(Debug)]
pub struct Contraction {
    rank_of: Vec<u32>,
    first: Vec<u32>,
    above: Vec<u32>,
    /// For every input arc, twice its place among `above`, plus one when it runs downwards.
    place: Vec<u32>,
}

/// Costs on a hierarchy: for each of its arcs, upwards and downwards.
#[derive(Clone, Debug, Default)]
pub struct Metric {
    up: Vec<f64>,
    down: Vec<f64>,
}

/// The labels of eight origins at one node.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Lanes([f64; LANES]);

/// Labels of eight origins at all nodes.
#[derive(Clone, Debug)]
pub struct Labels {
    lanes: Vec<Lanes>,
    touched: Vec<bool>,
}

impl Contraction {
    /// Orders and contracts the graph; takes about as long as a few hundred one-to-all searches.
    #[must_use]
    pub fn new(nodes: u32, arcs: &[(u32, u32)]) -> Contraction {
        let Elimination { node_at, above: lists } = eliminate(nodes, arcs);
        let mut rank_of = vec![0; nodes as usize];
        for (rank, node) in (0_u32..).zip(&node_at) {
            rank_of[*node as usize] = rank;
        }
        let mut first = Vec::with_capacity(nodes as usize + 1);
        let mut above = Vec::with_capacity(lists.iter().map(Vec::len).sum());
        first.push(0);
        for list in &lists {
            above.extend_from_slice(list);
            first.push(above.len() as u32);
        }
        let place = arcs
            .iter()
            .map(|(from, to)| {
                let (from, to) = (rank_of[*from as usize], rank_of[*to as usize]);
                if from == to {
                    return NOWHERE;
                }
                let low = from.min(to) as usize;
                let list = &above[first[low] as usize..first[low + 1] as usize];
                let offset = list.binary_search(&from.max(to)).expect("an input arc joins neighbours");
                (first[low] + offset as u32) << 1 | u32::from(from > to)
            })
            .collect();
        Contraction { rank_of, first, above, place }
    }

    /// Number of arcs, shortcuts included, each counted once for both directions.
    #[must_use]
    pub fn arcs(&self) -> usize {
        self.above.len()
    }

    /// Room for the labels of one sweep.
    #[must_use]
    pub fn labels(&self) -> Labels {
        let nodes = self.rank_of.len();
        Labels { lanes: vec![Lanes([f64::INFINITY; LANES]); nodes], touched: vec![false; nodes] }
    }

    /// Gives every arc the cost of its cheapest path through lower nodes; `cost` follows the arcs given to `new`.
    pub fn customise(&self, cost: impl Fn(usize) -> f64, metric: &mut Metric) {
        metric.up.clear();
        metric.up.resize(self.above.len(), f64::INFINITY);
        metric.down.clear();
        metric.down.resize(self.above.len(), f64::INFINITY);
        for (arc, place) in self.place.iter().enumerate().filter(|(_, place)| **place != NOWHERE) {
            let side = if place & 1 == 0 { &mut metric.up } else { &mut metric.down };
            let weight = &mut side[(place >> 1) as usize];
            *weight = weight.min(cost(arc));
        }
        for node in 0..self.rank_of.len() {
            self.relax_triangles(node, metric);
        }
    }

    /// The arcs between upper neighbours of `node` learn of the way through it. Every upper neighbour above the lower
    /// end of such an arc is also its neighbour, so one walk along its list meets them all.
    fn relax_triangles(&self, node: usize, metric: &mut Metric) {
        let own = self.first[node] as usize..self.first[node + 1] as usize;
        for low in own.clone() {
            let (out_of_node, into_node) = (metric.up[low], metric.down[low]);
            let mut at = self.first[self.above[low] as usize] as usize;
            for high in low + 1..own.end {
                while self.above[at] != self.above[high] {
                    at += 1;
                }
                // `down` leads from the upper to the lower node, `up` the other way.
                metric.up[at] = metric.up[at].min(into_node + metric.up[high]);
                metric.down[at] = metric.down[at].min(metric.down[high] + out_of_node);
            }
        }
    }

    /// One-to-all labels of up to eight origins, each given by its seeds: nodes with the cost to begin there.
    pub fn sweep(&self, metric: &Metric, seeds: &[Vec<(u32, f64)>], labels: &mut Labels) {
        assert!(seeds.len() <= LANES, "{} origins for {LANES} lanes", seeds.len());
        labels.lanes.fill(Lanes([f64::INFINITY; LANES]));
        labels.touched.fill(false);
        for (lane, list) in seeds.iter().enumerate() {
            for (node, cost) in list {
                let rank = self.rank_of[*node as usize] as usize;
                let label = &mut labels.lanes[rank].0[lane];
                *label = label.min(*cost);
                labels.touched[rank] = true;
            }
        }
        self.climb(metric, labels);
        self.descend(metric, labels);
    }

    fn climb(&self, metric: &Metric, labels: &mut Labels) {
        for node in 0..self.rank_of.len() {
            if !labels.touched[node] {
                continue;
            }
            let own = labels.lanes[node].0;
            for arc in self.first[node] as usize..self.first[node + 1] as usize {
                let weight = metric.up[arc];
                if weight < f64::INFINITY {
                    let upper = self.above[arc] as usize;
                    labels.touched[upper] = true;
                    relax(&mut labels.lanes[upper].0, &own, weight);
                }
            }
        }
    }

    fn descend(&self, metric: &Metric, labels: &mut Labels) {
        for node in (0..self.rank_of.len()).rev() {
            let range = self.first[node] as usize..self.first[node + 1] as usize;
            let mut own = labels.lanes[node].0;
            for (upper, weight) in self.above[range.clone()].iter().zip(&metric.down[range]) {
                relax(&mut own, &labels.lanes[*upper as usize].0, *weight);
            }
            labels.lanes[node].0 = own;
        }
    }

    /// One origin's label at a node.
    #[inline]
    #[must_use]
    pub fn label(&self, labels: &Labels, node: u32, lane: usize) -> f64 {
        labels.lanes[self.rank_of[node as usize] as usize].0[lane]
    }
}

#[inline]
fn relax(label: &mut [f64; LANES], from: &[f64; LANES], weight: f64) {
    for lane in 0..LANES {
        let reach = from[lane] + weight;
        label[lane] = if reach < label[lane] { reach } else { label[lane] };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bellman-Ford without any order: slow and plain.
    fn oracle(nodes: u32, arcs: &[(u32, u32)], cost: &[f64], origin: u32) -> Vec<f64> {
        let mut label = vec![f64::INFINITY; nodes as usize];
        label[origin as usize] = 0.0;
        for _ in 0..nodes {
            for ((from, to), cost) in arcs.iter().zip(cost) {
                label[*to as usize] = label[*to as usize].min(label[*from as usize] + cost);
            }
        }
        label
    }

    /// Splitmix64: a fixed stream for each seed.
    fn stream(seed: u64) -> impl FnMut(u32) -> u32 {
        let mut state = seed;
        move |below| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((mixed ^ (mixed >> 31)) % u64::from(below)) as u32
        }
    }

    #[test]
    fn sweeps_give_the_labels_of_a_plain_search_on_random_graphs_with_changing_costs() {
        for seed in 0..40 {
            let mut draw = stream(seed);
            let nodes = 2 + draw(40);
            let arcs: Vec<(u32, u32)> = (0..draw(4 * nodes)).map(|_| (draw(nodes), draw(nodes))).collect();
            let hierarchy = Contraction::new(nodes, &arcs);
            let (mut metric, mut labels) = (Metric::default(), hierarchy.labels());
            for _ in 0..2 {
                let cost: Vec<f64> = arcs.iter().map(|_| f64::from(draw(20))).collect();
                hierarchy.customise(|arc| cost[arc], &mut metric);
                let origins: Vec<u32> = (0..LANES).map(|_| draw(nodes)).collect();
                let seeds: Vec<Vec<(u32, f64)>> = origins.iter().map(|origin| vec![(*origin, 0.0)]).collect();
                hierarchy.sweep(&metric, &seeds, &mut labels);
                for (lane, origin) in origins.iter().enumerate() {
                    let expected = oracle(nodes, &arcs, &cost, *origin);
                    let found: Vec<f64> = (0..nodes).map(|node| hierarchy.label(&labels, node, lane)).collect();
                    assert_eq!(found, expected, "seed {seed}, origin {origin}, arcs {arcs:?}, cost {cost:?}");
                }
            }
        }
    }

    #[test]
    fn an_origin_with_several_seeds_takes_the_best_of_them() {
        let hierarchy = Contraction::new(4, &[(0, 1), (1, 2), (3, 2)]);
        let (mut metric, mut labels) = (Metric::default(), hierarchy.labels());
        hierarchy.customise(|_| 1.0, &mut metric);
        hierarchy.sweep(&metric, &[vec![(0, 0.5), (3, 1.0)]], &mut labels);
        let found: Vec<f64> = (0..4).map(|node| hierarchy.label(&labels, node, 0)).collect();
        assert_eq!(found, [0.5, 1.5, 2.0, 1.0]);
    }
}
