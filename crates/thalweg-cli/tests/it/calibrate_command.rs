//! `thalweg calibrate` as a user runs it: bad flags, a target out of reach, and demand adjusted as the last resort.
use crate::command::thalweg;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Output;

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn calibrate(words: &[&str]) -> Output {
    thalweg(&[&["calibrate", "own-network", "--fit", "2025"], words].concat())
}

/// What a command that must be bad input says.
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn fresh(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("thalweg-calibrate-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    path
}

#[test]
fn each_bad_flag_is_named_with_what_would_be_right() {
    let no_counts = refused(&thalweg(&["calibrate", "own-network", "--fit", "2019"]));
    assert!(no_counts.contains("--fit: the study counts nothing in 2019; it has counts of 2025"), "{no_counts}");
    let day = refused(&calibrate(&["--as-of", "2024-06-30"]));
    assert!(day.contains("--as-of: 2024-06-30 is not a day of 2025"), "{day}");
    assert!(refused(&calibrate(&["--data-error", "0.1,0.2"])).contains("--data-error: takes three numbers"));
    assert!(refused(&calibrate(&["--data-error", "0.1,0,0.3"])).contains("--data-error: an error is above zero"));
    assert!(refused(&calibrate(&["--data-error", "0.1,inf,0.3"])).contains("--data-error: an error is above zero"));
    let held = refused(&calibrate(&["--hold-out", "havensund_2052"]));
    assert!(held.contains("--hold-out: `havensund_2052` is neither a year nor the key of a count"), "{held}");
    assert!(held.contains("the nearest is `havensund_2025`"), "{held}");
    assert!(refused(&calibrate(&["--hold-out", "2025"])).contains("--hold-out: 2025 is the year of --fit"));
    let there = fresh("there");
    std::fs::write(&there, "").unwrap();
    let out = refused(&calibrate(&["--out", there.to_str().unwrap()]));
    assert!(out.contains("--out:") && out.contains("is not overwritten"), "{out}");
    std::fs::remove_file(&there).unwrap();
}

#[test]
fn an_adjustment_needs_a_criterion_that_is_known_and_errors_of_the_demand() {
    let bare = calibrate(&["--adjust", "least_squares"]);
    assert!(refused(&bare).contains("--demand-error"), "clap names what is missing");
    let unknown = refused(&calibrate(&["--adjust", "nearest", "--demand-error", "0.1,0.2,0.3"]));
    assert!(unknown.contains("write minimum_information or least_squares"), "{unknown}");
    let two = refused(&calibrate(&["--adjust", "least_squares", "--demand-error", "0.1,0.2"]));
    assert!(two.contains("--demand-error: takes three numbers"), "{two}");
}

/// A copy of the fictional study with another count.
fn counting(name: &str, volume: &str) -> PathBuf {
    let folder = fresh(name);
    assert_eq!(thalweg(&["new", folder.to_str().unwrap(), "--from", "own-network"]).status.code(), Some(0));
    let path = folder.join("observed.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(",31000,"));
    std::fs::write(&path, text.replacen(",31000,", &format!(",{volume},"), 1)).unwrap();
    folder
}

#[test]
fn a_target_that_no_constant_reaches_says_how_much_could_pass_and_writes_no_table() {
    let folder = counting("beyond", "99000");
    let table = folder.join("constants.csv");
    let (study, out) = (folder.to_str().unwrap(), table.to_str().unwrap());
    let words = ["calibrate", study, "--fit", "2025", "--data-error", "0.05,0.1,0.1", "--out", out, "--json"];
    let output = thalweg(&words);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    let report = json(&output);
    let count = &report["counts"][0];
    assert_eq!(count["standing"], "out_of_reach");
    assert!(count["reason"].as_str().unwrap().contains("no constant reaches it"), "{count:#}");
    assert!(report["adjustment"].is_null(), "nothing is adjusted that nobody asked for");
    assert!(!table.exists());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn adjusted_demand_is_told_apart_written_apart_and_reads_back() {
    let folder = counting("adjusted", "45000");
    let study = folder.to_str().unwrap();
    let rows = folder.join("adjusted.rows");
    let words = ["--adjust", "minimum_information", "--demand-error", "0.1,0.2,0.3", "--json"];
    let run = [&["calibrate", study, "--fit", "2025", "--adjust-out", rows.to_str().unwrap()], &words[..]].concat();
    let before = std::fs::read(folder.join("demand.csv")).unwrap();
    let output = thalweg(&run);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report = json(&output);
    let adjustment = &report["adjustment"];
    assert!(adjustment["statement"].as_str().unwrap().starts_with("A last resort"));
    let count = &adjustment["counts"][0];
    let number = |name: &str| count[name].as_f64().unwrap();
    let miss = |name: &str| (number(name) - number("observed")).abs();
    assert!(miss("adjusted") < miss("prior"), "{count:#}");
    for row in adjustment["distances"].as_array().unwrap() {
        assert!(row["relative_entropy"].as_f64().unwrap() >= 0.0 && row["changed"].as_f64().unwrap() >= 0.0);
    }
    assert_eq!(std::fs::read(folder.join("demand.csv")).unwrap(), before, "the study is as it was");
    let text = std::fs::read_to_string(&rows).unwrap();
    assert!(text.contains("adjusted to counts, minimum_information") && text.contains(",estimate"), "{text}");
    // Put in the place of the rows they came from, they are the study's demand.
    std::fs::write(folder.join("demand.csv"), &text).unwrap();
    std::fs::remove_file(&rows).unwrap();
    let checked = thalweg(&["check", study]);
    assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stdout));
    std::fs::remove_dir_all(&folder).unwrap();
}
