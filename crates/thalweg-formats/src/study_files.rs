//! The files of a study as bytes, from a folder on disk or from memory.
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The files of a study by their path inside its folder, with `/` between folders.
#[derive(Debug, Clone, Default)]
pub struct StudyFiles {
    /// Where they come from, as people know it: a folder, or the name of a built-in study.
    pub origin: String,
    /// Content by path.
    pub files: BTreeMap<String, Cow<'static, [u8]>>,
}

/// Why a study's folder could not be read.
#[derive(Debug)]
pub struct FolderError {
    /// The folder or file.
    pub path: PathBuf,
    /// What the system said.
    pub cause: io::Error,
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for FolderError {}

impl StudyFiles {
    /// Files that stand in memory.
    pub fn from_memory(origin: &str, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (path, Cow::Owned(bytes))).collect();
        Self { origin: origin.to_owned(), files }
    }

    /// The `.csv` and `.toml` files of a folder and of the folders directly inside it.
    pub fn from_folder(folder: &Path) -> Result<Self, FolderError> {
        let mut study = Self { origin: folder.display().to_string(), files: BTreeMap::new() };
        for (name, path) in entries(folder)? {
            if path.is_dir() && !name.starts_with('.') {
                for (inner, path) in entries(&path)? {
                    study.add(format!("{name}/{inner}"), &path)?;
                }
            } else {
                study.add(name, &path)?;
            }
        }
        Ok(study)
    }

    fn add(&mut self, name: String, path: &Path) -> Result<(), FolderError> {
        let wanted = path.is_file() && (name.ends_with(".csv") || name.ends_with(".toml"));
        if wanted && !name.starts_with('.') && !name.contains("/.") {
            let bytes = std::fs::read(path).map_err(|cause| FolderError { path: path.to_owned(), cause })?;
            self.files.insert(name, Cow::Owned(bytes));
        }
        Ok(())
    }
}

fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, FolderError> {
    let fault = |cause| FolderError { path: folder.to_owned(), cause };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        found.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    found.sort();
    Ok(found)
}
