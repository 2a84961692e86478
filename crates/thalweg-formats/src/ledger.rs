//! A file of losses found so far, one JSON object a line: written as they are found, read by the next run.
use crate::line_file::{LineError, LineFile, LineHead};
use crate::wire::stress::FailureRow;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use thalweg_engine::kept::Kept;
use thalweg_engine::stress::losses::Loss;

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

/// A row of the file in positions.
type Known = (Loss, Option<FailureRow>);

/// Losses found so far; kept in memory alone where no file is named.
pub struct LedgerFile {
    labels: Vec<String>,
    known: Mutex<BTreeMap<Vec<usize>, Known>>,
    out: Option<LineFile>,
    read: usize,
}

impl LedgerFile {
    /// Losses of elements with these labels, kept in memory.
    pub fn in_memory(labels: Vec<String>) -> Self {
        Self { labels, known: Mutex::new(BTreeMap::new()), out: None, read: 0 }
    }

    /// Reads what a file knows, or begins it. A last line that a killed run left half written is dropped.
    pub fn open(path: &Path, head: &LineHead, labels: Vec<String>) -> Result<Self, LineError> {
        let (out, lines) = LineFile::open(path, head)?;
        let rows = lines.iter().filter_map(|line| positions(&labels, serde_json::from_str(line).ok()?));
        let known: BTreeMap<Vec<usize>, Known> = rows.collect();
        Ok(Self { labels, read: known.len(), known: Mutex::new(known), out: Some(out) })
    }

    /// Rows the file held that concern these elements.
    pub fn read(&self) -> usize {
        self.read
    }

    /// Loss and detail of a set.
    pub fn row(&self, failed: &[usize]) -> Option<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(failed).cloned()
    }

    /// Takes a loss with its detail.
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
            out.add(&line);
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

impl Kept<[usize], Loss> for LedgerFile {
    fn find(&self, failed: &[usize]) -> Option<Loss> {
        self.row(failed).map(|row| row.0)
    }

    fn keep(&self, failed: &[usize], loss: &Loss) {
        self.add(failed, loss, None);
    }
}
