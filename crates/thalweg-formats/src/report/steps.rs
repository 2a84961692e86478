//! A chart of one falling step curve: what still touches at each charge.
use crate::report::charts::{WIDTH, grid_line, open};
use crate::report::html::escaped;
use crate::report::number::{axis, ticks};
use std::fmt::Write;

/// Steps from a charge to another (`None`: for ever) with the volume that touches, and a charge to be marked.
pub struct Curve {
    /// From, to, volume.
    pub steps: Vec<(f64, Option<f64>, f64)>,
    /// Charge that is marked on the curve.
    pub mark: Option<f64>,
}

const LEFT: f64 = 76.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 204.0;

/// The curve with both axes from zero.
pub fn curves(title: &str, (across, up): &(String, String), curve: &Curve) -> String {
    let last = curve.steps.iter().map(|(from, to, _)| to.unwrap_or(*from)).fold(0.0, f64::max);
    let most_charge = if last > 0.0 { last * 1.08 } else { 1.0 };
    let most = curve.steps.iter().map(|(.., volume)| *volume).fold(0.0, f64::max).max(1e-12);
    let right = WIDTH - 24.0;
    let x = |charge: f64| LEFT + charge / most_charge * (right - LEFT);
    let y = |volume: f64| BOTTOM - volume / (most * 1.05) * (BOTTOM - TOP);
    let mut svg = open(title, BOTTOM + 40.0);
    for tick in ticks(most_charge, 6).into_iter().chain([0.0]) {
        svg += &grid_line(x(tick), (TOP, BOTTOM), tick);
    }
    for tick in ticks(most, 4).into_iter().chain([0.0]) {
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/>\
             <text x=\"{1:.0}\" y=\"{2:.1}\" text-anchor=\"end\" class=\"tick\">{3}</text>",
            y(tick),
            LEFT - 6.0,
            y(tick) + 4.0,
            axis(tick)
        );
    }
    let mut path = String::new();
    for (position, (from, to, volume)) in curve.steps.iter().enumerate() {
        let end = to.unwrap_or(most_charge);
        let _ = write!(
            path,
            "{}{:.1} {:.1} L{:.1} {:.1} ",
            if position == 0 { "M" } else { "L" },
            x(*from),
            y(*volume),
            x(end),
            y(*volume)
        );
    }
    let _ = write!(svg, "<path class=\"axis\" fill=\"none\" d=\"{}\"/>", path.trim_end());
    if let Some(charge) = curve.mark {
        let volume = curve.steps.iter().rev().find(|(from, ..)| *from < charge).map_or(0.0, |(.., volume)| *volume);
        let _ = write!(svg, "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"5\"/>", x(charge), y(volume));
    }
    let _ = write!(
        svg,
        "<text x=\"{right}\" y=\"{:.0}\" text-anchor=\"end\" class=\"tick\">{}</text>\
         <text x=\"{:.0}\" y=\"{:.0}\" class=\"tick\">{}</text></svg>",
        BOTTOM + 32.0,
        escaped(across),
        LEFT + 6.0,
        TOP - 4.0,
        escaped(up)
    );
    svg
}
