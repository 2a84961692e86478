//! `thalweg run`, `close` and `refuse` on small studies: what they write, the names scripts rely on, a kill in the middle.
use crate::command::thalweg;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

#[test]
fn run_gives_the_names_scripts_rely_on_and_writes_the_same_figures() {
    let folder = fresh("run");
    let output = thalweg(&["run", "own-network", "--out", folder.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let base = &answer["scenarios"][0];
    assert_eq!(base["name"], "base");
    for field in ["measure", "subject", "value", "unit", "low", "high"] {
        assert!(base["figures"][0].get(field).is_some(), "figures lack {field}");
    }
    for field in ["gate", "commodity", "period", "observed", "modelled", "unit"] {
        assert!(base["observed"][0].get(field).is_some(), "observed lacks {field}");
    }
    assert!(base["unmet"].is_array());
    let written: Value = serde_json::from_slice(&std::fs::read(folder.join("results.json")).unwrap()).unwrap();
    assert_eq!(written["scenarios"], answer["scenarios"]);
    for file in ["report.html", "figures.csv", "figures.xlsx", "flows.geojson", "flows.svg"] {
        assert!(folder.join(file).exists(), "{file}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn drawn_ranges_are_the_same_bytes_on_any_number_of_threads() {
    let drawn = |threads: &str, seed: &str| {
        let folder = fresh(&format!("ranges-{threads}-{seed}"));
        let words =
            ["run", "own-network", "--ranges", "20", "--seed", seed, "--out", folder.to_str().unwrap(), "--json"];
        let output =
            Command::new(env!("CARGO_BIN_EXE_thalweg")).args(words).env("RAYON_NUM_THREADS", threads).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        std::fs::remove_dir_all(&folder).unwrap();
        output.stdout
    };
    let one = drawn("1", "7");
    assert!(one == drawn("3", "7"), "threads change the answer");
    let (one, other): (Value, Value) =
        (serde_json::from_slice(&one).unwrap(), serde_json::from_slice(&drawn("3", "8")).unwrap());
    assert_eq!((&one["head"]["draws"], &one["head"]["seed"]), (&20.into(), &7.into()));
    assert_ne!(one["scenarios"], other["scenarios"]);
    let figures = one["scenarios"].as_array().unwrap().iter().flat_map(|state| state["figures"].as_array().unwrap());
    let ranged: Vec<&Value> = figures.filter(|figure| !figure["low"].is_null()).collect();
    assert!(!ranged.is_empty());
    assert!(ranged.iter().all(|figure| figure["low"].as_f64() < figure["high"].as_f64()), "a range without room");
}

#[test]
fn a_second_run_overwrites_nothing() {
    let folder = fresh("twice");
    let words = ["run", "own-network", "--out", folder.to_str().unwrap()];
    thalweg(&words);
    let first = std::fs::read(folder.join("report.html")).unwrap();
    let second = thalweg(&words);
    assert_eq!(second.status.code(), Some(0));
    assert_eq!(std::fs::read(folder.join("report.html")).unwrap(), first);
    let other = folder.with_file_name(format!("{}-2", folder.file_name().unwrap().to_str().unwrap()));
    assert!(other.join("report.html").exists());
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::remove_dir_all(&other).unwrap();
}

#[test]
fn a_run_killed_in_the_middle_leaves_whole_scenarios() {
    let folder = fresh("killed");
    let mut child = Command::new(env!("CARGO_BIN_EXE_thalweg"))
        .args(["run", "--out", folder.to_str().unwrap()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let scenarios = folder.join("scenarios");
    let finished = || std::fs::read_dir(&scenarios).map_or(0, Iterator::count);
    let patience = Instant::now();
    while finished() < 2 && patience.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!folder.join("report.html").exists(), "the run was over before it was killed");
    let mut whole = 0;
    for entry in std::fs::read_dir(&scenarios).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.extension().is_some_and(|extension| extension == "json") {
            let state: Value = serde_json::from_slice(&std::fs::read(&entry).unwrap()).unwrap();
            assert!(!state.is_null());
            whole += 1;
        }
    }
    assert!(whole >= 1);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn refuse_answers_with_pairs_and_close_with_the_costliest_first() {
    let refused: Value = serde_json::from_slice(&thalweg(&["refuse", "own-network", "--json"]).stdout).unwrap();
    for field in ["by", "of", "lever", "system_loss", "harm", "self_cost"] {
        assert!(refused["refusals"][0].get(field).is_some(), "refusals lack {field}");
    }
    let closed: Value =
        serde_json::from_slice(&thalweg(&["close", "own-network", "--each", "link", "--json"]).stdout).unwrap();
    let losses: Vec<f64> =
        closed["closures"].as_array().unwrap().iter().map(|row| row["loss"].as_f64().unwrap()).collect();
    assert!(losses[0] > 0.0 && losses.is_sorted_by(|one, other| one >= other));
    assert!(closed["head"]["base_served"].as_object().is_some_and(|served| !served.is_empty()));
}

#[test]
fn an_unknown_kind_or_name_is_bad_input_that_lists_what_there_is() {
    let output = thalweg(&["close", "own-network", "--each", "planet"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("territory, operator, passage"));
    let output = thalweg(&["route", "own-network", "--from", "Aldermoth", "--to", "Estwell"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("--from") && said.contains("aldermouth"), "{said}");
    assert!(!said.contains('\u{1b}'), "colour without a terminal");
}
