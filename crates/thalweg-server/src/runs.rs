//! Long work: a bounded queue, one run at a time on threads of its own, and each distinct question worked out once.
use crate::desk::Desk;
use crate::kinds::{Given, Kind, Outcome};
use crate::reply::Refused;
use crate::saving::hash;
use crate::shelf::Edition;
use crate::store::{RESULT, Store, word};
use axum::body::Bytes;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::setting::Setting;
use thalweg_formats::fault::Fault;
use thalweg_formats::wire::interface::{ProgressRow, RunReportRow, RunState};
use tokio::sync::watch;

/// Runs that may wait.
const WAITING: usize = 64;

/// A number of steps from which on it says only that there is no bound.
const UNBOUNDED: u64 = u32::MAX as u64;

/// A run, and all who look at it.
pub struct Job {
    row: watch::Sender<RunReportRow>,
    cancelled: AtomicBool,
}

/// What is known of all runs.
#[derive(Default)]
struct Book {
    jobs: BTreeMap<String, Arc<Job>>,
    /// Ids with the study as it stood when they were asked for: a scenario saved meanwhile changes nothing.
    waiting: VecDeque<(String, Arc<Edition>)>,
    stopping: bool,
}

/// All runs of a server.
pub struct Runs {
    book: Mutex<Book>,
    woken: Condvar,
    store: Mutex<Store>,
    threads: rayon::ThreadPool,
}

/// Watches a run for those who look at it.
struct Looking<'a> {
    job: &'a Job,
    runs: &'a Runs,
}

impl Watch for Looking<'_> {
    fn progress(&self, done: u64, total: u64, what: &str) {
        self.job.row.send_if_modified(|row| {
            let total = if total < UNBOUNDED { total } else { 0 };
            let next = ProgressRow { done, total, what: what.to_owned() };
            // Threads finish in any order; a step back would be no news.
            let news = row.progress.as_ref().is_none_or(|known| known.what != next.what || known.done < done);
            if news {
                row.progress = Some(next);
            }
            news
        });
    }

    fn cancelled(&self) -> bool {
        self.job.cancelled.load(Ordering::Relaxed) || self.runs.book().stopping
    }
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}

fn is_over(state: RunState) -> bool {
    !matches!(state, RunState::Queued | RunState::Running)
}

impl Job {
    fn of(row: RunReportRow) -> Arc<Self> {
        Arc::new(Self { row: watch::Sender::new(row), cancelled: AtomicBool::new(false) })
    }

    /// Where it stands.
    pub fn row(&self) -> RunReportRow {
        self.row.borrow().clone()
    }

    /// Tells of every change from now on.
    pub fn look(&self) -> watch::Receiver<RunReportRow> {
        self.row.subscribe()
    }

    fn change(&self, change: impl FnOnce(&mut RunReportRow)) -> RunReportRow {
        self.row.send_modify(change);
        self.row()
    }
}

impl Runs {
    /// The runs of a state folder. Nothing is worked out before `work` is called.
    pub fn open(store: Store) -> Result<Self, Fault> {
        let known = store.runs(&now())?;
        let jobs = known.into_iter().map(|row| (row.id.clone(), Job::of(row))).collect();
        let threads = rayon::ThreadPoolBuilder::new().thread_name(|at| format!("run-{at}")).build();
        Ok(Self {
            book: Mutex::new(Book { jobs, ..Book::default() }),
            woken: Condvar::new(),
            store: Mutex::new(store),
            threads: threads.map_err(|error| Fault::new(error.to_string()))?,
        })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a run. One that waits, works or is done is not asked for again.
    pub fn ask(&self, desk: &Desk, request: Map<String, Value>) -> Result<RunReportRow, Refused> {
        let edition = desk.shelf.current();
        let (kind, request) = Kind::canonical(request, &edition.opened)?;
        check(&request, desk)?;
        let version = desk.versions.print_of(kind, &request)?;
        let text = serde_json::to_string(&request).expect("an object of text and numbers");
        let id = hash(format!("{}{version} {} {text}", edition.fingerprint, kind.name).as_bytes());
        let mut book = self.book();
        if let Some(known) = book.jobs.get(&id).map(|job| job.row())
            && (!is_over(known.state) || known.state == RunState::Done)
        {
            return Ok(known);
        }
        if book.stopping {
            return Err(Refused::Busy);
        }
        if book.waiting.len() >= WAITING {
            return Err(Refused::Full);
        }
        let row = RunReportRow {
            id: id.clone(),
            kind: kind.name.to_owned(),
            state: RunState::Queued,
            request,
            study: edition.fingerprint.clone(),
            progress: None,
            asked: now(),
            started: None,
            ended: None,
            error: None,
        };
        self.store().put(&row)?;
        book.jobs.insert(id.clone(), Job::of(row.clone()));
        book.waiting.push_back((id, edition));
        self.woken.notify_all();
        Ok(row)
    }

    /// Every run, the latest asked for first.
    pub fn list(&self) -> Vec<RunReportRow> {
        let mut rows: Vec<RunReportRow> = self.book().jobs.values().map(|job| job.row()).collect();
        rows.sort_by(|one, other| other.asked.cmp(&one.asked).then(one.id.cmp(&other.id)));
        rows
    }

    /// The run of an id.
    pub fn job(&self, id: &str) -> Result<Arc<Job>, Refused> {
        let missing = || Refused::Missing(Fault::at("id", format!("there is no run `{id}`")));
        self.book().jobs.get(id).cloned().ok_or_else(missing)
    }

    /// Cancels a run that is not over; leaves one that is.
    pub fn cancel(&self, id: &str) -> Result<RunReportRow, Refused> {
        let job = self.job(id)?;
        job.cancelled.store(true, Ordering::Relaxed);
        let mut book = self.book();
        if let Some(at) = book.waiting.iter().position(|(waiting, _)| waiting == id) {
            book.waiting.remove(at);
            drop(book);
            self.end(&job, (RunState::Cancelled, None))?;
        }
        Ok(job.row())
    }

    /// One thing a run gave.
    pub fn part(&self, id: &str, form: &str) -> Result<Option<Bytes>, Fault> {
        self.store().part(id, form)
    }

    /// Works until it is asked to stop; one run after the other.
    pub fn work(&self, desk: &Desk) {
        while let Some((job, edition)) = self.next() {
            let row = job.change(|row| {
                row.state = RunState::Running;
                row.started = Some(now());
            });
            let stored = self.store().put(&row);
            let found = stored.and_then(|()| self.answer((desk, &edition), &row, &job));
            let stopping = self.book().stopping;
            let state = match &found {
                _ if job.cancelled.load(Ordering::Relaxed) => RunState::Cancelled,
                _ if stopping => RunState::Interrupted,
                Ok(_) => RunState::Done,
                Err(_) => RunState::Failed,
            };
            // Counted before it is told: who hears of the end finds it counted.
            desk.metrics.run(word(state));
            tracing::info!(run = row.id, kind = row.kind, state = word(state), "run");
            let ended = match found {
                Ok(outcome) if state == RunState::Done => self.finish(&job, outcome),
                Err(fault) if state == RunState::Failed => self.end(&job, (state, Some(fault.to_string()))),
                _ => self.end(&job, (state, None)),
            };
            if let Err(fault) = ended {
                tracing::error!(%fault, run = row.id, "a run could not be written");
            }
        }
    }

    fn next(&self) -> Option<(Arc<Job>, Arc<Edition>)> {
        let mut book = self.book();
        loop {
            if book.stopping {
                return None;
            }
            if let Some((id, edition)) = book.waiting.pop_front() {
                return book.jobs.get(&id).cloned().map(|job| (job, edition));
            }
            book = self.woken.wait(book).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn answer(&self, (desk, edition): (&Desk, &Edition), row: &RunReportRow, job: &Job) -> Result<Outcome, Fault> {
        let broken = || Fault::new("the program has a fault; its log says which");
        let kind = Kind::named(&row.kind).ok_or_else(broken)?;
        let stage = desk.stage_of(edition, &setting(&row.request)?)?.apart();
        let looking = Looking { job, runs: self };
        let given = Given { scene: stage.scene(), versions: &desk.versions };
        let work = || self.threads.install(|| kind.answer(&row.request, given, &looking));
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(broken()))
    }

    fn finish(&self, job: &Job, outcome: Outcome) -> Result<(), Fault> {
        let mut row = job.row();
        row.state = RunState::Done;
        row.ended = Some(now());
        let mut parts = vec![(RESULT, outcome.result)];
        parts.extend(outcome.exports.parts);
        self.store().finish(&row, &parts)?;
        job.change(|known| *known = row);
        Ok(())
    }

    fn end(&self, job: &Job, (state, error): (RunState, Option<String>)) -> Result<(), Fault> {
        let row = job.change(|row| {
            row.state = state;
            row.ended = Some(now());
            row.error = error;
        });
        self.store().put(&row)
    }

    /// Stops: what works is told to, what waits is interrupted, and so it is written.
    pub fn stop(&self) {
        let waiting: Vec<Arc<Job>> = {
            let mut book = self.book();
            book.stopping = true;
            let ids: Vec<String> = book.waiting.drain(..).map(|(id, _)| id).collect();
            ids.iter().filter_map(|id| book.jobs.get(id).cloned()).collect()
        };
        self.woken.notify_all();
        for job in waiting {
            if let Err(fault) = self.end(&job, (RunState::Interrupted, None)) {
                tracing::error!(%fault, "an interrupted run could not be written");
            }
        }
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.book().waiting.len()
    }
}

/// The setting of a canonical request.
fn setting(request: &Map<String, Value>) -> Result<Setting, Fault> {
    serde_json::from_value(Value::Object(request.clone())).map_err(|error| Fault::new(error.to_string()))
}

/// Refuses at once what would fail as soon as it begins: dates, scenarios and changes that are wrong.
fn check(request: &Map<String, Value>, desk: &Desk) -> Result<(), Fault> {
    let setting = setting(request)?;
    setting.date()?;
    let edition = desk.shelf.current();
    edition.opened.state(setting.scenario.as_deref())?;
    setting.changed(&edition.opened).map(drop)
}
