//! Pictures of answers about hazards: a year by chance, and what risk costs while nothing happens.
use crate::report::charts::{Bar, bars};
use crate::report::html::{escaped, figure, paragraph, picture, table};
use crate::report::number::{percent, short};
use crate::report::page::Page;
use crate::report::power_page::split;
use crate::wire::risk::{BurdenRow, RisksRow};
use crate::wire::stress::{EstimateRow, ForecastRow};

/// A year by chance: what it may cost, and each event if it happens.
pub fn chance(page: &Page, found: &ForecastRow) -> String {
    let money = page.report.head.currency.clone();
    let between = |row: &EstimateRow| format!("{} ({} to {})", figure(row.value), figure(row.min), figure(row.max));
    let [none, one, two, more] = found.mass.map(percent);
    let mut text = format!(
        "A year without any of them comes with {none}, with one {one}, with two {two}, with more {more}. Expected loss of a year: \
         {} {money}.",
        between(&found.expected)
    );
    for tail in &found.tails {
        text += &format!(
            " In the worst {} of years it is at least {} and on average {} {money}.",
            percent(1.0 - tail.level),
            between(&tail.value_at_risk),
            between(&tail.conditional)
        );
    }
    let rows: Vec<Bar> = found
        .events
        .iter()
        .filter(|row| row.loss_if_alone > 0.0)
        .map(|row| Bar {
            label: format!("{} ({})", page.hazard(&row.element), row.cause),
            parts: vec![
                (row.probability * row.loss_if_alone, "s1"),
                ((1.0 - row.probability) * row.loss_if_alone, "s6"),
            ],
            note: format!("{}, {} days", percent(row.probability), days(row.days_low, row.days_high)),
        })
        .collect();
    let title = format!("Loss of a year if this alone happens, {money}");
    let note = "The whole bar is the loss if it happens; its first part that loss times its probability a year, which stands to \
         the right with how long it lasts.";
    let legend = [("s1", "times its probability"), ("s6", "if it happens")];
    paragraph(&text) + &picture(&title, note, &bars(&title, &money, &legend, &rows))
}

fn days(low: f64, high: f64) -> String {
    if low == high { short(low) } else { format!("{} to {}", short(low), short(high)) }
}

/// What hazards cost while nothing happens, and routes near a danger area.
pub fn risk(page: &Page, found: &RisksRow) -> String {
    let bar = |label: String, burden: &BurdenRow| Bar {
        label,
        parts: split(burden.change.rerouting, burden.change.unserved),
        note: short(burden.change.loss),
    };
    let mut rows: Vec<Bar> = found
        .hazards
        .iter()
        .map(|row| bar(format!("{} ({})", page.hazard(&row.hazard), row.cause), &row.burden))
        .collect();
    rows.extend(found.by_cause.iter().map(|(cause, burden)| bar(format!("all {cause}"), burden)));
    rows.extend(found.together.iter().map(|burden| bar("all together".to_owned(), burden)));
    let legend = [("rerouting", "premiums, spread and going round"), ("unserved", "no longer delivered")];
    let title = format!("What hazards cost while nothing happens, {}", page.money());
    let lines: Vec<Vec<String>> = found
        .near
        .iter()
        .map(|row| {
            vec![
                escaped(&page.hazard(&row.hazard)),
                escaped(&row.demand.replace('_', " ")),
                figure(row.distance_km),
                escaped(page.report.name("links", &row.link)),
                format!(
                    "{} {} of {}",
                    figure(row.volume),
                    page.unit(&row.commodity),
                    escaped(&page.commodity(&row.commodity))
                ),
            ]
        })
        .collect();
    let header = ["Danger", "Demand", "km from its edge", "Nearest link", "Volume a year"];
    let caption = format!("Routes within {} km of a danger area", short(found.within_km));
    let near = if lines.is_empty() { String::new() } else { table(&caption, &header, &lines, &[2]) };
    let picture =
        if rows.is_empty() { String::new() } else { picture(&title, "", &bars(&title, &page.money(), &legend, &rows)) };
    picture + &near
}
