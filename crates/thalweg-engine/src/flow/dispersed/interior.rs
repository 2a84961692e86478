//! Newton steps on group prices, slacks and shipped volumes, held inside their limits.

use crate::flow::Problem;
use crate::flow::dispersed::FrozenPath;
use crate::flow::projection::solve_positive;

/// A segment with demand and at least one path.
pub(super) struct Choice<'a> {
    pub segment: usize,
    pub demand: f64,
    pub unserved_cost: f64,
    pub dispersion: f64,
    pub paths: Vec<&'a FrozenPath>,
    /// Log of the size of each path.
    log_size: Vec<f64>,
}

/// What becomes of a choice.
pub(super) struct Outcome {
    pub shipped: f64,
    pub logsum: f64,
    pub shares: Vec<f64>,
}

impl<'a> Choice<'a> {
    /// The choices of a problem, by segment.
    pub fn all(problem: &Problem, paths: &'a [FrozenPath], dispersion: &[f64]) -> Vec<Self> {
        let mut by_segment: Vec<Vec<&FrozenPath>> = vec![Vec::new(); problem.segments.len()];
        for path in paths {
            by_segment[path.column.segment as usize].push(path);
        }
        let mut choices = Vec::new();
        for (segment, paths) in by_segment.into_iter().enumerate() {
            let given = problem.segments[segment];
            if given.demand > 0.0 && !paths.is_empty() {
                choices.push(Self {
                    segment,
                    demand: given.demand,
                    unserved_cost: given.unserved_cost,
                    dispersion: dispersion[segment],
                    log_size: paths.iter().map(|path| path.path_size.ln()).collect(),
                    paths,
                });
            }
        }
        choices
    }

    /// How far entropy can reach, times dispersion: the log of the number of paths when none
    /// overlap.
    pub fn spread(&self) -> f64 {
        let smallest = self.paths.iter().map(|path| path.path_size).fold(f64::INFINITY, f64::min);
        let sum: f64 = self.paths.iter().map(|path| path.path_size).sum();
        (sum / smallest).ln()
    }

    /// What it comes to when no group has a price.
    pub fn uncharged(&self) -> Outcome {
        let mut shares = vec![0.0; self.paths.len()];
        let logsum = self.follow(self.dispersion, |_| 0.0, &mut shares);
        let shipped = if logsum <= self.unserved_cost { self.demand } else { 0.0 };
        Outcome { shipped, logsum, shares }
    }

    /// The logsum, and the shares of the paths, at a dispersion and when the groups charge this much on each.
    fn follow(&self, dispersion: f64, charged: impl Fn(usize) -> f64, shares: &mut [f64]) -> f64 {
        let mut least = f64::INFINITY;
        for (path, share) in shares.iter_mut().enumerate() {
            // First the exponent: generalised price less the bonus of the path size.
            *share = self.paths[path].column.cost + charged(path) - self.log_size[path] / dispersion;
            least = least.min(*share);
        }
        let mut sum = 0.0;
        for share in shares.iter_mut() {
            *share = (-dispersion * (*share - least)).exp();
            sum += *share;
        }
        shares.iter_mut().for_each(|share| *share /= sum);
        least - sum.ln() / dispersion
    }
}

/// A choice some of whose paths use a watched group.
pub(super) struct Coupled<'a> {
    choice: &'a Choice<'a>,
    /// Its position among all choices.
    pub position: usize,
    /// Places of the watched groups its paths use, rising.
    places: Vec<usize>,
    /// By path: positions in `places`, and weights.
    usage: Vec<Vec<(usize, f64)>>,
}

impl<'a> Coupled<'a> {
    /// Looks up the watched groups of its paths, given the place of each group among them; `None` where there is none.
    fn of((position, choice): (usize, &'a Choice<'a>), place: &[Option<usize>]) -> Option<Self> {
        let placed = |path: &&FrozenPath| -> Vec<(usize, f64)> {
            let usage = path.column.usage.iter();
            usage.filter_map(|&(group, weight)| Some((place[group as usize]?, weight))).collect()
        };
        let mut usage: Vec<Vec<(usize, f64)>> = choice.paths.iter().map(placed).collect();
        let mut places: Vec<usize> = usage.iter().flatten().map(|&(at, _)| at).collect();
        places.sort_unstable();
        places.dedup();
        for (at, _) in usage.iter_mut().flatten() {
            *at = places.binary_search(at).expect("every place used was gathered");
        }
        (!places.is_empty()).then_some(Self { choice, position, places, usage })
    }
}

/// The part of the program that the prices of some groups decide.
pub(super) struct Program<'a> {
    problem: &'a Problem,
    /// Choices that use a watched group.
    pub coupled: Vec<Coupled<'a>>,
    /// Groups that may have a price.
    watched: Vec<usize>,
    scale: f64,
}

impl<'a> Program<'a> {
    /// The program in which only the watched groups, rising, can be full, and no choice uses other watched ones.
    pub fn new(problem: &'a Problem, choices: &'a [Choice<'a>], watched: Vec<usize>) -> Self {
        let mut place = vec![None; problem.groups.len()];
        for (at, &group) in watched.iter().enumerate() {
            place[group] = Some(at);
        }
        let coupled: Vec<Coupled> = choices.iter().enumerate().filter_map(|row| Coupled::of(row, &place)).collect();
        let worth = |row: &Coupled| row.choice.demand * mean_cost(row.choice);
        let scale = coupled.iter().map(worth).sum::<f64>().max(f64::MIN_POSITIVE);
        Self { problem, coupled, watched, scale }
    }

    /// The watched groups with their prices.
    pub fn prices<'p>(&'p self, point: &'p Point) -> impl Iterator<Item = (usize, f64)> + 'p {
        self.watched.iter().map(|&group| (group, point.price[group]))
    }

    fn pairs(&self) -> f64 {
        (2 * self.coupled.len() + 2 * self.watched.len()).max(1) as f64
    }

    fn overflow_price(&self, at: usize) -> f64 {
        self.problem.groups[self.watched[at]].overflow_price.unwrap_or(f64::INFINITY)
    }
}

fn mean_cost(choice: &Choice<'_>) -> f64 {
    let sum: f64 = choice.paths.iter().map(|path| path.column.cost).sum();
    (sum / choice.paths.len() as f64).min(choice.unserved_cost)
}

/// Prices with their slacks, shipped volumes with theirs, and what follows from the prices.
pub(super) struct Point {
    price: Vec<f64>,
    shipped: Vec<f64>,
    logsum: Vec<f64>,
    shares: Vec<Vec<f64>>,
    slack: Vec<f64>,
    over: Vec<f64>,
    /// Price a segment is sure to pay: below logsum and below the cost of not being served.
    floor: Vec<f64>,
    load: Vec<f64>,
    target: f64,
}

/// Direction of a step.
struct Step {
    price: Vec<f64>,
    slack: Vec<f64>,
    over: Vec<f64>,
    shipped: Vec<f64>,
    floor: Vec<f64>,
}

impl Point {
    pub fn start(program: &Program<'_>) -> Self {
        let (choices, watched) = (program.coupled.len(), program.watched.len());
        let volume: f64 = program.coupled.iter().map(|coupled| coupled.choice.demand).sum();
        let unit = program.scale / volume.max(f64::MIN_POSITIVE);
        let mut point = Self {
            price: vec![0.0; program.problem.groups.len()],
            shipped: program.coupled.iter().map(|coupled| 0.9 * coupled.choice.demand).collect(),
            logsum: vec![0.0; choices],
            shares: program.coupled.iter().map(|coupled| vec![0.0; coupled.choice.paths.len()]).collect(),
            slack: vec![0.0; watched],
            over: vec![0.0; watched],
            floor: vec![0.0; choices],
            load: vec![0.0; watched],
            target: program.scale / program.pairs(),
        };
        for at in 0..watched {
            let most = program.overflow_price(at);
            point.price[program.watched[at]] = (0.1 * unit).min(0.5 * most);
        }
        point.follow(program);
        for (index, Coupled { choice, .. }) in program.coupled.iter().enumerate() {
            point.floor[index] = point.logsum[index].min(choice.unserved_cost) - unit;
        }
        for at in 0..watched {
            let capacity = program.problem.groups[program.watched[at]].capacity;
            let room = capacity - point.load[at];
            let least = 0.1 * capacity.max(1e-3 * volume);
            point.slack[at] = room.max(least);
            point.over[at] = if program.overflow_price(at).is_finite() { least.max(-room) } else { 0.0 };
        }
        point.target = point.complementarity(program) / program.pairs();
        point.sharpen(program);
        point
    }

    /// What becomes of a coupled choice.
    pub fn outcome(&self, at: usize) -> Outcome {
        Outcome { shipped: self.shipped[at], logsum: self.logsum[at], shares: self.shares[at].clone() }
    }

    /// Logsums, shares and loads at the present prices.
    fn follow(&mut self, program: &Program<'_>) {
        self.load.fill(0.0);
        let mut paid = Vec::new();
        for (index, coupled) in program.coupled.iter().enumerate() {
            paid.clear();
            paid.extend(coupled.places.iter().map(|&at| self.price[program.watched[at]]));
            let charged =
                |path: usize| -> f64 { coupled.usage[path].iter().map(|&(at, weight)| weight * paid[at]).sum() };
            let dispersion = self.dispersion(coupled.choice);
            self.logsum[index] = coupled.choice.follow(dispersion, charged, &mut self.shares[index]);
            for (share, usage) in self.shares[index].iter().zip(&coupled.usage) {
                for &(at, weight) in usage {
                    self.load[coupled.places[at]] += weight * share * self.shipped[index];
                }
            }
        }
    }

    /// Dispersion on the way to the solution: no sharper than the target of the steps is fine. A sharp choice turns within
    /// a small change of price, which a step would overlook or be cut short at.
    fn dispersion(&self, choice: &Choice<'_>) -> f64 {
        choice.dispersion.min(choice.demand / self.target)
    }

    fn complementarity(&self, program: &Program<'_>) -> f64 {
        let mut sum = 0.0;
        for (index, Coupled { choice, .. }) in program.coupled.iter().enumerate() {
            let shipped = self.shipped[index];
            sum += shipped * (self.logsum[index] - self.floor[index]);
            sum += (choice.demand - shipped) * (choice.unserved_cost - self.floor[index]);
        }
        for (at, &group) in program.watched.iter().enumerate() {
            sum += self.price[group] * self.slack[at];
            if self.over[at] > 0.0 {
                sum += (program.overflow_price(at) - self.price[group]) * self.over[at];
            }
        }
        sum
    }

    /// Relative distance from the solution: gap or violation, whichever is larger.
    pub fn measure(&self, program: &Program<'_>) -> f64 {
        let gap = self.complementarity(program) / program.scale;
        let residual = |at: usize| {
            let capacity = program.problem.groups[program.watched[at]].capacity;
            let residual = self.load[at] + self.slack[at] - self.over[at] - capacity;
            residual.abs() / (capacity + self.load[at]).max(f64::MIN_POSITIVE)
        };
        (0..program.watched.len()).map(residual).fold(gap, f64::max)
    }

    /// One step; false when none can be made.
    pub fn advance(&mut self, program: &Program<'_>) -> bool {
        let step = self.direction(program);
        let mut length = 1.0_f64.min(0.995 * self.longest(program, &step));
        let before = (self.price.clone(), self.shipped.clone(), self.floor.clone());
        let gaps: Vec<f64> = self.logsum.iter().zip(&self.floor).map(|(logsum, floor)| logsum - floor).collect();
        for _ in 0..40 {
            for (at, &group) in program.watched.iter().enumerate() {
                self.price[group] = before.0[group] + length * step.price[at];
            }
            for index in 0..program.coupled.len() {
                self.shipped[index] = before.1[index] + length * step.shipped[index];
                self.floor[index] = before.2[index] + length * step.floor[index];
            }
            self.follow(program);
            // The logsum is concave in the prices: a full step may land below the floor.
            let inside = |index: usize| self.logsum[index] - self.floor[index] > 1e-3 * gaps[index];
            if (0..program.coupled.len()).all(inside) {
                for at in 0..program.watched.len() {
                    self.slack[at] += length * step.slack[at];
                    self.over[at] += length * step.over[at];
                }
                let mean = self.complementarity(program) / program.pairs();
                self.target = mean * if length > 0.9 { 0.1 } else { 0.4 };
                self.sharpen(program);
                return length > 1e-10 && mean.is_finite() && mean > 0.0;
            }
            length *= 0.5;
        }
        (self.price, self.shipped, self.floor) = before;
        self.follow(program);
        false
    }

    /// Shares at the dispersion that the new target allows, floors kept as far below the logsums as they were.
    fn sharpen(&mut self, program: &Program<'_>) {
        let before = self.logsum.clone();
        self.follow(program);
        for (index, before) in before.into_iter().enumerate() {
            self.floor[index] += (self.logsum[index] - before).min(0.0);
        }
    }

    fn direction(&self, program: &Program<'_>) -> Step {
        let size = program.watched.len();
        let mut matrix = vec![0.0; size * size];
        let mut right = vec![0.0; size];
        let target = self.target;
        for (at, &group) in program.watched.iter().enumerate() {
            let price = self.price[group];
            let above = program.overflow_price(at) - price;
            matrix[at * size + at] = self.slack[at] / price + self.over[at] / above;
            right[at] = self.load[at] - program.problem.groups[group].capacity + target / price - target / above;
        }
        let means: Vec<Vec<f64>> = (0..program.coupled.len()).map(|index| self.mean_usage(program, index)).collect();
        for (index, mean_usage) in means.iter().enumerate() {
            let (curvature, response) = self.response(program, index);
            self.add_choice(program, (index, curvature, mean_usage), (&mut matrix, size));
            for (&at, mean) in program.coupled[index].places.iter().zip(mean_usage) {
                right[at] += response * mean;
            }
        }
        solve_scaled(&mut matrix, &mut right);
        let mut shipped = vec![0.0; program.coupled.len()];
        let mut floor = shipped.clone();
        for (index, Coupled { choice, places, .. }) in program.coupled.iter().enumerate() {
            let (curvature, response) = self.response(program, index);
            let rise: f64 = places.iter().zip(&means[index]).map(|(&at, mean)| mean * right[at]).sum();
            shipped[index] = response - curvature * rise;
            let left = choice.demand - self.shipped[index];
            let above = choice.unserved_cost - self.floor[index];
            floor[index] = above - target / left - above / left * shipped[index];
        }
        let mut slack = vec![0.0; size];
        let mut over = vec![0.0; size];
        for (at, &group) in program.watched.iter().enumerate() {
            let price = self.price[group];
            let above = program.overflow_price(at) - price;
            slack[at] = target / price - self.slack[at] - self.slack[at] / price * right[at];
            if above.is_finite() {
                over[at] = target / above - self.over[at] + self.over[at] / above * right[at];
            }
        }
        Step { price: right, slack, over, shipped, floor }
    }

    /// How shipped volume follows the logsum (negative of its slope) and the pull to the centre.
    fn response(&self, program: &Program<'_>, index: usize) -> (f64, f64) {
        let choice = program.coupled[index].choice;
        let shipped = self.shipped[index];
        let left = choice.demand - shipped;
        let below = self.logsum[index] - self.floor[index];
        let above = choice.unserved_cost - self.floor[index];
        let weight = left * below + shipped * above;
        let product = shipped * left;
        (product / weight, (self.target * (left - shipped) + product * (above - below)) / weight)
    }

    /// Mean usage of the choice's places, over its paths.
    fn mean_usage(&self, program: &Program<'_>, index: usize) -> Vec<f64> {
        let choice = &program.coupled[index];
        let mut mean = vec![0.0; choice.places.len()];
        for (usage, &share) in choice.usage.iter().zip(&self.shares[index]) {
            usage.iter().for_each(|&(at, weight)| mean[at] += weight * share);
        }
        mean
    }

    /// The segment's part of the matrix: variance of usage over its paths, and the response.
    fn add_choice(
        &self,
        program: &Program<'_>,
        (index, curvature, mean): (usize, f64, &[f64]),
        (matrix, size): (&mut [f64], usize),
    ) {
        let choice = &program.coupled[index];
        let strength = self.shipped[index] * self.dispersion(choice.choice);
        let cell = |row: usize, column: usize| choice.places[row] * size + choice.places[column];
        for (usage, &share) in choice.usage.iter().zip(&self.shares[index]) {
            for &(row, a) in usage {
                usage.iter().for_each(|&(column, b)| matrix[cell(row, column)] += strength * share * a * b);
            }
        }
        for (row, a) in mean.iter().enumerate() {
            for (column, b) in mean.iter().enumerate() {
                matrix[cell(row, column)] += (curvature - strength) * a * b;
            }
        }
    }

    /// How far the step can go until something meets its limit.
    fn longest(&self, program: &Program<'_>, step: &Step) -> f64 {
        let mut longest = f64::INFINITY;
        let mut limit = |room: f64, change: f64| {
            if change < 0.0 {
                longest = longest.min(room / -change);
            }
        };
        for (at, &group) in program.watched.iter().enumerate() {
            limit(self.price[group], step.price[at]);
            limit(self.slack[at], step.slack[at]);
            if self.over[at] > 0.0 {
                limit(program.overflow_price(at) - self.price[group], -step.price[at]);
                limit(self.over[at], step.over[at]);
            }
        }
        for (index, Coupled { choice, .. }) in program.coupled.iter().enumerate() {
            limit(self.shipped[index], step.shipped[index]);
            limit(choice.demand - self.shipped[index], -step.shipped[index]);
            limit(choice.unserved_cost - self.floor[index], -step.floor[index]);
        }
        longest
    }
}

/// Prices of full groups and of empty ones differ by many orders, so the matrix is brought to a
/// unit diagonal first.
fn solve_scaled(matrix: &mut [f64], right: &mut [f64]) {
    let size = right.len();
    let scale: Vec<f64> = (0..size).map(|at| 1.0 / matrix[at * size + at].sqrt().max(f64::MIN_POSITIVE)).collect();
    for row in 0..size {
        for column in 0..size {
            matrix[row * size + column] *= scale[row] * scale[column];
        }
        right[row] *= scale[row];
    }
    solve_positive(matrix, right);
    for (value, scale) in right.iter_mut().zip(scale) {
        *value *= scale;
    }
}
