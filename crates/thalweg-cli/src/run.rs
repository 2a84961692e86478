//! `thalweg run`: the base and every scenario, a report and its figures in files.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text};
use crate::study::StudyArgs;
use crate::watching::Terminal;
use clap::Args;
use std::path::PathBuf;
use thalweg_engine::ranges::{Draws, Ranges};
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::study::{StudyRequest, report_of};
use thalweg_formats::report::{ReportFolder, headlines};

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// Only this scenario beside the base; may be repeated, all when left out
    #[arg(long, value_name = "NAME")]
    scenario: Vec<String>,
    /// Folder for the report; a number is added to the name where it exists
    #[arg(long, value_name = "DIR", default_value = "thalweg-report")]
    out: PathBuf,
    #[command(flatten)]
    ranges: RangeArgs,
    /// One JSON object on standard output in place of headlines
    #[arg(long)]
    json: bool,
}

/// Whether and how ranged inputs are drawn.
#[derive(Debug, Args)]
pub struct RangeArgs {
    /// Draw all ranged inputs together N times; figures get their 5th and 95th percentile
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    ranges: Option<u32>,
    /// Seed of the draws
    #[arg(long, value_name = "SEED", default_value_t = 1, requires = "ranges")]
    seed: u64,
}

impl RangeArgs {
    /// A run of all scenarios with the draws asked for.
    pub fn request(&self) -> StudyRequest {
        StudyRequest { scenarios: Vec::new(), ranges: self.ranges, seed: self.seed }
    }
}

/// Runs `run`.
pub fn run(args: &RunArgs) -> Ended {
    let opened = args.study.open()?;
    if !opened.warnings.is_empty() {
        eprintln!("{} rows are legal but odd: `thalweg check` lists them", opened.warnings.len());
    }
    args.scenario.iter().try_for_each(|name| opened.scenario(name).map(drop))?;
    let write_failed = |error: std::io::Error| Failure::new(format!("--out: {}: {error}", args.out.display()));
    let folder = ReportFolder::create(&args.out).map_err(write_failed)?;
    let watch = Terminal::new();
    let mut unwritten = None;
    let request = StudyRequest { scenarios: args.scenario.clone(), ..args.ranges.request() };
    let results = request.found(
        &opened,
        (&watch, &mut |run| {
            if let Err(error) = folder.write_run(run) {
                unwritten.get_or_insert(error);
            }
        }),
    )?;
    let stopped = results.interrupted || watch.cancelled();
    drop(watch);
    if let Some(draws) = request.draws()? {
        say_draws(draws, &results.ranges);
    }
    if let Some(error) = unwritten {
        return Err(write_failed(error));
    }
    let report = report_of(&opened, &results);
    folder.write_report(&results, &report).map_err(write_failed)?;
    if args.json {
        print_json(&report);
    } else {
        for line in headlines(&report) {
            print_text(&line);
        }
        print_text(&format!("Report: {}", folder.path().join("report.html").display()));
    }
    Ok(if stopped { Outcome::Interrupted } else { Outcome::Answered })
}

fn say_draws(draws: Draws, ranges: &Ranges) {
    if ranges.numbers == 0 {
        eprintln!("--ranges: no input of the study has a range, so nothing was drawn");
    } else if ranges.draws < draws.count {
        eprintln!(
            "--ranges: stopped after {} of {} draws; the ranges are those of the finished ones",
            ranges.draws, draws.count
        );
    } else if draws.count < 20 {
        eprintln!("--ranges: with fewer than 20 draws the 5th percentile lies between the two lowest");
    }
}
