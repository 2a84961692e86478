//! `thalweg repair`: in which order to mend what is broken and to open what is shut.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::StudyArgs;
use crate::watching::Terminal;
use clap::Args;
use std::path::PathBuf;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::repair::RepairRequest;
use thalweg_formats::fault::Fault;
use thalweg_formats::ledger::LedgerFile;
use thalweg_formats::opened::Opened;
use thalweg_formats::wire::repair::{PlanRow, RepairReport};
use thalweg_model::model::Model;

/// Arguments of `repair`.
#[derive(Debug, Args)]
pub struct RepairArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// Something broken, the days its repair takes, and its cost where it has one: 'link KEY=90:2000000'; given once for
    /// each
    #[arg(long, value_name = "ELEMENT=DAYS[:COST]")]
    mend: Vec<String>,
    /// A scenario of the study that may be brought about, the days that takes, and its cost
    #[arg(long, value_name = "SCENARIO=DAYS[:COST]")]
    open: Vec<String>,
    /// Days looked at
    #[arg(long, value_name = "DAYS", default_value_t = 365)]
    horizon: u32,
    /// Interest a year, such as 0.06
    #[arg(long, value_name = "RATE", default_value_t = 0.0)]
    interest: f64,
    /// Do everything, even what does not pay within the horizon
    #[arg(long)]
    all: bool,
    /// Compare with the same damage when this scenario of the study is in force from the start
    #[arg(long, value_name = "SCENARIO")]
    opened: Option<String>,
    /// File of values found so far: read first, then written as they are found
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Under this scenario of the study
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `repair`.
pub fn run(args: &RepairArgs) -> Ended {
    if args.mend.is_empty() && args.open.is_empty() {
        return Err(Failure::new("say what is to be done: --mend 'link KEY=DAYS' or --open SCENARIO=DAYS"));
    }
    let stage = args.study.stage(args.scenario.as_deref())?;
    let request = RepairRequest {
        mend: args.mend.clone(),
        open: args.open.clone(),
        horizon: args.horizon,
        interest: args.interest,
        all: args.all,
        opened: args.opened.clone(),
    };
    let watch = Terminal::new();
    let known = |labels: &[String], opened_by: Option<&str>| ledger(args, &stage.opened, labels, opened_by);
    let report = request.answer_with(stage.scene(), &known, &watch)?;
    let interrupted = watch.cancelled();
    drop(watch);
    match args.json {
        true => print_json(&report),
        false => print_text(&describe(&stage.oracle, &report)),
    }
    Ok(if interrupted { Outcome::Interrupted } else { Outcome::Answered })
}

fn ledger(args: &RepairArgs, opened: &Opened, labels: &[String], opened_by: Option<&str>) -> Result<LedgerFile, Fault> {
    let Some(path) = &args.resume else { return Ok(LedgerFile::in_memory(labels.to_vec())) };
    let mut path = path.clone();
    if let Some(name) = opened_by {
        path.as_mut_os_string().push(format!(".{name}"));
    }
    let setting = format!("repair of {} {}", labels.join(", "), opened_by.unwrap_or_default());
    let head = args.study.line_head(opened, args.scenario.as_deref(), &setting);
    let head = head.map_err(|failure| Fault::new(failure.to_string()))?;
    LedgerFile::open(&path, &head, labels.to_vec())
        .map_err(|error| Fault::at("resume", format!("{}: {error}", path.display())))
}

fn describe(oracle: &Oracle, report: &RepairReport) -> String {
    let model = &oracle.base().model;
    let mut text = format!(
        "In which order to mend and open, {} days, M {} of {}\n",
        report.horizon_days, model.head.currency, model.head.price_year
    );
    text += &plan_text(model, report, &report.plan);
    if let Some(opened) = &report.opened {
        let million = |amount: f64| short(amount / 1e6);
        text += &format!("\n\nThe same with {} in force from the start:\n", opened.scenario);
        text += &plan_text(model, report, &opened.plan);
        text += &format!(
            "\n\nMending alone saves {} M, opening alone {} M, both {} M.",
            million(opened.saved_by_mending),
            million(opened.saved_by_opening),
            million(opened.saved_by_both)
        );
    }
    text
}

fn plan_text(model: &Model, report: &RepairReport, plan: &PlanRow) -> String {
    let million = |amount: f64| short(amount / 1e6);
    let rows = plan.steps.iter().map(|step| {
        let saves = step.yearly_cost_before - step.yearly_cost_after;
        vec![step.what.clone(), step.begins_day.to_string(), step.ends_day.to_string(), million(saves)]
    });
    let mut text = table(&["step", "begins, day", "done, day", "saves a year, M"], rows.collect());
    let undone = report.tasks.len() - plan.steps.len();
    if undone > 0 {
        text += &format!("\n{undone} left undone: they do not pay within {} days.", report.horizon_days);
    }
    text += &format!(
        "\nLost above an undamaged network: {} M; {} M if nothing is done, {} M if always the greatest help is next ({}).",
        million(plan.total - plan.at_least),
        million(plan.none_total - plan.at_least),
        million(plan.myopic_total - plan.at_least),
        model.head.currency
    );
    text += match (plan.exact, plan.stopped) {
        (true, _) => "\nExact: no other order costs less.",
        (false, false) => "\nMore than twelve tasks: looked two tasks ahead, not exact.",
        (false, true) => "\nStopped before the end: the best order so far.",
    };
    text
}
