//! Lists the files of `studies/` so that the built-in studies are part of the program.
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the crate's folder"));
    let studies = root.join("../../studies").canonicalize()?;
    println!("cargo:rerun-if-changed={}", studies.display());
    let mut files = Vec::new();
    collect(&studies, "", &mut files)?;
    let mut code = String::from("pub(crate) const FILES: &[(&str, &[u8])] = &[\n");
    for (name, path) in files {
        writeln!(code, "    ({name:?}, include_bytes!({:?})),", path.display().to_string()).expect("strings take text");
    }
    code.push_str("];\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names the output folder"));
    std::fs::write(out.join("studies.rs"), code)
}

/// The files below a folder in the order of their names, licences and notes included.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> std::io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        match entry.path().is_dir() {
            true => collect(&entry.path(), &format!("{name}/"), files)?,
            false if is_of_study(&entry.path()) => files.push((name, entry.path())),
            false => {}
        }
    }
    Ok(())
}

/// Tables, heads and scenarios, and the licences and notes that go with them.
fn is_of_study(path: &Path) -> bool {
    path.extension()
        .is_none_or(|extension| ["csv", "toml", "json", "md", "txt"].iter().any(|wanted| extension == *wanted))
}
