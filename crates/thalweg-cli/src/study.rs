//! Which study a command works on: the folder named, or the built-in one.
use crate::exit::Failure;
use clap::Args;
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_formats::ask::Scene;
use thalweg_formats::builtin;
use thalweg_formats::opened::{Opened, open};
use thalweg_formats::study_files::StudyFiles;

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
        Ok(open(&self.files()?)?.on(self.as_of, self.period.as_deref())?)
    }
}

/// Writes a file that must not be there yet.
pub fn write_new(path: &Path, text: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    std::fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text)
}

/// What questions are asked of: a study, its values, and the state a scenario's name means.
pub struct Stage {
    /// The study.
    pub opened: Opened,
    /// Its values.
    pub oracle: Oracle,
    /// The state.
    pub state: State,
}

impl Stage {
    /// The same as a question takes it.
    pub fn scene(&self) -> Scene<'_> {
        Scene { opened: &self.opened, oracle: &self.oracle, state: &self.state }
    }
}

impl StudyArgs {
    /// The study with its values.
    pub fn stage(&self, scenario: Option<&str>) -> Result<Stage, Failure> {
        let opened = self.open()?;
        let (oracle, state) = oracle(&opened, scenario)?;
        Ok(Stage { opened, oracle, state })
    }
}

/// An oracle over a study and the state a scenario's name means.
pub fn oracle(opened: &Opened, scenario: Option<&str>) -> Result<(Oracle, State), Failure> {
    let state = opened.state(scenario)?;
    Ok((opened.oracle()?, state))
}
