//! Charts as SVG: stacked bars, pairs back to back, ratios on a log scale.
use crate::report::html::escaped;
use crate::report::number::{axis, short, ticks};
use std::fmt::Write;

/// Width of every chart.
pub const WIDTH: f64 = 760.0;
/// Width of the labels on the left.
pub const LABELS: f64 = 236.0;
/// Height of a row.
pub const ROW: f64 = 24.0;

/// Mean width of a letter; capitals are wider, so it is a little above that of running text.
const LETTER: f64 = 7.1;

/// One bar: what it is about, its parts, and what stands behind its end.
pub struct Bar {
    /// To its left.
    pub label: String,
    /// Amounts with their style class, from the axis outwards.
    pub parts: Vec<(f64, &'static str)>,
    /// To its right.
    pub note: String,
}

/// A stacked bar's parts in the legend: style class and words.
pub type Key<'a> = (&'static str, &'a str);

/// The start of a chart.
pub fn open(title: &str, height: f64) -> String {
    let title = escaped(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" \
         aria-label=\"{title}\"><title>{title}</title>"
    )
}

/// Text cut to what fits a width in pixels.
fn fitted(text: &str, width: f64) -> String {
    let most = (width / LETTER) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).collect::<String>() + "…"
}

fn keys(keys: &[Key], y: f64) -> String {
    let mut x = LABELS;
    let mut svg = String::new();
    for (class, words) in keys {
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{x:.0}\" y=\"{:.0}\" width=\"12\" height=\"12\"/>\
             <text x=\"{:.0}\" y=\"{y:.0}\">{}</text>",
            y - 10.0,
            x + 17.0,
            escaped(words)
        );
        x += 34.0 + words.chars().count() as f64 * 6.3;
    }
    svg
}

/// A row's label, set to the right.
pub fn label(text: &str, y: f64) -> String {
    format!(
        "<text x=\"{:.0}\" y=\"{y:.1}\" text-anchor=\"end\">{}<title>{}</title></text>",
        LABELS - 8.0,
        escaped(&fitted(text, LABELS - 14.0)),
        escaped(text)
    )
}

/// An upright line of the grid from `top` to `bottom`, with its number below.
pub fn grid_line(x: f64, (top, bottom): (f64, f64), tick: f64) -> String {
    format!(
        "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top}\" y2=\"{bottom:.0}\"/>\
         <text x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\" class=\"tick\">{}</text>",
        bottom + 14.0,
        axis(tick)
    )
}

/// Horizontal bars from a common zero; negative parts run to the left of it.
pub fn bars(title: &str, unit: &str, legend: &[Key], rows: &[Bar]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let sum = |bar: &Bar, sign: f64| bar.parts.iter().map(|(value, _)| (value * sign).max(0.0)).sum::<f64>();
    let most = rows.iter().map(|bar| sum(bar, 1.0)).fold(0.0, f64::max);
    let least = rows.iter().map(|bar| sum(bar, -1.0)).fold(0.0, f64::max);
    let note = rows.iter().map(|bar| bar.note.chars().count()).max().unwrap_or(0) as f64 * LETTER + 12.0;
    let span = WIDTH - LABELS - note.clamp(60.0, 290.0);
    let scale = span / (most + least).max(1e-12);
    let zero = LABELS + least * scale;
    let top = 26.0;
    let bottom = top + rows.len() as f64 * ROW;
    let mut svg = open(title, bottom + 34.0);
    svg += &keys(legend, 14.0);
    for tick in ticks(most, 4).into_iter().chain([0.0]).chain(ticks(least, 2).into_iter().map(|tick| -tick)) {
        svg += &grid_line(zero + tick * scale, (top, bottom), tick);
    }
    let _ = write!(
        svg,
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"start\" class=\"tick\">{}</text>",
        LABELS,
        bottom + 29.0,
        escaped(unit)
    );
    for (position, bar) in rows.iter().enumerate() {
        let y = top + position as f64 * ROW;
        svg += &label(&bar.label, y + 16.0);
        let (mut right, mut left) = (zero, zero);
        for (value, class) in &bar.parts {
            let wide = value.abs() * scale;
            if *value < 0.0 {
                left -= wide;
            }
            let x = if *value < 0.0 { left } else { right };
            let _ = write!(
                svg,
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"16\"><title>{}: {} {}</title></rect>",
                y + 4.0,
                escaped(&bar.label),
                short(*value),
                escaped(unit)
            );
            if *value > 0.0 {
                right += wide;
            }
        }
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>", right + 6.0, y + 16.0, escaped(&bar.note));
    }
    svg + "</svg>"
}

/// Two amounts back to back around one axis and on one scale: harm to the left, own cost to the right.
pub fn pairs(title: &str, (left, right): (&str, &str), rows: &[(String, f64, f64)]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let most = rows.iter().map(|(_, harm, own)| harm.abs().max(own.abs())).fold(0.0, f64::max);
    let middle = LABELS + (WIDTH - LABELS) / 2.0;
    let scale = ((WIDTH - LABELS) / 2.0 - 84.0) / most.max(1e-12);
    let top = 30.0;
    let bottom = top + rows.len() as f64 * ROW;
    let mut svg = open(title, bottom + 10.0);
    let _ = write!(
        svg,
        "<text x=\"{:.0}\" y=\"18\" text-anchor=\"end\" class=\"strong\">{}</text>\
         <text x=\"{:.0}\" y=\"18\" class=\"strong\">{}</text>\
         <line class=\"axis\" x1=\"{middle}\" x2=\"{middle}\" y1=\"{top}\" y2=\"{bottom:.0}\"/>",
        middle - 6.0,
        escaped(left),
        middle + 6.0,
        escaped(right)
    );
    for (position, (name, harm, own)) in rows.iter().enumerate() {
        let y = top + position as f64 * ROW;
        svg += &label(name, y + 16.0);
        let sides = [(*harm, -1.0, "harm", "end"), (*own, 1.0, if *own < 0.0 { "benefit" } else { "own" }, "start")];
        for (value, side, class, anchor) in sides {
            let wide = value.abs() * scale;
            let x = if side < 0.0 { middle - wide } else { middle };
            let _ = write!(
                svg,
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"16\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
                y + 4.0,
                middle + side * (wide + 5.0),
                y + 16.0,
                short(value)
            );
        }
    }
    svg + "</svg>"
}

/// One count beside the model: modelled over observed decides the place, the words stand to the right.
pub struct Ratio {
    /// To the left.
    pub label: String,
    /// Modelled over observed; 0 stands at the edge.
    pub ratio: f64,
    /// Whether the fit counts it.
    pub fitted: bool,
    /// To the right.
    pub note: String,
}

/// Dots on a log scale with the band from half to twice.
pub fn ratios(title: &str, rows: &[Ratio]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let (low, high) = (0.05f64.ln(), 20f64.ln());
    let right = WIDTH - 190.0;
    let place = |ratio: f64| LABELS + (ratio.max(1e-12).ln().clamp(low, high) - low) / (high - low) * (right - LABELS);
    let top = 26.0;
    let bottom = top + rows.len() as f64 * ROW;
    let mut svg = open(title, bottom + 34.0);
    svg += &keys(&[("dot", "in the fit"), ("dot-out", "left out of the fit"), ("band", "half to twice")], 14.0);
    let _ = write!(
        svg,
        "<rect class=\"band\" x=\"{:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{:.1}\"/>",
        place(0.5),
        place(2.0) - place(0.5),
        bottom - top
    );
    for (tick, name) in
        [(0.05, "≤ 1/20"), (0.1, "1/10"), (0.5, "1/2"), (1.0, "1"), (2.0, "2"), (10.0, "10"), (20.0, "≥ 20")]
    {
        let x = place(tick);
        let _ = write!(
            svg,
            "<line class=\"{}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top}\" y2=\"{bottom:.0}\"/>\
             <text x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\" class=\"tick\">{name}</text>",
            if tick == 1.0 { "axis" } else { "grid" },
            bottom + 14.0
        );
    }
    let _ = write!(
        svg,
        "<text x=\"{LABELS}\" y=\"{:.0}\" class=\"tick\">modelled volume over observed volume, log scale</text>",
        bottom + 29.0
    );
    for (position, row) in rows.iter().enumerate() {
        let y = top + position as f64 * ROW;
        svg += &label(&row.label, y + 16.0);
        let _ = write!(
            svg,
            "<circle class=\"{}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"5.5\"/><text x=\"{:.0}\" y=\"{:.1}\">{}</text>",
            if row.fitted { "dot" } else { "dot-out" },
            place(row.ratio),
            y + 12.0,
            right + 14.0,
            y + 16.0,
            escaped(&row.note)
        );
    }
    svg + "</svg>"
}
