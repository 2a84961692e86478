//! The study that is served: its files, and the scenarios saved among them, each whole or absent on the disk.
use crate::saving::{self, Unsaved};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use thalweg_formats::fault::Fault;
use thalweg_formats::line_file::fingerprint;
use thalweg_formats::opened::{Opened, open};
use thalweg_formats::scenario_files::SCENARIO_FOLDER;
use thalweg_formats::scenario_json::{ScenarioJson, is_scenario_name, scenario_json};
use thalweg_formats::study_files::StudyFiles;
use thalweg_formats::wire::interface::SavedScenario;
use thalweg_formats::wire::tables::Sheets;
use thalweg_formats::wire_check::problem_wire;
use thalweg_formats::write_scenario::write_scenario;

/// A study as it stands between two saves.
pub struct Edition {
    /// Its files.
    pub files: StudyFiles,
    /// What they mean.
    pub opened: Opened,
    /// Its tables as written.
    pub sheets: Sheets,
    /// Fingerprint of the files.
    pub fingerprint: String,
}

impl Edition {
    fn of(files: StudyFiles) -> Result<Self, Fault> {
        let opened = open(&files)?;
        Ok(Self { opened, sheets: Sheets::of(&files), fingerprint: fingerprint(&files), files })
    }
}

/// Where a study comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A folder of its own, into which scenarios are saved.
    Folder(PathBuf),
    /// Part of the program; scenarios are saved into the state folder.
    BuiltIn(StudyFiles),
}

/// The study that is served.
pub struct Shelf {
    /// Folder that holds the folder of scenarios.
    home: PathBuf,
    /// Scenario files that are part of the program.
    built_in: BTreeSet<String>,
    /// Whether `home` is the study's own folder.
    pub writable: bool,
    current: RwLock<Arc<Edition>>,
    saving: Mutex<()>,
}

impl Shelf {
    /// Opens a study; `data` is the state folder.
    pub fn open(source: Source, data: &Path) -> Result<Self, Fault> {
        let (home, writable) = match &source {
            Source::Folder(folder) => (folder.clone(), true),
            Source::BuiltIn(_) => (data.to_owned(), false),
        };
        saving::clear_unfinished(&home.join(SCENARIO_FOLDER));
        let (files, built_in) = match source {
            Source::Folder(folder) => {
                let files = StudyFiles::from_folder(&folder).map_err(|error| Fault::new(error.to_string()))?;
                (files, BTreeSet::new())
            }
            Source::BuiltIn(mut files) => {
                let own = files.files.keys().filter(|name| name.starts_with(SCENARIO_FOLDER)).cloned().collect();
                if home.join(SCENARIO_FOLDER).is_dir() {
                    let saved = StudyFiles::from_folder(&home).map_err(|error| Fault::new(error.to_string()))?;
                    files.files.extend(saved.files.into_iter().filter(|(name, _)| name.starts_with(SCENARIO_FOLDER)));
                }
                (files, own)
            }
        };
        let current = RwLock::new(Arc::new(Edition::of(files)?));
        Ok(Self { home, built_in, writable, current, saving: Mutex::new(()) })
    }

    /// The study as it stands.
    pub fn current(&self) -> Arc<Edition> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every scenario.
    pub fn scenarios(&self) -> Result<Vec<SavedScenario>, Fault> {
        let edition = self.current();
        edition.opened.scenarios.iter().map(|row| self.saved(&edition, &row.name)).collect()
    }

    /// The scenario of a name.
    pub fn scenario(&self, name: &str) -> Result<SavedScenario, Fault> {
        let edition = self.current();
        edition.opened.scenario(name)?;
        self.saved(&edition, name)
    }

    fn saved(&self, edition: &Edition, name: &str) -> Result<SavedScenario, Fault> {
        let file = file_of(name);
        let bytes = edition.files.files.get(&file).ok_or_else(|| Fault::at("name", format!("no file of `{name}`")))?;
        let warnings = edition.opened.warnings.iter().filter(|problem| problem.place.file == file);
        Ok(SavedScenario {
            name: name.to_owned(),
            hash: saving::hash(bytes),
            built_in: self.built_in.contains(&file) && !self.home.join(&file).exists(),
            scenario: scenario_json(bytes)?,
            warnings: warnings.map(problem_wire).collect(),
        })
    }

    /// Saves a scenario where `expected` fits what is there.
    pub fn save(&self, name: &str, scenario: &ScenarioJson, expected: &Expected) -> Result<SavedScenario, Unsaved> {
        if !is_scenario_name(name) {
            let rule = "a name has lower-case letters, digits, `_` and `-`, at most 64";
            return Err(Fault::at("name", rule).into());
        }
        let _one_at_a_time = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let edition = self.current();
        let file = file_of(name);
        self.check(&edition, &file, expected)?;
        let (sound, _) = scenario.resolve(name, &edition.opened.model)?;
        let text = write_scenario(&sound, &edition.opened.model);
        let mut files = edition.files.clone();
        files.files.insert(file.clone(), text.clone().into_bytes().into());
        let next = Edition::of(files)?;
        saving::write_whole(&self.home.join(&file), text.as_bytes())?;
        self.replace(next);
        Ok(self.scenario(name)?)
    }

    /// Deletes a scenario where `expected` fits what is there. One that is part of the program is there again.
    pub fn delete(&self, name: &str, expected: &Expected) -> Result<(), Unsaved> {
        let _one_at_a_time = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let edition = self.current();
        edition.opened.scenario(name).map_err(|fault| Unsaved::Missing(fault.message))?;
        let file = file_of(name);
        self.check(&edition, &file, expected)?;
        if !self.home.join(&file).exists() {
            return Err(Unsaved::Conflict(format!("`{name}` is part of the program and cannot be deleted")));
        }
        let mut files = edition.files.clone();
        files.files.remove(&file);
        let own = self.built_in.contains(&file).then(|| thalweg_formats::builtin::files(&files.origin)).flatten();
        if let Some(bytes) = own.and_then(|mut own| own.files.remove(&file)) {
            files.files.insert(file.clone(), bytes);
        }
        let next = Edition::of(files)?;
        saving::remove(&self.home.join(&file))?;
        self.replace(next);
        Ok(())
    }

    /// What is on the disk counts where somebody else may have written there.
    fn check(&self, edition: &Edition, file: &str, expected: &Expected) -> Result<(), Unsaved> {
        let on_disk = std::fs::read(self.home.join(file)).ok();
        let known = edition.files.files.get(file).map(|bytes| bytes.to_vec());
        let there = on_disk.or(known).map(|bytes| saving::hash(&bytes));
        match (expected, there) {
            (Expected::Absent, Some(_)) => {
                Err(Unsaved::Conflict("a scenario of this name is there already".to_owned()))
            }
            (Expected::Hash(wanted), Some(found)) if *wanted != found => {
                Err(Unsaved::Conflict(format!("the scenario has changed since: its hash is {found}")))
            }
            (Expected::Hash(_), None) => Err(Unsaved::Conflict("there is no scenario of this name".to_owned())),
            _ => Ok(()),
        }
    }

    fn replace(&self, next: Edition) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
    }
}

/// What a caller expects to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Nothing of this name.
    Absent,
    /// A file with this hash.
    Hash(String),
    /// Anything.
    Whatever,
}

fn file_of(name: &str) -> String {
    format!("{SCENARIO_FOLDER}{name}.toml")
}
