//! A file of losses found so far, one JSON object a line: written as they are found, read by the next run.
use crate::study_files::StudyFiles;
use crate::wire::stress::FailureRow;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use thalweg_engine::stress::losses::{Ledger, Loss};

/// What the losses of a file belong to; the first line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerHead {
    /// Study key.
    pub study: String,
    /// Fingerprint of the study's files.
    pub fingerprint: String,
    /// Date of rules, capacities and demands.
    pub as_of: String,
    /// Scenario, `null` for the base.
    pub scenario: Option<String>,
    /// Anything else that losses depend on: what may fail, shares left, dependencies.
    pub setting: String,
}

impl LedgerHead {
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

/// One line.
#[derive(Serialize, Deserialize)]
struct Line {
    failed: Vec<String>,
    cost: f64,
    harm: Vec<(String, f64)>,
    floor: Vec<(String, f64)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<FailureRow>,
}

/// Why a file cannot be used.
#[derive(Debug)]
pub enum LedgerError {
    /// The system said so.
    Io(io::Error),
    /// It is a file of something else; how it differs.
    Other(String),
}

impl std::fmt::Display for LedgerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LedgerError::Io(error) => error.fmt(f),
            LedgerError::Other(how) => write!(f, "the file holds losses of something else: {how}"),
        }
    }
}

impl std::error::Error for LedgerError {}

impl From<io::Error> for LedgerError {
    fn from(error: io::Error) -> Self {
        LedgerError::Io(error)
    }
}

/// A row of the file in positions.
type Known = (Loss, Option<FailureRow>);

/// Losses found so far; kept in memory alone where no file is named.
pub struct LedgerFile {
    labels: Vec<String>,
    known: Mutex<BTreeMap<Vec<usize>, Known>>,
    out: Option<Mutex<File>>,
    read: usize,
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

impl LedgerFile {
    /// Losses of elements with these labels, kept in memory.
    pub fn in_memory(labels: Vec<String>) -> Self {
        Self { labels, known: Mutex::new(BTreeMap::new()), out: None, read: 0 }
    }

    /// Reads what a file knows, or begins it. A last line that a killed run left half written is dropped.
    pub fn open(path: &Path, head: &LedgerHead, labels: Vec<String>) -> Result<Self, LedgerError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut lines = text[..whole].lines();
        let mut file = File::options().create(true).append(true).open(path)?;
        let mut known = BTreeMap::new();
        match lines.next() {
            None => {
                file.set_len(0)?;
                writeln!(file, "{}", serde_json::to_string(head).map_err(io::Error::from)?)?;
            }
            Some(first) => {
                let found: LedgerHead = serde_json::from_str(first)
                    .map_err(|_| LedgerError::Other("its first line is not the head of such a file".to_owned()))?;
                if let Some(how) = found.difference(head) {
                    return Err(LedgerError::Other(how));
                }
                file.set_len(whole as u64)?;
                known.extend(lines.filter_map(|line| positions(&labels, serde_json::from_str(line).ok()?)));
            }
        }
        Ok(Self { labels, read: known.len(), known: Mutex::new(known), out: Some(Mutex::new(file)) })
    }

    /// Rows the file held that concern these elements.
    pub fn read(&self) -> usize {
        self.read
    }

    /// Loss and detail of a set.
    pub fn row(&self, failed: &[usize]) -> Option<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(failed).cloned()
    }

    /// Takes a loss with its detail. A file that cannot be written any more is not worth losing the answer for.
    pub fn add(&self, failed: &[usize], loss: &Loss, detail: Option<FailureRow>) {
        let label = |element: &usize| self.labels[*element].clone();
        if let Some(out) = &self.out {
            let amounts =
                |rows: &[(usize, f64)]| rows.iter().map(|(element, amount)| (label(element), *amount)).collect();
            let line = Line {
                failed: failed.iter().map(label).collect(),
                cost: loss.cost,
                harm: amounts(&loss.harm),
                floor: amounts(&loss.floor),
                detail: detail.clone(),
            };
            if let Ok(text) = serde_json::to_string(&line) {
                let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                drop(out.write_all(format!("{text}\n").as_bytes()));
            }
        }
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(failed.to_vec(), (loss.clone(), detail));
    }
}

/// A line in positions; `None` where it names an element the study has not.
fn positions(labels: &[String], line: Line) -> Option<(Vec<usize>, Known)> {
    let position = |label: &String| labels.iter().position(|known| known == label);
    let mut failed: Vec<usize> = line.failed.iter().map(position).collect::<Option<_>>()?;
    failed.sort_unstable();
    let amounts = |rows: Vec<(String, f64)>| {
        let mut found: Vec<(usize, f64)> =
            rows.iter().filter_map(|(label, amount)| Some((position(label)?, *amount))).collect();
        found.sort_by_key(|row| row.0);
        found
    };
    Some((failed, (Loss { cost: line.cost, harm: amounts(line.harm), floor: amounts(line.floor) }, line.detail)))
}

impl Ledger for LedgerFile {
    fn find(&self, failed: &[usize]) -> Option<Loss> {
        self.row(failed).map(|row| row.0)
    }

    fn keep(&self, failed: &[usize], loss: &Loss) {
        self.add(failed, loss, None);
    }
}
