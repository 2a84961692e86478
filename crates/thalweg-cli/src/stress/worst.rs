//! `thalweg stress --worst`: the worst few failures within a budget, exact, with what a heuristic finds beside it.
use super::StressArgs;
use super::asked::{failures, resume, say_work};
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::watching::Terminal;
use std::time::Instant;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::stress::sets::WorstRequest;
use thalweg_formats::wire::stress::{SetRow, WorstReport};
use thalweg_model::model::Model;

/// Runs `stress --worst`.
pub fn run(args: &StressArgs, budget: u32) -> Ended {
    let stage = args.study.stage(args.scenario.as_deref())?;
    let began = Instant::now();
    let request = WorstRequest {
        worst: budget,
        among: args.among.clone(),
        price: args.price.clone(),
        sets_max: args.sets_max,
        failures: failures(args),
    };
    let mut asked = request.asked(stage.scene())?;
    resume(args, &mut asked)?;
    let watch = Terminal::new();
    let report = request.answer(&asked, &watch)?;
    let stopped = watch.cancelled();
    drop(watch);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&stage.opened.model, &report));
        say_work(&stage, &asked, began);
    }
    Ok(if stopped { Outcome::Interrupted } else { Outcome::Answered })
}

fn describe(model: &Model, report: &WorstReport) -> String {
    let million = |amount: f64| short(amount / 1e6);
    let mut text = format!(
        "The worst failures within a budget of {}, among {} of {}; M {} of {} a year, base cost {} M\n",
        report.budget,
        report.question.elements,
        report.question.kinds.join(", "),
        model.head.currency,
        model.head.price_year,
        million(report.head.base_cost)
    );
    let row = |what: &str, set: &SetRow| {
        let mut cells = vec![what.to_owned(), set.elements.join(" + "), million(set.loss)];
        cells.extend(set.loss_of_duration.map(million));
        cells
    };
    let mut rows = vec![row("worst", &report.worst)];
    rows.extend(report.equals.iter().map(|set| row("as bad", set)));
    rows.push(row("heuristic", &report.heuristic));
    let over = report.question.days.map(|days| format!("over {days} days"));
    let mut header = vec!["", "what fails", "loss"];
    header.extend(over.as_deref());
    text += &table(&header, rows);
    text += &match report.stopped {
        false => format!("\nExact: no set within the budget loses more; {} sets were worked out.", report.worked_out),
        true => format!(
            "\nNot searched to the end: no set loses more than {} M; {} sets were worked out.",
            million(report.at_most),
            report.worked_out
        ),
    };
    text += &format!("\nThe heuristic is at most {:.1} % short of it.", 100.0 * report.heuristic_gap);
    text
}
