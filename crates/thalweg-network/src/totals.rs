//! What a path takes and costs, component by component.
use crate::class::Class;
use crate::network::{ArcId, Network};
use thalweg_model::ids::ActorId;

/// A path's figures for one unit of its class's commodity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PathTotals {
    /// Length of its movements, km.
    pub length_km: f64,
    /// Time, h, rule delays included.
    pub time_h: f64,
    /// Sum of the variances of the operations' times, h2; its root is the path's standard deviation.
    pub time_variance_h2: f64,
    /// Resource cost, study currency per unit.
    pub cost: f64,
    /// Tolls, study currency per unit.
    pub toll: f64,
    /// Surcharges of rules and scenarios, study currency per unit.
    pub surcharge: f64,
    /// Value of the time, study currency per unit.
    pub time_value: f64,
    /// Value of the spread (sum of standard deviations, so that paths stay additive), study currency per unit.
    pub spread_value: f64,
    /// Tolls and surcharges by receiver; what is paid to nobody is a resource cost and stands in none.
    /// `None` receives a toll to nobody named.
    pub receipts: Vec<(Option<ActorId>, f64)>,
}

impl PathTotals {
    /// Of a path that a class may use, in order; history charges are counted at the first touch.
    pub fn of(network: &Network, class: &Class, arcs: &[ArcId]) -> Self {
        let mut totals = PathTotals::default();
        let mut seen = vec![false; class.flags.len()];
        for id in arcs {
            let position = id.index();
            let cost = &class.costs[position];
            totals.length_km += network.arc(*id).length_km;
            totals.cost += cost.cost;
            totals.time_h += cost.time_h;
            totals.time_variance_h2 += cost.time_sd_h * cost.time_sd_h;
            totals.spread_value += class.value_of_reliability * cost.time_sd_h;
            totals.toll += cost.toll;
            totals.receive(cost.toll_to, cost.toll);
            let mut charges: Vec<_> = class.charges.get(&(position as u32)).into_iter().collect();
            for (flag, seen) in class.flags.iter().zip(&mut seen) {
                if !*seen && flag.met_at.contains(position) {
                    *seen = true;
                    charges.push(&flag.charges);
                }
            }
            for charge in charges {
                totals.time_h += charge.delay_h;
                totals.surcharge += charge.surcharge;
                for &(to, amount) in &charge.receipts {
                    totals.receive(Some(to), amount);
                }
            }
        }
        totals.time_value = class.value_of_time * totals.time_h;
        totals
    }

    fn receive(&mut self, to: Option<ActorId>, amount: f64) {
        if amount == 0.0 {
            return;
        }
        match self.receipts.iter_mut().find(|(actor, _)| *actor == to) {
            Some((_, received)) => *received += amount,
            None => self.receipts.push((to, amount)),
        }
    }

    /// Generalised cost: the sum of all components.
    pub fn generalised(&self) -> f64 {
        self.cost + self.toll + self.surcharge + self.time_value + self.spread_value
    }

    /// Standard deviation of the time, h: the root of the summed variances.
    pub fn time_sd_h(&self) -> f64 {
        self.time_variance_h2.sqrt()
    }
}
