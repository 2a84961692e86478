//! The server from its first breath to its last: opens the study, listens, and stops when asked to.
use crate::api::router;
use crate::desk::Desk;
use crate::guard::{Door, is_token, pass};
use crate::runs::Runs;
use crate::shelf::{Shelf, Source};
use crate::state_folder::StateFolder;
use crate::store::Store;
use crate::versions::Versions;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use thalweg_formats::fault::Fault;
use thalweg_formats::study_files::StudyFiles;
use tokio::net::TcpListener;

/// How logs are written, on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
    /// Not at all.
    Off,
}

/// What a server is to do.
#[derive(Debug)]
pub struct Settings {
    /// The study.
    pub source: Source,
    /// Other versions of it by name, which it is held against.
    pub against: Vec<(String, StudyFiles)>,
    /// Address to listen on; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Token to be shown; needed where the address is not of this machine alone.
    pub token: Option<String>,
    /// Folder for its state.
    pub data: PathBuf,
    /// How it logs.
    pub log: Log,
}

/// Serves until a signal asks it to stop. `listening` is told the address.
pub fn serve(settings: Settings, listening: impl FnOnce(SocketAddr)) -> Result<(), Fault> {
    check(&settings)?;
    start_log(settings.log);
    let folder = StateFolder::hold(&settings.data)?;
    let shelf = Shelf::open(settings.source, folder.path())?;
    let versions = Versions::open(settings.against, &shelf.current().opened)?;
    let desk = Arc::new(Desk::new((shelf, versions), Runs::open(Store::open(folder.path())?)?)?);
    let worker = desk.clone();
    let working = std::thread::Builder::new().name("runs".to_owned()).spawn(move || worker.runs.work(&worker));
    let working = working.map_err(|error| Fault::new(error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Fault::new(error.to_string()))?;
    let served = runtime.block_on(listen(&desk, (settings.bind, settings.token), listening));
    desk.runs.stop();
    // What works stops at its next step, and writes that it was interrupted.
    let patience = Instant::now() + LAST_WORDS;
    while !working.is_finished() && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(20));
    }
    runtime.shutdown_background();
    served
}

/// How long open connections and the run at work have to end.
const LAST_WORDS: Duration = Duration::from_secs(10);

async fn listen(
    desk: &Arc<Desk>,
    (bind, token): (SocketAddr, Option<String>),
    listening: impl FnOnce(SocketAddr),
) -> Result<(), Fault> {
    let fault = |error: std::io::Error| Fault::at("bind", format!("{bind}: {error}"));
    let listener = TcpListener::bind(bind).await.map_err(fault)?;
    let bound = listener.local_addr().map_err(fault)?;
    let door = Arc::new(Door::new(desk.clone(), bound, token));
    let app = router(desk.clone()).layer(axum::middleware::from_fn_with_state(door, pass));
    let (told, stopping) = tokio::sync::oneshot::channel();
    let runs = desk.clone();
    let asked = async move {
        asked_to_stop().await;
        // Streams of events end with the runs they tell of.
        runs.runs.stop();
        // Nobody listens any more where serving has ended by itself.
        told.send(()).unwrap_or_default();
    };
    let serving = axum::serve(listener, app).with_graceful_shutdown(asked);
    listening(bound);
    let out_of_patience = async {
        drop(stopping.await);
        tokio::time::sleep(LAST_WORDS).await;
    };
    tokio::select! {
        served = serving => served.map_err(fault),
        () = out_of_patience => Ok(()),
    }
}

fn check(settings: &Settings) -> Result<(), Fault> {
    match &settings.token {
        None if !settings.bind.ip().is_loopback() => {
            let message = "an address that others reach needs a token; give one, or THALWEG_TOKEN in the environment";
            Err(Fault::at("token", message))
        }
        Some(token) if !is_token(token) => {
            Err(Fault::at("token", "a token has at least 16 letters, digits or any of - _ . ~"))
        }
        _ => Ok(()),
    }
}

fn start_log(log: Log) {
    let lines = tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false);
    let started = match log {
        Log::Off => return,
        Log::Text => tracing::subscriber::set_global_default(lines.with_ansi(false).finish()),
        Log::Json => tracing::subscriber::set_global_default(lines.json().flatten_event(true).finish()),
    };
    // A log that is there already, as in tests of several servers, serves as well.
    drop(started);
}

/// Ends on Ctrl-C, and where there are such, on the signal to terminate.
async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = interrupted => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(interrupted.await);
}
