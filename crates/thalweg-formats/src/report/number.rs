//! Numbers as people read them: three significant digits, thousands separators, words for millions.

/// A number to three significant digits: `86.7`, `31,000`, `1.23 million`, `4.5 billion`.
pub fn short(value: f64) -> String {
    let size = value.abs();
    match size {
        _ if !value.is_finite() => "unbounded".to_owned(),
        _ if size == 0.0 => "0".to_owned(),
        // Logit shares of hopeless routes: no reader gains from an exponent of -80.
        _ if size < 1e-6 => "≈ 0".to_owned(),
        _ if size >= 999_500_000.0 => format!("{} billion", digits(value / 1e9)),
        _ if size >= 999_500.0 => format!("{} million", digits(value / 1e6)),
        _ => digits(value),
    }
}

/// The same with letters in place of words, for axes.
pub fn axis(value: f64) -> String {
    short(value).replace(" million", "M").replace(" billion", "bn")
}

/// A share as a percentage: whole from 10 % on.
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    match value.abs() {
        size if size > 0.0 && size < 0.1 => "under 0.1 %".to_owned(),
        size if size > 0.0 && size < 9.95 => format!("{value:.1} %"),
        _ => format!("{value:.0} %"),
    }
}

fn digits(value: f64) -> String {
    let size = value.abs();
    if size < 1e-4 {
        return format!("{value:.1e}");
    }
    // 999.6 rounds to four digits: the magnitude is that of the rounded number.
    let mut magnitude = size.log10().floor() as i32;
    let rounded = |magnitude: i32| (size * 10f64.powi(2 - magnitude)).round();
    if rounded(magnitude) >= 1000.0 {
        magnitude += 1;
    }
    let decimals = (2 - magnitude).max(0) as usize;
    let shown = rounded(magnitude) * 10f64.powi(magnitude - 2);
    let text = format!("{shown:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut grouped = String::new();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 { "\u{2212}" } else { "" };
    fraction.map_or(format!("{sign}{grouped}"), |fraction| format!("{sign}{grouped}.{fraction}"))
}

/// Round numbers up to `most` for an axis or legend: about `count` of them.
pub fn ticks(most: f64, count: usize) -> Vec<f64> {
    if most <= 0.0 || !most.is_finite() {
        return Vec::new();
    }
    let rough = most / count as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|step| *step >= rough);
    let step = step.unwrap_or(10.0 * power);
    (1..=count).map(|position| position as f64 * step).filter(|tick| *tick <= most * 1.000_001).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_three_digits_and_say_their_magnitude() {
        let shown: Vec<String> =
            [1_234_567.0, 86.74, 0.01234, -5_000.0, 0.0, 31_000.0, 999.6, 4_560_000_000.0, 2.0].map(short).into();
        assert_eq!(
            shown,
            ["1.23 million", "86.7", "0.0123", "\u{2212}5,000", "0", "31,000", "1,000", "4.56 billion", "2"]
        );
    }

    #[test]
    fn ticks_are_round_and_stay_below_the_most() {
        assert_eq!(ticks(97.0, 4), [50.0]);
        assert_eq!(ticks(100.0, 4), [50.0, 100.0]);
        assert_eq!(ticks(81_000.0, 4), [50_000.0]);
        assert!(ticks(0.0, 4).is_empty());
    }
}
