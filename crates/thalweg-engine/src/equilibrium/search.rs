//! Shortest paths from every origin under one set of costs, eight origins to a sweep.

use super::road_network::{Arc, RoadNetwork};
use super::tree::NO_LINK;
use std::sync::Arc as Shared;
use thalweg_network::contraction::{Contraction, LANES, Labels, Metric};

/// Labels that differ by a smaller share are sums of the same costs in another order.
const TIE: f64 = 4e-15;

/// The hierarchy over the nodes that paths may pass; centroids hang on it by their links.
#[derive(Debug)]
pub(crate) struct Search {
    hierarchy: Shared<Contraction>,
    metric: Metric,
    core: Shared<Vec<u32>>,
    shut: Option<u32>,
}

/// What one sweep found for one of its origins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lane<'a> {
    pub(crate) network: &'a RoadNetwork,
    pub(crate) cost: &'a [f64],
    pub(crate) origin: u32,
    search: &'a Search,
    labels: &'a Labels,
    lane: usize,
}

impl Search {
    pub(crate) fn new(network: &RoadNetwork) -> Search {
        let links = network.links();
        let mut core: Vec<u32> = (0..network.extent().nodes)
            .filter(|node| network.is_thru(*node))
            .flat_map(|node| network.leaving(node))
            .filter(|arc| network.is_thru(arc.node))
            .map(|arc| arc.link)
            .collect();
        core.sort_unstable();
        let arcs: Vec<(u32, u32)> =
            core.iter().map(|link| (links[*link as usize].from, links[*link as usize].to)).collect();
        let hierarchy = Shared::new(Contraction::new(network.extent().nodes, &arcs));
        Search { hierarchy, metric: Metric::default(), core: Shared::new(core), shut: None }
    }

    /// For the same network without one link: the order of the hierarchy serves it too.
    pub(crate) fn without(&self, link: u32) -> Search {
        let (hierarchy, core) = (self.hierarchy.clone(), self.core.clone());
        Search { hierarchy, metric: Metric::default(), core, shut: Some(link) }
    }

    pub(crate) fn customise(&mut self, cost: &[f64]) {
        let core = &self.core;
        let shut = self.shut.unwrap_or(NO_LINK);
        let of_arc = |arc: usize| if core[arc] == shut { f64::INFINITY } else { cost[core[arc] as usize] };
        self.hierarchy.customise(of_arc, &mut self.metric);
    }

    /// Calls `visit` with each origin's place and labels, in order. The next sweeps run while the last are visited;
    /// what `visit` sees does not depend on the number of threads.
    pub(crate) fn for_each(
        &self,
        network: &RoadNetwork,
        cost: &[f64],
        origins: &[u32],
        mut visit: impl FnMut(usize, Lane<'_>) + Send,
    ) {
        let mut ready = Vec::new();
        let mut coming = Vec::new();
        let window = rayon::current_num_threads().saturating_sub(1).max(1);
        let windows: Vec<&[u32]> = origins.chunks(LANES * window).collect();
        let fill = |at: usize, into: &mut Vec<Labels>| {
            let Some(window) = windows.get(at) else { return };
            let blocks: Vec<&[u32]> = window.chunks(LANES).collect();
            into.resize_with(blocks.len().max(into.len()), || self.hierarchy.labels());
            sweep_blocks(&blocks, into, &|block, labels| self.sweep(network, cost, block, labels));
        };
        fill(0, &mut ready);
        for (at, window_origins) in windows.iter().enumerate() {
            let first = at * LANES * window;
            let mut visit_window = || {
                for (offset, origin) in window_origins.iter().enumerate() {
                    let (labels, lane) = (&ready[offset / LANES], offset % LANES);
                    visit(first + offset, Lane { network, cost, origin: *origin, search: self, labels, lane });
                }
            };
            rayon::join(&mut visit_window, || fill(at + 1, &mut coming));
            std::mem::swap(&mut ready, &mut coming);
        }
    }

    fn sweep(&self, network: &RoadNetwork, cost: &[f64], origins: &[u32], labels: &mut Labels) {
        let seeds: Vec<Vec<(u32, f64)>> = origins
            .iter()
            .map(|&origin| {
                if network.is_thru(origin) {
                    return vec![(origin, 0.0)];
                }
                let leaving = network.leaving(origin).iter().filter(|arc| network.is_thru(arc.node));
                leaving.map(|arc| (arc.node, cost[arc.link as usize])).collect()
            })
            .collect();
        self.hierarchy.sweep(&self.metric, &seeds, labels);
    }
}

fn sweep_blocks(blocks: &[&[u32]], labels: &mut [Labels], sweep: &(dyn Fn(&[u32], &mut Labels) + Sync)) {
    match (blocks, labels) {
        ([], _) | (_, []) => {}
        ([block, rest @ ..], [first, others @ ..]) => {
            rayon::join(|| sweep(block, first), || sweep_blocks(rest, others, sweep));
        }
    }
}

impl Lane<'_> {
    /// Cost from the origin to a node; infinite where no path leads.
    #[inline]
    pub(crate) fn distance(&self, node: u32) -> f64 {
        if node == self.origin {
            0.0
        } else if self.network.is_thru(node) {
            self.search.hierarchy.label(self.labels, node, self.lane)
        } else {
            self.last_link(node).1
        }
    }

    /// The last link of a shortest path to a node, and the path's cost. Of links that tie up to rounding, the one from
    /// the smallest label: where links cost nothing, the others may lead round in a circle.
    #[inline]
    pub(crate) fn last_link(&self, node: u32) -> (u32, f64) {
        let mut best = (NO_LINK, f64::INFINITY);
        let mut least_tail = f64::INFINITY;
        for arc in self.passable(node) {
            let tail = self.distance(arc.node);
            let reach = tail + self.cost[arc.link as usize];
            let slack = TIE * reach;
            if reach < best.1 - slack || (reach <= best.1 + slack && tail < least_tail) {
                best.0 = arc.link;
                least_tail = tail;
            }
            best.1 = best.1.min(reach);
        }
        best
    }

    /// Links into a node that a path from the origin may end with.
    #[inline]
    pub(crate) fn passable(&self, node: u32) -> impl Iterator<Item = &Arc> {
        self.network.entering(node).iter().filter(|arc| arc.node == self.origin || self.network.is_thru(arc.node))
    }
}
