//! One exchange of the basis: which variable enters, which leaves, and the inverse after it.

use crate::flow::columns::NONE;
use crate::flow::master::{KEY, Master, OUTSIDE, Variable};

impl Master {
    /// Exchanges `entering` (whose solved column is in scratch) for `leaving`.
    pub fn exchange(&mut self, entering: Variable, leaving: Variable) {
        self.pivots += 1;
        self.pivots_since_inversion += 1;
        match leaving {
            Variable::Slack(group) => self.tighten(entering, group),
            Variable::Path(column) => self.drop_path(entering, column),
        }
    }

    fn drop_path(&mut self, entering: Variable, column: u32) {
        let segment = self.columns.segment[column as usize] as usize;
        if self.place[column as usize] == KEY {
            match self.working_of_segment(segment).first() {
                Some(&place) => {
                    self.make_key(place);
                    self.solve_column(entering);
                }
                None => return self.replace_key(entering, segment),
            }
        }
        let place = self.place[column as usize] as usize;
        self.place[column as usize] = OUTSIDE;
        self.value[column as usize] = 0.0;
        match entering {
            Variable::Path(entering) => {
                let solved = std::mem::take(&mut self.scratch.solved);
                self.inverse.replace_working(place, &solved);
                self.scratch.solved = solved;
                self.working[place] = entering;
                self.place[entering as usize] = place as u32;
            }
            Variable::Slack(group) => self.loosen(group, place),
        }
    }

    fn loosen(&mut self, group: u32, place: usize) {
        let row = self.tight_place[group as usize] as usize;
        self.inverse.shrink(place, row);
        self.working.swap_remove(place);
        if let Some(&moved) = self.working.get(place) {
            self.place[moved as usize] = place as u32;
        }
        self.tight.swap_remove(row);
        if let Some(&moved) = self.tight.get(row) {
            self.tight_place[moved as usize] = row as u32;
        }
        self.tight_place[group as usize] = NONE;
    }

    fn replace_key(&mut self, entering: Variable, segment: usize) {
        let Variable::Path(column) = entering else {
            unreachable!("a key without working paths is moved only by a path of its segment")
        };
        let before = self.key[segment];
        self.place[before as usize] = OUTSIDE;
        self.value[before as usize] = 0.0;
        self.key[segment] = column;
        self.place[column as usize] = KEY;
    }

    fn tighten(&mut self, entering: Variable, group: u32) {
        self.solve_group_row(group);
        let solved_row = std::mem::take(&mut self.scratch.row);
        let solved = std::mem::take(&mut self.scratch.solved);
        self.slack[group as usize] = 0.0;
        self.over[group as usize] = false;
        match entering {
            Variable::Path(column) => {
                let across: f64 = self
                    .working
                    .iter()
                    .zip(&solved)
                    .map(|(&other, value)| self.entry_beside_key(group, other) * value)
                    .sum();
                let pivot = self.entry_beside_key(group, column) - across;
                self.inverse.border(&solved, &solved_row, pivot);
                self.tight_place[group as usize] = self.tight.len() as u32;
                self.tight.push(group);
                self.place[column as usize] = self.working.len() as u32;
                self.working.push(column);
            }
            Variable::Slack(freed) => {
                let row = self.tight_place[freed as usize];
                self.inverse.replace_tight(row as usize, &solved_row);
                self.tight[row as usize] = group;
                self.tight_place[group as usize] = row;
                self.tight_place[freed as usize] = NONE;
            }
        }
        self.scratch.row = solved_row;
        self.scratch.solved = solved;
    }

    /// Places of the working paths of a segment, ascending.
    pub fn working_of_segment(&self, segment: usize) -> Vec<usize> {
        let in_basis = |column: &u32| self.place[*column as usize] < KEY;
        let columns = self.columns.of_segment(segment).filter(in_basis);
        let mut places: Vec<usize> = columns.map(|column| self.place[column as usize] as usize).collect();
        places.sort_unstable();
        places
    }

    /// The working path at `place` and the key of its segment trade places.
    pub fn make_key(&mut self, place: usize) {
        let column = self.working[place];
        let segment = self.columns.segment[column as usize] as usize;
        let same = self.working_of_segment(segment);
        self.inverse.swap_key(place, &same);
        let before = self.key[segment];
        self.working[place] = before;
        self.place[before as usize] = place as u32;
        self.key[segment] = column;
        self.place[column as usize] = KEY;
    }

    /// Inverts the working basis from its columns; a singular one is given up for the keys alone.
    pub fn reinvert(&mut self) {
        let size = self.tight.len();
        let mut matrix = vec![0.0; size * size];
        for (place, &column) in self.working.iter().enumerate() {
            let key = self.key[self.columns.segment[column as usize] as usize];
            for (sign, member) in [(1.0, column), (-1.0, key)] {
                for (group, weight) in self.columns.usage(member) {
                    let row = self.tight_place[group];
                    if row != NONE {
                        matrix[row as usize * size + place] += sign * weight;
                    }
                }
            }
        }
        self.pivots_since_inversion = 0;
        if self.inverse.invert(&mut matrix, size) {
            self.recompute_values();
            self.recompute_prices();
        } else {
            self.reset_basis();
        }
    }
}
