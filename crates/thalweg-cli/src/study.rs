//! Which study a command works on: the folder named, or the built-in one.
use crate::exit::Failure;
use clap::Args;
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_formats::ask::Scene;
use thalweg_formats::builtin;
use thalweg_formats::kept_parts::KeptFile;
use thalweg_formats::line_file::{LineHead, fingerprint};
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

    /// What a file of things found belongs to: this study on its date and period, a scenario, and what else matters.
    pub fn line_head(&self, opened: &Opened, scenario: Option<&str>, setting: &str) -> Result<LineHead, Failure> {
        let period = self.period.as_ref().map_or_else(String::new, |name| format!(", period {name}"));
        Ok(LineHead {
            study: opened.model.head.name.clone(),
            fingerprint: fingerprint(&self.files()?),
            as_of: opened.as_of.to_string(),
            scenario: scenario.map(str::to_owned),
            setting: format!("{setting}{period}"),
        })
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
    /// Parts of answers found so far, where a file keeps them.
    pub kept: Option<KeptFile>,
}

impl Stage {
    /// The same as a question takes it.
    pub fn scene(&self) -> Scene<'_> {
        Scene { opened: &self.opened, oracle: &self.oracle, state: &self.state, kept: self.kept.as_ref() }
    }

    /// Takes up a file of parts of an answer, where one is named, and goes on writing it.
    pub fn resume(
        &mut self,
        path: Option<&Path>,
        head: impl FnOnce() -> Result<LineHead, Failure>,
    ) -> Result<(), Failure> {
        let Some(path) = path else { return Ok(()) };
        let kept = KeptFile::open(path, &head()?);
        let kept = kept.map_err(|error| Failure::new(format!("--resume: {}: {error}", path.display())))?;
        if kept.read() > 0 {
            eprintln!("{} parts of the answer read from {}", kept.read(), path.display());
        }
        self.kept = Some(kept);
        Ok(())
    }
}

impl StudyArgs {
    /// The study with its values.
    pub fn stage(&self, scenario: Option<&str>) -> Result<Stage, Failure> {
        let opened = self.open()?;
        let (oracle, state) = oracle(&opened, scenario)?;
        Ok(Stage { opened, oracle, state, kept: None })
    }
}

/// An oracle over a study and the state a scenario's name means.
pub fn oracle(opened: &Opened, scenario: Option<&str>) -> Result<(Oracle, State), Failure> {
    let state = opened.state(scenario)?;
    Ok((opened.oracle()?, state))
}
