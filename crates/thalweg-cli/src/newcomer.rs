//! `thalweg depend --new`: the cost of a refusal against the size of a new supplier or link.
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::Stage;
use crate::watching::{Terminal, Work};
use clap::Args;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::newcomer::NewcomerRequest;
use thalweg_formats::wire::newcomer::NewcomerReport;

/// What is new and what it costs.
#[derive(Debug, Args)]
pub struct NewcomerArgs {
    /// Cost of the refusal of `--by` to `--of` against the size of what this scenario brings; by all levers where none is
    /// named
    #[arg(long, value_name = "SCENARIO", requires = "by", requires = "of")]
    pub new: Option<String>,
    /// Limit that is its size, as `thalweg run` names it, such as `link kars_rail`; may be repeated. Without any, the
    /// limits of what the scenario opens, improves or lets sell
    #[arg(long, value_name = "LIMIT", requires = "new")]
    pub limit: Vec<String>,
    /// What it costs a year, in the study's currency: from which probability of a refusal it is worth it
    #[arg(long, value_name = "AMOUNT", requires = "new")]
    pub annual_cost: Option<f64>,
}

/// Answers `depend --new`.
pub fn run(request: &NewcomerRequest, stage: &Stage, json: bool) -> Ended {
    let watch = Terminal::new();
    let work = Work::start();
    let report = request.answer(stage.scene(), &watch)?;
    let interrupted = watch.cancelled();
    drop(watch);
    if json {
        print_json(&report);
    } else {
        print_text(&describe(&report));
        print_text(&work.done(&stage.oracle));
    }
    Ok(if interrupted { Outcome::Interrupted } else { Outcome::Answered })
}

fn million(amount: f64) -> String {
    short(if amount.abs() < 1.0 { 0.0 } else { amount / 1e6 })
}

fn describe(whole: &NewcomerReport) -> String {
    let report = &whole.found;
    let mut text = format!(
        "{} by its size ({}), M {} of {} a year, at least cost; without it the refusal costs {}\n",
        report.scenario,
        report.limits.join(", "),
        whole.head.currency,
        whole.head.price_year,
        million(report.refusal_without)
    );
    let rows = report.sizes.iter().map(|row| {
        vec![
            short(row.size),
            short(row.share * 100.0),
            million(row.refusal),
            row.saved_per_unit.map_or_else(String::new, |saved| short(if saved.abs() < 1e-6 { 0.0 } else { saved })),
            short(if row.undelivered.abs() < 1e-6 { 0.0 } else { row.undelivered }),
            short(row.carried),
            short(row.exposure * 100.0),
            short(row.concentration),
        ]
    });
    text += &table(
        &[
            "size a year",
            "%",
            "refusal costs",
            "saved per unit",
            "more undelivered",
            "carries in calm",
            "touch, %",
            "HHI",
        ],
        rows.collect(),
    );
    text += &match (report.fails_together, report.pivotal_until) {
        (true, _) => "\nRefused, all of it saves nothing: it fails together with what it should replace.".to_owned(),
        (false, Some(share)) => format!(
            "\nFrom a size of {} a year ({} %) the refusal leaves nothing more undelivered: the refuser is not pivotal.",
            short(share * report.full),
            short(share * 100.0)
        ),
        (false, None) => {
            "\nAt any size the refusal leaves something undelivered: the refuser stays pivotal.".to_owned()
        }
    };
    text += &format!(
        "\nAt full size it saves {} a year in calm and {} under the refusal.",
        million(report.saves_in_calm),
        million(report.saves_when_refused)
    );
    if let Some(worth) = &report.worth {
        let cost = million(worth.annual_cost);
        text += &match worth.probability {
            Some(probability) => format!(
                "\nAt {cost} a year it is worth it where a refusal is likelier than {} % a year.",
                short(probability * 100.0)
            ),
            None if worth.verdict == "always" => format!("\nAt {cost} a year it is worth it without any refusal."),
            None => format!("\nAt {cost} a year it is not worth it even if refused every year."),
        };
        if let (Some(share), Some(carried)) = (worth.pays_from_share, worth.pays_from_carried) {
            text += &format!(
                " In calm it pays from {} % of its size on, carrying {} a year.",
                short(share * 100.0),
                short(carried)
            );
        }
    }
    text + "\nTouch and HHI describe; they need not move when the cost of refusal falls."
}
