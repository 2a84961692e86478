//! `thalweg depend`: who needs whose gates, for how much, and what that is worth.
use crate::exit::{Ended, Outcome};
use crate::matrix::matrices;
use crate::newcomer::{self, NewcomerArgs};
use crate::output::{print_json, print_text, short, table};
use crate::study::{Stage, StudyArgs};
use crate::watching::{Terminal, Work};
use clap::Args;
use std::path::PathBuf;
use thalweg_engine::dependence::Dependence;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::losses::DependRequest;
use thalweg_formats::ask::newcomer::NewcomerRequest;
use thalweg_formats::wire::dependence::CAVEATS;
use thalweg_model::model::Model;

/// Arguments of `depend`.
#[derive(Debug, Args)]
pub struct DependArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// Only this actor's gates
    #[arg(long, value_name = "ACTOR")]
    by: Option<String>,
    /// Only this beneficiary's shipments
    #[arg(long, value_name = "ACTOR")]
    of: Option<String>,
    /// By this lever: territory, operation, ownership or supply; several are counted together, without any each is
    /// counted alone
    #[arg(long, value_name = "LEVER")]
    lever: Vec<String>,
    /// Only this commodity
    #[arg(long, value_name = "NAME")]
    commodity: Option<String>,
    /// Also the charge that brings the share that touches to this percentage
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    under: Option<f64>,
    /// Also at the long horizon: with this scenario that has ramped up by then; may be given several times
    #[arg(long, value_name = "NAME")]
    long: Vec<String>,
    #[command(flatten)]
    newcomer: NewcomerArgs,
    /// A grid of actors against beneficiaries for each layer, commodity and lever
    #[arg(long, conflicts_with = "json")]
    matrix: bool,
    /// Only the N costliest
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// File of curves found so far: read first, then written as they are found
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Under this scenario of the study
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

impl DependArgs {
    /// What parts of an answer depend on besides study, date and scenario; whose they are is in each part's name.
    fn setting(&self) -> String {
        match &self.newcomer.new {
            None => format!("depend, later {}", self.long.join(" ")),
            Some(name) => {
                let whose = [&self.by, &self.of, &self.commodity].map(|word| word.as_deref().unwrap_or("-"));
                let (levers, limits) = (self.lever.join("+"), self.newcomer.limit.join("+"));
                format!("depend, new {name}, {} {levers}, {limits}", whose.join(" "))
            }
        }
    }
}

/// A percentage from 0 to 100.
pub fn percentage(text: &str) -> Result<f64, String> {
    let number: f64 =
        text.trim_end_matches('%').parse().map_err(|_| "a percentage is a number such as 20".to_owned())?;
    if (0.0..=100.0).contains(&number) { Ok(number) } else { Err("a percentage is from 0 to 100".to_owned()) }
}

/// Runs `depend`.
pub fn run(args: &DependArgs) -> Ended {
    let mut stage = args.study.stage(args.scenario.as_deref())?;
    let request = DependRequest {
        by: args.by.clone(),
        of: args.of.clone(),
        lever: args.lever.clone(),
        commodity: args.commodity.clone(),
        under: args.under,
        long: args.long.clone(),
        top: args.top,
    };
    let setting = args.setting();
    let head = args.study.line_head(&stage.opened, args.scenario.as_deref(), &setting);
    stage.resume(args.resume.as_deref(), || head)?;
    let Stage { opened, oracle, .. } = &stage;
    if let (Some(new), Some(by), Some(of)) = (&args.newcomer.new, &args.by, &args.of) {
        let newcomer = NewcomerRequest {
            new: new.clone(),
            by: by.clone(),
            of: of.clone(),
            lever: args.lever.clone(),
            commodity: args.commodity.clone(),
            limit: args.newcomer.limit.clone(),
            annual_cost: args.newcomer.annual_cost,
        };
        return newcomer::run(&newcomer, &stage, args.json);
    }
    let watch = Terminal::new();
    let work = Work::start();
    let found = request.found(stage.scene(), &watch)?;
    let interrupted = watch.cancelled();
    drop(watch);
    let under = request.share()?;
    if args.json {
        print_json(&request.report(stage.scene(), &found)?);
    } else {
        for (name, _, rows) in &found {
            let shown =
                if args.matrix { matrices(&opened.model, rows) } else { describe(&opened.model, name, rows, under) };
            print_text(&shown);
        }
        print_text(&format!("{}\n{}", CAVEATS.join("\n"), work.done(oracle)));
    }
    Ok(match (interrupted, found.iter().all(|(_, _, rows)| rows.is_empty())) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::NothingFound,
        (false, false) => Outcome::Answered,
    })
}

/// Tables of this many relations or fewer are followed by their curves.
const CURVES_SHOWN: usize = 4;

fn describe(model: &Model, horizon: &str, found: &[Dependence], under: Option<f64>) -> String {
    if found.is_empty() {
        return format!("{horizon} horizon: no least-cost path of the beneficiary touches a gate of the actor.");
    }
    let mut text = format!(
        "{horizon} horizon, at least cost under capacities; M {} of {} a year, charges in {} a unit\n",
        model.head.currency, model.head.price_year, model.head.currency
    );
    let mut header = vec![
        "gates of",
        "shipments of",
        "lever",
        "commodity",
        "touch, %",
        "cannot do without, %",
        "refusal",
        "rerouting",
        "unserved",
        "at x0.5",
        "at x2",
        "own loss",
        "best toll",
        "brings",
    ];
    let under_title = under.map(|share| format!("charge for {} %", short(share * 100.0)));
    header.extend(under_title.as_deref());
    text += &table(&header, found.iter().map(|row| cells(model, row, under)).collect());
    if found.len() <= CURVES_SHOWN {
        for row in found {
            text += &curve_lines(model, row);
        }
    }
    text
}

fn cells(model: &Model, row: &Dependence, under: Option<f64>) -> Vec<String> {
    let key = |actor: thalweg_model::ids::ActorId| model.actors[actor.index()].key.clone();
    let million = |amount: f64| short(if amount.abs() < 1.0 { 0.0 } else { amount / 1e6 });
    let toll = row.curve.extraction();
    let mut cells = vec![
        key(row.relation.by),
        row.relation.of.map_or_else(|| "all".to_owned(), key),
        row.relation.levers.iter().map(|lever| lever.name()).collect::<Vec<_>>().join(" or "),
        row.relation.commodity.map_or_else(|| "all".to_owned(), |id| model.commodities[id.index()].key.clone()),
        short(row.exposure() * 100.0),
        short(row.indispensability() * 100.0),
        million(row.refusal),
        million(row.change.rerouting),
        million(row.change.unserved),
    ];
    cells.extend(row.by_unserved_cost.iter().map(|(_, loss)| million(*loss)));
    cells.push(row.own_loss.map_or_else(String::new, million));
    cells.push(toll.map_or_else(String::new, |(charge, _)| short(charge)));
    cells.push(toll.map_or_else(String::new, |(_, brought)| million(brought)));
    if let Some(share) = under {
        cells.push(row.charge_for_share(share).map_or_else(|| "none".to_owned(), short));
    }
    cells
}

/// The steps of a curve, one a line.
fn curve_lines(model: &Model, row: &Dependence) -> String {
    let commodity = row.relation.commodity.map(|id| &model.commodities[id.index()]);
    let unit = commodity.map_or_else(|| "units".to_owned(), |row| row.unit.to_string());
    let name = |actor: thalweg_model::ids::ActorId| model.actors[actor.index()].key.as_str();
    let mut text = format!(
        "\n{} of {} by {}: {unit} a year that still touch when each pays so much",
        name(row.relation.by),
        row.relation.of.map_or("all", name),
        row.relation.levers.iter().map(|lever| lever.name()).collect::<Vec<_>>().join(" or ")
    );
    if let Some(commodity) = commodity {
        text += &format!(", {}", commodity.key);
    }
    for step in &row.curve.steps {
        let range = if step.to.is_finite() {
            format!("{} to {}", short(step.from), short(step.to))
        } else {
            format!("above {}", short(step.from))
        };
        text += &format!("\n  {range:>24}  {}", short(step.touching));
    }
    text
}
