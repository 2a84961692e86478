//! Where path generation starts: a first path for each segment, at prices that keep the first flow from crowding.

use crate::flow::solver::{Solver, ask_all};
use crate::flow::{Ask, FlowError, Pricing};

/// Smaller problems start at zero prices.
const SEGMENTS_FOR_STARTING_PRICES: usize = 5000;
/// Flows averaged for the starting prices.
const STARTING_STEPS: u32 = 8;
/// Starting price of a group filled twice over, in mean path costs.
const STARTING_SLOPE: f64 = 0.3;

impl Solver {
    /// Cheapest paths become the keys: at zero prices, or in a large problem at prices that keep
    /// the first flow from crowding.
    pub(super) fn start(&mut self, pricing: &dyn Pricing) -> Result<(), FlowError> {
        self.started = true;
        let unserved = self.master.columns.cost[..self.master.demand.len()].to_vec();
        let group_price = self.starting_prices(pricing, &unserved);
        let ask = Ask { group_price: &group_price, limit: &unserved };
        ask_all(pricing, ask, |offer| match &offer.column {
            Some(column) => self.admit(column).map(|_| ()),
            None => Ok(()),
        })?;
        self.master.grow();
        self.master.price = group_price;
        for segment in 0..self.master.demand.len() {
            let price = |column: u32| self.master.full_price(column);
            let columns = self.master.columns.of_segment(segment);
            let cheapest = columns.min_by(|&a, &b| price(a).total_cmp(&price(b)).then(a.cmp(&b)));
            if let Some(column) = cheapest.filter(|&column| column != self.master.key[segment]) {
                self.master.set_key(segment, column);
            }
        }
        self.price_hard_groups();
        self.master.reset_basis();
        Ok(())
    }

    /// Prices in proportion to how far the average of a few cheapest-path flows exceeds each
    /// capacity, the flows being taken at the prices of the average before.
    fn starting_prices(&self, pricing: &dyn Pricing, unserved: &[f64]) -> Vec<f64> {
        let groups = self.master.price.len();
        let mut prices = vec![0.0; groups];
        if unserved.len() < SEGMENTS_FOR_STARTING_PRICES {
            return prices;
        }
        let mut average = vec![0.0; groups];
        let total: f64 = self.master.demand.iter().sum();
        for step in 1..=STARTING_STEPS {
            let mut load = vec![0.0; groups];
            let mut paid = 0.0;
            let ask = Ask { group_price: &prices, limit: unserved };
            let asked = ask_all(pricing, ask, |offer| {
                if let Some(column) = &offer.column {
                    let demand = self.master.demand[offer.segment as usize];
                    paid += column.cost * demand;
                    for &(group, weight) in &column.usage {
                        load[group as usize] += weight * demand;
                    }
                }
                Ok(())
            });
            if asked.is_err() {
                break;
            }
            let mean_cost = paid / total.max(f64::MIN_POSITIVE);
            for group in 0..groups {
                average[group] += (load[group] - average[group]) / f64::from(step);
                let excess = average[group] / self.master.capacity[group].max(1e-9) - 1.0;
                let most = if self.hard[group] { mean_cost } else { self.master.overflow[group] };
                prices[group] = (STARTING_SLOPE * mean_cost * excess).clamp(0.0, most);
            }
        }
        prices
    }
}
