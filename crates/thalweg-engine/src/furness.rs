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
    /// Largest relative error of a row sum; column sums are exact.
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
            error = f64::max(error, (sent / sum - 1.0).abs());
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
