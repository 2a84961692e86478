//! Dual simplex on the restricted master: from a basis that a changed state made infeasible to a feasible one.

use crate::flow::columns::NONE;
use crate::flow::master::{KEY, Master, OUTSIDE, Variable};
use crate::flow::primal::PIVOT_TOLERANCE;

/// A basic variable outside its limits and the sign of the way back.
#[derive(Clone, Copy, Debug)]
struct Astray {
    variable: Variable,
    toward: f64,
    amount: f64,
}

/// A candidate to come in for it.
#[derive(Clone, Copy, Debug)]
struct Incoming {
    variable: Variable,
    direction: f64,
    ratio: f64,
    pivot: f64,
}

impl Master {
    /// Brings all basic values inside their limits; when the pivots get nowhere the keys alone
    /// become the basis, which is feasible too.
    pub fn repair(&mut self) {
        self.replace_closed_keys();
        self.recompute_values();
        self.recompute_prices();
        let most = self.pivots + 200 + 4 * (self.tight.len() + self.demand.len()) as u64;
        while let Some(astray) = self.worst_astray() {
            if self.pivots > most || !self.dual_step(astray) {
                return self.start_from_keys();
            }
        }
    }

    fn start_from_keys(&mut self) {
        self.clear_working();
        for segment in 0..self.key.len() {
            let key = self.key[segment] as usize;
            if !self.columns.open[key] {
                self.place[key] = OUTSIDE;
                self.key[segment] = segment as u32;
                self.place[segment] = KEY;
            }
        }
        self.reset_basis();
    }

    /// A key the state forbids gives way to a working path of its segment, else to the cheapest
    /// open path.
    fn replace_closed_keys(&mut self) {
        for segment in 0..self.key.len() {
            if self.columns.open[self.key[segment] as usize] {
                continue;
            }
            let places = self.working_of_segment(segment);
            let open = |&&place: &&usize| self.columns.open[self.working[place] as usize];
            if let Some(&place) = places.iter().find(open) {
                self.make_key(place);
            } else if places.is_empty() {
                let unserved = segment as u32;
                let mut best = (self.full_price(unserved), unserved);
                for column in self.columns.of_segment(segment) {
                    let price = self.full_price(column);
                    if self.columns.open[column as usize] && price < best.0 {
                        best = (price, column);
                    }
                }
                self.set_key(segment, best.1);
            }
        }
    }

    fn worst_astray(&self) -> Option<Astray> {
        let tolerance = self.flow_tolerance();
        let mut worst: Option<Astray> = None;
        let mut consider = |variable, toward, amount: f64| {
            if worst.is_none_or(|worst| amount > worst.amount) {
                worst = Some(Astray { variable, toward, amount });
            }
        };
        for &column in self.key.iter().chain(&self.working) {
            let value = self.value[column as usize];
            if value < -tolerance {
                consider(Variable::Path(column), 1.0, -value);
            } else if value > tolerance && !self.columns.open[column as usize] {
                consider(Variable::Path(column), -1.0, value);
            }
        }
        for group in 0..self.slack.len() {
            let scale = self.row_scale[group];
            if self.tight_place[group] != NONE || scale == 0.0 {
                continue;
            }
            let beyond = self.slack[group] / scale;
            if !self.over[group] && beyond < -tolerance {
                consider(Variable::Slack(group as u32), 1.0, -beyond);
            } else if self.over[group] && beyond > tolerance {
                consider(Variable::Slack(group as u32), -1.0, beyond);
            }
        }
        worst
    }

    /// One exchange, or a change of side; false when nothing can come in.
    fn dual_step(&mut self, astray: Astray) -> bool {
        let gates = self.tableau_row(astray.variable);
        let incoming = self.choose_incoming(astray, &gates);
        if let Variable::Slack(group) = astray.variable {
            let most = self.overflow[group as usize] * self.row_scale[group as usize];
            if incoming.is_none_or(|incoming| incoming.ratio >= most) {
                self.over[group as usize] = !self.over[group as usize];
                self.pivots += 1;
                self.recompute_prices();
                return true;
            }
        }
        let Some(incoming) = incoming else {
            return false;
        };
        self.solve_column(incoming.variable);
        self.compute_rates(incoming.variable, incoming.direction);
        let rate = self.rate_of(astray.variable) * astray.toward;
        if rate < PIVOT_TOLERANCE {
            return false;
        }
        let step = astray.amount / rate;
        self.advance(step);
        self.enter(incoming.variable, incoming.direction * step);
        self.exchange(incoming.variable, astray.variable);
        if let Variable::Slack(group) = incoming.variable {
            self.over[group as usize] = incoming.direction < 0.0;
        }
        self.recompute_prices();
        true
    }

    fn rate_of(&self, variable: Variable) -> f64 {
        match variable {
            Variable::Slack(group) => self.scratch.rate[group as usize] / self.row_scale[group as usize],
            Variable::Path(column) => {
                let found = self.scratch.moves.iter().find(|&&(moved, _)| moved == column);
                found.map_or(0.0, |&(_, rate)| rate)
            }
        }
    }

    /// The row of a basic variable in terms of what is outside the basis: weights by group, such
    /// that an outside path has the entry of its usage less that of its segment's key.
    /// A key with working paths trades places with one of them first.
    fn tableau_row(&mut self, variable: Variable) -> Row {
        let mut by_group = vec![0.0; self.price.len()];
        match variable {
            Variable::Slack(group) => {
                let scale = self.row_scale[group as usize];
                self.solve_group_row(group);
                for (row, &tight) in self.tight.iter().enumerate() {
                    by_group[tight as usize] = -self.scratch.row[row] / scale;
                }
                by_group[group as usize] = 1.0 / scale;
                Row { by_group, alone: None }
            }
            Variable::Path(column) => {
                let segment = self.columns.segment[column as usize] as usize;
                if self.place[column as usize] == KEY {
                    match self.working_of_segment(segment).first() {
                        Some(&place) => self.make_key(place),
                        None => {
                            return Row { by_group, alone: Some(segment) };
                        }
                    }
                }
                let place = self.place[column as usize] as usize;
                for (row, &tight) in self.tight.iter().enumerate() {
                    by_group[tight as usize] = self.inverse.at(place, row);
                }
                Row { by_group, alone: None }
            }
        }
    }

    fn choose_incoming(&self, astray: Astray, row: &Row) -> Option<Incoming> {
        let mut best: Option<Incoming> = None;
        let mut consider = |candidate: Incoming| {
            let better = best.is_none_or(|best| {
                let slip = 1e-12 * best.ratio.max(candidate.ratio);
                candidate.ratio < best.ratio - slip
                    || (candidate.ratio <= best.ratio + slip && candidate.pivot > best.pivot)
            });
            if better {
                best = Some(candidate);
            }
        };
        let segments = match row.alone {
            Some(segment) => segment..segment + 1,
            None => 0..self.columns.segments(),
        };
        for segment in segments.filter(|&segment| self.columns.has_choice(segment)) {
            self.incoming_paths(segment, (astray, row), &mut consider);
        }
        if row.alone.is_none() {
            self.incoming_slacks(astray, row, &mut consider);
        }
        best
    }

    fn incoming_paths(&self, segment: usize, (astray, row): (Astray, &Row), consider: &mut dyn FnMut(Incoming)) {
        let entry = |column: u32| -> f64 {
            self.columns.usage(column).map(|(group, weight)| row.by_group[group] * weight).sum()
        };
        let key_entry = entry(self.key[segment]);
        let delivered = self.delivered(segment);
        for column in self.columns.of_segment(segment) {
            if self.place[column as usize] != OUTSIDE || !self.columns.open[column as usize] {
                continue;
            }
            let alpha = if row.alone.is_some() { 1.0 } else { entry(column) - key_entry };
            let pivot = -astray.toward * alpha;
            if pivot > PIVOT_TOLERANCE {
                let reduced = (self.full_price(column) - delivered).max(0.0);
                let variable = Variable::Path(column);
                consider(Incoming { variable, direction: 1.0, ratio: reduced / pivot, pivot });
            }
        }
    }

    fn incoming_slacks(&self, astray: Astray, row: &Row, consider: &mut dyn FnMut(Incoming)) {
        for &group in &self.tight {
            let at = group as usize;
            // A slack enters its group with weight one.
            let pivot = -astray.toward * row.by_group[at];
            let scaled = pivot.abs() * self.row_scale[at];
            if scaled <= PIVOT_TOLERANCE {
                continue;
            }
            let (direction, room) =
                if pivot > 0.0 { (1.0, self.price[at]) } else { (-1.0, self.overflow[at] - self.price[at]) };
            let ratio = room.max(0.0) / pivot.abs();
            consider(Incoming { variable: Variable::Slack(group), direction, ratio, pivot: scaled });
        }
    }
}

/// A row of the simplex tableau.
struct Row {
    by_group: Vec<f64>,
    /// The segment whose key stands without working paths: only its own paths have an entry.
    alone: Option<usize>,
}
