//! A shortest-path tree from one origin, grown where it is looked at, and its loading with trips.

use super::road_network::RoadNetwork;
use super::search::Lane;
use super::trip_table::TripEnd;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No link: the origin, and nodes that cannot be reached.
pub(crate) const NO_LINK: u32 = u32::MAX;

/// Labels that differ by a smaller share are taken for equal where a circle is opened.
const ROUNDING: f64 = 1e-14;
/// Circles opened in one tree before it is grown anew.
const CIRCLES_MAX: u32 = 64;

/// Labels and last links of one origin's tree. `plant` begins a tree whose nodes are filled in on demand from a sweep;
/// `grow` fills in all of it by Dijkstra's search, whose tree has no circle even where links cost nothing.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) origin: u32,
    token: u32,
    circles: u32,
    known: Vec<Known>,
    heap: BinaryHeap<Reverse<(u64, u32)>>,
    loading: Vec<Loading>,
    found: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    distance: f64,
    into: u32,
    distance_token: u32,
    into_token: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Loading {
    volume: f64,
    children: u32,
    /// The walk that found the node, from one.
    walk: u32,
}

/// Volume times label over an origin's destinations, and what is not reached.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reached {
    pub(crate) cost: f64,
    /// Volume bound for destinations that no path reaches.
    pub(crate) unreachable: f64,
    /// How many pairs those are.
    pub(crate) unreachable_pairs: u64,
}

impl Tree {
    pub(crate) fn new(nodes: u32) -> Tree {
        let unknown = Known { distance: f64::INFINITY, into: NO_LINK, distance_token: 0, into_token: 0 };
        Tree {
            origin: 0,
            token: 0,
            circles: 0,
            known: vec![unknown; nodes as usize],
            heap: BinaryHeap::new(),
            loading: vec![Loading::default(); nodes as usize],
            found: Vec::new(),
        }
    }

    /// Begins the tree of a sweep's origin.
    pub(crate) fn plant(&mut self, origin: u32) {
        self.origin = origin;
        self.token += 1;
        self.circles = 0;
    }

    #[inline]
    pub(crate) fn distance(&mut self, lane: &Lane<'_>, node: u32) -> f64 {
        let known = &mut self.known[node as usize];
        if known.distance_token != self.token {
            known.distance = lane.distance(node);
            known.distance_token = self.token;
        }
        known.distance
    }

    /// The tree's link into a node.
    #[inline]
    pub(crate) fn into(&mut self, lane: &Lane<'_>, node: u32) -> u32 {
        let known = &mut self.known[node as usize];
        if known.into_token != self.token {
            known.into = lane.last_link(node).0;
            known.into_token = self.token;
        }
        known.into
    }

    /// Dijkstra (1959) with lazy deletion. Labels are at least zero, so their bits order as they do.
    pub(crate) fn grow(&mut self, network: &RoadNetwork, cost: &[f64], origin: u32) {
        self.plant(origin);
        let token = self.token;
        self.known.fill(Known { distance: f64::INFINITY, into: NO_LINK, distance_token: token, into_token: token });
        self.known[origin as usize].distance = 0.0;
        self.heap.push(Reverse((0, origin)));
        while let Some(Reverse((bits, node))) = self.heap.pop() {
            let label = f64::from_bits(bits);
            if label > self.known[node as usize].distance || (node != origin && !network.is_thru(node)) {
                continue;
            }
            for arc in network.leaving(node) {
                let reach = label + cost[arc.link as usize];
                let known = &mut self.known[arc.node as usize];
                if reach < known.distance {
                    known.distance = reach;
                    known.into = arc.link;
                    self.heap.push(Reverse((reach.to_bits(), arc.node)));
                }
            }
        }
    }

    /// Volume times label over the destinations, and what is not reached.
    pub(crate) fn reach(&mut self, lane: &Lane<'_>, ends: &[TripEnd]) -> Reached {
        let mut reached = Reached::default();
        for end in ends {
            let label = self.distance(lane, end.zone);
            if label.is_finite() {
                reached.cost += end.volume * label;
            } else {
                reached.unreachable += end.volume;
                reached.unreachable_pairs += 1;
            }
        }
        reached
    }

    /// Puts every reached destination's volume on its path: `add(link, volume)`, once per tree link in use.
    pub(crate) fn load(&mut self, lane: &Lane<'_>, ends: &[TripEnd], mut add: impl FnMut(u32, f64)) {
        let order = self.gather(lane, ends);
        for node in order {
            let link = self.into(lane, node);
            let volume = std::mem::take(&mut self.loading[node as usize]).volume;
            add(link, volume);
            let up = lane.network.links()[link as usize].from;
            self.loading[up as usize].volume += volume;
        }
        self.loading[self.origin as usize] = Loading::default();
    }

    /// The nodes on paths to destinations, every node before the one it is reached from.
    fn gather(&mut self, lane: &Lane<'_>, ends: &[TripEnd]) -> Vec<u32> {
        while let Some(node) = self.circle_met(lane, ends) {
            self.open_circle(lane, node);
        }
        let mut order: Vec<u32> =
            self.found.iter().copied().filter(|node| self.loading[*node as usize].children == 0).collect();
        let mut next = 0;
        while let Some(&node) = order.get(next) {
            next += 1;
            let up = self.before(lane, node);
            self.loading[up as usize].children -= 1;
            if up != self.origin && self.loading[up as usize].children == 0 {
                order.push(up);
            }
        }
        order
    }

    /// Walks from every destination towards the origin up to what is found already; all undone, with the node, if a
    /// walk meets itself.
    fn circle_met(&mut self, lane: &Lane<'_>, ends: &[TripEnd]) -> Option<u32> {
        self.found.clear();
        for (walk, end) in (1_u32..).zip(ends) {
            if !self.distance(lane, end.zone).is_finite() {
                continue;
            }
            let mut node = end.zone;
            self.loading[node as usize].volume += end.volume;
            while node != self.origin && self.loading[node as usize].walk == 0 {
                self.loading[node as usize].walk = walk;
                self.found.push(node);
                node = self.before(lane, node);
                self.loading[node as usize].children += 1;
            }
            if node != self.origin && self.loading[node as usize].walk == walk {
                for found in &self.found {
                    self.loading[*found as usize] = Loading::default();
                }
                self.loading[self.origin as usize] = Loading::default();
                return Some(node);
            }
        }
        None
    }

    fn before(&mut self, lane: &Lane<'_>, node: u32) -> u32 {
        lane.network.links()[self.into(lane, node) as usize].from
    }

    /// Last links taken by label can run in a circle where links cost nothing, or less than rounding. All nodes that
    /// tie with the circle are then reached anew, outwards from those that are entered from a smaller label.
    pub(crate) fn open_circle(&mut self, lane: &Lane<'_>, start: u32) {
        let tied = |label: f64, other: f64| (label - other).abs() <= ROUNDING * label;
        let mut cluster = vec![start];
        let mut next = 0;
        while let Some(&node) = cluster.get(next) {
            next += 1;
            let label = self.distance(lane, node);
            for arc in lane.passable(node) {
                let tail = self.distance(lane, arc.node);
                if tied(label, tail) && tied(label, tail + lane.cost[arc.link as usize]) && !cluster.contains(&arc.node)
                {
                    cluster.push(arc.node);
                }
            }
        }
        let mut reached: Vec<u32> = Vec::new();
        for &node in &cluster {
            let entry = lane.last_link(node).0;
            let from = lane.network.links()[entry as usize].from;
            if !cluster.contains(&from) {
                self.known[node as usize].into = entry;
                self.known[node as usize].into_token = self.token;
                reached.push(node);
            }
        }
        let mut next = 0;
        while let Some(&node) = reached.get(next) {
            next += 1;
            let label = self.distance(lane, node);
            for arc in lane.network.leaving(node) {
                let head = self.distance(lane, arc.node);
                let ties = tied(head, label) && tied(head, label + lane.cost[arc.link as usize]);
                if ties && cluster.contains(&arc.node) && !reached.contains(&arc.node) {
                    self.known[arc.node as usize].into = arc.link;
                    self.known[arc.node as usize].into_token = self.token;
                    reached.push(arc.node);
                }
            }
        }
        self.circles += 1;
        if reached.len() < cluster.len() || self.circles > CIRCLES_MAX {
            self.grow(lane.network, lane.cost, lane.origin);
        }
    }
}
