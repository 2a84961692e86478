//! Other versions of the study, which it is held against: opened at the start, and asked for by name, never by a path.
use crate::kinds::Kind;
use serde_json::{Map, Value};
use thalweg_engine::changes::comparable;
use thalweg_formats::fault::Fault;
use thalweg_formats::line_file::fingerprint;
use thalweg_formats::opened::{Opened, open};
use thalweg_formats::study_files::StudyFiles;
use thalweg_formats::wire::network::VersionRow;
use thalweg_model::nearest::nearest;

/// A version of the study.
pub struct Version {
    /// What it is asked for by.
    pub name: String,
    /// What its files mean.
    pub opened: Opened,
    /// Fingerprint of its files.
    pub fingerprint: String,
}

/// The versions a server was started with, as they stood then.
#[derive(Default)]
pub struct Versions(Vec<Version>);

impl Versions {
    /// Opens each under its name; all must be in the money and units of the study.
    pub fn open(named: Vec<(String, StudyFiles)>, study: &Opened) -> Result<Self, Fault> {
        let mut versions: Vec<Version> = Vec::new();
        for (name, files) in named {
            let fault = |message: String| Fault::at("against", format!("{name}: {message}"));
            if versions.iter().any(|known| known.name == name) {
                return Err(fault("two versions have this name; write NAME=FOLDER to give them others".to_owned()));
            }
            let opened = open(&files).map_err(|wrong| Fault { problems: wrong.problems, ..fault(wrong.message) })?;
            comparable(&opened.model, &study.model).map_err(|error| fault(error.to_string()))?;
            versions.push(Version { name, opened, fingerprint: fingerprint(&files) });
        }
        Ok(Self(versions))
    }

    /// The version of a name.
    pub fn named(&self, name: &str) -> Result<&Version, Fault> {
        self.0.iter().find(|version| version.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.0.iter().map(|version| version.name.as_str()).collect();
            let there = match (nearest(name, known.iter().copied()), known.is_empty()) {
                (Some(near), _) => format!("the nearest name is `{near}`"),
                (None, true) => "the server was started without --against".to_owned(),
                (None, false) => format!("there are {}", known.join(", ")),
            };
            Fault::at("against", format!("no version of the study is called `{name}`; {there}"))
        })
    }

    /// The fingerprint of the version that a request of a kind names; empty where it names none.
    pub fn print_of(&self, kind: &Kind, request: &Map<String, Value>) -> Result<&str, Fault> {
        let named = kind.version(request).map(|name| self.named(name)).transpose()?;
        Ok(named.map_or("", |version| &version.fingerprint))
    }

    /// What there is to tell of each.
    pub fn rows(&self) -> Vec<VersionRow> {
        let row = |version: &Version| VersionRow {
            name: version.name.clone(),
            title: version.opened.model.head.title.clone(),
            as_of: version.opened.as_of.to_string(),
            fingerprint: version.fingerprint.clone(),
        };
        self.0.iter().map(row).collect()
    }
}
