//! Calendar of rules: a bar for each group of rules with the same actor, effect and dates, on an axis of years.
use crate::report::charts::{WIDTH, open};
use crate::report::html::{escaped, picture};
use crate::report::number::short;
use crate::report::page::Page;
use crate::wire::evidence::{RuleRow, rule_row};

use std::collections::BTreeMap;
use std::fmt::Write;
use thalweg_model::validity::Date;

/// Years shown before the date of the run; what began earlier has a pointed left end.
const YEARS_BEFORE: i16 = 10;
/// Years shown after it.
const YEARS_AFTER: i16 = 2;
/// Width of the words on the left.
const WORDS: f64 = 330.0;
const ROW: f64 = 16.0;
const TOP: f64 = 34.0;
/// Room on the right for half a year's number.
const RIGHT: f64 = 18.0;
/// Rows a picture may have above its share, so that no picture holds a remainder.
const OVER: usize = 5;
/// Rows of one picture at most, so that each fits a sheet of paper.
const ROWS_MAX: usize = 46;
/// Effects with their colours, in the order of the legend.
const EFFECTS: [(&str, &str); 5] =
    [("deny", "unserved"), ("permit", "s3"), ("quota", "s1"), ("surcharge", "s4"), ("delay", "s5")];

/// What rules of one bar share: actor, effect, from, until, lever.
type Shared<'a> = (&'a str, &'a str, Option<Date>, Option<Date>, &'a str);

/// Rules of one actor with the same lever, effect and dates.
struct Group<'a> {
    rules: Vec<&'a RuleRow>,
    from: Option<Date>,
    until: Option<Date>,
}

/// The years an axis shows and the pixels they take.
struct Years {
    first: i16,
    last: i16,
}

impl Years {
    fn around(as_of: Date) -> Self {
        Self { first: as_of.year() - YEARS_BEFORE, last: as_of.year() + YEARS_AFTER }
    }

    /// Place of a day; days off the axis stand at its ends.
    fn x(&self, day: Date) -> f64 {
        let part = f64::from(day.day_of_year() - 1) / f64::from(day.days_in_year());
        let years = f64::from(day.year() - self.first) + part;
        let span = f64::from(self.last - self.first);
        WORDS + (years / span).clamp(0.0, 1.0) * (WIDTH - RIGHT - WORDS)
    }
}

/// The pictures: all rules of the study, those not in force on the date paler.
pub fn calendar(page: &Page) -> String {
    let instance = &page.results.base.instance;
    let model = &instance.model;
    let rows: Vec<RuleRow> = model.rules.iter().map(|rule| rule_row(model, rule)).collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut groups: BTreeMap<Shared, Group> = BTreeMap::new();
    for (row, rule) in rows.iter().zip(&model.rules) {
        let (from, until) = (rule.provenance.validity.from, rule.provenance.validity.until);
        let group = groups.entry((&row.actor, row.effect, from, until, row.lever));
        group.or_insert_with(|| Group { rules: Vec::new(), from, until }).rules.push(row);
    }
    let mut by_actor: BTreeMap<&str, Vec<Group>> = BTreeMap::new();
    for ((actor, ..), group) in groups {
        by_actor.entry(actor).or_default().push(group);
    }
    let sheets = sheets(by_actor.into_iter().collect());
    let number = sheets.len();
    let of = |(position, sheet): (usize, Vec<(&str, Vec<Group>)>)| {
        let part = if number > 1 { format!(" ({} of {number})", position + 1) } else { String::new() };
        let title = format!("Calendar of rules{part}");
        let note = if position + 1 == number { NOTE } else { "" };
        picture(&title, note, &drawn(page, &title, &sheet))
    };
    sheets.into_iter().enumerate().map(of).collect()
}

const NOTE: &str = "A bar runs from the day a rule holds to the day it ends; pointed where it began earlier than shown or nobody \
                    says when, or where no end is known. Pale: not in force on the date of the run. Rules of one actor with \
                    the same effect, lever and dates share a bar; the table lists those in force one by one.";

/// Actors split over pictures, each actor on one.
fn sheets<'a, 'b>(actors: Vec<(&'a str, Vec<Group<'b>>)>) -> Vec<Vec<(&'a str, Vec<Group<'b>>)>> {
    let rows: usize = actors.iter().map(|(_, groups)| groups.len() + 1).sum();
    let each = rows.div_ceil(rows.div_ceil(ROWS_MAX).max(1));
    let (mut sheets, mut filled) = (vec![Vec::new()], 0);
    for (actor, groups) in actors {
        if filled > 0 && filled + groups.len() + 1 > each + OVER {
            sheets.push(Vec::new());
            filled = 0;
        }
        filled += groups.len() + 1;
        if let Some(sheet) = sheets.last_mut() {
            sheet.push((actor, groups));
        }
    }
    sheets
}

fn drawn(page: &Page, title: &str, actors: &[(&str, Vec<Group>)]) -> String {
    let as_of = page.results.as_of;
    let years = Years::around(as_of);
    let rows: usize = actors.iter().map(|(_, groups)| groups.len() + 1).sum();
    let bottom = TOP + rows as f64 * ROW;
    let mut svg = open(title, bottom + 22.0) + &legend() + &axis(&years, as_of, bottom);
    let mut y = TOP;
    for (actor, groups) in actors {
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"strong\" x=\"0\" y=\"{:.1}\">{}</text>",
            y + 12.0,
            escaped(&page.actor(actor))
        );
        y += ROW;
        for group in groups {
            svg += &bar(group, (&years, as_of), y);
            y += ROW;
        }
    }
    svg + "</svg>"
}

fn legend() -> String {
    let mut x = 0.0;
    let mut svg = String::new();
    for (effect, class) in EFFECTS {
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{x:.0}\" y=\"2\" width=\"12\" height=\"12\"/><text x=\"{:.0}\" y=\"12\">{effect}</text>",
            x + 16.0
        );
        x += 34.0 + effect.len() as f64 * 6.3;
    }
    svg
}

/// Years below, and the date of the run as a line.
fn axis(years: &Years, as_of: Date, bottom: f64) -> String {
    let mut svg = String::new();
    for year in years.first..=years.last {
        let x = years.x(Date::constant(year, 1, 1));
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom:.0}\"/>\
             <text class=\"tick\" x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{year}</text>",
            bottom + 14.0
        );
    }
    let x = years.x(as_of);
    let _ = write!(
        svg,
        "<line class=\"axis\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.0}\" y2=\"{bottom:.0}\"/>\
         <text class=\"tick\" x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{as_of}</text>",
        TOP - 6.0,
        TOP - 9.0
    );
    svg
}

fn bar(group: &Group, (years, as_of): (&Years, Date), y: f64) -> String {
    let edge = Date::constant(years.first, 1, 1);
    let end = Date::constant(years.last, 1, 1);
    let (left_open, right_open) = (group.from.is_none_or(|day| day < edge), group.until.is_none_or(|day| day > end));
    let mut left = years.x(group.from.unwrap_or(edge));
    let mut right = years.x(group.until.unwrap_or(end)).max(left + 3.0);
    if group.until.is_some_and(|day| day < edge) {
        (left, right) = (WORDS, WORDS + 3.0);
    }
    let tip = ((right - left) / 2.0).min(5.0);
    let (nose, tail) = (if left_open { tip } else { 0.0 }, if right_open { tip } else { 0.0 });
    let holds = group.from.is_none_or(|day| day <= as_of) && group.until.is_none_or(|day| day >= as_of);
    let first = group.rules.first().map_or("", |rule| rule.effect);
    let class = EFFECTS.iter().find(|(effect, _)| *effect == first).map_or("s6", |(_, class)| class);
    let names: Vec<&str> = group.rules.iter().map(|rule| rule.key.as_str()).collect();
    let words = words(group);
    let (top, low, middle) = (y + 3.0, y + 13.0, y + 8.0);
    format!(
        "<text class=\"words\" x=\"10\" y=\"{:.1}\">{}<title>{}</title></text>\
         <path class=\"{class}{}\" d=\"M{left:.1} {middle:.1} L{:.1} {top:.1} L{:.1} {top:.1} L{right:.1} {middle:.1} L{:.1} {low:.1} \
         L{:.1} {low:.1} Z M{left:.1} {middle:.1}\"><title>{}: {} to {}: {}</title></path>",
        y + 12.0,
        escaped(&shortened(&words)),
        escaped(&words),
        if holds { "" } else { " pale" },
        left + nose,
        right - tail,
        right - tail,
        left + nose,
        escaped(first),
        day_or(group.from, "no known start"),
        day_or(group.until, "no known end"),
        escaped(&names.join(", "))
    )
}

fn day_or(day: Option<Date>, otherwise: &str) -> String {
    day.map_or_else(|| otherwise.to_owned(), |day| day.to_string())
}

/// What a group of rules says: the rule itself, or how many there are and where.
fn words(group: &Group) -> String {
    let [first, rest @ ..] = group.rules.as_slice() else { return String::new() };
    let value = first.value.map_or_else(String::new, |value| format!(" {}", short(value)));
    if rest.is_empty() {
        let what = if first.shipment == "all shipments" { String::new() } else { format!(", {}", first.shipment) };
        return format!("{}{value}: {}{what}", first.effect, first.gate);
    }
    let mut gates: Vec<&str> = group.rules.iter().map(|rule| rule.gate.as_str()).collect();
    gates.dedup();
    format!("{}, {} rules by {}: {}", first.effect, group.rules.len(), first.lever, gates.join("; "))
}

/// Words cut to what fits left of the bars.
fn shortened(words: &str) -> String {
    let most = ((WORDS - 18.0) / 5.6) as usize;
    match words.chars().count() <= most {
        true => words.to_owned(),
        false => words.chars().take(most - 1).collect::<String>() + "…",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn drawn_bar(from: Option<&str>, until: Option<&str>) -> String {
        let rules = Vec::new();
        let group = Group { rules, from: from.map(day), until: until.map(day) };
        bar(&group, (&Years::around(day("2025-12-28")), day("2025-12-28")), 0.0)
    }

    #[test]
    fn an_axis_runs_from_ten_years_before_to_two_after_and_keeps_what_is_off_it_at_its_ends() {
        let years = Years::around(day("2025-12-28"));
        assert_eq!((years.first, years.last), (2015, 2027));
        assert!((years.x(day("2015-01-01")) - WORDS).abs() < 1e-9);
        assert!((years.x(day("1992-08-14")) - WORDS).abs() < 1e-9);
        assert!((years.x(day("2021-01-01")) - (WORDS + (WIDTH - RIGHT - WORDS) / 2.0)).abs() < 1e-9);
        assert!((years.x(day("2040-01-01")) - (WIDTH - RIGHT)).abs() < 1e-9);
    }

    #[test]
    fn a_rule_that_is_over_or_not_yet_in_force_is_pale_and_ends_are_pointed_where_nobody_knows_them() {
        assert!(drawn_bar(None, Some("2024-03-10")).contains(" pale"));
        assert!(drawn_bar(Some("2026-04-01"), None).contains(" pale"));
        let holds = drawn_bar(Some("2022-01-01"), None);
        assert!(!holds.contains(" pale"));
        let left = Years::around(day("2025-12-28")).x(day("2022-01-01"));
        assert!(holds.contains(&format!("M{left:.1} 8.0 L{left:.1} 3.0")), "square on the left: {holds}");
        assert!(
            holds.contains(&format!("L{:.1} 3.0 L{:.1} 8.0", WIDTH - RIGHT - 5.0, WIDTH - RIGHT)),
            "pointed on the right: {holds}"
        );
    }

    #[test]
    fn actors_are_not_split_over_pictures() {
        let group = || Group { rules: Vec::new(), from: None, until: None };
        let actors: Vec<(&str, Vec<Group>)> =
            ["A", "B", "C"].into_iter().map(|actor| (actor, (0..30).map(|_| group()).collect())).collect();
        let sheets = sheets(actors);
        assert_eq!(sheets.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    }
}
