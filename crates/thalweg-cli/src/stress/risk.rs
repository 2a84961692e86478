//! `thalweg stress --risk`: what hazards cost while nothing happens, and which routes pass near a danger area.
use super::StressArgs;
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::watching::Terminal;
use std::collections::BTreeMap;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::stress::risk::RiskRequest;
use thalweg_formats::wire::risk::{BurdenRow, RisksRow};

/// Runs `stress --risk`.
pub fn run(args: &StressArgs, within_km: f64) -> Ended {
    let mut stage = args.study.stage(args.scenario.as_deref())?;
    let head = args.study.line_head(&stage.opened, args.scenario.as_deref(), "risk");
    stage.resume(args.resume.as_deref(), || head)?;
    let watch = Terminal::new();
    let report = RiskRequest { within_km }.answer(stage.scene(), &watch)?;
    let interrupted = report.found.stopped || watch.cancelled();
    drop(watch);
    match args.json {
        true => print_json(&report),
        false => print_text(&describe(&stage.oracle, &report.found)),
    }
    let report = report.found;
    Ok(match (interrupted, report.together.is_none() && report.near.is_empty()) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::NothingFound,
        (false, false) => Outcome::Answered,
    })
}

/// Routes a table for people shows.
const SHOWN: usize = 25;

fn describe(oracle: &Oracle, report: &RisksRow) -> String {
    let model = &oracle.base().model;
    if report.together.is_none() && report.near.is_empty() {
        return "No hazard of the study has a premium or a spread on this date, and no route passes near a danger area: \
                add rows to the table hazard."
            .to_owned();
    }
    let mut text = format!(
        "What hazards cost while nothing happens, at least cost under capacities, M {} of {} a year\n",
        model.head.currency, model.head.price_year
    );
    let mut rows: Vec<Vec<String>> =
        report.hazards.iter().map(|row| cells(&format!("{} ({})", row.hazard, row.cause), &row.burden)).collect();
    rows.extend(report.by_cause.iter().map(|(cause, burden)| cells(&format!("all {cause}"), burden)));
    rows.extend(report.together.iter().map(|burden| cells("all", burden)));
    text += &table(&["hazard", "cost, M", "goes round", "through it before", "after", "delay, days"], rows);
    if !report.near.is_empty() {
        text += &format!("\n\nRoutes within {} km of a danger area's edge:\n", report.within_km);
        let near = report.near.iter().take(SHOWN).map(|row| {
            let volume = format!("{} {}", row.commodity, short(row.volume));
            vec![row.hazard.clone(), row.demand.clone(), volume, short(row.distance_km), row.link.clone()]
        });
        text += &table(&["danger", "demand", "volume a year", "km", "nearest link"], near.collect());
        if report.near.len() > SHOWN {
            text += &format!("\n{} more; --json lists all.", report.near.len() - SHOWN);
        }
    }
    text
}

fn cells(name: &str, burden: &BurdenRow) -> Vec<String> {
    vec![
        name.to_owned(),
        short(burden.change.loss / 1e6),
        amounts(&burden.change.rerouted_volume, 1.0),
        amounts(&burden.through_before, 1.0),
        amounts(&burden.through_after, 1.0),
        amounts(&burden.change.delay_h, 1.0 / 24.0),
    ]
}

fn amounts(rows: &BTreeMap<String, f64>, scale: f64) -> String {
    let shown = rows.iter().filter(|(_, amount)| amount.abs() > 1e-6);
    shown.map(|(name, amount)| format!("{name} {}", short(amount * scale))).collect::<Vec<_>>().join(", ")
}
