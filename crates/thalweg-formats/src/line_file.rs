//! A file of lines of JSON under a head that says what they belong to: written as found, read by the next run.
use crate::study_files::StudyFiles;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// What the lines of a file belong to; its first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineHead {
    /// Study key.
    pub study: String,
    /// Fingerprint of the study's files.
    pub fingerprint: String,
    /// Date of rules, capacities and demands.
    pub as_of: String,
    /// Scenario, `null` for the base.
    pub scenario: Option<String>,
    /// Anything else that what is kept depends on: what may fail, shares left, dependencies, a period.
    pub setting: String,
}

impl LineHead {
    /// The first member that differs, with both texts.
    fn difference(&self, other: &Self) -> Option<String> {
        let none = "the base".to_owned();
        let scenario = |head: &Self| head.scenario.clone().unwrap_or_else(|| none.clone());
        let rows = [
            ("study", self.study.clone(), other.study.clone()),
            ("date", self.as_of.clone(), other.as_of.clone()),
            ("scenario", scenario(self), scenario(other)),
            ("setting", self.setting.clone(), other.setting.clone()),
            ("state of the study's files", self.fingerprint.clone(), other.fingerprint.clone()),
        ];
        let differs = rows.into_iter().find(|(_, one, other)| one != other);
        differs.map(|(what, one, other)| format!("its {what} is `{one}`, not `{other}`"))
    }
}

/// Why a file cannot be used.
#[derive(Debug)]
pub enum LineError {
    /// The system said so.
    Io(io::Error),
    /// It is a file of something else; how it differs.
    Other(String),
}

impl std::fmt::Display for LineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LineError::Io(error) => error.fmt(f),
            LineError::Other(how) => write!(f, "the file holds what was found of something else: {how}"),
        }
    }
}

impl std::error::Error for LineError {}

impl From<io::Error> for LineError {
    fn from(error: io::Error) -> Self {
        LineError::Io(error)
    }
}

/// A fingerprint of a study's files: FNV-1a over names and bytes.
pub fn fingerprint(files: &StudyFiles) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for (name, bytes) in &files.files {
        add(name.as_bytes());
        add(bytes);
    }
    format!("{hash:016x}")
}

/// A file that takes lines.
pub struct LineFile {
    file: Mutex<File>,
}

impl LineFile {
    /// Reads the lines of a file that belongs to a head, or begins it. A last line that a killed run left half written is
    /// dropped.
    pub fn open(path: &Path, head: &LineHead) -> Result<(Self, Vec<String>), LineError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut lines = text[..whole].lines();
        let first = lines.next();
        if let Some(first) = first {
            let found: LineHead = serde_json::from_str(first)
                .map_err(|_| LineError::Other("its first line is not the head of such a file".to_owned()))?;
            if let Some(how) = found.difference(head) {
                return Err(LineError::Other(how));
            }
        }
        let mut file = File::options().create(true).append(true).open(path)?;
        file.set_len(whole as u64)?;
        if first.is_none() {
            writeln!(file, "{}", serde_json::to_string(head).map_err(io::Error::from)?)?;
        }
        Ok((Self { file: Mutex::new(file) }, lines.map(str::to_owned).collect()))
    }

    /// Writes a line. A file that cannot be written any more is not worth losing the answer for.
    pub fn add(&self, line: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(line) {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            drop(file.write_all(format!("{text}\n").as_bytes()));
        }
    }
}
