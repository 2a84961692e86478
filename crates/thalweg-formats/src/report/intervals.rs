//! A chart of ranges under one another on one axis: what is claimed, measured and modelled of one quantity.
use crate::report::charts::{LABELS, ROW, WIDTH, grid_line, label, open};
use crate::report::html::escaped;
use crate::report::number::{short, ticks};
use std::fmt::Write;

/// One range, or a value with a range around it.
pub struct Interval {
    /// To its left.
    pub label: String,
    /// Low and high end; an end that is `None` beside one that is not is open.
    pub ends: (Option<f64>, Option<f64>),
    /// The value in it.
    pub value: Option<f64>,
    /// Style class: `band` for a claim, `dot` and `dot-out` for evidence.
    pub class: &'static str,
}

/// The ranges from zero, or from the least of them where that is below.
pub fn intervals(title: &str, unit: &str, rows: &[Interval]) -> String {
    let numbers = || rows.iter().flat_map(|row| [row.ends.0, row.ends.1, row.value]).flatten();
    let most = numbers().fold(0.0, f64::max);
    let least = numbers().fold(0.0, f64::min);
    let right = WIDTH - 190.0;
    let scale = (right - LABELS) / ((most - least) * 1.05).max(1e-12);
    let place = |value: f64| LABELS + (value - least) * scale;
    let top = 8.0;
    let bottom = top + rows.len() as f64 * ROW;
    let mut svg = open(title, bottom + 34.0);
    for tick in ticks(most, 5).into_iter().chain([0.0]) {
        svg += &grid_line(place(tick), (top, bottom), tick);
    }
    let _ = write!(svg, "<text x=\"{LABELS}\" y=\"{:.0}\" class=\"tick\">{}</text>", bottom + 29.0, escaped(unit));
    for (position, row) in rows.iter().enumerate() {
        let y = top + position as f64 * ROW;
        svg += &label(&row.label, y + 16.0);
        let (low, high) = row.ends;
        if row.class == "band" {
            // A claim's band runs down over the evidence; an open end runs to the edge.
            let (from, to) = (low.map_or(LABELS, place), high.map_or(right, place));
            let wide = (to - from).max(2.0);
            let _ = write!(
                svg,
                "<rect class=\"band\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{:.1}\"/>",
                y + 2.0,
                bottom - y - 2.0
            );
        } else if let Some((low, high)) = low.zip(high) {
            let (from, to) = (place(low), place(high));
            let _ = write!(
                svg,
                "<line class=\"axis\" x1=\"{from:.1}\" x2=\"{to:.1}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/>",
                y + 12.0
            );
        }
        if let Some(value) = row.value {
            let _ = write!(
                svg,
                "<circle class=\"{}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"5.5\"/>",
                row.class,
                place(value),
                y + 12.0
            );
        }
        let _ = write!(svg, "<text x=\"{:.0}\" y=\"{:.1}\">{}</text>", right + 14.0, y + 16.0, escaped(&words(row)));
    }
    svg + "</svg>"
}

fn words(row: &Interval) -> String {
    let range = match row.ends {
        (Some(low), Some(high)) => format!("{} to {}", short(low), short(high)),
        (Some(low), None) => format!("{} or more", short(low)),
        (None, Some(high)) => format!("{} or less", short(high)),
        (None, None) => String::new(),
    };
    match row.value {
        None => range,
        Some(value) if range.is_empty() => short(value),
        Some(value) => format!("{} ({range})", short(value)),
    }
}
