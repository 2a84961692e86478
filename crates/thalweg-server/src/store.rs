//! Runs and their results on the disk, in SQLite: they outlive the process, however it ends.
use axum::body::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::Path;
use thalweg_formats::fault::Fault;
use thalweg_formats::wire::interface::{RunReportRow, RunState};

/// File in the state folder.
const FILE: &str = "runs.sqlite";

/// Runs kept; older ones go.
const KEPT: usize = 500;

const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS run (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        request TEXT NOT NULL,
        study TEXT NOT NULL,
        asked TEXT NOT NULL,
        started TEXT,
        ended TEXT,
        error TEXT
    );
    CREATE TABLE IF NOT EXISTS part (
        id TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
        form TEXT NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (id, form)
    );
    PRAGMA foreign_keys = ON;
";

/// The form under which a run's answer is kept.
pub const RESULT: &str = "json";

/// Runs on the disk.
pub struct Store {
    file: Connection,
}

fn fault(error: rusqlite::Error) -> Fault {
    Fault::new(format!("the file of runs: {error}"))
}

impl Store {
    /// Opens the file of a state folder. A file that is none is put aside: results can be worked out again.
    pub fn open(folder: &Path) -> Result<Self, Fault> {
        let path = folder.join(FILE);
        match Self::read(&path) {
            Ok(store) => Ok(store),
            Err(error) => {
                tracing::warn!(%error, "the file of runs cannot be read and is put aside");
                let aside = path.with_extension("unreadable");
                std::fs::rename(&path, &aside).map_err(|error| Fault::at("data", error.to_string()))?;
                Self::read(&path).map_err(fault)
            }
        }
    }

    fn read(path: &Path) -> Result<Self, rusqlite::Error> {
        let file = Connection::open(path)?;
        file.execute_batch(TABLES)?;
        Ok(Self { file })
    }

    /// Every run, the latest asked for first. Those that a dead process left unfinished are interrupted.
    pub fn runs(&self, now: &str) -> Result<Vec<RunReportRow>, Fault> {
        let unfinished = "UPDATE run SET state = 'interrupted', ended = ?1 WHERE state IN ('queued', 'running')";
        self.file.execute(unfinished, [now]).map_err(fault)?;
        let old = "DELETE FROM run WHERE id NOT IN (SELECT id FROM run ORDER BY asked DESC, id LIMIT ?1)";
        self.file.execute(old, [KEPT as i64]).map_err(fault)?;
        let columns = "SELECT id, kind, state, request, study, asked, started, ended, error FROM run";
        let mut rows = self.file.prepare(&format!("{columns} ORDER BY asked DESC, id")).map_err(fault)?;
        let found = rows.query_map([], row).map_err(fault)?;
        found.collect::<Result<Vec<_>, _>>().map_err(fault)
    }

    /// Writes where a run stands.
    pub fn put(&self, run: &RunReportRow) -> Result<(), Fault> {
        let text = "INSERT INTO run VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET \
                    state = ?3, asked = ?6, started = ?7, ended = ?8, error = ?9";
        let request = serde_json::to_string(&run.request).expect("an object of text and numbers");
        let row = params![
            run.id,
            run.kind,
            word(run.state),
            request,
            run.study,
            run.asked,
            run.started,
            run.ended,
            run.error
        ];
        self.file.execute(text, row).map(drop).map_err(fault)
    }

    /// Writes a run that is done with all it gives, or nothing of it.
    pub fn finish(&mut self, run: &RunReportRow, parts: &[(&'static str, Bytes)]) -> Result<(), Fault> {
        let whole = self.file.transaction().map_err(fault)?;
        whole.execute("DELETE FROM part WHERE id = ?1", [&run.id]).map_err(fault)?;
        for (form, bytes) in parts {
            let row = params![run.id, form, bytes.as_ref()];
            whole.execute("INSERT INTO part VALUES (?1, ?2, ?3)", row).map_err(fault)?;
        }
        let text = "UPDATE run SET state = ?2, ended = ?3, error = NULL WHERE id = ?1";
        whole.execute(text, params![run.id, word(run.state), run.ended]).map_err(fault)?;
        whole.commit().map_err(fault)
    }

    /// One thing a run gave.
    pub fn part(&self, id: &str, form: &str) -> Result<Option<Bytes>, Fault> {
        let text = "SELECT bytes FROM part WHERE id = ?1 AND form = ?2";
        let found = self.file.query_row(text, [id, form], |row| row.get::<_, Vec<u8>>(0)).optional();
        found.map(|bytes| bytes.map(Bytes::from)).map_err(fault)
    }
}

/// The word of a state.
pub fn word(state: RunState) -> &'static str {
    match state {
        RunState::Queued => "queued",
        RunState::Running => "running",
        RunState::Done => "done",
        RunState::Failed => "failed",
        RunState::Cancelled => "cancelled",
        RunState::Interrupted => "interrupted",
    }
}

fn state(word: &str) -> RunState {
    match word {
        "queued" => RunState::Queued,
        "running" => RunState::Running,
        "done" => RunState::Done,
        "failed" => RunState::Failed,
        "cancelled" => RunState::Cancelled,
        _ => RunState::Interrupted,
    }
}

fn row(row: &Row) -> Result<RunReportRow, rusqlite::Error> {
    let (kind_of_state, request): (String, String) = (row.get(2)?, row.get(3)?);
    Ok(RunReportRow {
        id: row.get(0)?,
        kind: row.get(1)?,
        state: state(&kind_of_state),
        request: serde_json::from_str(&request).unwrap_or_default(),
        study: row.get(4)?,
        progress: None,
        asked: row.get(5)?,
        started: row.get(6)?,
        ended: row.get(7)?,
        error: row.get(8)?,
    })
}
