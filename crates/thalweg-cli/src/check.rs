//! `thalweg check`: everything wrong or odd in a study, at once.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text};
use crate::study::StudyArgs;
use clap::Args;
use std::path::PathBuf;
use thalweg_formats::claim_files::read_claims;
use thalweg_formats::question_files::read_questions;
use thalweg_formats::read_study::read_study;
use thalweg_formats::scenario_files::read_scenarios;
use thalweg_formats::topic_files::read_topics;
use thalweg_formats::watch_files::read_watch_lists;
use thalweg_formats::wire_check::{CheckWire, problem_wire};
use thalweg_model::problem::{Problem, Severity};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Folder of the study, or the name of a built-in one; the built-in `caspian` when left out
    #[arg(value_name = "STUDY")]
    pub study: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Lists the problems of a study; bad input when one of them is an error.
pub fn run(args: &CheckArgs) -> Ended {
    let files = StudyArgs { study: args.study.clone(), as_of: None, period: None }.files()?;
    let (problems, scenarios) = match read_study(&files) {
        Err(problems) => (problems, 0),
        Ok((model, mut problems)) => {
            let (scenarios, found) = read_scenarios(&files, &model);
            problems.extend(found);
            let (questions, found) = read_questions(&files, &model, &scenarios);
            problems.extend(found);
            problems.extend(read_claims(&files, &model, (&scenarios, &questions)).1);
            problems.extend(read_topics(&files, &model, (&scenarios, &questions)).1);
            problems.extend(read_watch_lists(&files, &model).1);
            (problems, scenarios.len())
        }
    };
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    if args.json {
        let problems = problems.iter().map(problem_wire).collect();
        print_json(&CheckWire { study: files.origin.clone(), sound: errors == 0, errors, warnings, problems });
    } else {
        problems.iter().for_each(|problem| print_text(&line(problem)));
        let state = if errors == 0 { "sound" } else { "cannot be used" };
        let scenarios = if errors == 0 { format!(", {}", counted(scenarios, "scenario")) } else { String::new() };
        let counts = format!("{}, {}", counted(errors, "error"), counted(warnings, "warning"));
        print_text(&format!("{}: {state}: {counts}{scenarios}", files.origin));
    }
    match errors {
        0 => Ok(Outcome::Answered),
        _ => Err(Failure::new(format!("{}: {} to mend", files.origin, counted(errors, "error")))),
    }
}

fn line(problem: &Problem) -> String {
    match problem.severity {
        Severity::Error => format!("error: {problem}"),
        Severity::Warning => format!("odd: {problem}"),
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
