//! Delay curves of a study's rows, and the steps a linear program sees of them.
use crate::elements::{background, capacity_factor, limited_elements};
use crate::equilibrium::volume_delay::{Delay, Pricing, VolumeDelay};
use crate::limits::Limits;
use thalweg_model::mode::DelayFunction;
use thalweg_model::units::Dimension;
use thalweg_network::instance::Instance;

/// A row whose time grows with the volume on it.
#[derive(Debug, Clone)]
pub struct DelayCurve {
    /// Position of its limit.
    pub limit: u32,
    /// Its arcs.
    pub arcs: Vec<u32>,
    /// Capacity, base units a year, scenario factors included.
    pub capacity: f64,
    /// Background volume, base units a year.
    pub background: f64,
    /// No volume of the study's own can be larger, base units a year.
    pub volume_max: f64,
    /// Unit of its volumes.
    pub dimension: Dimension,
    /// Study currency that an hour is worth to a base unit: the middle of what it is worth to the demand's commodities.
    pub hour_price: f64,
    /// From there to the least and the largest worth, as a share of the middle.
    pub hour_spread: f64,
    /// What an hour is worth to the mean base unit on the row, over `hour_price`, where each is charged what its delay
    /// costs the others; 0 where nobody is.
    pub charged: f64,
    delay: Delay,
    empty_h: f64,
}

/// The curves of rows in force; a row whose capacity is gone has none and stays a hard limit.
pub fn curves_in_force(instance: &Instance, limits: &Limits) -> Vec<DelayCurve> {
    let mut found = Vec::new();
    for limited in limited_elements(instance) {
        let Some(curve) = limited.capacity.delay else { continue };
        let dimension = limited.capacity.dimension();
        let capacity = limited.capacity.base_per_year() * capacity_factor(instance, &limited.arcs);
        let position = limits.limits.iter().position(|limit| limit.label == limited.label);
        let Some(limit) = position.filter(|_| capacity > 0.0) else { continue };
        let (mut volume_max, mut worth) = (0.0, (f64::INFINITY, 0.0_f64));
        for segment in &instance.demand.segments {
            if let Some(base) = instance.units.base_units(segment.commodity, dimension).filter(|base| *base > 0.0) {
                let hour = instance.model.commodities[segment.commodity.index()].value_of_time.value / base;
                volume_max += segment.volume * base;
                worth = (worth.0.min(hour), worth.1.max(hour));
            }
        }
        let (least, most) = if worth.0 <= worth.1 { worth } else { (0.0, 0.0) };
        let free_flow_time = curve.at_capacity_h.value;
        let delay = match curve.function {
            DelayFunction::Bpr => {
                VolumeDelay::Bpr { free_flow_time, coefficient: 1.0, power: curve.power.value, capacity }
            }
            DelayFunction::Conical => VolumeDelay::Conical { free_flow_time, steepness: curve.power.value, capacity },
        };
        let delay = delay.delay(0.0);
        found.push(DelayCurve {
            limit: limit as u32,
            arcs: limited.arcs.iter().map(|(arc, _)| *arc).collect(),
            capacity,
            background: background(instance, &limited.element, dimension),
            volume_max,
            dimension,
            hour_price: 0.5 * (least + most),
            hour_spread: if most > 0.0 { (most - least) / (most + least) } else { 0.0 },
            charged: 0.0,
            empty_h: delay.cost(0.0),
            delay,
        });
    }
    found
}

impl DelayCurve {
    /// Hours longer than empty, at a volume of the study's own in base units a year.
    pub fn delay_h(&self, volume: f64) -> f64 {
        (self.delay.cost(volume + self.background) - self.empty_h).max(0.0)
    }

    /// What one base unit more is charged for the delay of the others, hours worth `hour_price`.
    pub fn charge_h(&self, volume: f64) -> f64 {
        if self.charged == 0.0 {
            return 0.0;
        }
        self.charged * volume * self.delay.price(Pricing::User, volume + self.background).1
    }

    /// Delay and charge.
    fn level_h(&self, volume: f64) -> f64 {
        self.delay_h(volume) + self.charge_h(volume)
    }

    /// Mean level between two volumes (Simpson's rule), h.
    fn mean_h(&self, low: f64, high: f64) -> f64 {
        (self.level_h(low) + 4.0 * self.level_h(0.5 * (low + high)) + self.level_h(high)) / 6.0
    }
}

/// Volumes between which a curve is given as steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    low: f64,
    step: f64,
    volume_max: f64,
}

/// A curve as a program sees it: the level of delay and charge before the first rise, and at which volumes it rises by
/// how much.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps {
    /// Level below the first rise, h.
    pub least_h: f64,
    /// Level in the middle of the window, h.
    pub middle_h: f64,
    /// What of it is the charge, h.
    pub middle_charge_h: f64,
    /// Volume in base units a year, and rise in h.
    pub rises: Vec<(f64, f64)>,
}

/// The next window reaches so many present steps to both sides of the volume found.
const REACH: f64 = 1.5;

/// At least a tenth of a window is left out of the next, whatever the spread.
const SLOWEST: f64 = 0.45;

impl Window {
    /// Rises a window can have.
    pub const STEPS: usize = 16;

    /// All volumes from none to the largest.
    pub fn up_to(volume_max: f64) -> Self {
        Self { low: 0.0, step: volume_max / Self::STEPS as f64, volume_max }
    }

    fn high(&self) -> f64 {
        self.low + self.step * Self::STEPS as f64
    }

    /// Level before and after each edge; the delay goes on level below the window and above it.
    pub fn steps(&self, curve: &DelayCurve) -> Steps {
        let edge = |position: usize| self.low + self.step * position as f64;
        let mut level = curve.mean_h((self.low - self.step).max(0.0), self.low);
        let middle = edge(Self::STEPS / 2);
        let mut steps = Steps {
            least_h: level,
            middle_h: curve.level_h(middle).max(level),
            middle_charge_h: curve.charge_h(middle),
            rises: Vec::with_capacity(Self::STEPS),
        };
        for position in 0..Self::STEPS {
            let next = curve.mean_h(edge(position), edge(position + 1)).max(level);
            steps.rises.push((edge(position), next - level));
            level = next;
        }
        steps
    }

    /// Narrower around a volume inside, the less so the more the worth of an hour spreads; twice as wide around a volume
    /// that stands at an end of the window where the curve goes on.
    pub fn close_in_on(&mut self, volume: f64, hour_spread: f64) {
        let slack = 1e-6 * self.step;
        let at_low = self.low > 0.0 && volume <= self.low + slack;
        let at_high = self.high() < self.volume_max && volume >= self.high() - slack;
        let width = self.step * Self::STEPS as f64;
        let half =
            if at_low || at_high { width } else { (REACH * self.step).max(width * (0.5 * hour_spread).min(SLOWEST)) };
        self.low = (volume - half).max(0.0);
        self.step = 2.0 * half / Self::STEPS as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve() -> DelayCurve {
        let delay = VolumeDelay::Bpr { free_flow_time: 3.0, coefficient: 1.0, power: 4.0, capacity: 100.0 }.delay(0.0);
        DelayCurve {
            limit: 0,
            arcs: Vec::new(),
            capacity: 100.0,
            background: 20.0,
            volume_max: 160.0,
            dimension: Dimension::Mass,
            hour_price: 1.0,
            hour_spread: 0.0,
            charged: 0.0,
            empty_h: delay.cost(0.0),
            delay,
        }
    }

    #[test]
    fn a_row_filled_to_its_capacity_is_late_by_what_the_table_says() {
        assert!((curve().delay_h(80.0) - 3.0).abs() < 1e-12);
        assert!((curve().delay_h(0.0) - 3.0 * 0.2_f64.powi(4)).abs() < 1e-12);
    }

    #[test]
    fn the_charge_is_the_volume_times_the_slope_of_the_delay() {
        let charging = DelayCurve { charged: 1.0, ..curve() };
        let slope = (charging.delay_h(60.5) - charging.delay_h(59.5)) / 1.0;
        assert!((charging.charge_h(60.0) - 60.0 * slope).abs() < 1e-3);
        assert_eq!(curve().charge_h(60.0), 0.0);
    }

    #[test]
    fn steps_never_fall_and_narrow_to_the_delay_itself() {
        let curve = curve();
        let mut window = Window::up_to(curve.volume_max);
        for _ in 0..20 {
            let steps = window.steps(&curve);
            assert!(steps.rises.iter().all(|(_, rise)| *rise >= 0.0));
            window.close_in_on(70.0, 0.0);
        }
        let steps = window.steps(&curve);
        let highest = steps.least_h + steps.rises.iter().map(|(_, rise)| rise).sum::<f64>();
        assert!((steps.least_h - curve.delay_h(70.0)).abs() < 1e-9 && (highest - curve.delay_h(70.0)).abs() < 1e-9);
    }

    #[test]
    fn a_window_follows_a_volume_that_stands_at_its_end() {
        let mut window = Window::up_to(160.0);
        window.close_in_on(40.0, 0.0);
        assert_eq!((window.low, window.high()), (25.0, 55.0));
        window.close_in_on(55.0, 0.0);
        assert_eq!((window.low, window.high()), (25.0, 85.0));
    }
}
