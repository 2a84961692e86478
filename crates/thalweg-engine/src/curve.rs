//! A nonincreasing step function traced exactly: the slope of a concave, piecewise linear cost, by recursive secants.
//!
//! Every sample gives a line above the cost: its value and a supergradient. Two lines that meet on the cost meet at a
//! break; where the cost is lower there, the sample taken is a line between them. A curve of `b` breaks takes at most
//! about `2 b + 1` samples (Eisner and Severance 1976).

/// The cost at one charge, and the units that pay it in some flow of that cost: a supergradient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Charge per unit.
    pub charge: f64,
    /// Least cost at that charge.
    pub cost: f64,
    /// Units that pay it.
    pub touching: f64,
}

/// Units that pay any charge strictly between two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// From this charge per unit.
    pub from: f64,
    /// To this one; infinite for the last.
    pub to: f64,
    /// Units that still pay.
    pub touching: f64,
}

/// Units that pay, as a step function of the charge.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    /// In order of the charge, each with fewer units than the one before; the last reaches to infinity.
    pub steps: Vec<Step>,
    /// Samples taken besides both ends.
    pub samples: u32,
    /// Whether every break is exact; false where sampling was stopped.
    pub exact: bool,
}

/// Relative to the cost, what counts as lying on a line.
const SAME: f64 = 1e-10;
/// Samples after which a curve is given as far as it is known.
const SAMPLES_MAX: u32 = 4_000;

impl Curve {
    /// Units that pay the smallest charge of all.
    pub fn at_once(&self) -> f64 {
        self.steps.first().map_or(0.0, |step| step.touching)
    }

    /// Units that pay any charge, however large.
    pub fn for_ever(&self) -> f64 {
        self.steps.last().map_or(0.0, |step| step.touching)
    }

    /// What it costs when nobody may pay: the area under the steps; infinite where some always pay.
    pub fn area(&self) -> f64 {
        self.steps.iter().filter(|step| step.touching > 0.0).map(|step| (step.to - step.from) * step.touching).sum()
    }

    /// The uniform charge that brings in most, just below it, and what it brings in; `None` where nobody pays.
    pub fn extraction(&self) -> Option<(f64, f64)> {
        let paid = self.steps.iter().filter(|step| step.touching > 0.0 && step.to.is_finite());
        let brought = paid.map(|step| (step.to, step.to * step.touching));
        brought.fold(None, |best: Option<(f64, f64)>, one| match best {
            Some(best) if best.1 >= one.1 => Some(best),
            _ => Some(one),
        })
    }

    /// The smallest charge above which at most so many units still pay; `None` where more pay for ever.
    pub fn charge_to_reach(&self, units: f64) -> Option<f64> {
        self.steps.iter().find(|step| step.touching <= units).map(|step| step.from)
    }
}

/// A line above the cost.
#[derive(Clone, Copy)]
struct Line {
    charge: f64,
    intercept: f64,
    slope: f64,
}

impl Line {
    fn of(sample: Sample) -> Self {
        Self { charge: sample.charge, intercept: sample.cost - sample.touching * sample.charge, slope: sample.touching }
    }
}

/// Traces the curve from the sample at no charge to the cost where nobody may pay; `at` gives any other sample, or `None`
/// to stop.
pub fn trace<E>(
    start: Sample,
    refused_cost: f64,
    mut at: impl FnMut(f64) -> Result<Option<Sample>, E>,
) -> Result<Curve, E> {
    let scale = start.cost.abs().max(refused_cost.abs()).max(f64::MIN_POSITIVE);
    let end = Line { charge: f64::INFINITY, intercept: refused_cost, slope: 0.0 };
    let mut curve = Curve { exact: true, ..Curve::default() };
    let mut breaks: Vec<(f64, f64)> = Vec::new();
    let mut open = vec![(Line::of(start), end)];
    while let Some((left, right)) = open.pop() {
        if left.slope - right.slope <= 1e-12 * left.slope.abs() {
            continue;
        }
        let meet = ((right.intercept - left.intercept) / (left.slope - right.slope)).max(left.charge).min(right.charge);
        let on_line = left.intercept + left.slope * meet;
        let sample = if curve.samples < SAMPLES_MAX { at(meet)? } else { None };
        let Some(sample) = sample else {
            curve.exact = false;
            breaks.push((meet, right.slope));
            continue;
        };
        curve.samples += 1;
        let between = sample.touching < left.slope && sample.touching > right.slope;
        if on_line - sample.cost <= SAME * scale || !between {
            curve.exact &= on_line - sample.cost <= 1e3 * SAME * scale;
            breaks.push((meet, right.slope));
            continue;
        }
        open.push((Line::of(sample), right));
        open.push((left, Line::of(sample)));
    }
    curve.steps = steps(start.touching, breaks);
    Ok(curve)
}

/// Steps of the breaks; one that has no length is left out.
fn steps(first: f64, mut breaks: Vec<(f64, f64)>) -> Vec<Step> {
    breaks.sort_by(|one, other| one.0.total_cmp(&other.0).then(other.1.total_cmp(&one.1)));
    let mut found: Vec<Step> = Vec::new();
    let mut open = Step { from: 0.0, to: f64::INFINITY, touching: first };
    for (charge, touching) in breaks {
        if charge - open.from > 1e-9 * charge.abs() {
            found.push(Step { to: charge, ..open });
            open.from = charge;
        }
        open.touching = touching;
    }
    found.push(open);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// The least of some offers: units that go the charged way, what that saves against the other way.
    fn cost_of(offers: &[(f64, f64)], charge: f64) -> Sample {
        let cost = offers.iter().map(|(units, saving)| units * charge.min(*saving)).sum::<f64>() + 100.0;
        let touching = offers.iter().filter(|(_, saving)| *saving >= charge).map(|(units, _)| units).sum();
        Sample { charge, cost, touching }
    }

    #[test]
    fn a_curve_has_a_step_for_each_offer_and_takes_two_samples_a_break() {
        let offers = [(3.0, 1.0), (5.0, 4.0), (2.0, 4.0), (7.0, 9.5), (1.0, 30.0), (4.0, 0.25)];
        let start = cost_of(&offers, 0.0);
        let refused = cost_of(&offers, 1e9).cost;
        let curve = trace(start, refused, |charge| Ok::<_, Infallible>(Some(cost_of(&offers, charge)))).unwrap();
        let found: Vec<(f64, f64)> = curve.steps.iter().map(|step| (step.to, step.touching)).collect();
        assert_eq!(found, [(0.25, 22.0), (1.0, 18.0), (4.0, 15.0), (9.5, 8.0), (30.0, 1.0), (f64::INFINITY, 0.0)]);
        assert!(curve.samples <= 2 * 5 + 1 && curve.exact, "{}", curve.samples);
        assert!((curve.area() - (refused - start.cost)).abs() < 1e-9);
        assert_eq!(curve.extraction(), Some((9.5, 76.0)));
        assert_eq!(curve.charge_to_reach(11.0), Some(4.0));
        assert_eq!(curve.at_once(), 22.0);
    }

    #[test]
    fn a_start_that_touches_more_than_it_must_makes_no_step() {
        // Ten units touch for nothing in the flow found first; the smallest charge turns them away.
        let offers = [(3.0, 2.0)];
        let start = Sample { charge: 0.0, cost: 100.0, touching: 13.0 };
        let curve = trace(start, 106.0, |charge| Ok::<_, Infallible>(Some(cost_of(&offers, charge)))).unwrap();
        assert_eq!(
            curve.steps.iter().map(|step| (step.to, step.touching)).collect::<Vec<_>>(),
            [(2.0, 3.0), (f64::INFINITY, 0.0)]
        );
    }

    #[test]
    fn a_curve_that_is_stopped_says_so() {
        let offers = [(3.0, 1.0), (5.0, 4.0)];
        let curve = trace(cost_of(&offers, 0.0), 123.0, |_| Ok::<_, Infallible>(None)).unwrap();
        assert!(!curve.exact);
        assert_eq!(curve.at_once(), 8.0);
    }
}
