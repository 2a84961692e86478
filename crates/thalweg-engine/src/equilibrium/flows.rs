//! Flow on every link, in total and by origin, with the cost and slope that the total gives.

use super::road_network::RoadNetwork;
use super::volume_delay::{Delay, Pricing};

/// Links in a page: an origin uses few links, and those in runs, so most pages of most origins do not exist.
const PAGE: usize = 16;
/// What rounding leaves of a flow that has been moved away is not flow; it would keep dead links in every later scan.
const RESIDUE: f64 = 1e-14;

/// A link's total flow, and what it costs there.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LinkState {
    pub(crate) flow: f64,
    pub(crate) cost: f64,
    pub(crate) slope: f64,
}

/// Flows by origin and link, and the totals they add up to. Origins are rows, in the trip table's order.
#[derive(Clone, Debug)]
pub(crate) struct Flows {
    delays: Vec<Delay>,
    pricing: Pricing,
    links: Vec<LinkState>,
    pages_per_row: usize,
    /// For each row and run of links, its page; the first page is all zeros and stands for those that do not exist.
    page_of: Vec<u32>,
    pages: Vec<[f64; PAGE]>,
}

impl Flows {
    pub(crate) fn new(network: &RoadNetwork, rows: usize, pricing: Pricing) -> Flows {
        let delays: Vec<Delay> = network.links().iter().map(|link| link.delay.delay(link.fixed_cost)).collect();
        let pages_per_row = delays.len().div_ceil(PAGE);
        let mut flows = Flows {
            pricing,
            links: vec![LinkState::default(); delays.len()],
            pages_per_row,
            page_of: vec![0; rows * pages_per_row],
            pages: vec![[0.0; PAGE]],
            delays,
        };
        flows.total_rows();
        flows
    }

    /// The links' totals and costs, in order.
    pub(crate) fn links(&self) -> &[LinkState] {
        &self.links
    }

    /// A row's flow on a link.
    #[inline]
    pub(crate) fn of_row(&self, row: u32, link: u32) -> f64 {
        let page = self.page_of[row as usize * self.pages_per_row + link as usize / PAGE];
        self.pages[page as usize][link as usize % PAGE]
    }

    /// Adds to a row's flow on a link; the totals are left to the caller.
    #[inline]
    pub(crate) fn add_to_row(&mut self, row: u32, link: u32, volume: f64) {
        let page = &mut self.page_of[row as usize * self.pages_per_row + link as usize / PAGE];
        if *page == 0 {
            *page = self.pages.len() as u32;
            self.pages.push([0.0; PAGE]);
        }
        self.pages[*page as usize][link as usize % PAGE] += volume;
    }

    /// The links on which a row has flow, in order.
    pub(crate) fn used_by(&self, row: u32) -> impl Iterator<Item = u32> {
        let own = &self.page_of[row as usize * self.pages_per_row..(row as usize + 1) * self.pages_per_row];
        own.iter().enumerate().filter(|(_, page)| **page != 0).flat_map(|(run, page)| {
            let flows = &self.pages[*page as usize];
            (0..PAGE).filter(|offset| flows[*offset] > 0.0).map(move |offset| (run * PAGE + offset) as u32)
        })
    }

    /// Adds the rows up anew, so that rounding in the running totals cannot pile up, and prices all links.
    pub(crate) fn total_rows(&mut self) {
        let mut totals = vec![0.0; self.pages_per_row * PAGE];
        for own in self.page_of.chunks_exact(self.pages_per_row.max(1)) {
            for (totals, page) in totals.chunks_exact_mut(PAGE).zip(own).filter(|(_, page)| **page != 0) {
                for (total, flow) in totals.iter_mut().zip(&self.pages[*page as usize]) {
                    *total += flow;
                }
            }
        }
        totals.truncate(self.links.len());
        for (link, total) in (0u32..).zip(totals) {
            self.set(link, total);
        }
    }

    /// Takes all flow of a row off its links; the totals are left to the caller.
    pub(crate) fn clear_row(&mut self, row: u32) {
        let first = row as usize * self.pages_per_row;
        for page in self.page_of[first..first + self.pages_per_row].iter().filter(|page| **page != 0) {
            self.pages[*page as usize] = [0.0; PAGE];
        }
    }

    /// Sets one link's total and prices it.
    #[inline]
    fn set(&mut self, link: u32, flow: f64) {
        let (cost, slope) = self.delays[link as usize].price(self.pricing, flow);
        self.links[link as usize] = LinkState { flow, cost, slope };
    }

    /// Sum of the links' costs in reading order, and of their slopes.
    #[inline]
    pub(crate) fn along(&self, links: &[u32]) -> (f64, f64) {
        links.iter().fold((0.0, 0.0), |(cost, slope), link| {
            let state = &self.links[*link as usize];
            (cost + state.cost, slope + state.slope)
        })
    }

    /// Smallest flow of a row along the links.
    #[inline]
    pub(crate) fn least(&self, row: u32, links: &[u32]) -> f64 {
        let mut least = f64::INFINITY;
        for link in links {
            least = least.min(self.of_row(row, *link));
            if least <= 0.0 {
                return 0.0;
            }
        }
        least
    }

    /// Moves a row's flow from one set of links to another; totals are left to the caller.
    #[inline]
    pub(crate) fn move_row(&mut self, row: u32, volume: f64, from: &[u32], to: &[u32]) {
        let first = row as usize * self.pages_per_row;
        for link in from {
            let page = self.page_of[first + *link as usize / PAGE];
            let flow = &mut self.pages[page as usize][*link as usize % PAGE];
            *flow = if *flow - volume <= *flow * RESIDUE { 0.0 } else { *flow - volume };
        }
        for link in to {
            self.add_to_row(row, *link, volume);
        }
    }

    /// Moves volume between the totals of some links and prices them again.
    #[inline]
    pub(crate) fn shift_totals(&mut self, volume: f64, from: &[u32], to: &[u32]) {
        for link in from {
            self.set(*link, (self.links[*link as usize].flow - volume).max(0.0));
        }
        for link in to {
            self.set(*link, self.links[*link as usize].flow + volume);
        }
    }
}
