//! Ten lines that say what a run found, computed for whatever study it was.
use crate::report::number::{percent, short};
use crate::report::page::named;
use crate::report::proof_page::{in_fit, misfit};
use crate::wire::losses::{LossRow, RefusalRow};
use crate::wire::run::{FigureRow, RunReport, ScenarioReport, run_report};
use std::collections::BTreeMap;
use thalweg_engine::figures::PATH_SIZE_LOGIT;
use thalweg_engine::study::StudyResults;

const LINES_MAX: usize = 10;

/// Up to ten one-line statements about a run.
pub fn headlines(results: &StudyResults) -> Vec<String> {
    headlines_of(&run_report(results))
}

/// The same from the wire shape.
pub fn headlines_of(report: &RunReport) -> Vec<String> {
    let lines = [
        delivered(report),
        busiest_corridor(report),
        busiest_terminal(report),
        greatest_exposure(report),
        greatest_harm(report),
        cheapest_coercion(report),
        costliest_closure(report),
        worst_scenario(report),
        best_scenario(report),
        worst_misfit(report),
        not_delivered(report),
        weak(report),
    ];
    lines.into_iter().flatten().take(LINES_MAX).collect()
}

/// Unit a year of a commodity, read off its own figure.
fn unit(report: &RunReport, commodity: &str) -> String {
    let found = report.base().exact("volume_served").find(|row| row.subject == commodity);
    found.map_or_else(String::new, |row| row.unit.clone())
}

fn actor<'a>(report: &'a RunReport, key: &'a str) -> &'a str {
    report.name("actors", key)
}

fn money(report: &RunReport, amount: f64) -> String {
    format!("{} {}/yr", report.head.currency, short(amount))
}

/// `subject commodity` figures of a measure by commodity, the largest share of what is delivered first.
fn greatest_share<'a>(report: &'a RunReport, measure: &'a str) -> Option<(f64, &'a FigureRow)> {
    let base = report.base();
    let served: BTreeMap<&str, f64> =
        base.of("volume_served", PATH_SIZE_LOGIT).map(|row| (row.subject.as_str(), row.value)).collect();
    let mut found: Vec<(f64, &FigureRow)> = base
        .of(measure, PATH_SIZE_LOGIT)
        .filter_map(|row| {
            let whole = served.get(row.subject.rsplit_once(' ')?.1).copied().filter(|whole| *whole > 0.0)?;
            Some((row.value / whole, row))
        })
        .collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.subject.cmp(&other.1.subject)));
    found.first().copied()
}

fn delivered(report: &RunReport) -> Option<String> {
    let base = report.base();
    let parts: Vec<String> = base
        .served
        .iter()
        .filter(|(_, volume)| **volume > 0.0)
        .map(|(key, volume)| format!("{} {} of {}", short(*volume), unit(report, key), report.name("commodities", key)))
        .collect();
    (!parts.is_empty()).then(|| format!("Delivered at least cost: {}.", parts.join("; ")))
}

fn busiest_corridor(report: &RunReport) -> Option<String> {
    let (share, row) = greatest_share(report, "volume_by_corridor")?;
    let (corridor, commodity) = row.subject.rsplit_once(' ')?;
    Some(format!(
        "The {} corridor carries {} of {} ({} {}).",
        corridor.replace('_', " "),
        percent(share),
        report.name("commodities", commodity),
        short(row.value),
        row.unit
    ))
}

fn busiest_terminal(report: &RunReport) -> Option<String> {
    let rows = report.base().of("volume_by_terminal", PATH_SIZE_LOGIT);
    let served: BTreeMap<&str, f64> =
        report.base().of("volume_served", PATH_SIZE_LOGIT).map(|row| (row.subject.as_str(), row.value)).collect();
    let largest = served.iter().max_by(|one, other| one.1.total_cmp(other.1)).map(|(commodity, _)| *commodity)?;
    let row = rows
        .filter(|row| row.subject.rsplit_once(' ').is_some_and(|(_, commodity)| commodity == largest))
        .max_by(|one, other| one.value.total_cmp(&other.value).then(other.subject.cmp(&one.subject)))?;
    let (node, commodity) = row.subject.rsplit_once(' ')?;
    Some(format!(
        "The busiest terminal for {} is {}: {} {}.",
        report.name("commodities", commodity),
        report.name("nodes", node),
        short(row.value),
        row.unit
    ))
}

/// The largest share that meets gates of a third party; where several are equal, the largest volume.
fn greatest_exposure(report: &RunReport) -> Option<String> {
    let third = report.exposures.iter().filter(|row| row.third_party > 0.5 * row.touching);
    let row = third.max_by(|one, other| {
        one.share.total_cmp(&other.share).then(one.touching.total_cmp(&other.touching)).then_with(|| {
            (&other.beneficiary, &other.actor, other.lever).cmp(&(&one.beneficiary, &one.actor, one.lever))
        })
    })?;
    Some(format!(
        "Most exposed to a third party: {} of what {} ships or receives of {} meets gates of {} (by {}; {} {}/yr).",
        percent(row.share),
        actor(report, &row.beneficiary),
        report.name("commodities", &row.commodity),
        actor(report, &row.actor),
        row.lever,
        short(row.touching),
        row.unit
    ))
}

fn cost_or_gain(report: &RunReport, amount: f64) -> String {
    if amount < 0.0 { format!("gains {}", money(report, -amount)) } else { format!("loses {}", money(report, amount)) }
}

/// Refusals by those who stand between the refused and its partners; a partner's own refusal is an embargo.
fn between(report: &RunReport) -> impl Iterator<Item = &RefusalRow> {
    report.refusals.iter().filter(|row| !row.by_partner)
}

fn greatest_harm(report: &RunReport) -> Option<String> {
    let row = between(report).max_by(|one, other| one.harm.total_cmp(&other.harm)).filter(|row| row.harm > 0.0)?;
    Some(format!(
        "The refusal by a state in between that hurts most: {} denies {} by {}: {} loses {}, {} {}.",
        actor(report, &row.by),
        actor(report, &row.of),
        row.lever,
        actor(report, &row.of),
        money(report, row.harm),
        actor(report, &row.by),
        cost_or_gain(report, row.self_cost)
    ))
}

fn cheapest_coercion(report: &RunReport) -> Option<String> {
    let row = between(report).max_by(|one, other| one.self_cost.total_cmp(&other.self_cost))?;
    (row.self_cost > 0.0).then(|| {
        format!(
            "The one that costs its author most: {} denies {} by {}: it loses {}, {} loses {}.",
            actor(report, &row.by),
            actor(report, &row.of),
            row.lever,
            money(report, row.self_cost),
            actor(report, &row.of),
            money(report, row.harm)
        )
    })
}

fn lost_volume(report: &RunReport, change: &LossRow) -> String {
    let lost = change.unserved_volume.iter().filter(|(_, volume)| **volume > 0.0).map(|(key, volume)| {
        format!("{} {} of {}", short(*volume), unit(report, key), report.name("commodities", key))
    });
    let lost: Vec<String> = lost.collect();
    if lost.is_empty() { "all is still delivered".to_owned() } else { format!("not delivered: {}", lost.join("; ")) }
}

fn costliest_closure(report: &RunReport) -> Option<String> {
    // A whole state or operator takes its own trade with it: what stands in between says more.
    let between = ["passage", "crossing", "link", "terminal"];
    let kinds = report.closures.iter().filter(|(kind, _)| between.contains(kind));
    let first = kinds.filter_map(|(kind, rows)| Some((*kind, rows.first()?)));
    let (kind, row) = first.max_by(|one, other| one.1.change.loss.total_cmp(&other.1.change.loss))?;
    (row.change.loss > 0.0).then(|| {
        format!(
            "The costliest closure: {} ({kind}): {}; {}.",
            named(report, kind, &row.subject),
            money(report, row.change.loss),
            lost_volume(report, &row.change)
        )
    })
}

fn changes(report: &RunReport) -> impl Iterator<Item = (&ScenarioReport, &LossRow)> {
    report.scenarios.iter().filter_map(|state| Some((state, state.against_base.as_ref()?)))
}

fn worst_scenario(report: &RunReport) -> Option<String> {
    let (state, change) = changes(report).max_by(|one, other| one.1.loss.total_cmp(&other.1.loss))?;
    (change.loss > 0.0).then(|| {
        format!(
            "The costliest scenario: {}: {}; {}.",
            state.title,
            money(report, change.loss),
            lost_volume(report, change)
        )
    })
}

fn best_scenario(report: &RunReport) -> Option<String> {
    let (state, change) = changes(report).min_by(|one, other| one.1.loss.total_cmp(&other.1.loss))?;
    (change.loss < 0.0)
        .then(|| format!("The most effective improvement: {}: saves {}.", state.title, money(report, -change.loss)))
}

fn worst_misfit(report: &RunReport) -> Option<String> {
    let rows: Vec<_> = report.base().observed.iter().filter(|row| in_fit(row)).collect();
    let worst = rows.iter().max_by(|one, other| misfit(one).total_cmp(&misfit(other)))?;
    let within = rows.iter().filter(|row| misfit(row) <= 2f64.ln() + 1e-9).count();
    let (kind, key) = worst.gate.split_once(' ').unwrap_or(("", &worst.gate));
    Some(format!(
        "Fit: {within} of {} counts within a factor of two; the worst is {} ({kind}), modelled {}, observed {} {}.",
        rows.len(),
        named(report, kind, key),
        short(worst.modelled),
        short(worst.observed),
        worst.unit
    ))
}

fn not_delivered(report: &RunReport) -> Option<String> {
    let unmet = &report.base().unmet;
    let unreachable = unmet.iter().filter(|row| !row.reachable).count();
    let parts: Vec<String> = report
        .base()
        .unserved
        .iter()
        .filter(|(_, volume)| **volume > 0.0)
        .map(|(key, volume)| format!("{} {} of {}", short(*volume), unit(report, key), report.name("commodities", key)))
        .collect();
    (!unmet.is_empty()).then(|| {
        format!(
            "Not delivered in the base: {} ({unreachable} of {} demands unreachable).",
            parts.join("; "),
            unmet.len()
        )
    })
}

fn weak(report: &RunReport) -> Option<String> {
    let mut by_commodity: BTreeMap<&str, f64> = BTreeMap::new();
    for row in report.confidence.iter().filter(|row| ["low", "estimate"].contains(&row.confidence)) {
        *by_commodity.entry(&row.commodity).or_default() += row.cost_share;
    }
    let (commodity, share) = by_commodity.into_iter().max_by(|one, other| one.1.total_cmp(&other.1))?;
    Some(format!(
        "Weakest evidence: {} of the delivery cost of {} rests on rows of low confidence or our estimates.",
        percent(share),
        report.name("commodities", commodity)
    ))
}
