//! `thalweg repair`: in which order to mend what is broken and to open what is shut.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::{StudyArgs, oracle};
use crate::watching::Terminal;
use clap::Args;
use std::path::PathBuf;
use thalweg_engine::gate_kinds::closable;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::stress::failing::{Failing, not_opened, shut};
use thalweg_engine::stress::losses::Remembered;
use thalweg_engine::stress::oracle_losses::OracleLosses;
use thalweg_engine::stress::repair::{Repair, Scope, Task, Works, repair};
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::stress::kind_of;
use thalweg_formats::ledger::LedgerFile;
use thalweg_formats::opened::Opened;
use thalweg_formats::wire::losses::losses_head;
use thalweg_formats::wire::repair::{PlanRow, RepairReport, opened_row, plan_row, task_rows};
use thalweg_model::model::Model;
use thalweg_model::nearest::nearest;
use thalweg_network::instance::Instance;

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
    let opened = args.study.open()?;
    let (oracle, from) = oracle(&opened, args.scenario.as_deref())?;
    let (elements, works) = works(args, &opened, oracle.base())?;
    let labels: Vec<String> = elements.iter().map(|element| element.label.clone()).collect();
    let watch = Terminal::new();
    let solve = |from: State, opened_by: Option<&str>| -> Result<Repair, Failure> {
        let ledger = ledger(args, &opened, &labels, opened_by)?;
        let losses = OracleLosses::new(&oracle, from, elements.clone());
        Ok(repair(&Remembered { losses: &losses, ledger: &ledger }, &works, &watch)?)
    };
    let plan = plan_row(&works, &labels, &solve(from.clone(), None)?);
    let with_opened = match &args.opened {
        None => None,
        Some(name) => {
            opened.scenario(name)?;
            let mut state = from.clone();
            state.scenarios.extend(oracle.scenarios().iter().position(|row| &row.name == name));
            Some(opened_row(name, plan_row(&works, &labels, &solve(state, Some(name))?), &plan))
        }
    };
    let interrupted = watch.cancelled();
    drop(watch);
    let report = RepairReport {
        head: losses_head(&oracle, &from)?,
        horizon_days: works.horizon,
        interest_a_day: works.interest,
        tasks: task_rows(&works, &labels),
        plan,
        opened: with_opened,
    };
    match args.json {
        true => print_json(&report),
        false => print_text(&describe(&oracle, &report)),
    }
    Ok(if interrupted { Outcome::Interrupted } else { Outcome::Answered })
}

fn ledger(
    args: &RepairArgs,
    opened: &Opened,
    labels: &[String],
    opened_by: Option<&str>,
) -> Result<LedgerFile, Failure> {
    let Some(path) = &args.resume else { return Ok(LedgerFile::in_memory(labels.to_vec())) };
    let mut path = path.clone();
    if let Some(name) = opened_by {
        path.as_mut_os_string().push(format!(".{name}"));
    }
    let setting = format!("repair of {} {}", labels.join(", "), opened_by.unwrap_or_default());
    let head = args.study.line_head(opened, args.scenario.as_deref(), &setting)?;
    LedgerFile::open(&path, &head, labels.to_vec())
        .map_err(|error| Failure::new(format!("--resume: {}: {error}", path.display())))
}

/// The elements that are down and the tasks, from `--mend` and `--open`.
fn works(args: &RepairArgs, opened: &Opened, instance: &Instance) -> Result<(Vec<Failing>, Works), Failure> {
    let (mut elements, mut tasks) = (Vec::new(), Vec::new());
    for text in &args.mend {
        let (label, periods, cost) = task_of("--mend", text)?;
        elements.push(broken(instance, label)?);
        tasks.push(Task { element: tasks.len(), periods, cost });
    }
    for text in &args.open {
        let (name, periods, cost) = task_of("--open", text)?;
        opened.scenario(name)?;
        let position = opened.scenarios.iter().position(|row| row.name == name).unwrap_or_default();
        elements.push(not_opened(instance, position, name));
        tasks.push(Task { element: tasks.len(), periods, cost });
    }
    let interest = (1.0 + args.interest).powf(1.0 / 365.0) - 1.0;
    let scope = if args.all { Scope::All } else { Scope::WhatPays };
    Ok((elements, Works { tasks, scope, horizon: args.horizon, years: 1.0 / 365.0, interest }))
}

/// What is done, how many days it takes, what it costs.
fn task_of<'a>(flag: &str, text: &'a str) -> Result<(&'a str, u32, f64), Failure> {
    let wrong =
        || Failure::new(format!("{flag}: `{text}` does not say what and how many days, as 'link KEY=90:2000000'"));
    let (label, rest) = text.rsplit_once('=').ok_or_else(wrong)?;
    let (days, cost) = rest.split_once(':').unwrap_or((rest, "0"));
    let days: u32 = days.trim().parse().ok().filter(|days| *days > 0).ok_or_else(wrong)?;
    let cost: f64 = cost.trim().parse().ok().filter(|cost| *cost >= 0.0).ok_or_else(wrong)?;
    Ok((label.trim(), days, cost))
}

fn broken(instance: &Instance, label: &str) -> Result<Failing, Failure> {
    let (kind, subject) = label.split_once([' ', ':']).ok_or_else(|| {
        Failure::new(format!("--mend: `{label}` does not say a kind and a key, as `link KEY` or `terminal KEY`"))
    })?;
    let kind = kind_of("mend", kind)?;
    let known = closable(instance, kind);
    if known.contains_key(subject.trim()) {
        return Ok(shut(instance, kind, subject.trim()));
    }
    let near = nearest(subject, known.keys().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
    Err(Failure::new(format!("--mend: no {} is called `{subject}`{hint}", kind.name())))
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
