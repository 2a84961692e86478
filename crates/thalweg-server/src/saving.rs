//! Files that are whole or absent, whenever the process is killed.
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use thalweg_formats::fault::Fault;

/// Why something was not saved.
#[derive(Debug)]
pub enum Unsaved {
    /// It is not sound.
    Fault(Fault),
    /// Something else is there.
    Conflict(String),
    /// Nothing is there.
    Missing(String),
    /// The system said so.
    Io(io::Error),
}

impl From<Fault> for Unsaved {
    fn from(fault: Fault) -> Self {
        Unsaved::Fault(fault)
    }
}

impl From<io::Error> for Unsaved {
    fn from(error: io::Error) -> Self {
        Unsaved::Io(error)
    }
}

impl fmt::Display for Unsaved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsaved::Fault(fault) => fault.fmt(f),
            Unsaved::Conflict(message) | Unsaved::Missing(message) => f.write_str(message),
            Unsaved::Io(error) => write!(f, "could not be saved: {error}"),
        }
    }
}

/// Ending of a file that is still being written; readers of studies pass over names that start with a dot.
const UNFINISHED: &str = ".unfinished";

/// Writes beside the final name, to the disk, and renames.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let nameless = || io::Error::new(io::ErrorKind::InvalidInput, "a file in a folder has a name");
    let folder = path.parent().ok_or_else(nameless)?;
    let name = path.file_name().ok_or_else(nameless)?.to_string_lossy();
    fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{name}{UNFINISHED}"));
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&unfinished, path)?;
    sync_folder(folder)
}

/// Removes a file for good.
pub fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// A rename is on the disk once its folder is; other systems than Unix cannot open one.
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder) {
        Ok(folder) if cfg!(unix) => folder.sync_all(),
        _ => Ok(()),
    }
}

/// Removes what a killed process left half written.
pub fn clear_unfinished(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().ends_with(UNFINISHED) {
            // One that cannot be removed is passed over by every reader.
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// A hash of some bytes, FNV-1a in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", bytes.iter().fold(0xcbf2_9ce4_8422_2325, step))
}
