//! Section on claims: what is claimed, what others say, what the run says, and the verdict computed from them.
use crate::report::html::{escaped, figure, paragraph, picture, spread, table};
use crate::report::intervals::{Interval, intervals};
use crate::report::page::Page;
use crate::report::short;
use crate::wire::claims::{ClaimRow, EvidenceRow};

/// Every claim of the study.
pub fn claims(page: &Page) -> String {
    let rows = &page.report.claims;
    if rows.is_empty() {
        return paragraph("The study lists no claims.");
    }
    let mut html = paragraph(
        "Each claim implies a range for one figure. The modelled figure and every other source count as one piece of evidence \
         each. <em>Agrees</em>: at least half of the pieces overlap the range. <em>Upper end</em> or <em>lower end</em>: \
         some do, more lie below or above it. <em>Contradicted</em>: none does, and there are two or more. <em>Unsupported</em>: \
         none does and there is one, or the others lie on both sides alike. <em>Not checkable</em>: there is no piece. No \
         file states a verdict.",
    );
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                format!("{} <span class=\"note\">({})</span>", escaped(&row.statement), cited(&row.sources)),
                format!("{} {}", claimed(row), escaped(&row.unit)),
                row.others.iter().map(other).collect::<Vec<_>>().join("; "),
                row.modelled.as_ref().map_or_else(
                    || "–".to_owned(),
                    |modelled| figure(modelled.value) + &spread(modelled.low, modelled.high),
                ),
                format!("<strong>{}</strong>", row.verdict),
                escaped(&row.reason),
            ]
        })
        .collect();
    let header = ["Claim", "Claimed", "Other sources", "Modelled", "Verdict", "Why"];
    html += &table("Claims and verdicts", &header, &lines, &[]);
    for row in rows.iter().filter(|row| row.modelled.is_some() || !row.others.is_empty()) {
        html += &chart(row);
    }
    html
}

fn chart(row: &ClaimRow) -> String {
    let claimed =
        Interval { label: "claimed".to_owned(), ends: (row.implied_low, row.implied_high), value: None, class: "band" };
    let modelled = row.modelled.iter().map(|modelled| Interval {
        label: "modelled".to_owned(),
        ends: (modelled.low, modelled.high),
        value: Some(modelled.value),
        class: "dot",
    });
    let others = row.others.iter().map(|other| Interval {
        label: other.sources.join(", "),
        ends: (other.low, other.high),
        value: Some(other.value),
        class: "dot-out",
    });
    let rows: Vec<Interval> = std::iter::once(claimed).chain(modelled).chain(others).collect();
    let note = if row.note.is_empty() { String::new() } else { escaped(&row.note) };
    picture(&row.statement, &note, &intervals(&row.statement, &row.unit, &rows))
}

/// The implied range in words.
pub fn claimed(row: &ClaimRow) -> String {
    match (row.implied_low, row.implied_high) {
        (Some(low), Some(high)) if low == high => short(low),
        (Some(low), Some(high)) => format!("{} to {}", short(low), short(high)),
        (Some(low), None) => format!("at least {}", short(low)),
        (None, Some(high)) => format!("at most {}", short(high)),
        (None, None) => "no number".to_owned(),
    }
}

fn other(row: &EvidenceRow) -> String {
    let note = if row.note.is_empty() { String::new() } else { format!(", {}", escaped(&row.note)) };
    format!("{}{} ({}{note})", figure(row.value), spread(row.low, row.high), cited(&row.sources))
}

fn cited(sources: &[String]) -> String {
    let link = |key: &String| format!("<a href=\"#source-{0}\">{0}</a>", escaped(key));
    sources.iter().map(link).collect::<Vec<_>>().join(", ")
}
