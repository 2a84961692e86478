//! `thalweg prior`: a demand table from totals by place and what the ways between them cost.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::{StudyArgs, write_new};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use thalweg_engine::prior::{Impedance, PriorError, prior};
use thalweg_formats::fault::Fault;
use thalweg_formats::opened::Opened;
use thalweg_formats::prior_request::{Scaled, Totals, demands_of_prior};
use thalweg_formats::wire::prior::{PriorReport, prior_report};
use thalweg_formats::write_demand::write_demand;
use thalweg_model::ids::CommodityId;
use thalweg_network::instance::Instance;

/// Arguments of `prior`.
#[derive(Debug, Args)]
pub struct PriorArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// Of which commodity
    #[arg(long, value_name = "NAME")]
    commodity: String,
    /// What each place sends and receives: a CSV with the columns place, produces, attracts, unit; the totals of the
    /// study's own demand when left out
    #[arg(long, value_name = "FILE")]
    totals: Option<PathBuf>,
    /// Mean generalised cost of a unit that the table must have, in the study's currency
    #[arg(long, value_name = "AMOUNT", required_unless_present = "beta", conflicts_with = "beta")]
    mean_cost: Option<f64>,
    /// How strongly cost keeps places apart, exp(-beta cost), 1/(currency per unit)
    #[arg(long, value_name = "NUMBER")]
    beta: Option<f64>,
    /// Which totals are scaled to the sum of the other where they do not agree; an error when left out
    #[arg(long, value_name = "WHICH")]
    scale: Option<Side>,
    /// Where the table is written; an existing file is not overwritten. Put it into a study as demand.csv or demand/NAME.csv
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Pairs shown to people; `--json` and the table have all
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Totals of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Side {
    /// What places send
    Produces,
    /// What places receive
    Attracts,
}

/// Runs `prior`.
pub fn run(args: &PriorArgs) -> Ended {
    let opened = args.study.open()?;
    let commodity = opened.names.commodity(&args.commodity).map_err(|error| Fault::name("commodity", &error))?;
    let impedance = impedance(args)?;
    if let Some(out) = args.out.as_ref().filter(|out| out.exists()) {
        return Err(Failure::new(format!("--out: {} exists and is not overwritten; name another file", out.display())));
    }
    let instance = opened.instance(None)?;
    let totals = totals(args, &opened, (&instance, commodity))?;
    let command = command(args, &opened, commodity);
    let found = prior(&instance, commodity, &totals.rows, impedance);
    let found = found.map_err(|error| failure(&opened, &error))?;
    let report = prior_report(&instance, &totals, &found, &command);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&report, args.top));
    }
    if let Some(out) = &args.out {
        let rows = demands_of_prior(&instance, &totals, &found, &command);
        let written = write_demand(&opened.model, &rows).and_then(|text| write_new(out, &text));
        written.map_err(|error| Failure::new(format!("--out: {}: {error}", out.display())))?;
        eprintln!("Table: {} ({} rows)", out.display(), rows.len());
    }
    Ok(Outcome::Answered)
}

fn impedance(args: &PriorArgs) -> Result<Impedance, Failure> {
    let number = |flag: &str, value: f64, least: f64| match value {
        value if value.is_finite() && value >= least => Ok(value),
        value => Err(Failure::new(format!("{flag}: {value} is not a number from {least} up"))),
    };
    match (args.beta, args.mean_cost) {
        (Some(beta), _) => Ok(Impedance::Beta(number("--beta", beta, 0.0)?)),
        (None, Some(mean)) => Ok(Impedance::MeanCost(number("--mean-cost", mean, 0.0)?)),
        (None, None) => Err(Failure::new("--mean-cost: give a mean cost, or --beta")),
    }
}

fn totals(
    args: &PriorArgs,
    opened: &Opened,
    (instance, commodity): (&Instance, CommodityId),
) -> Result<Totals, Failure> {
    let key = &opened.model.commodities[commodity.index()].key;
    let totals = match &args.totals {
        Some(path) => {
            let bytes =
                std::fs::read(path).map_err(|error| Failure::new(format!("--totals: {}: {error}", path.display())))?;
            let name = path.display().to_string();
            Totals::of_file((&name, &bytes), &opened.model, (commodity, opened.as_of))
                .map_err(|problems| Fault::problems(&name, problems))?
        }
        None => Totals::of_study(instance, commodity),
    };
    if totals.rows.iter().all(|row| row.produces == 0.0) {
        let line =
            format!("--totals: no place sends any `{key}` to a fixed place on {}; name a file of totals", opened.as_of);
        return Err(Failure::new(line));
    }
    Ok(totals.scaled(match args.scale {
        None => Scaled::Neither,
        Some(Side::Produces) => Scaled::Produces,
        Some(Side::Attracts) => Scaled::Attracts,
    }))
}

fn command(args: &PriorArgs, opened: &Opened, commodity: CommodityId) -> String {
    let impedance = match (args.beta, args.mean_cost) {
        (Some(beta), _) => format!("--beta {beta}"),
        (None, mean) => format!("--mean-cost {}", mean.unwrap_or_default()),
    };
    let file = args.totals.as_ref().and_then(|path| path.file_name());
    let totals = file.map_or_else(String::new, |name| format!(" --totals {}", name.to_string_lossy()));
    let scale = match args.scale {
        None => "",
        Some(Side::Produces) => " --scale produces",
        Some(Side::Attracts) => " --scale attracts",
    };
    format!(
        "thalweg {} prior {} --commodity {} {impedance}{totals}{scale} --as-of {}",
        env!("CARGO_PKG_VERSION"),
        opened.model.head.name,
        opened.model.commodities[commodity.index()].key,
        opened.as_of
    )
}

fn failure(opened: &Opened, error: &PriorError) -> Failure {
    match error {
        PriorError::Short { origins, .. } => {
            let keys: Vec<&str> = origins.iter().map(|node| opened.model.nodes[node.index()].key.as_str()).collect();
            Failure::new(format!("--totals: {error}: {}", keys.join(", ")))
        }
        PriorError::Totals(_) => Failure::new(format!("--totals: {error}; --scale makes one side give way")),
        PriorError::Unreached { .. } => Failure::new(format!("--mean-cost: {error}")),
        PriorError::Unbalanced { .. } | PriorError::Flags(_) => Failure::new(error.to_string()),
    }
}

fn describe(report: &PriorReport, top: usize) -> String {
    let PriorReport { currency, unit, .. } = report;
    let mut text = format!(
        "Prior of {} as of {}: {} {unit} a year between {} pairs\n\
         beta {} per {currency}/{unit}; a unit costs {} on average, {} without impedance; {} days\n\
         totals met to {:e} of their size in {} passes; entropy {}",
        report.commodity,
        report.as_of,
        short(report.volume),
        report.pairs.len(),
        short(report.beta),
        short(report.mean_cost),
        short(report.mean_cost_without_impedance),
        short(report.mean_days),
        report.error,
        report.passes,
        short(report.entropy)
    );
    for (side, factor) in [("send", report.factor_on_produces), ("receive", report.factor_on_attracts)] {
        if factor != 1.0 {
            text += &format!("\nWhat places {side} is scaled by {factor:.4} to the sum of the other side.");
        }
    }
    if let Some(misplaced) = report.misplaced {
        let share = short(100.0 * misplaced);
        text += &format!(
            "\nThe study's own demand wants {} {unit} between these places; {share} % of it lies on other pairs here.",
            short(report.stated)
        );
    }
    let rows = report.pairs.iter().take(top).map(|row| {
        let numbers = [row.volume, row.stated, row.cost, row.days].map(short);
        [row.origin.clone(), row.destination.clone()].into_iter().chain(numbers).collect()
    });
    let header = ["from", "to", "volume", "stated", &format!("{currency} a unit"), "days"];
    text += &format!("\n{}", table(&header, rows.collect()));
    if report.pairs.len() > top {
        text += &format!("\n{} more; --top shows more lines", report.pairs.len() - top);
    }
    let shut: Vec<String> = report
        .zeros
        .iter()
        .filter(|row| row.reason == "no_way")
        .map(|row| format!("{} > {}", row.origin, row.destination))
        .collect();
    if !shut.is_empty() {
        text += &format!("\nNo way leads, so nothing goes: {}", shut.join(", "));
    }
    format!("{text}\n{}", report.caveats.join("\n"))
}
