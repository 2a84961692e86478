//! House rules a machine can check, as tests.
#![cfg(test)]
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const LINES_MAX: usize = 600;
const PURE: [&str; 3] = ["thalweg-model", "thalweg-network", "thalweg-engine"];

/// Modules of the engine by floor; a module may read those on its own or a lower floor.
const ENGINE_FLOORS: [&[&str]; 8] = [
    &[
        "watch",
        "kept",
        "furness",
        "matrix_adjustment",
        "logit",
        "flow",
        "equilibrium",
        "elements",
        "holders",
        "gate_kinds",
        "assignment",
        "remaining_costs",
        "latin_hypercube",
        "curve",
        "games",
        "indices",
        "structure",
        "claims",
    ],
    &["path_sets", "limits", "delay_curves", "capacitated", "constants", "contracts", "descriptive"],
    &["congestion", "assign", "comparison", "exposure", "figures", "observed", "state", "touches", "welfare"],
    &["prepared", "oracle", "reach", "routes", "exposure_range"],
    &[
        "closures",
        "refusal",
        "calibration",
        "changes",
        "stress",
        "dependence",
        "power",
        "prior",
        "consents",
        "newcomer",
        "shared_losses",
        "supply_measures",
        "brokerage",
        "incidence",
        "stakes",
    ],
    &["questions"],
    &["states", "ranges"],
    &["study"],
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands in the workspace").to_owned()
}

/// Rust files under a folder, generated and built ones left out, as (path from the root, text).
fn rust_files(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(path) = open.pop() {
        let entries = std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for entry in entries.map(|entry| entry.expect("a readable folder").path()) {
            if entry.is_dir() && entry.file_name().is_some_and(|name| name != "target") {
                open.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&entry).expect("a readable file");
                let name = entry.strip_prefix(root()).expect("a file of the project").display().to_string();
                found.push((name, text));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no Rust file under {folder}");
    found
}

fn all_files() -> Vec<(String, String)> {
    ["crates", "xtask"].into_iter().flat_map(rust_files).collect()
}

fn assert_none(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn no_file_is_longer_than_six_hundred_lines() {
    let long = |(name, text): &(String, String)| {
        let lines = text.lines().count();
        (lines > LINES_MAX).then(|| format!("{name}: {lines} lines"))
    };
    assert_none(all_files().iter().filter_map(long).collect());
}

#[test]
fn every_file_opens_with_a_sentence_that_says_its_job() {
    let mute = |(name, text): &(String, String)| {
        let first = text.lines().next().unwrap_or_default();
        (!first.starts_with("//! ") || first.len() < 20).then(|| format!("{name}: {first}"))
    };
    assert_none(all_files().iter().filter_map(mute).collect());
}

#[test]
fn comments_neither_narrate_nor_keep_a_diary() {
    let banned = ["// Step ", "// Now we", "// New:", "// Refactored", "// ====", "// ----", "// TODO", "// FIXME"];
    let mut faults = Vec::new();
    for (name, text) in all_files().iter().filter(|(name, _)| !name.ends_with("tidy.rs")) {
        for (line, content) in text.lines().enumerate() {
            if banned.iter().any(|pattern| content.contains(pattern)) || content.contains("allow(dead_code)") {
                faults.push(format!("{name}:{}: {}", line + 1, content.trim()));
            }
        }
    }
    assert_none(faults);
}

#[test]
fn pure_crates_depend_on_no_serialiser_clock_or_file_format() {
    let banned = ["serde", "csv", "toml", "clap", "axum", "rusqlite", "tokio"];
    let mut faults = Vec::new();
    for name in PURE {
        let manifest =
            std::fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).expect("a manifest");
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap_or_default();
        let dependencies = dependencies.split("\n[").next().unwrap_or_default();
        for line in dependencies.lines() {
            if banned.iter().any(|banned| line.split(['.', ' ', '=']).next() == Some(banned)) {
                faults.push(format!("{name}: {line}"));
            }
        }
    }
    assert_none(faults);
}

#[test]
fn pure_crates_keep_no_choice_as_a_string() {
    let mut faults = Vec::new();
    for name in PURE {
        for (file, text) in rust_files(&format!("crates/{name}/src")) {
            for (line, content) in text.lines().enumerate() {
                let field = content.trim().trim_start_matches("pub ");
                let choice = ["kind: ", "mode: ", "method: "].iter().any(|start| field.starts_with(start));
                if choice && (field.contains("String") || field.contains("&str")) {
                    faults.push(format!("{file}:{}: {field}", line + 1));
                }
            }
        }
    }
    assert_none(faults);
}

#[test]
fn engine_modules_read_only_their_own_floor_and_lower_ones() {
    let floor = |module: &str| ENGINE_FLOORS.iter().position(|floor| floor.contains(&module));
    let mut faults = Vec::new();
    for (file, text) in rust_files("crates/thalweg-engine/src") {
        let inside = file.trim_start_matches("crates/thalweg-engine/src/");
        let module = inside.split(['/', '.']).next().unwrap_or_default();
        if module == "lib" {
            continue;
        }
        let Some(own) = floor(module) else {
            faults.push(format!("{file}: module `{module}` stands on no floor of the table in xtask/src/tidy.rs"));
            continue;
        };
        let named = text.split("crate::").skip(1).filter_map(|rest| rest.split([':', ';', ' ', '{', ',', ')']).next());
        let named: BTreeSet<&str> = named.filter(|other| *other != module).collect();
        for other in named {
            if floor(other).is_some_and(|other| other > own) {
                faults.push(format!("{file}: reads `{other}`, which stands above it"));
            }
        }
    }
    assert_none(faults);
}

#[test]
fn the_architecture_page_names_every_crate() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let crates = std::fs::read_dir(root().join("crates")).expect("crates/");
    let names = crates.map(|entry| entry.expect("a crate").file_name().to_string_lossy().into_owned());
    assert_none(names.filter(|name| !page.contains(name.as_str())).collect());
}

#[test]
fn every_file_is_reachable_as_a_module() {
    let mut faults = Vec::new();
    let files = rust_files("crates");
    for (name, _) in files.iter().filter(|(name, _)| name.contains("/src/")) {
        let path = Path::new(name);
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if ["lib", "main"].contains(&stem) || name.contains("/src/bin/") {
            continue;
        }
        let folder = path.parent().expect("a file in a folder");
        let parents = [folder.join("lib.rs"), folder.join("main.rs"), folder.with_extension("rs")];
        let declared = format!("mod {stem};");
        let found = files
            .iter()
            .any(|(other, text)| parents.iter().any(|parent| Path::new(other) == parent) && text.contains(&declared));
        if !found {
            faults.push(name.clone());
        }
    }
    assert_none(faults);
}

#[test]
fn no_committed_text_names_a_path_of_a_machine() {
    let output = std::process::Command::new("git").args(["ls-files"]).current_dir(root()).output();
    let listing = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let mut faults = Vec::new();
    for name in listing.lines().filter(|name| !name.ends_with("Cargo.lock") && !name.ends_with("tidy.rs")) {
        let Ok(text) = std::fs::read_to_string(root().join(name)) else { continue };
        for (line, content) in text.lines().enumerate() {
            let mut words = content.split(|c: char| c.is_whitespace() || "\"'`(=".contains(c));
            if words.any(|word| ["/work/", "/tmp/", "/root/", "/home/"].iter().any(|start| word.starts_with(start))) {
                faults.push(format!("{name}:{}: {}", line + 1, content.trim()));
            }
        }
    }
    assert_none(faults);
}
