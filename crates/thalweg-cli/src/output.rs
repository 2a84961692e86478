//! Tables and numbers for people, JSON for programs.
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

/// Prints one JSON object on standard output.
pub fn print_json(value: &impl Serialize) {
    let text = serde_json::to_string_pretty(value).expect("our own wire types serialise");
    print_text(&text);
}

/// Prints text and a line end; a closed pipe ends quietly.
pub fn print_text(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{text}").is_err() {
        std::process::exit(0);
    }
}

/// A plain table; columns whose cells are all numbers are set to the right.
pub fn table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.iter().copied());
    let numeric: Vec<bool> = (0..header.len())
        .map(|column| rows.iter().all(|row| row.get(column).is_none_or(|cell| is_number(cell))))
        .collect();
    for row in rows {
        table.add_row(row.into_iter().zip(&numeric).map(|(text, &right)| {
            Cell::new(text).set_alignment(if right { CellAlignment::Right } else { CellAlignment::Left })
        }));
    }
    table.to_string()
}

fn is_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || " ,.+-–%".contains(c))
}

/// A number to three significant digits with thousands separators.
pub fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if magnitude >= 2 {
        let step = 10f64.powi(magnitude - 2);
        return grouped((value / step).round() * step, 0);
    }
    grouped(value, (2 - magnitude).min(6) as usize)
}

/// A number with so many decimals and thousands separators.
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut digits = String::new();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            digits.push(',');
        }
        digits.push(digit);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{digits}") } else { format!("{sign}{digits}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_to_three_digits_with_separators() {
        let shown: Vec<String> = [1_234_567.0, 86.74, 3.456, 0.01234, -5_000.0, 0.0].into_iter().map(short).collect();
        assert_eq!(shown, ["1,230,000", "86.7", "3.46", "0.0123", "-5,000", "0"]);
    }
}
