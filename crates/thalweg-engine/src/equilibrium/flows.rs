//! Flow on every link, in total and by origin, with the cost and slope that the total gives.

use super::road_network::RoadNetwork;
use super::volume_delay::{Delay, Pricing};

/// A link's total flow, and what it costs there.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LinkState {
    pub(crate) flow: f64,
    pub(crate) cost: f64,
    pub(crate) slope: f64,
}

/// Flows by origin and link, and the totals they add up to.
#[derive(Debug)]
pub(crate) struct Flows {
    pub(crate) delays: Vec<Delay>,
    pub(crate) pricing: Pricing,
    pub(crate) link: Vec<LinkState>,
    by_row: Vec<f64>,
}

impl Flows {
    pub(crate) fn new(network: &RoadNetwork, rows: usize, pricing: Pricing) -> Flows {
        let delays: Vec<Delay> = network.links().iter().map(|link| link.delay.delay(link.fixed_cost)).collect();
        let mut flows =
            Flows { by_row: vec![0.0; rows * delays.len()], link: vec![LinkState::default(); delays.len()], delays, pricing };
        flows.price_all();
        flows
    }

    #[inline]
    pub(crate) fn of_row(&self, row: u32) -> &[f64] {
        let links = self.link.len();
        &self.by_row[row as usize * links..(row as usize + 1) * links]
    }

    #[inline]
    pub(crate) fn of_row_mut(&mut self, row: u32) -> &mut [f64] {
        let links = self.link.len();
        &mut self.by_row[row as usize * links..(row as usize + 1) * links]
    }

    /// Sets one link's total and prices it.
    #[inline]
    pub(crate) fn set(&mut self, link: u32, flow: f64) {
        let (cost, slope) = self.delays[link as usize].price(self.pricing, flow);
        self.link[link as usize] = LinkState { flow, cost, slope };
    }

    pub(crate) fn price_all(&mut self) {
        for link in 0..self.link.len() {
            self.set(link as u32, self.link[link].flow);
        }
    }

    /// Adds the rows up anew, so that rounding in the running totals cannot pile up.
    pub(crate) fn total_rows(&mut self) {
        for state in &mut self.link {
            state.flow = 0.0;
        }
        for row in self.by_row.chunks_exact(self.link.len()) {
            for (state, flow) in self.link.iter_mut().zip(row) {
                state.flow += flow;
            }
        }
        self.price_all();
    }

    /// Sum of the links' costs in reading order, and of their slopes.
    #[inline]
    pub(crate) fn along(&self, links: &[u32]) -> (f64, f64) {
        links.iter().fold((0.0, 0.0), |(cost, slope), link| {
            let state = &self.link[*link as usize];
            (cost + state.cost, slope + state.slope)
        })
    }

    /// Smallest flow of a row along the links.
    #[inline]
    pub(crate) fn least(&self, row: u32, links: &[u32]) -> f64 {
        let flows = self.of_row(row);
        links.iter().fold(f64::INFINITY, |least, link| least.min(flows[*link as usize]))
    }

    /// Moves a row's flow from one set of links to another; totals are left to the caller.
    #[inline]
    pub(crate) fn move_row(&mut self, row: u32, volume: f64, from: &[u32], to: &[u32]) {
        let flows = self.of_row_mut(row);
        for link in from {
            let flow = &mut flows[*link as usize];
            // What rounding leaves behind is not flow; it would keep dead links in every later scan.
            *flow = if *flow - volume <= *flow * 1e-14 { 0.0 } else { *flow - volume };
        }
        for link in to {
            flows[*link as usize] += volume;
        }
    }

    /// Adds to the totals of some links and prices them again.
    #[inline]
    pub(crate) fn shift_totals(&mut self, volume: f64, from: &[u32], to: &[u32]) {
        for link in from {
            self.set(*link, (self.link[*link as usize].flow - volume).max(0.0));
        }
        for link in to {
            self.set(*link, self.link[*link as usize].flow + volume);
        }
    }
}
