//! Ten lines that say what a run found, computed for whatever study it was.
//!
//! Each line is the first of one list by one amount with a unit; `docs/methods/headlines.md` states them. What a partner
//! or an end of trade does to its own trade is left out: a ministry knows it without a model.
use crate::report::number::{percent, short};
use crate::report::page::named;
use crate::report::proof_page::{in_fit, misfit};
use crate::wire::exposure::ExposureRow;
use crate::wire::losses::{LossRow, RefusalRow};
use crate::wire::run::{FigureRow, RunReport, ScenarioReport};
use crate::wire::undefined::UndefinedRow;
use std::collections::BTreeMap;
use thalweg_engine::figures::PATH_SIZE_LOGIT;
use thalweg_model::units::DAYS_PER_YEAR;

const LINES_MAX: usize = 10;

/// Up to ten one-line statements about a run.
pub fn headlines(report: &RunReport) -> Vec<String> {
    let cut = cut_off(report);
    let lines = [
        delivered(report),
        corridors(report),
        greatest_exposure(report),
        greatest_harm(report, cut),
        cut.map(|found| cut_off_line(report, found)),
        greatest_bystander(report),
        costliest_closure(report),
        worst_scenario(report),
        best_scenario(report),
        evidence(report),
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

/// A range in brackets, where the figure has one.
fn between_of(row: Option<&FigureRow>, shown: impl Fn(f64) -> String) -> String {
    let range = row.and_then(|row| row.low.zip(row.high));
    range.map_or_else(String::new, |(low, high)| format!(" ({} to {})", shown(low), shown(high)))
}

fn volumes(report: &RunReport, amounts: &BTreeMap<String, f64>) -> Vec<String> {
    let some = amounts.iter().filter(|(_, volume)| **volume > 0.0);
    some.map(|(key, volume)| format!("{} {} of {}", short(*volume), unit(report, key), report.name("commodities", key)))
        .collect()
}

/// Commodities that are named in one line.
const NAMED_MAX: usize = 5;

/// Volumes of the commodities whose delivery costs most, and how many more there are.
fn costliest(report: &RunReport, amounts: &BTreeMap<String, f64>) -> Vec<String> {
    let cost = |key: &String| report.base().exact_of("delivered_cost_by_commodity", key).map_or(0.0, |row| row.value);
    let mut keys: Vec<&String> = amounts.iter().filter(|(_, volume)| **volume > 0.0).map(|(key, _)| key).collect();
    keys.sort_by(|one, other| cost(other).total_cmp(&cost(one)).then(one.cmp(other)));
    let more = keys.len().saturating_sub(NAMED_MAX);
    let named = keys
        .into_iter()
        .take(NAMED_MAX)
        .map(|key| format!("{} {} of {}", short(amounts[key]), unit(report, key), report.name("commodities", key)));
    named.chain((more > 0).then(|| format!("{more} more"))).collect()
}

fn delivered(report: &RunReport) -> Option<String> {
    let base = report.base();
    let defined = |amounts: &BTreeMap<String, f64>| {
        let undefined = |key: &String| report.undefined.iter().any(|row| row.commodity == *key);
        amounts.iter().filter(|(key, _)| !undefined(key)).map(|(key, volume)| (key.clone(), *volume)).collect()
    };
    let (parts, unmet) = (costliest(report, &defined(&base.served)), costliest(report, &defined(&base.unserved)));
    let unreachable = base.unmet.iter().filter(|row| !row.reachable).count();
    let rest = if unmet.is_empty() {
        String::new()
    } else {
        format!(" Not delivered: {} ({unreachable} of {} demands unreachable).", unmet.join("; "), base.unmet.len())
    };
    if base.served.is_empty() {
        return Some("The study has no demand on this date, so nothing flows.".to_owned());
    }
    let refused: String = report.undefined.iter().map(|row| no_point_answer(report, row)).collect();
    let delivered = match parts.join("; ") {
        parts if !parts.is_empty() => format!("Delivered at least cost: {parts}."),
        _ if !unmet.is_empty() => "Nothing is delivered.".to_owned(),
        _ => String::new(),
    };
    let line = format!("{delivered}{rest}{refused}");
    (!line.is_empty()).then(|| line.trim_start().to_owned())
}

/// What is said of a commodity whose wanted volume is not defined: its range, and what arrives of it.
fn no_point_answer(report: &RunReport, row: &UndefinedRow) -> String {
    let base = report.base();
    let served = base.served.get(&row.commodity).copied().unwrap_or(0.0);
    let drawn = base.exact("volume_served").find(|figure| figure.subject == row.commodity);
    let arrives = match drawn.and_then(|figure| figure.low.zip(figure.high)) {
        _ if served <= 0.0 => "nothing is delivered".to_owned(),
        Some((low, high)) => format!("{} to {} are delivered", short(low), short(high)),
        None => "what is delivered has no single figure, --ranges gives its bounds".to_owned(),
    };
    format!(
        " No point answer on {}: {} to {} {} are wanted, as nobody knows {}; {arrives}.",
        report.name("commodities", &row.commodity),
        short(row.wanted_low),
        short(row.wanted_high),
        unit(report, &row.commodity),
        row.demands.join(", ")
    )
}

/// The three largest corridors of the commodity whose delivery costs most.
fn corridors(report: &RunReport) -> Option<String> {
    let base = report.base();
    let of_commodity = |row: &FigureRow, commodity: &str| {
        row.subject.rsplit_once(' ').filter(|(_, of)| *of == commodity).map(|(corridor, _)| corridor.to_owned())
    };
    let by_corridor: Vec<&FigureRow> = base.of("volume_by_corridor", PATH_SIZE_LOGIT).collect();
    let costs = base.of("delivered_cost_by_commodity", PATH_SIZE_LOGIT);
    let cost = costs
        .filter(|row| by_corridor.iter().any(|other| of_commodity(other, &row.subject).is_some()))
        .max_by(|one, other| one.value.total_cmp(&other.value))?;
    let commodity = cost.subject.as_str();
    let served = base.of("volume_served", PATH_SIZE_LOGIT).find(|row| row.subject == commodity).map(|row| row.value)?;
    let mut found: Vec<(String, &FigureRow)> =
        by_corridor.into_iter().filter_map(|row| Some((of_commodity(row, commodity)?, row))).collect();
    found.sort_by(|one, other| other.1.value.total_cmp(&one.1.value).then(one.0.cmp(&other.0)));
    let part = |(corridor, row): &(String, &FigureRow)| {
        let share = |volume: f64| percent(volume / served);
        format!("{} {}{}", corridor.replace('_', " "), share(row.value), between_of(Some(row), share))
    };
    let parts: Vec<String> = found.iter().filter(|(_, row)| row.value > 0.0).take(3).map(part).collect();
    Some(format!("{} by corridor: {}.", report.name("commodities", commodity), parts.join("; ")))
}

/// The largest share that meets gates of a third party; of equal shares, the one whose refusal would harm most.
fn greatest_exposure(report: &RunReport) -> Option<String> {
    let harm = |row: &ExposureRow| {
        let key = (&row.actor, &row.beneficiary, row.lever);
        let found = report.refusals.iter().find(|refusal| (&refusal.by, &refusal.of, refusal.lever) == key);
        found.map_or(0.0, |refusal| refusal.harm)
    };
    let third = report.exposures.iter().filter(|row| row.third_party > 0.5 * row.touching);
    let row = third.max_by(|one, other| {
        one.share.total_cmp(&other.share).then(harm(one).total_cmp(&harm(other))).then_with(|| {
            (&other.beneficiary, &other.actor, other.lever).cmp(&(&one.beneficiary, &one.actor, one.lever))
        })
    })?;
    let range = row.low.zip(row.high);
    Some(format!(
        "Most exposed to a third party: {}{} of what {} ships or receives of {} meets gates of {} (by {}; {} {}/yr).",
        percent(row.share),
        range.map_or_else(String::new, |(low, high)| format!(" ({} to {})", percent(low), percent(high))),
        actor(report, &row.beneficiary),
        report.name("commodities", &row.commodity),
        actor(report, &row.actor),
        row.lever,
        short(row.touching),
        row.unit
    ))
}

fn cost_or_gain(report: &RunReport, amount: f64) -> String {
    match amount {
        _ if amount.abs() < 0.5 => "loses nothing".to_owned(),
        _ if amount < 0.0 => format!("gains {}", money(report, -amount)),
        _ => format!("loses {}", money(report, amount)),
    }
}

/// Refusals by those who stand between the refused and its partners; a partner's own refusal is an embargo.
fn between(report: &RunReport) -> impl Iterator<Item = &RefusalRow> {
    report.refusals.iter().filter(|row| !row.by_partner)
}

/// The greatest harm by a third party, but for the pair another line tells of.
fn greatest_harm(report: &RunReport, told: Option<CutOff>) -> Option<String> {
    let other = |row: &&RefusalRow| told.is_none_or(|(_, _, told)| (&told.by, &told.of) != (&row.by, &row.of));
    let row = between(report)
        .filter(other)
        .max_by(|one, other| one.harm.total_cmp(&other.harm))
        .filter(|row| row.harm > 0.0)?;
    Some(format!(
        "The costliest refusal by a third party: {} denies {} by {}: {} loses {} ({}), {} {}.",
        actor(report, &row.by),
        actor(report, &row.of),
        row.lever,
        actor(report, &row.of),
        money(report, row.harm),
        refused_volume(report, row),
        actor(report, &row.by),
        cost_or_gain(report, row.self_cost)
    ))
}

/// What the refused no longer gets and no longer sells.
fn refused_volume(report: &RunReport, row: &RefusalRow) -> String {
    let unsold = volumes(report, &row.unsold);
    if unsold.is_empty() {
        return lost_volume(report, &row.shipments);
    }
    let undelivered = volumes(report, &row.shipments.unserved_volume);
    let lost =
        if undelivered.is_empty() { String::new() } else { format!("not delivered: {}; ", undelivered.join("; ")) };
    format!("{lost}sold no more: {}", unsold.join("; "))
}

/// A commodity, the share of the refused's demand for it that is not delivered, and the refusal.
type CutOff<'a> = (&'a str, f64, &'a RefusalRow);

/// The refusal by a third party that leaves the largest share of a beneficiary's demand undelivered; of equal shares,
/// the one that harms most.
fn cut_off(report: &RunReport) -> Option<CutOff<'_>> {
    let mut demand: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for row in &report.exposures {
        demand.insert((&row.beneficiary, &row.commodity), row.demand);
    }
    let shares = between(report).flat_map(|row| {
        let demand = &demand;
        row.shipments.unserved_volume.iter().filter_map(move |(commodity, lost)| {
            let whole = demand.get(&(row.of.as_str(), commodity.as_str())).filter(|whole| **whole > 0.0)?;
            (*lost > 0.0).then_some((commodity.as_str(), lost / whole, row))
        })
    });
    shares.max_by(|one, other| one.1.total_cmp(&other.1).then(one.2.harm.total_cmp(&other.2.harm)))
}

fn cut_off_line(report: &RunReport, (commodity, share, row): CutOff) -> String {
    format!(
        "The refusal by a third party that cuts off most: {} denies {} by {}: {} of its {} is not delivered; {} loses {}, {} {}.",
        actor(report, &row.by),
        actor(report, &row.of),
        row.lever,
        percent(share),
        report.name("commodities", commodity),
        actor(report, &row.of),
        money(report, row.harm),
        actor(report, &row.by),
        cost_or_gain(report, row.self_cost)
    )
}

/// The refusal by a third party that costs somebody who is neither its author nor its target most.
fn greatest_bystander(report: &RunReport) -> Option<String> {
    let hit = between(report).flat_map(|row| row.others.iter().map(move |(key, loss)| (row, key, *loss)));
    let (row, key, loss) = hit.max_by(|one, other| one.2.total_cmp(&other.2)).filter(|(.., loss)| *loss > 0.0)?;
    Some(format!(
        "The refusal that hits a bystander hardest: {} denies {} by {}: {} loses {}, {} itself {}.",
        actor(report, &row.by),
        actor(report, &row.of),
        row.lever,
        actor(report, key),
        money(report, loss),
        actor(report, &row.of),
        if row.harm.abs() < 0.5 { "nothing".to_owned() } else { money(report, row.harm) },
    ))
}

fn lost_volume(report: &RunReport, change: &LossRow) -> String {
    let lost = volumes(report, &change.unserved_volume);
    if lost.is_empty() { "all is still delivered".to_owned() } else { format!("not delivered: {}", lost.join("; ")) }
}

fn costliest_closure(report: &RunReport) -> Option<String> {
    // A state, an operator or a terminal where trade ends takes that trade with it: what stands in between says more.
    let between = ["passage", "crossing", "link"];
    let kinds = report.closures.iter().filter(|(kind, _)| between.contains(kind));
    let first = kinds.filter_map(|(kind, rows)| Some((*kind, rows.first()?)));
    let (kind, row) = first.max_by(|one, other| one.1.change.loss.total_cmp(&other.1.change.loss))?;
    (row.change.loss > 0.0).then(|| {
        format!(
            "The costliest closure of a passage, crossing or link, for a year: {}: {}; {}.",
            named(report, kind, &row.subject),
            money(report, row.change.loss),
            lost_volume(report, &row.change)
        )
    })
}

fn changes(report: &RunReport) -> impl Iterator<Item = (&ScenarioReport, &LossRow)> {
    report.scenarios.iter().filter_map(|state| Some((state, state.against_base.as_ref()?)))
}

/// What a scenario costs for as long as it lasts, with its range, and what is said of its duration.
fn while_it_lasts(report: &RunReport, state: &ScenarioReport, sign: f64) -> String {
    let loss = sign * state.loss_while_it_lasts().unwrap_or(0.0);
    let share = state.days.map_or(1.0, |days| days / DAYS_PER_YEAR);
    let range = state.exact_of("loss", "total").and_then(|row| row.low.zip(row.high));
    let range = range.map(|(low, high)| if sign < 0.0 { (-high, -low) } else { (low, high) });
    let range =
        range.map_or_else(String::new, |(low, high)| format!(" ({} to {})", short(low * share), short(high * share)));
    let currency = &report.head.currency;
    match &state.while_it_lasts {
        None => format!("{currency} {}/yr{range}", short(loss)),
        Some(row) => format!(
            "{currency} {}{range} over its {} days, {currency} {} a day",
            short(loss),
            short(row.days),
            short(sign * row.loss_per_day)
        ),
    }
}

fn worst_scenario(report: &RunReport) -> Option<String> {
    let loss = |state: &ScenarioReport| state.loss_while_it_lasts().unwrap_or(0.0);
    let (state, change) = changes(report).max_by(|one, other| loss(one.0).total_cmp(&loss(other.0)))?;
    let lost = match &state.while_it_lasts {
        None => lost_volume(report, change),
        Some(row) if row.unserved_over_days.values().all(|volume| *volume <= 0.0) => {
            "all is still delivered".to_owned()
        }
        Some(row) => {
            let lost: Vec<String> = volumes(report, &row.unserved_over_days);
            format!("not delivered in them: {}", lost.join("; ").replace("/yr", ""))
        }
    };
    (loss(state) > 0.0)
        .then(|| format!("The costliest scenario: {}: {}; {lost}.", state.title, while_it_lasts(report, state, 1.0)))
}

fn best_scenario(report: &RunReport) -> Option<String> {
    let loss = |state: &ScenarioReport| state.loss_while_it_lasts().unwrap_or(0.0);
    let (state, _) = changes(report).min_by(|one, other| loss(one.0).total_cmp(&loss(other.0)))?;
    (loss(state) < 0.0).then(|| {
        format!("The most effective improvement: {}: saves {}.", state.title, while_it_lasts(report, state, -1.0))
    })
}

/// How well the model fits, and on what it rests.
fn evidence(report: &RunReport) -> Option<String> {
    let parts: Vec<String> = [worst_misfit(report), weak(report)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
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
