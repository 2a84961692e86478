//! Volume-delay functions: BPR, Spiess' conical function and a constant, with slope, integral and marginal cost.
//!
//! Names differ between tools (some call the coefficient alpha and the power beta, some the reverse), so neither
//! Greek letter is used here: BPR is `time (1 + coefficient (v / capacity)^power)`. Conical: Spiess (1990),
//! "Conical volume-delay functions", Transportation Science 24(2), eq. 10.

/// The time a link takes as a function of the flow on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum VolumeDelay {
    /// `free_flow_time (1 + coefficient (v / capacity)^power)`.
    Bpr {
        /// Time on the empty link.
        free_flow_time: f64,
        /// Factor before the power of the volume-capacity ratio (0.15 in the Bureau of Public Roads' own curve).
        coefficient: f64,
        /// Power of the volume-capacity ratio (4 in the Bureau's own curve).
        power: f64,
        /// Flow at which the ratio is one.
        capacity: f64,
    },
    /// `free_flow_time (2 + sqrt(s^2 (1 - x)^2 + t^2) - s (1 - x) - t)`, `x = v / capacity`, `t = (2 s - 1) / (2 s - 2)`.
    Conical {
        /// Time on the empty link.
        free_flow_time: f64,
        /// Spiess' steepness `s`, larger than one.
        steepness: f64,
        /// Flow at which the time has doubled.
        capacity: f64,
    },
    /// The same time at any flow.
    Constant {
        /// That time.
        time: f64,
    },
}

/// Which derivative of the objective a link's cost is: what a user pays, or what one more user costs everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pricing {
    /// Average cost: user equilibrium (Wardrop's first principle).
    User,
    /// Marginal cost `c + v c'`: system optimum (Wardrop's second principle).
    Marginal,
}

/// One link's delay, ready to be evaluated: `base + rise(v)`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delay {
    base: f64,
    scale: f64,
    per_capacity: f64,
    shape: f64,
    curve: Curve,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Curve {
    Flat,
    Linear,
    Quartic,
    Power,
    Conical,
}

impl VolumeDelay {
    /// True when the function has no finite value at a positive flow, so the link can carry nothing.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        match *self {
            VolumeDelay::Bpr { free_flow_time, coefficient, power, capacity } => {
                capacity <= 0.0 && free_flow_time != 0.0 && coefficient != 0.0 && power != 0.0
            }
            VolumeDelay::Conical { capacity, .. } => capacity <= 0.0,
            VolumeDelay::Constant { .. } => false,
        }
    }

    /// The time at a flow.
    #[must_use]
    pub fn at(&self, flow: f64) -> f64 {
        self.delay(0.0).cost(flow)
    }

    /// Why the parameters cannot be a delay that never falls with flow, if they cannot.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        let (time, other, above) = match *self {
            VolumeDelay::Bpr { free_flow_time, coefficient, power, capacity } => {
                (free_flow_time, [coefficient, power, capacity.max(0.0)], 0.0)
            }
            VolumeDelay::Conical { free_flow_time, steepness, capacity } => {
                (free_flow_time, [steepness, 2.0, capacity.max(0.0)], 1.0)
            }
            VolumeDelay::Constant { time } => (time, [0.0; 3], 0.0),
        };
        if !time.is_finite() || time < 0.0 {
            return Some("the free-flow time is not a number of at least zero");
        }
        if other.iter().any(|value| !value.is_finite() || *value < 0.0) {
            return Some("a parameter of the volume-delay function is not a number of at least zero");
        }
        if above > 0.0 && other[0] <= above {
            return Some("the steepness of a conical function is not above one");
        }
        None
    }

    pub(crate) fn delay(&self, fixed_cost: f64) -> Delay {
        let flat = |time: f64| Delay::constant(time + fixed_cost);
        match *self {
            VolumeDelay::Bpr { free_flow_time: time, .. } | VolumeDelay::Conical { free_flow_time: time, .. }
                if self.is_closed() =>
            {
                flat(time)
            }
            VolumeDelay::Constant { time } => flat(time),
            VolumeDelay::Bpr { free_flow_time, coefficient, power, capacity } => {
                let scale = free_flow_time * coefficient;
                if scale == 0.0 {
                    return flat(free_flow_time);
                }
                if power == 0.0 {
                    return flat(free_flow_time + scale);
                }
                let curve = if power == 4.0 {
                    Curve::Quartic
                } else if power == 1.0 {
                    Curve::Linear
                } else {
                    Curve::Power
                };
                Delay { base: free_flow_time + fixed_cost, scale, per_capacity: 1.0 / capacity, shape: power, curve }
            }
            VolumeDelay::Conical { free_flow_time, steepness, capacity } => Delay {
                base: free_flow_time + fixed_cost,
                scale: free_flow_time,
                per_capacity: 1.0 / capacity,
                shape: steepness,
                curve: Curve::Conical,
            },
        }
    }
}

impl Delay {
    pub(crate) fn constant(cost: f64) -> Delay {
        Delay { base: cost, scale: 0.0, per_capacity: 0.0, shape: 0.0, curve: Curve::Flat }
    }

    /// Cost and its slope at flow `v`, under the given pricing.
    #[inline]
    pub(crate) fn price(&self, pricing: Pricing, v: f64) -> (f64, f64) {
        let (rise, slope, bend) = self.rise(v);
        match pricing {
            Pricing::User => (self.base + rise, slope),
            Pricing::Marginal => (self.base + rise + v * slope, 2.0 * slope + v * bend),
        }
    }

    /// What a user pays at flow `v`.
    pub(crate) fn cost(&self, v: f64) -> f64 {
        self.price(Pricing::User, v).0
    }

    /// Integral of the cost from zero to `v`: the link's term of Beckmann's objective.
    pub(crate) fn integral(&self, v: f64) -> f64 {
        let x = v * self.per_capacity;
        let rise = match self.curve {
            Curve::Flat => 0.0,
            Curve::Linear | Curve::Quartic | Curve::Power => self.rise(v).0 * v / (self.shape + 1.0),
            Curve::Conical => {
                let s = self.shape;
                let t = conical_offset(s);
                let part = |u: f64| 0.5 * (u * u.hypot(t) + t * t * (u / t).asinh());
                let root = (part(s) - part(s * (1.0 - x))) / s;
                self.scale / self.per_capacity * ((1.0 - t) * x - s * (x - 0.5 * x * x) + root)
            }
        };
        self.base * v + rise
    }

    /// Rise over the empty link's cost with its first and second derivative.
    #[inline]
    fn rise(&self, v: f64) -> (f64, f64, f64) {
        let x = v * self.per_capacity;
        match self.curve {
            Curve::Flat => (0.0, 0.0, 0.0),
            Curve::Linear => (self.scale * x, self.scale * self.per_capacity, 0.0),
            Curve::Quartic => {
                let k = self.scale * x * x;
                let r = self.per_capacity;
                (k * x * x, 4.0 * k * x * r, 12.0 * k * r * r)
            }
            Curve::Power => {
                if v <= 0.0 {
                    return (0.0, if self.shape < 1.0 { f64::MAX.sqrt() } else { 0.0 }, 0.0);
                }
                let rise = self.scale * x.powf(self.shape);
                let slope = self.shape * rise / v;
                (rise, slope, (self.shape - 1.0) * slope / v)
            }
            Curve::Conical => {
                let (s, r) = (self.shape, self.per_capacity);
                let t = conical_offset(s);
                let u = s * (1.0 - x);
                let root = u.hypot(t);
                let rise = self.scale * (1.0 - t - u + root);
                (rise, self.scale * r * s * (1.0 - u / root), self.scale * r * r * s * s * t * t / (root * root * root))
            }
        }
    }
}

fn conical_offset(steepness: f64) -> f64 {
    (2.0 * steepness - 1.0) / (2.0 * steepness - 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves() -> Vec<Delay> {
        let bpr = |power| VolumeDelay::Bpr { free_flow_time: 3.0, coefficient: 0.15, power, capacity: 700.0 };
        vec![
            bpr(4.0).delay(0.5),
            bpr(1.0).delay(0.0),
            bpr(2.7).delay(0.1),
            bpr(0.0).delay(0.1),
            VolumeDelay::Conical { free_flow_time: 3.0, steepness: 4.0, capacity: 700.0 }.delay(0.2),
            VolumeDelay::Constant { time: 2.0 }.delay(0.0),
        ]
    }

    #[test]
    fn slopes_and_integrals_agree_with_differences_of_the_cost() {
        for delay in curves() {
            for v in [10.0, 350.0, 700.0, 1500.0] {
                for pricing in [Pricing::User, Pricing::Marginal] {
                    let h = 1e-3;
                    let slope = (delay.price(pricing, v + h).0 - delay.price(pricing, v - h).0) / (2.0 * h);
                    assert!((slope - delay.price(pricing, v).1).abs() < 1e-6 * (1.0 + slope), "{delay:?} at {v}");
                }
                let slope = (delay.integral(v + 1e-2) - delay.integral(v - 1e-2)) / 2e-2;
                assert!((slope - delay.cost(v)).abs() < 1e-6 * slope, "{delay:?} at {v}");
            }
        }
    }

    #[test]
    fn a_conical_link_takes_its_free_flow_time_empty_and_twice_that_at_capacity() {
        let delay = VolumeDelay::Conical { free_flow_time: 5.0, steepness: 6.0, capacity: 40.0 }.delay(0.0);
        assert!((delay.cost(0.0) - 5.0).abs() < 1e-12);
        assert!((delay.cost(40.0) - 10.0).abs() < 1e-12);
    }

    #[test]
    fn a_congestible_link_without_capacity_is_closed_and_a_constant_one_is_not() {
        let link = |coefficient| VolumeDelay::Bpr { free_flow_time: 1.0, coefficient, power: 4.0, capacity: 0.0 };
        assert!(link(0.15).is_closed());
        assert!(!link(0.0).is_closed());
    }
}
