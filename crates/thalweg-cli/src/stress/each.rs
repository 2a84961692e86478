//! `thalweg stress --each`: every failure of some kinds in turn, the costliest first.
use super::StressArgs;
use super::asked::{failures, resume, say_work};
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::watching::Terminal;
use std::collections::BTreeMap;
use std::time::Instant;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::stress::each::EachRequest;
use thalweg_formats::wire::stress::{EachReport, FailureRow};
use thalweg_model::model::Model;

/// Runs `stress --each`.
pub fn run(args: &StressArgs) -> Ended {
    let stage = args.study.stage(args.scenario.as_deref())?;
    let began = Instant::now();
    let request = EachRequest { each: args.each.clone(), failures: failures(args), top: args.top };
    let mut asked = request.asked(stage.scene())?;
    resume(args, &mut asked)?;
    let watch = Terminal::new();
    let report = request.answer(&asked, &watch)?;
    let stopped = report.stopped || watch.cancelled();
    drop(watch);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&stage.opened.model, &report));
        say_work(&stage, &asked, began);
    }
    Ok(if stopped { Outcome::Interrupted } else { Outcome::Answered })
}

fn describe(model: &Model, report: &EachReport) -> String {
    let what = match report.question.share_left {
        Some(share) => format!("Left with {share} of its capacity"),
        None => "Shut".to_owned(),
    };
    let mut text = format!(
        "{what} one at a time, at least cost under capacities, {} of {} a year; base cost {} M\n",
        model.head.currency,
        model.head.price_year,
        short(report.head.base_cost / 1e6)
    );
    let days = report.question.days;
    let over = days.map(|days| format!("over {days} days, M"));
    let mut header = vec!["what fails", "loss, M"];
    header.extend(over.as_deref());
    header.extend(["rerouting, M", "not delivered", "delay, days", "who loses, M", "who gains volume"]);
    let rows = report.failures.iter().map(|row| cells(model, row, days.is_some())).collect();
    text += &table(&header, rows);
    if report.rest_at_most > 0.0 {
        text += &format!("\nNothing that is not listed loses more than {} M.", short(report.rest_at_most / 1e6));
    } else if report.question.elements > report.failures.len() {
        let rest = report.question.elements - report.failures.len();
        text += &format!("\n{rest} more lose nothing: nothing runs there, or another way costs the same.");
    }
    if !report.question.unlimited.is_empty() {
        let left_out = report.question.unlimited.len();
        text += &format!("\n{left_out} state no capacity of their own and cannot be derated.");
    }
    if report.stopped {
        text += "\nStopped before the end: the list is of what was finished.";
    }
    text
}

fn cells(model: &Model, row: &FailureRow, with_days: bool) -> Vec<String> {
    let million = |amount: f64| short(amount / 1e6);
    let falls: String =
        row.falls.iter().map(|fall| format!(", {} after {} h", fall.what, short(fall.after_h))).collect();
    let mut cells = vec![format!("{} {}{falls}", row.kind, row.subject), million(row.change.loss)];
    cells.extend(row.loss_of_duration.filter(|_| with_days).map(million));
    cells.extend([
        million(row.change.rerouting),
        with_units(model, &row.change.unserved_volume),
        named(&row.change.delay_h, 1.0 / 24.0, 3),
        named(&row.welfare_loss, 1e-6, 3),
        gains(row),
    ]);
    cells
}

/// Volumes that rise, with the units of their commodities.
fn with_units(model: &Model, volumes: &BTreeMap<String, f64>) -> String {
    let shown = volumes.iter().filter(|(_, volume)| **volume > 1e-3).map(|(key, volume)| {
        let unit = model.commodities.iter().find(|row| &row.key == key).map(|row| row.unit.to_string());
        format!("{key} {} {}", short(*volume), unit.unwrap_or_default())
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// The greatest few amounts with their names.
fn named(amounts: &BTreeMap<String, f64>, scale: f64, most: usize) -> String {
    let mut rows: Vec<(&String, f64)> =
        amounts.iter().map(|(name, amount)| (name, amount * scale)).filter(|(_, amount)| *amount > 1e-3).collect();
    rows.sort_by(|one, other| other.1.total_cmp(&one.1));
    rows.iter().take(most).map(|(name, amount)| format!("{name} {}", short(*amount))).collect::<Vec<_>>().join(", ")
}

fn gains(row: &FailureRow) -> String {
    let gains = row.volumes.iter().filter(|volume| volume.change > 1e-3 && volume.kind == row.kind);
    let text = gains.take(3).map(|volume| format!("{} {} {}", volume.subject, volume.commodity, short(volume.change)));
    text.collect::<Vec<_>>().join(", ")
}
