//! `thalweg new`: a folder with the files of a study to fill in, or a copy of a built-in one.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text};
use clap::Args;
use serde_json::json;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use thalweg_formats::builtin;
use thalweg_formats::templates::template_files;
use thalweg_model::nearest::nearest;

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Folder to make; files that are there already are never overwritten
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Built-in study to copy instead of empty tables
    #[arg(long, value_name = "STUDY")]
    pub from: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Writes the files, or none of them when one is there already.
pub fn run(args: &NewArgs) -> Ended {
    let files = contents(args)?;
    let taken: Vec<String> = files
        .iter()
        .map(|(name, _)| args.folder.join(name))
        .filter(|path| path.exists())
        .map(|path| path.display().to_string())
        .collect();
    if let Some(first) = taken.first() {
        let more = match taken.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        return Err(Failure::new(format!("DIR: {first}{more} would be overwritten; name another folder")));
    }
    for (name, bytes) in &files {
        let path = args.folder.join(name);
        write(&path, bytes).map_err(|error| Failure::new(format!("DIR: {}: {error}", path.display())))?;
    }
    let folder = args.folder.display();
    if args.json {
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        print_json(&json!({ "folder": folder.to_string(), "files": names }));
    } else {
        print_text(&format!("{folder}: {} files written\nnext: thalweg check {folder}", files.len()));
    }
    Ok(Outcome::Answered)
}

fn contents(args: &NewArgs) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let Some(from) = &args.from else {
        let name = args.folder.file_name().map_or("study".to_owned(), |name| name.to_string_lossy().into_owned());
        return Ok(template_files(&name).into_iter().map(|(path, text)| (path, text.into_bytes())).collect());
    };
    let known = builtin::names();
    let study = builtin::files(from).ok_or_else(|| {
        let hint = nearest(from, known.iter().copied()).map(|name| format!("; the nearest is {name}"));
        let hint = hint.unwrap_or_else(|| format!("; there are {}", known.join(", ")));
        Failure::new(format!("--from: no built-in study is called `{from}`{hint}"))
    })?;
    Ok(study.files.into_iter().map(|(path, bytes)| (path, bytes.into_owned())).collect())
}

/// Creates a file and the folders it is in; fails when the file is there.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}
