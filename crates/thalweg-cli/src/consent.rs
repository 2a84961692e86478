//! `thalweg consent`: who must agree to a route, a project or the end of a shared asset, and what refusing costs each.
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::StudyArgs;
use crate::watching::{Terminal, Work};
use clap::Args;
use std::path::PathBuf;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::consent::ConsentRequest;
use thalweg_formats::wire::consents::{ConsentReport, ProjectRow, RouteConsentRow, UndoneRow};

/// Arguments of `consent`.
#[derive(Debug, Args)]
pub struct ConsentArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// Place a route starts from
    #[arg(long, value_name = "PLACE", requires = "to")]
    from: Option<String>,
    /// Place it goes to
    #[arg(long, value_name = "PLACE", requires = "from")]
    to: Option<String>,
    /// What is shipped; the study's first commodity when left out
    #[arg(long, value_name = "COMMODITY")]
    commodity: Option<String>,
    /// Consent to this scenario of the study, as a project or an arrangement
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from", "undo"])]
    project: Option<String>,
    /// What undoing this shared asset would cost whom
    #[arg(long, value_name = "ASSET", conflicts_with = "from")]
    undo: Option<String>,
    /// File of losses found so far: read first, then written as they are found
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Under this scenario of the study
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `consent`.
pub fn run(args: &ConsentArgs) -> Ended {
    let mut stage = args.study.stage(args.scenario.as_deref())?;
    let setting = {
        let words = [&args.from, &args.to, &args.commodity, &args.project, &args.undo];
        let words: Vec<&str> = words.into_iter().map(|word| word.as_deref().unwrap_or("-")).collect();
        format!("consent {}", words.join(" "))
    };
    let head = args.study.line_head(&stage.opened, args.scenario.as_deref(), &setting);
    stage.resume(args.resume.as_deref(), || head)?;
    let watch = Terminal::new();
    let work = Work::start();
    let request = ConsentRequest {
        from: args.from.clone(),
        to: args.to.clone(),
        commodity: args.commodity.clone(),
        project: args.project.clone(),
        undo: args.undo.clone(),
    };
    let report = request.answer(stage.scene(), &watch)?;
    let interrupted = watch.cancelled();
    drop(watch);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&report));
        print_text(&work.done(&stage.oracle));
    }
    let unreachable = report.route.as_ref().is_some_and(|route| route.consent.is_none());
    Ok(match (interrupted, unreachable) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::NothingFound,
        (false, false) => Outcome::Answered,
    })
}

fn million(amount: f64) -> String {
    short(if amount.abs() < 1.0 { 0.0 } else { amount / 1e6 })
}

fn describe(report: &ConsentReport) -> String {
    let mut text =
        format!("At least cost under capacities, M {} of {} a year\n", report.head.currency, report.head.price_year);
    text += &match (&report.route, &report.project, &report.undone) {
        (Some(route), ..) => describe_route(route),
        (_, Some(project), _) => describe_project(project),
        (.., Some(undone)) => describe_undone(undone),
        _ => String::new(),
    };
    text
}

/// Coalitions that open a route, as far as people are shown them.
const COALITIONS_SHOWN: usize = 6;
/// Changes named one by one.
const CHANGES_SHOWN: usize = 3;

fn describe_route(route: &RouteConsentRow) -> String {
    let Some(consent) = &route.consent else {
        return format!("{} to {}: no route; `thalweg explain` names what would open one.", route.from, route.to);
    };
    let mut text = format!("{} to {}\n", route.from, route.to);
    let rows = route.losses.iter().map(|row| vec![row.actor.clone(), million(row.own_loss), million(row.system_loss)]);
    text += &table(&["can stop it alone", "loses by it", "costs all"], rows.collect());
    for coalition in consent.blocking.iter().filter(|coalition| coalition.len() > 1) {
        text += &format!("\nCan stop it together: {}", coalition.join(", "));
    }
    for coalition in consent.opening.iter().take(COALITIONS_SHOWN) {
        text += &format!("\nEnough to open it: {}", coalition.join(", "));
    }
    if !consent.opening_complete || consent.opening.len() > COALITIONS_SHOWN {
        text += "\nThere are more coalitions that open it.";
    }
    text + "\nLosses are of refusing all modelled trade between the two states in the commodity, by every lever."
}

fn describe_project(project: &ProjectRow) -> String {
    let mut text = format!("{}: all together save {}\n", project.scenario, million(project.gain));
    let signatory = |row: &thalweg_formats::wire::consents::SignatoryRow| {
        let more = row.changes.len().saturating_sub(CHANGES_SHOWN);
        let named = row.changes[..row.changes.len() - more].join(", ");
        let part = if more > 0 { format!("{named} and {more} more") } else { named };
        vec![row.actor.clone(), row.state.clone(), million(row.gain), part]
    };
    text += &table(
        &["can stop it alone", "state", "the state gains", "its part"],
        project.signatories.iter().map(signatory).collect(),
    );
    let signs = |state: &String| project.signatories.iter().any(|row| &row.state == state);
    let mut others: Vec<(&String, f64)> =
        project.gains.iter().filter(|(state, _)| !signs(state)).map(|(state, gain)| (state, *gain)).collect();
    others.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
    for (state, gain) in others {
        let word = if gain < 0.0 { "loses" } else { "gains" };
        text += &format!("\n{state} has no say and {word} {}", million(gain.abs()));
    }
    for (state, left) in project.left_without.iter().filter(|(_, left)| **left < project.gain * 0.999) {
        text += &format!("\nOf the saving {} is left when {state} lets nobody through", million(*left));
    }
    text + "\nAll of those who can stop it are needed; with all of them it opens."
}

fn describe_undone(undone: &UndoneRow) -> String {
    let mut text = format!("Without {}: the cost of all rises by {}\n", undone.asset, million(undone.system_loss));
    let mut rows: Vec<(&String, f64)> = undone.losses.iter().map(|(state, loss)| (state, *loss)).collect();
    rows.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
    text +=
        &table(&["state", "loses"], rows.into_iter().map(|(state, loss)| vec![state.clone(), million(loss)]).collect());
    for (holder, share) in &undone.holders {
        let block = if undone.blockers.contains(holder) { ", can block" } else { "" };
        text += &format!("\n{holder} holds {} %{block}", short(share * 100.0));
    }
    text
}
