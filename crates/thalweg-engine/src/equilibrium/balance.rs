//! Finding the pairs of segments an origin can gain by, and shifting flow between them until costs agree.

use super::flows::Flows;
use super::road_network::RoadNetwork;
use super::search::Lane;
use super::segments::{Segments, Side};
use super::tree::{NO_LINK, Tree};

/// Differences below this share of a pair's cost are rounding.
const ROUNDING: f64 = 2e-15;
/// Reduced costs below this share of the label are rounding.
const LABEL_ROUNDING: f64 = 1e-14;
/// Gains that have fallen to this share are settled until paths are searched again.
const SETTLED: f64 = 0.02;
/// A known pair serves a link when its gain is at least this share of the link's reduced cost.
const EFFECTIVE_COST: f64 = 0.5;
/// A known pair serves a link when it can take at least this share of the link's flow.
const EFFECTIVE_FLOW: f64 = 0.25;

/// A link that a row uses although the tree reaches its head for less.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    label: f64,
    reduced: f64,
    link: u32,
}

/// Where a backward search has been; one per solve.
#[derive(Clone, Debug)]
struct Trail {
    token: u32,
    on_tree: Vec<u32>,
    walked: Vec<u32>,
    links: Vec<u32>,
    tree_links: Vec<u32>,
    candidates: Vec<Candidate>,
}

/// How a backward search ended.
enum Walk {
    /// At a node of the tree path.
    Met(u32),
    /// At a node it had been at.
    Circle(u32),
    /// At a node that the row's flow does not enter: what it followed was rounding.
    Lost,
}

impl Trail {
    fn new(nodes: u32) -> Trail {
        Trail {
            token: 0,
            on_tree: vec![0; nodes as usize],
            walked: vec![0; nodes as usize],
            links: Vec::new(),
            tree_links: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// Marks the nodes before `head` on its tree path.
    fn mark_tree_path(&mut self, lane: &Lane<'_>, tree: &mut Tree, head: u32) {
        self.token += 1;
        let mut node = head;
        while node != tree.origin {
            node = lane.network.links()[tree.into(lane, node) as usize].from;
            if self.on_tree[node as usize] == self.token {
                tree.open_circle(lane, node);
                self.token += 1;
                node = head;
            } else {
                self.on_tree[node as usize] = self.token;
            }
        }
    }

    fn walk_back(&mut self, network: &RoadNetwork, flow_on: impl Fn(u32) -> f64, link: u32) -> Walk {
        let ends = &network.links()[link as usize];
        self.links.clear();
        self.links.push(link);
        self.walked[ends.to as usize] = self.token;
        let mut at = ends.from;
        while self.on_tree[at as usize] != self.token {
            if self.walked[at as usize] == self.token {
                return Walk::Circle(at);
            }
            self.walked[at as usize] = self.token;
            let mut largest = (0.0, NO_LINK, 0);
            for arc in network.entering(at) {
                let flow = flow_on(arc.link);
                if flow > largest.0 {
                    largest = (flow, arc.link, arc.node);
                }
            }
            if largest.1 == NO_LINK {
                return Walk::Lost;
            }
            self.links.push(largest.1);
            at = largest.2;
        }
        Walk::Met(at)
    }
}

/// Everything a solve changes.
#[derive(Clone, Debug)]
pub(crate) struct Balance {
    pub(crate) flows: Flows,
    pub(crate) segments: Segments,
    trail: Trail,
}

impl Balance {
    pub(crate) fn new(network: &RoadNetwork, flows: Flows) -> Balance {
        let links = network.links().len();
        Balance { flows, segments: Segments::new(links), trail: Trail::new(network.extent().nodes) }
    }

    /// For every link that the row uses off its tree: find a pair that relieves it and shift at once.
    pub(crate) fn relieve(&mut self, lane: &Lane<'_>, tree: &mut Tree, row: u32) {
        let mut candidates = std::mem::take(&mut self.trail.candidates);
        candidates.clear();
        for link in self.flows.used_by(row) {
            let ends = &lane.network.links()[link as usize];
            let label = tree.distance(lane, ends.to);
            let reduced = tree.distance(lane, ends.from) + lane.cost[link as usize] - label;
            if reduced > LABEL_ROUNDING * label {
                candidates.push(Candidate { label, reduced, link });
            }
        }
        // Farthest first: the pair that ends where a detour ends takes the whole detour.
        candidates.sort_unstable_by(|a, b| b.label.total_cmp(&a.label).then(a.link.cmp(&b.link)));
        for candidate in &candidates {
            if self.flows.of_row(row, candidate.link) <= 0.0 {
                continue;
            }
            let pair = match self.known_pair(row, candidate) {
                Some(pair) => {
                    self.segments.add_row(pair, row);
                    Some(pair)
                }
                None => self.discover(lane, tree, row, candidate.link),
            };
            if let Some(pair) = pair {
                self.shift_one(pair, row);
            }
        }
        self.trail.candidates = candidates;
    }

    fn known_pair(&self, row: u32, candidate: &Candidate) -> Option<usize> {
        let flow = self.flows.of_row(row, candidate.link);
        self.segments
            .ending_with(candidate.link)
            .find(|&(pair, side)| {
                let (dear, cheap) = (self.segments.links(pair, side), self.segments.links(pair, side.other()));
                let gain = self.flows.along(dear).0 - self.flows.along(cheap).0;
                gain >= EFFECTIVE_COST * candidate.reduced && self.flows.least(row, dear) >= EFFECTIVE_FLOW * flow
            })
            .map(|(pair, _)| pair)
    }

    /// Follows the row's largest flow backwards from `link` until it meets the tree path of the link's head.
    fn discover(&mut self, lane: &Lane<'_>, tree: &mut Tree, row: u32, link: u32) -> Option<usize> {
        let head = lane.network.links()[link as usize].to;
        loop {
            self.trail.mark_tree_path(lane, tree, head);
            match self.trail.walk_back(lane.network, |link| self.flows.of_row(row, link), link) {
                Walk::Lost => return None,
                Walk::Met(split) => return self.store_pair(lane, tree, row, (head, split)),
                Walk::Circle(at) => self.remove_circle(lane.network, row, at),
            }
            if self.flows.of_row(row, link) <= 0.0 {
                return None;
            }
        }
    }

    fn store_pair(&mut self, lane: &Lane<'_>, tree: &mut Tree, row: u32, (head, split): (u32, u32)) -> Option<usize> {
        self.trail.tree_links.clear();
        let mut node = head;
        while node != split {
            let into = tree.into(lane, node);
            self.trail.tree_links.push(into);
            node = lane.network.links()[into as usize].from;
        }
        let gain = self.flows.along(&self.trail.links).0 - self.flows.along(&self.trail.tree_links).0;
        if gain <= 0.0 {
            return None;
        }
        Some(self.segments.push(&self.trail.links, &self.trail.tree_links, row))
    }

    fn remove_circle(&mut self, network: &RoadNetwork, row: u32, at: u32) {
        let links = network.links();
        let begin = self.trail.links.iter().position(|link| links[*link as usize].to == at).unwrap_or(0);
        let circle = self.trail.links.split_off(begin);
        let volume = self.flows.least(row, &circle);
        self.flows.move_row(row, volume, &circle, &[]);
        self.flows.shift_totals(volume, &circle, &[]);
    }

    /// Newton's shift for one row of a pair.
    fn shift_one(&mut self, pair: usize, row: u32) {
        let Some((side, wanted)) = self.wanted(pair) else { return };
        let (dear, cheap) = (self.segments.links(pair, side), self.segments.links(pair, side.other()));
        let volume = self.flows.least(row, dear).min(wanted);
        if volume > 0.0 {
            self.flows.move_row(row, volume, dear, cheap);
            self.flows.shift_totals(volume, dear, cheap);
        }
    }

    /// The dearer side and Newton's step towards equal costs.
    fn wanted(&self, pair: usize) -> Option<(Side, f64)> {
        let first = self.flows.along(self.segments.links(pair, Side::First));
        let second = self.flows.along(self.segments.links(pair, Side::Second));
        let gain = first.0 - second.0;
        if gain.abs() <= ROUNDING * (first.0 + second.0) {
            return None;
        }
        let slope = first.1 + second.1;
        let side = if gain > 0.0 { Side::First } else { Side::Second };
        Some((side, if slope > 0.0 { gain.abs() / slope } else { f64::INFINITY }))
    }

    /// Shifts flow in every pair, `rounds` times or until the gains have settled.
    pub(crate) fn sweep(&mut self, rounds: u32) {
        let mut first = None;
        for _ in 0..rounds {
            let gain: f64 = (0..self.segments.len()).map(|pair| self.shift_all(pair)).sum();
            if gain <= SETTLED * *first.get_or_insert(gain) {
                break;
            }
        }
    }

    /// Newton's shift with as many of the pair's rows as it takes; the gain it met.
    fn shift_all(&mut self, pair: usize) -> f64 {
        let Some((side, wanted)) = self.wanted(pair) else { return 0.0 };
        let (dear, cheap) = (self.segments.links(pair, side), self.segments.links(pair, side.other()));
        let gain = self.flows.along(dear).0 - self.flows.along(cheap).0;
        let mut left = wanted;
        let mut moved = 0.0;
        for &row in self.segments.rows(pair) {
            let volume = self.flows.least(row, dear).min(left);
            if volume > 0.0 {
                self.flows.move_row(row, volume, dear, cheap);
                moved += volume;
                left -= volume;
                if left <= 0.0 {
                    break;
                }
            }
        }
        if moved > 0.0 {
            self.flows.shift_totals(moved, dear, cheap);
        }
        gain
    }

    /// Forgets rows without flow on either side, and pairs without rows.
    pub(crate) fn forget_idle(&mut self) {
        let flows = &self.flows;
        self.segments.retain(|first, second, row| flows.least(row, first) > 0.0 || flows.least(row, second) > 0.0);
    }
}
