//! Lists the files of the built workbench, `web/dist`, so that they are part of the program; none where it is not built.
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the crate's folder"));
    let web = root.join("../../web");
    println!("cargo:rerun-if-changed=build.rs");
    let mut files = Vec::new();
    if web.is_dir() {
        let dist = web.canonicalize()?.join("dist");
        // A folder that is missing would make cargo run this again at every build; an empty one does not.
        if dist.is_dir() || std::fs::create_dir(&dist).is_ok() {
            println!("cargo:rerun-if-changed={}", dist.display());
            collect(&dist, "", &mut files)?;
        }
    }
    let mut code = String::from("pub(crate) const FILES: &[(&str, &[u8])] = &[\n");
    for (name, path) in files {
        writeln!(code, "    ({name:?}, include_bytes!({:?})),", path.display().to_string()).expect("strings take text");
    }
    code.push_str("];\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names the output folder"));
    std::fs::write(out.join("workbench.rs"), code)
}

/// The files below a folder in the order of their names.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> std::io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => collect(&entry.path(), &format!("{name}/"), files)?,
            false if entry.file_name().to_string_lossy().starts_with('.') => {}
            false => files.push((name, entry.path())),
        }
    }
    Ok(())
}
