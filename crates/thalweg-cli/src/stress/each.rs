//! `thalweg stress --each`: every failure of some kinds in turn, the costliest first.
use super::StressArgs;
use super::asked::{Asked, kinds_of};
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::watching::Terminal;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::oracle::OracleError;
use thalweg_engine::stress::detail::{Throughput, detail};
use thalweg_engine::stress::losses::{Loss, Losses};
use thalweg_engine::stress::oracle_losses::OracleLosses;
use thalweg_engine::stress::singles::singles;
use thalweg_engine::watch::Watch;
use thalweg_formats::wire::losses::losses_head;
use thalweg_formats::wire::stress::{
    DAYS_A_YEAR, EachReport, FailureRow, FallRow, bounds_of, each_report, failure_row,
};
use thalweg_model::model::Model;

/// Losses whose details are kept as they are found.
struct Keeping<'a> {
    asked: &'a Asked,
    losses: &'a OracleLosses<'a>,
    volumes_of: Vec<ClosureKind>,
    /// What is the same for all details, made with the first.
    common: OnceLock<Option<(Loss, Throughput)>>,
}

impl Keeping<'_> {
    /// The loss with nothing failed and what runs through what; `None` where the work was stopped.
    fn common(&self, watch: &dyn Watch) -> Result<Option<&(Loss, Throughput)>, OracleError> {
        if let Some(known) = self.common.get() {
            return Ok(known.as_ref());
        }
        let base = self.losses.loss(&[], watch)?;
        let throughput = Throughput::of(self.losses, &self.volumes_of, watch)?;
        Ok(self.common.get_or_init(|| base.zip(throughput)).as_ref())
    }
}

impl Losses for Keeping<'_> {
    fn elements(&self) -> usize {
        self.losses.elements()
    }

    fn loss(&self, failed: &[usize], watch: &dyn Watch) -> Result<Option<Loss>, OracleError> {
        if let Some((loss, detail)) = self.asked.ledger.row(failed)
            && (detail.is_some() || failed.len() != 1)
        {
            return Ok(Some(loss));
        }
        let Some(loss) = self.losses.loss(failed, watch)? else { return Ok(None) };
        let row = match failed {
            [element] => {
                let Some((base, throughput)) = self.common(watch)? else { return Ok(None) };
                let Some(detail) = detail(self.losses, failed, throughput, watch)? else { return Ok(None) };
                let instance = self.asked.oracle.instance(&self.asked.from.scenarios)?;
                let bounds = bounds_of(base, *element);
                let falls = self.losses.falls(failed).into_iter();
                Some(FailureRow {
                    falls: falls.map(|fall| FallRow { what: fall.label, after_h: fall.after_h }).collect(),
                    ..failure_row(&instance, &self.asked.elements[*element], &detail, bounds)
                })
            }
            _ => None,
        };
        self.asked.ledger.add(failed, &loss, row);
        Ok(Some(loss))
    }
}

/// Runs `stress --each`.
pub fn run(args: &StressArgs) -> Ended {
    let kinds = kinds_of("--each", &args.each)?;
    let asked = Asked::new(args, kinds)?;
    let losses = asked.losses(args);
    let mut volumes_of = asked.kinds.clone();
    if !volumes_of.contains(&ClosureKind::Territory) {
        volumes_of.push(ClosureKind::Territory);
    }
    let keeping = Keeping { asked: &asked, losses: &losses, volumes_of, common: OnceLock::new() };
    let watch = Terminal::new();
    let found = singles(&keeping, args.top, &watch)?;
    let stopped = found.stopped || watch.cancelled();
    drop(watch);
    let rows: Vec<FailureRow> = found
        .rows
        .iter()
        .filter(|row| row.1 > 0.0)
        .filter_map(|(element, loss)| {
            let loss_of_duration = args.days.map(|days| loss * days / DAYS_A_YEAR);
            Some(FailureRow { loss_of_duration, ..asked.ledger.row(&[*element])?.1? })
        })
        .collect();
    let report = each_report(losses_head(&asked.oracle, &asked.from)?, asked.question.clone(), &found, rows);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&asked, &report));
        asked.say_work();
    }
    Ok(if stopped { Outcome::Interrupted } else { Outcome::Answered })
}

fn describe(asked: &Asked, report: &EachReport) -> String {
    let model = &asked.oracle.base().model;
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
