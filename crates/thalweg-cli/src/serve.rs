//! `thalweg serve`: a study in the browser and over HTTP, until it is stopped.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::print_text;
use crate::study::StudyArgs;
use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use thalweg_formats::builtin;
use thalweg_formats::study_files::StudyFiles;
use thalweg_server::serve::{Log, Settings, serve};
use thalweg_server::shelf::Source;
use thalweg_server::state_folder::usual;

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Folder of the study, or the name of a built-in one; the built-in `caspian` when left out
    #[arg(value_name = "STUDY")]
    study: Option<PathBuf>,
    /// Another version of the study that it may be held against: a folder or a built-in study, under its own name or
    /// one given before `=`; may be given several times
    #[arg(long, value_name = "[NAME=]STUDY")]
    against: Vec<String>,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7878")]
    bind: SocketAddr,
    /// Token to be shown by who asks; needed where others reach the address. THALWEG_TOKEN in the environment serves as
    /// well, and is not seen in the list of processes
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// Folder for results of runs, and for scenarios saved to a built-in study; the platform's data folder when left out
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How the log on standard error is written
    #[arg(long, value_name = "FORM", default_value = "text")]
    log: LogForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogForm {
    /// A line for people
    Text,
    /// A JSON object a line
    Json,
    /// Not at all
    Off,
}

/// Runs `serve`.
pub fn run(args: &ServeArgs) -> Ended {
    let (source, name) = source(args.study.as_ref())?;
    let data = args.data.clone().or_else(|| usual(&name));
    let data = data.ok_or_else(|| Failure::new("--data: the platform names no folder for data; name one"))?;
    let settings = Settings {
        source,
        against: args.against.iter().map(|text| version(text)).collect::<Result<_, _>>()?,
        bind: args.bind,
        token: args.token.clone().or_else(|| std::env::var("THALWEG_TOKEN").ok().filter(|token| !token.is_empty())),
        data,
        log: match args.log {
            LogForm::Text => Log::Text,
            LogForm::Json => Log::Json,
            LogForm::Off => Log::Off,
        },
    };
    serve(settings, |address| print_text(&format!("Listening on http://{address}/")))?;
    Ok(Outcome::Answered)
}

/// A version by its name, `NAME=FOLDER`, or by the last name of its folder.
fn version(text: &str) -> Result<(String, StudyFiles), Failure> {
    let named = text.split_once('=').filter(|(name, _)| !name.is_empty() && !Path::new(text).exists());
    let folder = PathBuf::from(named.map_or(text, |(_, folder)| folder));
    let files = StudyArgs { study: Some(folder.clone()), as_of: None, period: None }.files();
    let files = files.map_err(|failure| Failure {
        lines: failure.lines.iter().map(|line| line.replacen("STUDY:", "--against:", 1)).collect(),
    })?;
    let last = || folder.file_name().map_or_else(|| text.to_owned(), |name| name.to_string_lossy().into_owned());
    Ok((named.map_or_else(last, |(name, _)| name.to_owned()), files))
}

/// The study a name or folder means, and what its state is kept under.
fn source(study: Option<&PathBuf>) -> Result<(Source, String), Failure> {
    let Some(folder) = study else {
        return Ok((Source::BuiltIn(builtin::caspian()), builtin::DEFAULT_STUDY.to_owned()));
    };
    let name = folder.file_name().map_or_else(|| "study".to_owned(), |name| name.to_string_lossy().into_owned());
    match builtin::files(&folder.to_string_lossy()).filter(|_| !folder.exists()) {
        Some(files) => Ok((Source::BuiltIn(files), name)),
        None if folder.is_dir() => Ok((Source::Folder(folder.clone()), name)),
        None => Err(Failure::new(format!(
            "STUDY: no folder and no built-in study is called `{}`; built in are {}",
            folder.display(),
            builtin::names().join(", ")
        ))),
    }
}
