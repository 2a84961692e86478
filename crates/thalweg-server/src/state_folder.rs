//! The folder a server keeps its state in: results of runs, and scenarios of studies that are part of the program.
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use thalweg_formats::fault::Fault;

/// The folder of one study, held by one server at a time.
pub struct StateFolder {
    path: PathBuf,
    // Held open: the system lets go of the lock when the process ends, however it ends.
    _lock: File,
}

/// File that the server holding the folder has locked.
const LOCK: &str = "lock";

impl StateFolder {
    /// Makes the folder where it is missing, and holds it.
    pub fn hold(path: &Path) -> Result<Self, Fault> {
        let fault = |error: std::io::Error| Fault::at("data", format!("{}: {error}", path.display()));
        std::fs::create_dir_all(path).map_err(fault)?;
        let lock = File::options().create(true).truncate(false).write(true).open(path.join(LOCK)).map_err(fault)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                Err(Fault::at("data", format!("another server uses {}; name another folder", path.display())))
            }
            Err(TryLockError::Error(error)) => Err(fault(error)),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Where the state of a study goes unless another folder is named: the data folder of the platform.
pub fn usual(study: &str) -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = if cfg!(windows) {
        folder("APPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        folder("XDG_DATA_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/share")))
    };
    let named: String = study.chars().map(|c| if c.is_alphanumeric() || "-_".contains(c) { c } else { '_' }).collect();
    Some(data?.join("thalweg").join(named))
}
