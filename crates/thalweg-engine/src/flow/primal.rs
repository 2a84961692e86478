//! Primal simplex on the restricted master: from a feasible basis to the least cost.

use crate::flow::columns::NONE;
use crate::flow::master::{Master, OUTSIDE, Variable};
use crate::watch::Watch;

/// Size, relative to the largest demand, below which a flow counts as none.
pub(crate) const FLOW_TOLERANCE: f64 = 1e-12;
/// Entries of a solved column below this cannot be pivots.
pub(crate) const PIVOT_TOLERANCE: f64 = 1e-9;

/// Columns looked at before the best of them enters, in a master too large to scan whole.
const SCAN: usize = 2048;
/// Columns kept from a scan.
const CANDIDATES: usize = 64;
/// Pivots between two fresh inversions, beyond one per tight group and hundred columns.
const PIVOTS_PER_INVERSION: u32 = 200;
/// Pivots between two looks at the watch.
const PIVOTS_PER_LOOK: u64 = 64;

/// How a run of pivots ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pivoted {
    Optimal,
    Interrupted,
}

/// The variable that enters, its direction, and what a unit of it saves.
#[derive(Clone, Copy, Debug)]
struct Entering {
    variable: Variable,
    direction: f64,
    gain: f64,
}

/// The variable that leaves and how far the entering one moves until then.
#[derive(Clone, Copy, Debug)]
struct Leaving {
    variable: Variable,
    step: f64,
    pivot: f64,
}

/// Largest gain first, or, once pivots stall, the first index that gains (Bland 1977), which
/// cannot cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Largest,
    First,
}

impl Master {
    /// Pivots until no reduced cost is negative.
    pub fn primal(&mut self, watch: &dyn Watch) -> Pivoted {
        self.scratch.candidates.clear();
        let mut stalled = 0;
        let mut troubles = 0;
        loop {
            if self.pivots.is_multiple_of(PIVOTS_PER_LOOK) && watch.cancelled() {
                return Pivoted::Interrupted;
            }
            let sweep = (self.tight.len() + self.columns.len() / 100) as u32;
            if self.pivots_since_inversion > PIVOTS_PER_INVERSION + sweep {
                self.reinvert();
            }
            let patience = 100 + 4 * self.tight.len();
            let rule = if stalled > patience { Rule::First } else { Rule::Largest };
            let Some(entering) = self.choose_entering(rule) else {
                return Pivoted::Optimal;
            };
            self.solve_column(entering.variable);
            self.compute_rates(entering.variable, entering.direction);
            let Some(leaving) = self.choose_leaving(rule) else {
                troubles += 1;
                assert!(troubles < 50, "the least cost is bounded, yet nothing limits {entering:?}");
                if troubles > 3 {
                    self.reset_basis()
                } else {
                    self.reinvert()
                }
                continue;
            };
            stalled = if leaving.step * entering.gain > 0.0 { 0 } else { stalled + 1 };
            self.advance(leaving.step);
            self.enter(entering.variable, entering.direction * leaving.step);
            self.exchange(entering.variable, leaving.variable);
            if let Variable::Slack(group) = entering.variable {
                self.over[group as usize] = entering.direction < 0.0;
            }
            self.recompute_prices();
        }
    }

    /// An entering slack starts from zero; an entering path is among the moves already.
    pub fn enter(&mut self, variable: Variable, amount: f64) {
        if let Variable::Slack(group) = variable {
            self.slack[group as usize] = amount;
        }
    }

    fn choose_entering(&mut self, rule: Rule) -> Option<Entering> {
        let slack = self.entering_slack(rule);
        if rule == Rule::First && slack.is_some() {
            return slack;
        }
        let path = match rule {
            Rule::Largest => self.entering_path(),
            Rule::First => self.first_entering_path(),
        };
        match (slack, path) {
            (Some(slack), Some(path)) => Some(if slack.gain >= path.gain { slack } else { path }),
            (slack, path) => slack.or(path),
        }
    }

    fn entering_slack(&self, rule: Rule) -> Option<Entering> {
        let scaled = |group: u32| self.price[group as usize].abs() * self.row_scale[group as usize];
        let scale = self.tight.iter().map(|&group| scaled(group)).fold(self.cost_scale, f64::max);
        let tolerance = self.optimality * scale;
        let mut best: Option<Entering> = None;
        for &group in &self.tight {
            let (price, row_scale) = (self.price[group as usize], self.row_scale[group as usize]);
            let below = -price * row_scale;
            let above = (price - self.overflow[group as usize]) * row_scale;
            let (gain, direction) = if below > above { (below, 1.0) } else { (above, -1.0) };
            if gain <= tolerance {
                continue;
            }
            let candidate = Entering { variable: Variable::Slack(group), direction, gain };
            let better = best.is_none_or(|best| match (rule, best.variable) {
                (Rule::First, Variable::Slack(known)) => group < known,
                _ => gain > best.gain,
            });
            if better {
                best = Some(candidate);
            }
        }
        best
    }

    /// The best of the candidates kept from the last scan; a new scan when none gains any more.
    fn entering_path(&mut self) -> Option<Entering> {
        let mut candidates = std::mem::take(&mut self.scratch.candidates);
        let mut best: Option<Entering> = None;
        candidates.retain(|&column| {
            let Some(gain) = self.gain(column) else {
                return false;
            };
            if best.is_none_or(|best| gain > best.gain) {
                best = Some(Entering { variable: Variable::Path(column), direction: 1.0, gain });
            }
            true
        });
        if best.is_none() {
            best = self.scan(&mut candidates);
        }
        self.scratch.candidates = candidates;
        best
    }

    /// What a unit on an outside path saves, if it saves anything.
    fn gain(&self, column: u32) -> Option<f64> {
        if self.place[column as usize] != OUTSIDE || !self.columns.open[column as usize] {
            return None;
        }
        let delivered = self.delivered(self.columns.segment[column as usize] as usize);
        let gain = delivered - self.full_price(column);
        (gain > self.optimality * delivered.abs()).then_some(gain)
    }

    /// Looks at a stretch of segments, starting behind the stretch looked at last, and keeps the
    /// best of each segment.
    fn scan(&mut self, candidates: &mut Vec<u32>) -> Option<Entering> {
        let segments = self.columns.segments();
        let mut found: Vec<(f64, u32)> = Vec::new();
        let mut looked = 0;
        for _ in 0..segments {
            if self.scan_from >= segments {
                self.scan_from = 0;
            }
            let segment = self.scan_from;
            self.scan_from += 1;
            if self.columns.has_choice(segment) {
                looked += self.best_of_segment(segment, &mut found);
            }
            if looked >= SCAN && found.len() >= CANDIDATES {
                break;
            }
        }
        if looked < SCAN {
            self.scan_from = 0;
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(CANDIDATES);
        candidates.extend(found.iter().map(|&(_, column)| column));
        let &(gain, column) = found.first()?;
        Some(Entering { variable: Variable::Path(column), direction: 1.0, gain })
    }

    fn best_of_segment(&self, segment: usize, found: &mut Vec<(f64, u32)>) -> usize {
        let delivered = self.delivered(segment);
        let mut enough = self.optimality * delivered.abs();
        let mut best = None;
        let mut looked = 0;
        for column in self.columns.of_segment(segment) {
            if self.place[column as usize] != OUTSIDE || !self.columns.open[column as usize] {
                continue;
            }
            looked += 1;
            let gain = delivered - self.full_price(column);
            if gain > enough {
                enough = gain;
                best = Some((gain, column));
            }
        }
        found.extend(best);
        looked
    }

    fn first_entering_path(&self) -> Option<Entering> {
        (0..self.columns.len() as u32).find_map(|column| {
            let gain = self.gain(column)?;
            Some(Entering { variable: Variable::Path(column), direction: 1.0, gain })
        })
    }

    /// Two passes (Harris 1973): how far all may go within the tolerance, then the largest pivot
    /// among those that stop before.
    fn choose_leaving(&self, rule: Rule) -> Option<Leaving> {
        let slip = match rule {
            Rule::Largest => self.flow_tolerance(),
            Rule::First => 0.0,
        };
        let mut reach = f64::INFINITY;
        self.for_each_limit(|_, room, pivot| reach = reach.min((room.max(0.0) + slip) / pivot));
        let mut best: Option<Leaving> = None;
        self.for_each_limit(|variable, room, pivot| {
            let step = room.max(0.0) / pivot;
            if step > reach {
                return;
            }
            let better = best.is_none_or(|best| match rule {
                Rule::Largest => (pivot, order(best.variable)) > (best.pivot, order(variable)),
                Rule::First => (step, order(variable)) < (best.step, order(best.variable)),
            });
            if better {
                best = Some(Leaving { variable, step, pivot });
            }
        });
        best
    }

    /// Calls with each basic variable that meets a limit: its room and the size of its rate.
    fn for_each_limit(&self, mut call: impl FnMut(Variable, f64, f64)) {
        for &(column, rate) in &self.scratch.moves {
            if self.place[column as usize] == OUTSIDE {
                continue;
            }
            let value = self.value[column as usize];
            if rate < -PIVOT_TOLERANCE {
                call(Variable::Path(column), value, -rate);
            } else if rate > PIVOT_TOLERANCE && !self.columns.open[column as usize] {
                call(Variable::Path(column), -value, rate);
            }
        }
        for &group in &self.scratch.groups {
            let at = group as usize;
            let rate = self.scratch.rate[at];
            let toward_zero = if self.over[at] { rate } else { -rate };
            let scale = self.row_scale[at];
            if self.tight_place[at] == NONE && toward_zero > PIVOT_TOLERANCE * scale {
                let room = self.slack[at].abs() * sign_held(self.slack[at], self.over[at]);
                call(Variable::Slack(group), room / scale, toward_zero / scale);
            }
        }
    }

    pub fn flow_tolerance(&self) -> f64 {
        FLOW_TOLERANCE * self.demand.iter().copied().fold(0.0, f64::max)
    }
}

/// 1 when a slack stands on the side it is priced for, -1 when it has slipped to the other.
fn sign_held(slack: f64, over: bool) -> f64 {
    if (slack < 0.0) == over || slack == 0.0 { 1.0 } else { -1.0 }
}

fn order(variable: Variable) -> u64 {
    match variable {
        Variable::Slack(group) => u64::from(group),
        Variable::Path(column) => (1 << 32) + u64::from(column),
    }
}
