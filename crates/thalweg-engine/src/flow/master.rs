//! The restricted master problem and its basis: one key path per segment, working paths for tight groups.
//!
//! Generalized upper bounding (Dantzig and Van Slyke 1967, J. Comput. Syst. Sci. 1): the rows
//! "all of a segment is shipped or unserved" are eliminated by a key column each, and the slack of
//! a group that is not full is its own basic column, so the matrix to invert is only as large as
//! the number of full groups. The slack may turn negative at the group's overflow price, which
//! makes every choice of paths a feasible start.

use crate::flow::columns::{Columns, NONE};
use crate::flow::inverse::Inverse;

/// Relative size below which a reduced cost counts as none.
pub(crate) const COST_TOLERANCE: f64 = 1e-11;

/// Where a column stands.
pub(crate) const OUTSIDE: u32 = u32::MAX;
/// The column is its segment's key.
pub(crate) const KEY: u32 = u32::MAX - 1;

/// What moves into or out of the basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variable {
    Path(u32),
    Slack(u32),
}

#[derive(Clone, Debug)]
pub(crate) struct Master {
    pub columns: Columns,
    pub demand: Vec<f64>,
    pub capacity: Vec<f64>,
    /// Price of a unit above capacity.
    pub overflow: Vec<f64>,
    /// Size of a typical weight in the group, for what counts as zero.
    pub row_scale: Vec<f64>,
    /// Relative reduced cost below which nothing enters the basis.
    pub optimality: f64,
    /// Smallest weight in the group; infinite as long as no path uses it.
    pub lightest: Vec<f64>,
    /// Size of a typical path cost, for what counts as zero.
    pub cost_scale: f64,
    pub key: Vec<u32>,
    pub place: Vec<u32>,
    pub working: Vec<u32>,
    pub tight: Vec<u32>,
    pub tight_place: Vec<u32>,
    pub inverse: Inverse,
    pub value: Vec<f64>,
    pub slack: Vec<f64>,
    pub over: Vec<bool>,
    pub price: Vec<f64>,
    pub pivots: u64,
    pub pivots_since_inversion: u32,
    pub scan_from: usize,
    pub scratch: Scratch,
}

/// Work space, kept so that a pivot allocates nothing; all zero or empty between uses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    pub row: Vec<f64>,
    pub solved: Vec<f64>,
    pub segment_sum: Vec<f64>,
    pub segments: Vec<u32>,
    pub rate: Vec<f64>,
    pub seen: Vec<bool>,
    pub groups: Vec<u32>,
    pub moves: Vec<(u32, f64)>,
    /// Outside paths that gained when last looked at.
    pub candidates: Vec<u32>,
}

impl Master {
    pub fn new(columns: Columns, demand: Vec<f64>, capacity: Vec<f64>) -> Self {
        let (segments, groups) = (demand.len(), capacity.len());
        let scratch = Scratch {
            segment_sum: vec![0.0; segments],
            rate: vec![0.0; groups],
            seen: vec![false; groups],
            ..Scratch::default()
        };
        Self {
            key: (0..segments as u32).collect(),
            place: vec![KEY; segments],
            value: demand.clone(),
            slack: capacity.clone(),
            over: vec![false; groups],
            price: vec![0.0; groups],
            overflow: vec![f64::INFINITY; groups],
            row_scale: vec![0.0; groups],
            lightest: vec![f64::INFINITY; groups],
            cost_scale: 0.0,
            optimality: COST_TOLERANCE,
            tight_place: vec![NONE; groups],
            working: Vec::new(),
            tight: Vec::new(),
            inverse: Inverse::default(),
            pivots: 0,
            pivots_since_inversion: 0,
            scan_from: 0,
            columns,
            demand,
            capacity,
            scratch,
        }
    }

    /// Keeps the per-column arrays as long as the columns.
    pub fn grow(&mut self) {
        self.place.resize(self.columns.len(), OUTSIDE);
        let before = self.value.len();
        self.value.resize(self.columns.len(), 0.0);
        for column in before..self.columns.len() {
            self.cost_scale = self.cost_scale.max(self.columns.cost[column].abs());
            for (group, weight) in self.columns.usage(column as u32) {
                self.row_scale[group] = self.row_scale[group].max(weight);
                self.lightest[group] = self.lightest[group].min(weight);
            }
        }
    }

    /// Slack of the flows at hand, basis or not.
    pub fn recompute_slack(&mut self) {
        self.slack.copy_from_slice(&self.capacity);
        for (column, &value) in self.value.iter().enumerate() {
            if value != 0.0 {
                for (group, weight) in self.columns.usage(column as u32) {
                    self.slack[group] -= weight * value;
                }
            }
        }
    }

    /// A basis of keys only: each segment wholly on its key, each overfull group paying for it.
    pub fn reset_basis(&mut self) {
        self.clear_working();
        self.value.fill(0.0);
        for (segment, &key) in self.key.iter().enumerate() {
            self.value[key as usize] = self.demand[segment];
        }
        self.recompute_slack();
        for group in 0..self.slack.len() {
            self.over[group] = self.slack[group] < 0.0;
        }
        self.recompute_prices();
    }

    pub fn clear_working(&mut self) {
        for &column in &self.working {
            self.place[column as usize] = OUTSIDE;
        }
        for &group in &self.tight {
            self.tight_place[group as usize] = NONE;
        }
        self.working.clear();
        self.tight.clear();
        self.inverse.clear();
    }

    /// Makes an outside path the key of a segment that has no working paths.
    pub fn set_key(&mut self, segment: usize, column: u32) {
        let before = self.key[segment];
        self.place[before as usize] = OUTSIDE;
        self.value[column as usize] = self.value[before as usize];
        self.value[before as usize] = 0.0;
        self.place[column as usize] = KEY;
        self.key[segment] = column;
    }

    /// All basic values afresh from the right-hand sides.
    pub fn recompute_values(&mut self) {
        self.value.fill(0.0);
        for (segment, &key) in self.key.iter().enumerate() {
            self.value[key as usize] = self.demand[segment];
        }
        self.recompute_slack();
        let size = self.tight.len();
        let mut solution = vec![0.0; size];
        for row in 0..size {
            let residual = self.slack[self.tight[row] as usize];
            if residual != 0.0 {
                add_scaled(&mut solution, self.inverse.column(row), residual);
            }
        }
        for (place, &column) in self.working.iter().enumerate() {
            let segment = self.columns.segment[column as usize] as usize;
            self.value[column as usize] = solution[place];
            self.value[self.key[segment] as usize] -= solution[place];
        }
        self.recompute_slack();
        for &group in &self.tight {
            self.slack[group as usize] = 0.0;
        }
    }

    /// All group prices afresh from the costs of the basis.
    pub fn recompute_prices(&mut self) {
        for group in 0..self.price.len() {
            self.price[group] = match (self.tight_place[group], self.over[group]) {
                (NONE, true) => self.overflow[group],
                _ => 0.0,
            };
        }
        let mut costs = std::mem::take(&mut self.scratch.row);
        costs.clear();
        costs.extend(self.working.iter().map(|&column| self.cost_beside_key(column)));
        for (row, &group) in self.tight.iter().enumerate() {
            self.price[group as usize] = -dot(self.inverse.column(row), &costs);
        }
        self.scratch.row = costs;
    }

    /// Cost and group prices of a column.
    pub fn full_price(&self, column: u32) -> f64 {
        let cost = self.columns.cost[column as usize];
        self.columns.usage(column).fold(cost, |sum, (group, weight)| sum + weight * self.price[group])
    }

    /// What one unit of the segment costs at the present prices.
    pub fn delivered(&self, segment: usize) -> f64 {
        self.full_price(self.key[segment])
    }

    fn cost_beside_key(&self, column: u32) -> f64 {
        let segment = self.columns.segment[column as usize] as usize;
        self.full_price(column) - self.full_price(self.key[segment])
    }

    /// The column solved against the working basis, into `scratch.solved`.
    pub fn solve_column(&mut self, entering: Variable) {
        let size = self.tight.len();
        let mut solved = std::mem::take(&mut self.scratch.solved);
        solved.clear();
        solved.resize(size, 0.0);
        match entering {
            Variable::Slack(group) => {
                let row = self.tight_place[group as usize] as usize;
                solved.copy_from_slice(self.inverse.column(row));
            }
            Variable::Path(column) => {
                let key = self.key[self.columns.segment[column as usize] as usize];
                for (group, weight) in self.columns.usage(column) {
                    self.add_row(&mut solved, group, weight);
                }
                for (group, weight) in self.columns.usage(key) {
                    self.add_row(&mut solved, group, -weight);
                }
            }
        }
        self.scratch.solved = solved;
    }

    fn add_row(&self, solved: &mut [f64], group: usize, weight: f64) {
        let row = self.tight_place[group];
        if row != NONE {
            add_scaled(solved, self.inverse.column(row as usize), weight);
        }
    }

    /// The row of a group that is not tight, against the working basis: entries by tight group,
    /// into `scratch.row`.
    pub fn solve_group_row(&mut self, group: u32) {
        let mut beside_key: Vec<(usize, f64)> = Vec::new();
        for place in 0..self.working.len() {
            let entry = self.entry_beside_key(group, self.working[place]);
            if entry != 0.0 {
                beside_key.push((place, entry));
            }
        }
        let mut row = std::mem::take(&mut self.scratch.row);
        row.clear();
        for tight in 0..self.tight.len() {
            let column = self.inverse.column(tight);
            row.push(beside_key.iter().map(|&(place, entry)| column[place] * entry).sum());
        }
        self.scratch.row = row;
    }

    /// Use of the group by the column, less that by its segment's key.
    pub fn entry_beside_key(&self, group: u32, column: u32) -> f64 {
        let key = self.key[self.columns.segment[column as usize] as usize];
        self.weight_in(group, column) - self.weight_in(group, key)
    }

    fn weight_in(&self, group: u32, column: u32) -> f64 {
        let found = self.columns.usage(column).find(|&(used, _)| used == group as usize);
        found.map_or(0.0, |(_, weight)| weight)
    }

    /// Rates of all basic values per unit of the entering variable in the given direction:
    /// `scratch.moves` for paths, `scratch.rate` over `scratch.groups` for slacks.
    pub fn compute_rates(&mut self, entering: Variable, direction: f64) {
        self.clear_rates();
        let mut scratch = std::mem::take(&mut self.scratch);
        for (place, &column) in self.working.iter().enumerate() {
            let rate = -direction * scratch.solved[place];
            if rate != 0.0 {
                scratch.moves.push((column, rate));
            }
        }
        if let Variable::Path(column) = entering {
            scratch.moves.push((column, direction));
        }
        for at in 0..scratch.moves.len() {
            let (column, rate) = scratch.moves[at];
            let segment = self.columns.segment[column as usize];
            if scratch.segment_sum[segment as usize] == 0.0 {
                scratch.segments.push(segment);
            }
            scratch.segment_sum[segment as usize] += rate;
        }
        for at in 0..scratch.segments.len() {
            let segment = scratch.segments[at] as usize;
            let sum = std::mem::take(&mut scratch.segment_sum[segment]);
            if sum != 0.0 {
                scratch.moves.push((self.key[segment], -sum));
            }
        }
        scratch.segments.clear();
        self.scratch = scratch;
        self.compute_slack_rates();
    }

    fn compute_slack_rates(&mut self) {
        let mut scratch = std::mem::take(&mut self.scratch);
        for &(column, rate) in &scratch.moves {
            for (group, weight) in self.columns.usage(column) {
                if self.tight_place[group] != NONE {
                    continue;
                }
                if !scratch.seen[group] {
                    scratch.seen[group] = true;
                    scratch.groups.push(group as u32);
                }
                scratch.rate[group] -= weight * rate;
            }
        }
        self.scratch = scratch;
    }

    fn clear_rates(&mut self) {
        let scratch = &mut self.scratch;
        for &group in &scratch.groups {
            scratch.rate[group as usize] = 0.0;
            scratch.seen[group as usize] = false;
        }
        scratch.groups.clear();
        scratch.moves.clear();
        scratch.segments.clear();
    }

    /// Moves all basic values by `step` along the rates.
    pub fn advance(&mut self, step: f64) {
        if step == 0.0 {
            return;
        }
        for &(column, rate) in &self.scratch.moves {
            self.value[column as usize] += rate * step;
        }
        for &group in &self.scratch.groups {
            self.slack[group as usize] += self.scratch.rate[group as usize] * step;
        }
    }
}

pub(crate) fn add_scaled(target: &mut [f64], values: &[f64], factor: f64) {
    for (entry, value) in target.iter_mut().zip(values) {
        *entry += value * factor;
    }
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Several sums side by side: one after the other, each addition waits for the one before.
    const LANES: usize = 8;
    let (a_blocks, b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f64 = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(x, y)| x * y).sum();
    let mut sums = [0.0; LANES];
    for (a, b) in a_blocks.zip(b_blocks) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f64>() + rest
}
