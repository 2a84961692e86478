//! `thalweg stress --pairs`: every two failures at once, with their synergy.
use super::StressArgs;
use super::asked::{failures, resume, say_work};
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::watching::Terminal;
use std::time::Instant;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::stress::sets::PairsRequest;
use thalweg_formats::wire::stress::PairsReport;
use thalweg_model::model::Model;

/// Runs `stress --pairs`.
pub fn run(args: &StressArgs) -> Ended {
    let stage = args.study.stage(args.scenario.as_deref())?;
    let began = Instant::now();
    let request = PairsRequest { pairs: args.pairs.clone(), failures: failures(args), top: args.top };
    let mut asked = request.asked(stage.scene())?;
    resume(args, &mut asked)?;
    let watch = Terminal::new();
    let report = request.answer(&asked, &watch)?;
    let stopped = report.stopped || watch.cancelled();
    drop(watch);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&stage.opened.model, &report, args.top.unwrap_or(SHOWN)));
        say_work(&stage, &asked, began);
    }
    Ok(if stopped { Outcome::Interrupted } else { Outcome::Answered })
}

/// Rows a table for people shows where no number is asked for.
const SHOWN: usize = 30;

fn describe(model: &Model, report: &PairsReport, shown: usize) -> String {
    let million = |amount: f64| short(amount / 1e6);
    let mut text = format!(
        "Two failures at once, at least cost under capacities, M {} of {} a year; base cost {} M\n\
         Synergy is the loss beyond the sum of each alone: above zero where one is the other's way round.\n",
        model.head.currency,
        model.head.price_year,
        million(report.head.base_cost)
    );
    let alone = |label: &String| report.alone.get(label).copied().unwrap_or(0.0);
    let rows = report.pairs.iter().take(shown);
    let cells = rows.map(|row| {
        let [one, other] = &row.elements;
        let mut cells = vec![one.clone(), other.clone(), million(row.loss)];
        cells.extend(row.loss_of_duration.map(million));
        cells.extend([million(alone(one)), million(alone(other)), million(row.synergy)]);
        cells
    });
    let over = report.question.days.map(|days| format!("over {days} days"));
    let mut header = vec!["one", "other", "loss"];
    header.extend(over.as_deref());
    header.extend(["first alone", "second alone", "synergy"]);
    text += &table(&header, cells.collect());
    text += &format!(
        "\n{} pairs with a loss, of {}; the flows alone decided {}.",
        report.pairs.len(),
        report.pairs_of_all,
        report.by_flow
    );
    if report.pairs.len() > shown {
        text += &format!(" The {shown} costliest are shown; --json lists all.");
    }
    if report.rest_at_most > 0.0 {
        text += &format!("\nNo pair that is not listed loses more than {} M.", million(report.rest_at_most));
    }
    if report.stopped {
        text += "\nStopped before the end: the list is of what was finished.";
    }
    text
}
