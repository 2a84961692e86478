//! What every request is answered from: the study, its grounds, answers that are remembered, and threads to work on.
use crate::grounds::{Grounds, Stage};
use crate::metrics::Metrics;
use crate::recent::Recent;
use crate::reply::Refused;
use crate::runs::Runs;
use crate::shelf::{Edition, Shelf};
use crate::versions::Versions;
use axum::body::Bytes;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::setting::Setting;
use thalweg_formats::fault::Fault;
use tokio::sync::Semaphore;

/// Shared by all requests.
pub struct Desk {
    /// The study.
    pub shelf: Shelf,
    /// Versions of it that it is held against.
    pub versions: Versions,
    /// Its oracles.
    pub grounds: Grounds,
    /// Counts of what was done.
    pub metrics: Metrics,
    /// Long work.
    pub runs: Runs,
    answers: Recent<String, Answer>,
    threads: rayon::ThreadPool,
    workers: Semaphore,
}

type Answer = Arc<OnceLock<Result<Bytes, Fault>>>;

/// Answers remembered at once, the last used first.
const ANSWERS_KEPT: usize = 96;

/// Longest time an answer that is waited for may take; what takes longer is a run.
const ANSWER_TIME: Duration = Duration::from_secs(30);

/// Stops work that took too long.
pub struct Deadline(Instant);

impl Watch for Deadline {
    fn cancelled(&self) -> bool {
        Instant::now() >= self.0
    }
}

impl Desk {
    /// A desk over a study. Who waits for an answer never waits for a run: each has threads of its own.
    pub fn new((shelf, versions): (Shelf, Versions), runs: Runs) -> Result<Self, Fault> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = rayon::ThreadPoolBuilder::new().num_threads(cores).thread_name(|at| format!("answer-{at}"));
        Ok(Self {
            shelf,
            versions,
            runs,
            grounds: Grounds::default(),
            metrics: Metrics::default(),
            answers: Recent::new(ANSWERS_KEPT),
            threads: threads.build().map_err(|error| Fault::new(error.to_string()))?,
            workers: Semaphore::new(2 * cores),
        })
    }

    /// The stage of a question about the study as it stands.
    ///
    /// Whoever waits here for what another makes waits outside the threads for answers: one of those that waited for
    /// work begun on itself would wait for ever.
    pub fn stage(&self, setting: &Setting) -> Result<Stage, Fault> {
        self.stage_of(&self.shelf.current(), setting)
    }

    /// The stage of a question about the study as it stood.
    pub fn stage_of(&self, edition: &Edition, setting: &Setting) -> Result<Stage, Fault> {
        let ground = self.grounds.of(edition, setting, &self.threads)?;
        self.compute(|| Stage::of(ground, setting))
    }

    /// Works something out on the threads for answers; it must not wait for what another works out.
    pub fn compute<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.threads.install(work)
    }

    /// Does some work beside the connections, when it is its turn.
    pub async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Desk, &Deadline) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Refused> {
        let turn = tokio::time::timeout(ANSWER_TIME, self.workers.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(Refused::Busy) };
        let desk = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let deadline = Deadline(Instant::now() + ANSWER_TIME);
            let answer = work(&desk, &deadline);
            if deadline.cancelled() { Err(Refused::TooLong) } else { answer.map_err(Refused::Fault) }
        });
        done.await.map_err(|_| Refused::Broken)?
    }

    /// The remembered answer to a question about the study as it stands, worked out where it is not known. Who asks
    /// the same while it is being worked out waits for that.
    pub async fn remembered(
        self: &Arc<Self>,
        question: String,
        work: impl FnOnce(&Desk, &Deadline) -> Result<Bytes, Fault> + Send + 'static,
    ) -> Result<Bytes, Refused> {
        let question = format!("{} {question}", self.shelf.current().fingerprint);
        let answer = self.answers.of(question.clone());
        if let Some(Ok(known)) = answer.get() {
            return Ok(known.clone());
        }
        let found = self.work(move |desk, deadline| answer.get_or_init(|| work(desk, deadline)).clone()).await;
        if found.is_err() {
            self.answers.forget(&question);
        }
        found
    }
}
