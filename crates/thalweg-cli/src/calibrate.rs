//! `thalweg calibrate`: constants of the descriptive program from counts, and what they predict.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::{StudyArgs, write_new};
use crate::watching::Terminal;
use clap::Args;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::path::PathBuf;
use thalweg_engine::calibration::adjustment::{Adjustment, AdjustmentPlan, adjust_to_counts};
use thalweg_engine::calibration::counts::{DataErrors, year_of};
use thalweg_engine::calibration::{Calibration, Plan, calibrate};
use thalweg_engine::matrix_adjustment::Criterion;
use thalweg_engine::watch::Watch;
use thalweg_formats::opened::Opened;
use thalweg_formats::wire::adjustment::{AdjustmentReport, adjusted_demands, adjustment_report};
use thalweg_formats::wire::calibrate::{CalibrationReport, calibration_report};
use thalweg_formats::write_calibration::write_calibration;
use thalweg_formats::write_demand::write_demand;
use thalweg_model::nearest::nearest;

/// Arguments of `calibrate`.
#[derive(Debug, Args)]
pub struct CalibrateArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// Year whose counts are fitted; its rows are read as of 30 June unless --as-of says another day of it
    #[arg(long, value_name = "YEAR")]
    fit: i16,
    /// Years or keys of counts that are predicted, not fitted: 2022..2024,2025,baku_boxes_2021
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    hold_out: Vec<String>,
    /// Relative errors of counts without a range, by confidence: high, medium, low or estimate
    #[arg(long, value_name = "HIGH,MEDIUM,LOW", value_delimiter = ',', default_value = "0.05,0.15,0.4")]
    data_error: Vec<f64>,
    /// Where the table is written; an existing file is not overwritten. Put it into the study as calibration.csv
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Last resort: also adjust demand to the counts of the year, by minimum_information or least_squares. The study is
    /// not changed and nothing else uses it
    #[arg(long, value_name = "CRITERION", requires = "demand_error")]
    adjust: Option<String>,
    /// Relative errors of demands without a range, by confidence: high, medium, low or estimate
    #[arg(long, value_name = "HIGH,MEDIUM,LOW", value_delimiter = ',', requires = "adjust")]
    demand_error: Vec<f64>,
    /// Where the demands that were adjusted are written, as rows of the table demand
    #[arg(long, value_name = "FILE", requires = "adjust")]
    adjust_out: Option<PathBuf>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `calibrate`.
pub fn run(args: &CalibrateArgs) -> Ended {
    let opened = args.study.open()?;
    let plan = plan(args, &opened)?;
    let how = adjustment_plan(args)?;
    for (flag, file) in [("--out", &args.out), ("--adjust-out", &args.adjust_out)] {
        if let Some(file) = file.as_ref().filter(|file| file.exists()) {
            let line = format!("{flag}: {} exists and is not overwritten; name another file", file.display());
            return Err(Failure::new(line));
        }
    }
    let watch = Terminal::new();
    let found = calibrate(&opened.model, &plan, &watch)?;
    let adjust = |how| adjust_to_counts(&opened.model, (&plan, &found.constants), how, &watch);
    let adjusted = how.filter(|_| !watch.cancelled()).map(adjust).transpose()?;
    let stopped = watch.cancelled();
    drop(watch);
    let mut report = calibration_report(&opened.model, &plan, &found);
    report.adjustment = adjusted.as_ref().map(|adjusted| adjustment_report(&opened.model, adjusted));
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&report));
    }
    if stopped {
        eprintln!("Stopped before the end: no table is written.");
        return Ok(Outcome::Interrupted);
    }
    write_tables(args, &opened, (&plan, &found, adjusted.as_ref()))
}

fn write_tables(
    args: &CalibrateArgs,
    opened: &Opened,
    (plan, found, adjusted): (&Plan, &Calibration, Option<&Adjustment>),
) -> Ended {
    if let (Some(out), Some(adjusted)) = (&args.adjust_out, adjusted) {
        let rows = adjusted_demands(&opened.model, adjusted, &plan.run);
        let text = write_demand(&opened.model, &rows).and_then(|text| write_new(out, &text));
        text.map_err(|error| Failure::new(format!("--adjust-out: {}: {error}", out.display())))?;
        eprintln!("Adjusted demand: {} ({} rows)", out.display(), rows.len());
    }
    if found.constants.is_empty() {
        eprintln!("No count could be fitted; the table above says why for each. No table of constants is written.");
        let counted = adjusted.is_some_and(|adjusted| !adjusted.counts.is_empty());
        return Ok(if counted { Outcome::Answered } else { Outcome::NothingFound });
    }
    if let Some(out) = &args.out {
        let text = write_calibration(&opened.model, &found.constants).and_then(|text| write_new(out, &text));
        text.map_err(|error| Failure::new(format!("--out: {}: {error}", out.display())))?;
        eprintln!("Table: {}", out.display());
    }
    Ok(Outcome::Answered)
}

/// How demand is adjusted, if it is.
fn adjustment_plan(args: &CalibrateArgs) -> Result<Option<AdjustmentPlan>, Failure> {
    let Some(name) = &args.adjust else { return Ok(None) };
    let criterion = Criterion::ALL.into_iter().find(|criterion| criterion.name() == name).ok_or_else(|| {
        let names = Criterion::ALL.map(Criterion::name).join(" or ");
        Failure::new(format!("--adjust: `{name}` is no criterion; write {names}"))
    })?;
    let demand_errors = errors_of("--demand-error", &args.demand_error)?;
    Ok(Some(AdjustmentPlan { criterion, demand_errors }))
}

/// Relative errors by confidence.
fn errors_of(flag: &str, errors: &[f64]) -> Result<DataErrors, Failure> {
    let &[high, medium, low] = errors else {
        return Err(Failure::new(format!("{flag}: takes three numbers, such as 0.05,0.15,0.4")));
    };
    if errors.iter().any(|error| !(error.is_finite() && *error > 0.0)) {
        return Err(Failure::new(format!("{flag}: an error is above zero; 0.05 means five per cent")));
    }
    Ok(DataErrors { high, medium, low })
}

fn plan(args: &CalibrateArgs, opened: &Opened) -> Result<Plan, Failure> {
    let counted: BTreeSet<i16> = opened.model.observations.iter().filter_map(|row| year_of(&row.period)).collect();
    if !counted.contains(&args.fit) {
        let years: Vec<String> = counted.iter().map(ToString::to_string).collect();
        let line = format!("--fit: the study counts nothing in {}; it has counts of {}", args.fit, years.join(", "));
        return Err(Failure::new(line));
    }
    let as_of = match args.study.as_of {
        Some(day) if day.year() != args.fit => {
            return Err(Failure::new(format!("--as-of: {day} is not a day of {}, the year of --fit", args.fit)));
        }
        Some(day) => day,
        None => Date::new(args.fit, 6, 30).map_err(|error| Failure::new(format!("--fit: {error}")))?,
    };
    let errors = errors_of("--data-error", &args.data_error)?;
    let DataErrors { high, medium, low } = errors;
    let (mut hold_out_years, mut hold_out_keys) = (Vec::new(), BTreeSet::new());
    for item in &args.hold_out {
        match years(item) {
            Some(years) => hold_out_years.extend(years),
            None => {
                hold_out_keys.insert(known_key(opened, item)?);
            }
        }
    }
    hold_out_years.sort_unstable();
    hold_out_years.dedup();
    if hold_out_years.contains(&args.fit) {
        return Err(Failure::new(format!("--hold-out: {} is the year of --fit; name single counts of it", args.fit)));
    }
    let held =
        if args.hold_out.is_empty() { String::new() } else { format!(" --hold-out {}", args.hold_out.join(",")) };
    let run = format!(
        "thalweg {} calibrate {} --fit {}{held} --as-of {as_of} --data-error {high},{medium},{low}",
        env!("CARGO_PKG_VERSION"),
        opened.model.head.name,
        args.fit
    );
    Ok(Plan { as_of, hold_out_years, hold_out_keys, errors, run })
}

fn years(item: &str) -> Option<std::ops::RangeInclusive<i16>> {
    match item.split_once("..") {
        Some((from, to)) => Some(year_of(from)?..=year_of(to)?),
        None => year_of(item).map(|year| year..=year),
    }
}

fn known_key(opened: &Opened, key: &str) -> Result<String, Failure> {
    let keys = || opened.model.observations.iter().map(|row| row.key.as_str());
    if keys().any(|known| known == key) {
        return Ok(key.to_owned());
    }
    let hint = nearest(key, keys()).map_or_else(String::new, |name| format!("; the nearest is `{name}`"));
    Err(Failure::new(format!("--hold-out: `{key}` is neither a year nor the key of a count{hint}")))
}

fn describe(report: &CalibrationReport) -> String {
    let volume = |volume: Option<f64>| volume.map_or_else(|| "–".to_owned(), short);
    let mut text = format!("Descriptive program (path-size logit), fit as of {}; {}\n", report.as_of, report.run);
    let counts = report.counts.iter().map(|row| {
        let year = row.year.map_or_else(|| "–".to_owned(), |year| year.to_string());
        let at = if row.commodity.is_empty() { row.gate.clone() } else { format!("{} {}", row.gate, row.commodity) };
        let constant = row.constant.map_or_else(|| "–".to_owned(), short);
        let volumes = [volume(row.before), volume(row.after), volume(row.left_out)];
        let mut cells = vec![at, year, short(row.observed)];
        cells.extend(volumes);
        cells.extend([row.unit.clone(), constant, row.reason.clone()]);
        cells
    });
    let constant = format!("constant, {}", report.currency);
    let header = ["gate", "year", "observed", "before", "after", "left out", "unit", &constant, "standing"];
    text += &table(&header, counts.collect());
    text += "\n\nleft out: predicted with constants fitted to all other gates\n";
    let misfits = report.misfits.iter().map(|row| {
        vec![
            row.set.to_owned(),
            row.counts.to_string(),
            format!("{:.0}", 100.0 * row.mape_before),
            format!("{:.0}", 100.0 * row.mape_after),
            short(row.geh_before),
            short(row.geh_after),
            format!("{} to {}", row.within_factor_two_before, row.within_factor_two_after),
        ]
    });
    let header = ["counts", "number", "MAPE before, %", "after", "GEH a day before", "after", "within factor 2"];
    text += &table(&header, misfits.collect());
    text += &dispersions(report);
    let changes = report.changes.iter().map(|row| {
        let factor = |factor: Option<f64>| factor.map_or_else(|| "–".to_owned(), |factor| format!("{factor:.2}"));
        let years = format!("{} to {}", row.from, row.to);
        vec![row.gate.clone(), years, format!("{:.2}", row.observed), factor(row.before), factor(row.after)]
    });
    if !report.changes.is_empty() {
        text += "\n\nChange over time, factors\n";
        text += &table(&["gate", "years", "observed", "before", "after"], changes.collect());
    }
    if !report.mode_shares.is_empty() {
        text += "\n\nShares of modes at counted gates, %\n";
        let rows = report.mode_shares.iter().map(|row| {
            let share = |share: f64| format!("{:.1}", 100.0 * share);
            vec![row.year.to_string(), row.unit.clone(), row.mode.to_owned(), share(row.observed), share(row.modelled)]
        });
        text += &table(&["year", "unit", "mode", "observed", "modelled"], rows.collect());
    }
    if !report.elasticities.is_empty() {
        text += "\n\nPer cent of volume for one per cent on the money cost of a mode's movements\n";
        let rows = report.elasticities.iter().map(|row| {
            let number = |number: f64| format!("{number:.2}");
            let modes = [row.cost_of, row.volume_of].map(str::to_owned);
            let mut cells = vec![row.commodity.clone()];
            cells.extend(modes);
            cells.extend([number(row.units), number(row.unit_km)]);
            cells
        });
        text += &table(&["commodity", "cost of", "volume of", "units", "unit-km"], rows.collect());
    }
    text + &report.adjustment.as_ref().map_or_else(String::new, adjustment)
}

/// The adjustment, told apart from all else.
fn adjustment(report: &AdjustmentReport) -> String {
    let mut text = format!("\n\nDemand adjusted to counts, {}\n{}\n", report.criterion, report.statement);
    let distances = report.distances.iter().map(|row| {
        let volumes = [row.prior, row.adjusted].map(short);
        let mut cells = vec![row.commodity.clone()];
        cells.extend(volumes);
        cells.extend([row.unit.clone(), short(row.changed), format!("{:.4}", row.relative_entropy)]);
        cells
    });
    let header = ["commodity", "demand before", "after", "unit", "changed, %", "relative entropy"];
    text += &table(&header, distances.collect());
    let counts = report.counts.iter().map(|row| {
        let numbers = [row.observed, row.error, row.prior, row.adjusted, row.chosen_anew].map(short);
        let mut cells = vec![row.gate.clone()];
        cells.extend(numbers);
        cells.push(row.unit.clone());
        cells
    });
    let header = ["gate", "observed", "error", "before", "after", "paths chosen anew", "unit"];
    text += &format!("\n{}", table(&header, counts.collect()));
    let changed = report.demands.iter().filter(|row| row.counted).take(20).map(|row| {
        let volumes = [row.prior, row.adjusted].map(short);
        let mut cells = vec![row.demand.clone()];
        cells.extend(volumes);
        cells.extend([row.unit.clone(), short(row.change)]);
        cells
    });
    text + &format!("\n{}", table(&["demand", "before", "after", "unit", "change, %"], changed.collect()))
}

fn dispersions(report: &CalibrationReport) -> String {
    let row = |row: &thalweg_formats::wire::calibrate::DispersionRow| match row.estimated {
        Some(value) => format!(
            "\nDispersion of {}: {} (standard error {}), stated {}; from {}",
            row.commodity,
            short(value),
            row.standard_error.map_or_else(|| "–".to_owned(), short),
            short(row.stated),
            row.alternatives.join(", ")
        ),
        None => format!("\nDispersion of {}: {}", row.commodity, row.why_not),
    };
    report.dispersions.iter().map(row).collect()
}
