//! Page one: the topics of the study, each with its answer in figures and where they stand.
use crate::report::html::{escaped, figure, paragraph, share, spread, table};
use crate::report::number::percent;
use crate::report::page::Page;
use crate::wire::topics::{Basis, FindingRow, TopicRow};

/// The topics, one a row.
pub fn topics(page: &Page) -> String {
    let lead = paragraph(
        "Each row is a question, answered in figures with unit and range. <em>Weak</em>: the part of the delivery cost behind \
         a figure that rests on rows of low confidence or our own estimate. Links lead to the section with the rest.",
    );
    let rows: Vec<Vec<String>> = page.report.topics.iter().map(|topic| cells(page, topic)).collect();
    lead + &table("Topics", &["", "Question", "Answer", "Rests on"], &rows, &[])
}

fn cells(page: &Page, topic: &TopicRow) -> Vec<String> {
    let found = topic.findings.iter().filter(|row| row.value.is_some());
    let mut answer: String = found.clone().map(|row| format!("<li>{}</li>", finding(page, row))).collect();
    if answer.is_empty() {
        answer = "<li>No figure of this run answers it.</li>".to_owned();
    }
    let missing = topic.findings.iter().filter_map(|row| row.missing.as_ref().map(|why| (row, why)));
    let missing: String =
        missing.map(|(row, why)| format!("<li>Not known: {} ({})</li>", escaped(&row.says), escaped(why))).collect();
    let note = match topic.note.as_str() {
        "" => String::new(),
        note => format!("<p class=\"note\">{}</p>", escaped(note)),
    };
    let mut places: Vec<(String, String)> = found.map(|row| place(page, row)).collect();
    places.extend(topic.asks.iter().filter_map(|key| asked(page, key)));
    let mut links: Vec<String> = Vec::new();
    for (anchor, words) in places {
        let link = format!("<a href=\"#{}\">{}</a>", escaped(&anchor), escaped(&words));
        if !links.contains(&link) {
            links.push(link);
        }
    }
    vec![
        format!("<span id=\"topic-{0}\">{0}</span>", escaped(&topic.key)),
        format!("<strong>{}</strong><br>{}", escaped(&topic.title), escaped(&topic.question)),
        format!("<ul class=\"findings\">{answer}{missing}</ul>{note}"),
        links.join("<br>"),
    ]
}

fn finding(page: &Page, row: &FindingRow) -> String {
    let Some(value) = row.value else { return String::new() };
    let signed = if row.is_change && value > 0.0 { "+" } else { "" };
    let (number, range, unit) = if row.unit == "share" {
        let ends = row.low.zip(row.high);
        let range = ends.map_or_else(String::new, |(low, high)| format!(" ({} to {})", percent(low), percent(high)));
        (share(value), range, String::new())
    } else {
        (figure(value), spread(row.low, row.high), format!(" {}", escaped(&row.unit)))
    };
    let observed = row.observed.map_or_else(String::new, |count| format!("; counted {}{unit}", figure(count)));
    let weak = row.weak_share.map_or_else(String::new, |weak| format!(", {} weak", percent(weak)));
    let basis = match row.basis() {
        Basis::Tables => format!("of {}", page.report.head.study),
        Basis::Descriptive => format!("descriptive{weak}"),
        Basis::LeastCost => format!("least cost{weak}"),
    };
    format!(
        "<b>{signed}{number}{unit}</b>{range}: {}{observed} <span class=\"note\">({basis})</span>",
        escaped(&row.says)
    )
}

/// Where a figure stands in the report: anchor and words.
fn place(page: &Page, row: &FindingRow) -> (String, String) {
    if let Some(found) = asked(page, &row.scenario) {
        return found;
    }
    if row.scenario != "base" {
        let state = page.report.scenarios.iter().find(|state| state.name == row.scenario);
        let title = state.map_or_else(|| row.scenario.clone(), |state| state.title.clone());
        return (format!("scenario-{}", row.scenario), title);
    }
    let sections = [
        ("volume_at_observation", "observed", "Modelled against observed"),
        ("exposure", "exposure", "Who is exposed to whom"),
        ("refusal_", "refusal", "What a refusal takes"),
        ("closure_loss", "closures", "What a closure costs"),
        ("claims", "claims", "Claims and verdicts"),
        ("volume_unserved", "unmet", "What is not delivered"),
        ("share_by_corridor", "corridors", "Shares by corridor"),
        ("volume_by_corridor", "corridors", "Shares by corridor"),
    ];
    let found = sections.iter().find(|(measure, ..)| row.measure.starts_with(measure));
    let (anchor, words) = found.map_or(("maps", "Where it flows"), |(_, anchor, words)| (*anchor, *words));
    (anchor.to_owned(), words.to_owned())
}

fn asked(page: &Page, key: &str) -> Option<(String, String)> {
    let answer = page.report.answers.iter().find(|answer| answer.key == key)?;
    Some((format!("question-{key}"), answer.title.clone()))
}
