//! Doubly constrained entropy: the matrix nearest to a deterrence that has given row and column sums.
//!
//! Wilson 1967, Transp. Res. 1; balanced by Furness 1965, Traffic Eng. Control 7.

use std::fmt;

/// When to stop balancing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Balance {
    /// Largest relative error of a row or column sum.
    pub accuracy: f64,
    /// Most passes over rows and columns.
    pub passes_max: u32,
}

/// A balanced matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Flow by row and column.
    pub flow: Vec<Vec<f64>>,
    /// Multiplier of each row.
    pub row_factor: Vec<f64>,
    /// Multiplier of each column.
    pub column_factor: Vec<f64>,
    /// Largest relative error of a row sum, infinite where the factors left the range of numbers; column sums are exact.
    pub error: f64,
    /// Passes made.
    pub passes: u32,
}

/// Sums or deterrences that cannot be balanced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FurnessError {
    /// A sum or deterrence that is negative or not a finite number.
    Number {
        /// What stood there.
        value: f64,
    },
    /// Rows and columns do not add up to the same.
    Totals {
        /// Sum of the row sums.
        rows: f64,
        /// Sum of the column sums.
        columns: f64,
    },
    /// A row is to send something and may send nothing anywhere.
    EmptyRow {
        /// Index of the row.
        row: usize,
    },
    /// A column is to receive something and may receive nothing.
    EmptyColumn {
        /// Index of the column.
        column: usize,
    },
    /// A deterrence table of another shape than the sums.
    Shape,
}

impl fmt::Display for FurnessError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { value } => write!(out, "{value} is not a number from zero up"),
            Self::Totals { rows, columns } => {
                write!(out, "rows add up to {rows}, columns to {columns}")
            }
            Self::EmptyRow { row } => write!(out, "row {row} has nowhere to send to"),
            Self::EmptyColumn { column } => {
                write!(out, "column {column} has nowhere to receive from")
            }
            Self::Shape => write!(out, "the deterrence table does not fit the sums"),
        }
    }
}

impl std::error::Error for FurnessError {}

/// Flow = row factor x column factor x deterrence, with the given sums.
pub fn balance(rows: &[f64], columns: &[f64], deterrence: &[Vec<f64>], until: Balance) -> Result<Matrix, FurnessError> {
    check(rows, columns, deterrence)?;
    let mut row_factor = vec![1.0; rows.len()];
    let mut column_factor = vec![1.0; columns.len()];
    let (mut error, mut passes) = (f64::INFINITY, 0);
    while passes < until.passes_max && error > until.accuracy {
        for (factor, (&sum, entries)) in row_factor.iter_mut().zip(rows.iter().zip(deterrence)) {
            let reach: f64 = entries.iter().zip(&column_factor).map(|(f, b)| f * b).sum();
            *factor = if sum > 0.0 { sum / reach } else { 0.0 };
        }
        for (column, factor) in column_factor.iter_mut().enumerate() {
            let reach: f64 = deterrence.iter().zip(&row_factor).map(|(f, a)| f[column] * a).sum();
            *factor = if columns[column] > 0.0 { columns[column] / reach } else { 0.0 };
        }
        passes += 1;
        error = 0.0;
        for (row, &sum) in rows.iter().enumerate().filter(|(_, sum)| **sum > 0.0) {
            let entries = deterrence[row].iter().zip(&column_factor);
            let sent: f64 = entries.map(|(f, b)| f * b).sum::<f64>() * row_factor[row];
            // Factors that leave the range of numbers balance nothing.
            let missed = (sent / sum - 1.0).abs();
            error = if missed.is_finite() { f64::max(error, missed) } else { f64::INFINITY };
            if !error.is_finite() {
                break;
            }
        }
        if !error.is_finite() {
            break;
        }
    }
    let row = |(entries, a): (&Vec<f64>, &f64)| -> Vec<f64> {
        entries.iter().zip(&column_factor).map(|(f, b)| f * a * b).collect()
    };
    let flow = deterrence.iter().zip(&row_factor).map(row).collect();
    Ok(Matrix { flow, row_factor, column_factor, error, passes })
}

fn check(rows: &[f64], columns: &[f64], deterrence: &[Vec<f64>]) -> Result<(), FurnessError> {
    if deterrence.len() != rows.len() || deterrence.iter().any(|row| row.len() != columns.len()) {
        return Err(FurnessError::Shape);
    }
    let entries = deterrence.iter().flatten();
    for &value in rows.iter().chain(columns).chain(entries) {
        if !(value.is_finite() && value >= 0.0) {
            return Err(FurnessError::Number { value });
        }
    }
    let (sent, received): (f64, f64) = (rows.iter().sum(), columns.iter().sum());
    if (sent - received).abs() > 1e-9 * sent.max(received) {
        return Err(FurnessError::Totals { rows: sent, columns: received });
    }
    let reachable = |(&f, &sum): (&f64, &f64)| f > 0.0 && sum > 0.0;
    for (row, &sum) in rows.iter().enumerate() {
        if sum > 0.0 && !deterrence[row].iter().zip(columns).any(reachable) {
            return Err(FurnessError::EmptyRow { row });
        }
    }
    for (column, &sum) in columns.iter().enumerate() {
        if sum > 0.0 && !deterrence.iter().zip(rows).any(|(f, s)| reachable((&f[column], s))) {
            return Err(FurnessError::EmptyColumn { column });
        }
    }
    Ok(())
}

/// Rows that together send more than the columns open to them receive; `None` where some table meets all sums.
///
/// The rows on the near side of a least cut between all rows and all columns (Ford and Fulkerson 1956): by the theorem of
/// Gale (1957) there are such rows exactly where no table exists.
pub fn short_rows(rows: &[f64], columns: &[f64], open: &[Vec<bool>]) -> Option<Vec<usize>> {
    let mut flow = vec![vec![0.0; columns.len()]; rows.len()];
    let (mut left, mut room) = (rows.to_vec(), columns.to_vec());
    let least = 1e-12 * rows.iter().sum::<f64>();
    loop {
        let (seen, via) = reach(&left, (open, &flow), least);
        let Some(end) = (0..columns.len()).find(|&column| via[column].is_some() && room[column] > least) else {
            let short: Vec<usize> = (0..rows.len()).filter(|&row| seen[row].is_some()).collect();
            return (!short.is_empty()).then_some(short);
        };
        let mut path = Vec::new();
        let mut column = end;
        let start = loop {
            let row = via[column]?;
            path.push((row, column));
            match seen[row]? {
                Reached::Source => break row,
                Reached::Column(before) => {
                    path.push((row, before));
                    column = before;
                }
            }
        };
        // Steps alternate: along a pair, and back along another.
        let back = path.iter().skip(1).step_by(2).map(|&(row, column)| flow[row][column]);
        let amount = back.fold(left[start].min(room[end]), f64::min);
        for (step, &(row, column)) in path.iter().enumerate() {
            flow[row][column] += if step % 2 == 0 { amount } else { -amount };
        }
        left[start] -= amount;
        room[end] -= amount;
    }
}

/// How a row was reached.
#[derive(Clone, Copy)]
enum Reached {
    Source,
    Column(usize),
}

/// Rows and columns that a row with something left reaches, each with where from; breadth first.
fn reach(
    left: &[f64],
    (open, flow): (&[Vec<bool>], &[Vec<f64>]),
    least: f64,
) -> (Vec<Option<Reached>>, Vec<Option<usize>>) {
    let columns = open.first().map_or(0, Vec::len);
    let mut seen: Vec<Option<Reached>> = left.iter().map(|left| (*left > least).then_some(Reached::Source)).collect();
    let mut via: Vec<Option<usize>> = vec![None; columns];
    let mut queue: Vec<usize> = (0..left.len()).filter(|&row| seen[row].is_some()).collect();
    let mut at = 0;
    while let Some(&row) = queue.get(at) {
        at += 1;
        for column in (0..columns).filter(|&column| open[row][column]) {
            if via[column].is_some() {
                continue;
            }
            via[column] = Some(row);
            for other in 0..left.len() {
                if seen[other].is_none() && flow[other][column] > least {
                    seen[other] = Some(Reached::Column(column));
                    queue.push(other);
                }
            }
        }
    }
    (seen, via)
}
