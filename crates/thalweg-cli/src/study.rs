//! Which study a command works on: the folder named, or the built-in one.
use crate::exit::Failure;
use clap::Args;
use jiff::civil::Date;
use std::path::PathBuf;
use std::sync::Arc;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_formats::builtin;
use thalweg_formats::claim_files::read_claims;
use thalweg_formats::question_files::read_questions;
use thalweg_formats::read_study::read_study;
use thalweg_formats::scenario_files::read_scenarios;
use thalweg_formats::study_files::StudyFiles;
use thalweg_model::claim::Claim;
use thalweg_model::model::Model;
use thalweg_model::names::Names;
use thalweg_model::nearest::nearest;
use thalweg_model::period::in_period;
use thalweg_model::problem::{Problem, Severity};
use thalweg_model::question::Question;
use thalweg_model::scenario::Scenario;
use thalweg_network::instance::Instance;

/// The study and the date its rows are read for.
#[derive(Debug, Args)]
pub struct StudyArgs {
    /// Folder of the study, or the name of a built-in one; the built-in `caspian` when left out
    #[arg(value_name = "STUDY")]
    pub study: Option<PathBuf>,
    /// Date whose rules, capacities and demands hold (ISO, such as 2021-06-30); the study's own when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<Date>,
    /// Period of the year whose demand holds, as the demand table names it (peak day, cold spell); the annual average
    /// when left out. Volumes are rates: a period's are a year at its rate
    #[arg(long, value_name = "NAME")]
    pub period: Option<String>,
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a date is written year-month-day, such as 2025-12-28".to_owned())
}

/// A sound study with its scenarios.
pub struct Opened {
    /// The study.
    pub model: Arc<Model>,
    /// Its scenarios.
    pub scenarios: Vec<Scenario>,
    /// Questions it asks of every run.
    pub questions: Vec<Question>,
    /// Claims to be held against its figures.
    pub claims: Vec<Claim>,
    /// Date asked for.
    pub as_of: Date,
    /// Its names.
    pub names: Names,
    /// Legal but odd.
    pub warnings: Vec<Problem>,
}

impl StudyArgs {
    /// The files of the study.
    pub fn files(&self) -> Result<StudyFiles, Failure> {
        match &self.study {
            None => Ok(builtin::caspian()),
            Some(folder) => match builtin::files(&folder.to_string_lossy()).filter(|_| !folder.exists()) {
                Some(files) => Ok(files),
                None if !folder.exists() => Err(Failure::new(format!(
                    "STUDY: no folder and no built-in study is called `{}`; built in are {}",
                    folder.display(),
                    builtin::names().join(", ")
                ))),
                None => StudyFiles::from_folder(folder).map_err(|error| Failure::new(format!("STUDY: {error}"))),
            },
        }
    }

    /// Reads and checks the study; every error at once.
    pub fn open(&self) -> Result<Opened, Failure> {
        let files = self.files()?;
        let (model, mut warnings) = read_study(&files).map_err(|problems| errors_of(&files.origin, problems))?;
        let model = match &self.period {
            Some(period) => in_period(model, period).map_err(|error| Failure::new(format!("--period: {error}")))?,
            None => model,
        };
        let (scenarios, mut problems) = read_scenarios(&files, &model);
        let (questions, found) = read_questions(&files, &model, &scenarios);
        problems.extend(found);
        let (claims, found) = read_claims(&files, &model, (&scenarios, &questions));
        problems.extend(found);
        let (errors, odd): (Vec<_>, Vec<_>) =
            problems.into_iter().partition(|problem| problem.severity == Severity::Error);
        if !errors.is_empty() {
            return Err(errors_of(&files.origin, errors));
        }
        warnings.extend(odd);
        let names = Names::of_model(&model);
        Ok(Opened {
            as_of: self.as_of.unwrap_or(model.head.as_of),
            model: Arc::new(model),
            scenarios,
            questions,
            claims,
            names,
            warnings,
        })
    }
}

fn errors_of(origin: &str, problems: Vec<Problem>) -> Failure {
    let errors: Vec<Problem> = problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect();
    let mut failure = Failure::from(errors);
    let count = failure.lines.len();
    failure.lines.push(format!("{origin}: {count} problem{} to mend", if count == 1 { "" } else { "s" }));
    failure
}

impl Opened {
    /// The base, or the base under a scenario of the study.
    pub fn instance(&self, scenario: Option<&str>) -> Result<Instance, Failure> {
        let base = Instance::base(self.model.clone(), self.as_of, &self.scenarios)?;
        match scenario {
            None => Ok(base),
            Some(name) => Ok(base.apply(self.scenario(name)?)?),
        }
    }

    /// An oracle over the study and the state a scenario's name means.
    pub fn oracle(&self, scenario: Option<&str>) -> Result<(Oracle, State), Failure> {
        let state = match scenario {
            None => State::base(),
            Some(name) => State::scenario(self.scenario_position("--scenario", name)?),
        };
        let base = Instance::base(self.model.clone(), self.as_of, &self.scenarios)?;
        Ok((Oracle::new(base, self.scenarios.clone()), state))
    }

    /// The scenario of a name.
    pub fn scenario(&self, name: &str) -> Result<&Scenario, Failure> {
        Ok(&self.scenarios[self.scenario_position("--scenario", name)?])
    }

    /// The position of the scenario a flag names.
    pub fn scenario_position(&self, flag: &str, name: &str) -> Result<usize, Failure> {
        self.scenarios.iter().position(|scenario| scenario.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
            let near = nearest(name, known.iter().copied())
                .map_or_else(String::new, |near| format!("; the nearest name is `{near}`"));
            Failure::new(format!("{flag}: the study has no `{name}`{near}; it has {}", known.join(", ")))
        })
    }
}
