//! The guided walk through a study's topics, as Markdown: questions, figures of a run, and the commands that give them.
use crate::measures::CLAIMS_BY_VERDICT;
use crate::report::short;
use crate::wire::run::RunReport;
use crate::wire::topics::{Basis, FindingRow, TopicRow};
use std::fmt::Write as _;

/// The page `docs/guide/<study>.md`.
pub fn guide_page(report: &RunReport) -> String {
    let head = &report.head;
    let mut text = format!(
        "# {}\n\n<!-- Written by `cargo xtask gen` from a run of the built-in study; the topics stand in its study.toml. -->\n\n\
         {} As of {}, money in {} of {}, volumes a year.\n\n\
         `thalweg run {}` works all of this out and opens its report with the same rows. The figures below come from such a \
         run without ranges; `--ranges 100` gives each its 5th and 95th percentile. *Weak*: the part of the delivery cost \
         behind a figure that rests on rows of low confidence or our own estimate. *Descriptive* figures spread shippers over \
         routes; *least cost* ones are exact differences of one program. Everything is a year in the state named; nothing \
         says how likely a state is.\n",
        head.title, head.question, head.as_of, head.currency, head.price_year, head.study
    );
    for topic in &report.topics {
        one(&mut text, report, topic);
    }
    text
}

fn one(text: &mut String, report: &RunReport, topic: &TopicRow) {
    let _ = write!(text, "\n## {}. {}\n\n{}\n\n", topic.key, topic.title, topic.question);
    for row in &topic.findings {
        let _ = writeln!(text, "- {}", finding(row));
    }
    if topic.findings.is_empty() {
        text.push_str("No figure of a run answers it.\n");
    }
    if !topic.note.is_empty() {
        let _ = write!(text, "\n{}\n", topic.note);
    }
    let mut commands: Vec<String> = Vec::new();
    for answer in topic.asks.iter().filter_map(|key| report.answers.iter().find(|answer| &answer.key == key)) {
        commands.extend(answer.command.iter().cloned());
    }
    for row in &topic.findings {
        if report.scenarios.iter().skip(1).any(|state| state.name == row.scenario) {
            commands.push(format!("thalweg run {} --scenario {}", report.head.study, row.scenario));
        }
    }
    let mut shown: Vec<String> = Vec::new();
    for command in commands {
        if !shown.contains(&command) {
            shown.push(command);
        }
    }
    if !shown.is_empty() {
        let _ = write!(text, "\n```sh\n{}\n```\n", shown.join("\n"));
    }
}

fn finding(row: &FindingRow) -> String {
    let Some(value) = row.value else {
        return format!("not known: {} ({})", row.says, row.missing.as_deref().unwrap_or("no reason given"));
    };
    let percent = |value: f64| format!("{} %", short(value * 100.0));
    let shown = |value: f64| match row.unit.as_str() {
        "share" => percent(value),
        unit => format!("{} {unit}", short(value)),
    };
    let sign = if row.is_change && value > 0.0 { "+" } else { "" };
    let counted = row.observed.map_or_else(String::new, |count| format!("; counted: {}", shown(count)));
    let basis = match row.basis() {
        Basis::Tables if row.measure == CLAIMS_BY_VERDICT => "computed",
        Basis::Tables => "counted in the tables",
        Basis::Descriptive => "descriptive",
        Basis::LeastCost => "least cost",
    };
    let weak = row.weak_share.map_or_else(String::new, |weak| format!(", {} weak", percent(weak)));
    format!("**{sign}{}** {}{counted} ({basis}{weak})", shown(value), row.says)
}
