//! The explicit inverse of the working basis: tight groups by the paths beside the key paths.

/// Inverse of a square matrix whose rows are tight groups and whose columns are working paths,
/// stored so that the entries for one tight group lie side by side.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inverse {
    size: usize,
    stride: usize,
    entries: Vec<f64>,
}

impl Inverse {
    pub fn clear(&mut self) {
        self.size = 0;
    }

    /// All entries for the tight group at place `row`, by place of the working path.
    pub fn column(&self, row: usize) -> &[f64] {
        &self.entries[row * self.stride..row * self.stride + self.size]
    }

    pub fn at(&self, working: usize, row: usize) -> f64 {
        self.entries[row * self.stride + working]
    }

    /// The working path at `place` is replaced by one whose solved column is `solved`.
    pub fn replace_working(&mut self, place: usize, solved: &[f64]) {
        let pivot = solved[place];
        for row in 0..self.size {
            let column = &mut self.entries[row * self.stride..row * self.stride + self.size];
            let factor = column[place] / pivot;
            if factor != 0.0 {
                for (entry, value) in column.iter_mut().zip(solved) {
                    *entry -= value * factor;
                }
            }
            column[place] = factor;
        }
    }

    /// The tight group at `row` is replaced by one whose solved row is `solved`.
    pub fn replace_tight(&mut self, row: usize, solved: &[f64]) {
        let pivot = solved[row];
        let leaving: Vec<f64> = self.column(row).iter().map(|entry| entry / pivot).collect();
        for (other, &factor) in solved.iter().enumerate() {
            if other != row && factor != 0.0 {
                let start = other * self.stride;
                for (entry, value) in self.entries[start..].iter_mut().zip(&leaving) {
                    *entry -= value * factor;
                }
            }
        }
        self.entries[row * self.stride..][..self.size].copy_from_slice(&leaving);
    }

    /// One more tight group (solved row) and working path (solved column), with their pivot.
    pub fn border(&mut self, solved_column: &[f64], solved_row: &[f64], pivot: f64) {
        self.reserve(self.size + 1);
        let (size, stride) = (self.size, self.stride);
        for (row, &value) in solved_row.iter().enumerate() {
            let factor = value / pivot;
            let column = &mut self.entries[row * stride..row * stride + size + 1];
            if factor != 0.0 {
                for (entry, solved) in column.iter_mut().zip(solved_column) {
                    *entry += solved * factor;
                }
            }
            column[size] = -factor;
        }
        let last = &mut self.entries[size * stride..size * stride + size + 1];
        for (entry, solved) in last.iter_mut().zip(solved_column) {
            *entry = -solved / pivot;
        }
        last[size] = 1.0 / pivot;
        self.size += 1;
    }

    /// Takes out a working path and a tight group; the last of each moves to the freed place.
    pub fn shrink(&mut self, working: usize, row: usize) {
        let pivot = self.at(working, row);
        let leaving: Vec<f64> = self.column(row).to_vec();
        let (size, stride) = (self.size, self.stride);
        for other in 0..size {
            let column = &mut self.entries[other * stride..other * stride + size];
            let factor = column[working] / pivot;
            if other != row && factor != 0.0 {
                for (entry, value) in column.iter_mut().zip(&leaving) {
                    *entry -= value * factor;
                }
            }
            column[working] = column[size - 1];
        }
        if row != size - 1 {
            self.entries.copy_within((size - 1) * stride..size * stride, row * stride);
        }
        self.size -= 1;
    }

    /// The path at `place` becomes key of its segment: its entries turn into minus the sum
    /// over all working paths of that segment.
    pub fn swap_key(&mut self, place: usize, same_segment: &[usize]) {
        for row in 0..self.size {
            let column = &mut self.entries[row * self.stride..row * self.stride + self.size];
            let sum: f64 = same_segment.iter().map(|&other| column[other]).sum();
            column[place] = -sum;
        }
    }

    /// Inverts the matrix given row by row; false when it is singular to working precision.
    pub fn invert(&mut self, matrix: &mut [f64], size: usize) -> bool {
        self.size = 0;
        self.reserve(size);
        self.size = size;
        let mut inverse = vec![0.0; size * size];
        for place in 0..size {
            inverse[place * size + place] = 1.0;
        }
        for step in 0..size {
            let Some(pivot_row) = largest_in_column(matrix, size, step) else {
                return false;
            };
            swap_rows(matrix, size, (step, pivot_row));
            swap_rows(&mut inverse, size, (step, pivot_row));
            eliminate(matrix, &mut inverse, (size, step));
        }
        for row in 0..size {
            for working in 0..size {
                self.entries[row * self.stride + working] = inverse[working * size + row];
            }
        }
        true
    }

    fn reserve(&mut self, size: usize) {
        if size <= self.stride {
            return;
        }
        let stride = (size + size / 4 + 8).next_multiple_of(8);
        let mut entries = vec![0.0; stride * stride];
        for row in 0..self.size {
            entries[row * stride..row * stride + self.size].copy_from_slice(self.column(row));
        }
        self.stride = stride;
        self.entries = entries;
    }
}

fn largest_in_column(matrix: &[f64], size: usize, step: usize) -> Option<usize> {
    let magnitude = |row: &usize| matrix[row * size + step].abs();
    let best = (step..size).max_by(|a, b| magnitude(a).total_cmp(&magnitude(b)).then(b.cmp(a)))?;
    (magnitude(&best) > 1e-11).then_some(best)
}

fn swap_rows(matrix: &mut [f64], size: usize, (a, b): (usize, usize)) {
    if a != b {
        for column in 0..size {
            matrix.swap(a * size + column, b * size + column);
        }
    }
}

fn eliminate(matrix: &mut [f64], inverse: &mut [f64], (size, step): (usize, usize)) {
    let pivot = matrix[step * size + step];
    let pivot_row: Vec<f64> = matrix[step * size..(step + 1) * size].iter().map(|entry| entry / pivot).collect();
    let inverse_row: Vec<f64> = inverse[step * size..(step + 1) * size].iter().map(|entry| entry / pivot).collect();
    for row in 0..size {
        let factor = matrix[row * size + step];
        if row == step || factor == 0.0 {
            continue;
        }
        subtract(&mut matrix[row * size..(row + 1) * size], &pivot_row, factor);
        subtract(&mut inverse[row * size..(row + 1) * size], &inverse_row, factor);
    }
    matrix[step * size..(step + 1) * size].copy_from_slice(&pivot_row);
    inverse[step * size..(step + 1) * size].copy_from_slice(&inverse_row);
}

fn subtract(target: &mut [f64], row: &[f64], factor: f64) {
    for (entry, value) in target.iter_mut().zip(row) {
        *entry -= value * factor;
    }
}
