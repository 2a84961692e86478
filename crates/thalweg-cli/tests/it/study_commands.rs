//! `thalweg new`, `check` and `show`: what they print, what they leave alone, how they end.
use crate::command::thalweg;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A folder of this test's own that does not exist yet.
fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

#[test]
fn a_new_study_is_a_copy_that_checks_and_is_never_overwritten() {
    let folder = fresh("copied");
    let path = folder.to_str().unwrap();
    assert_eq!(thalweg(&["new", path, "--from", "own-network"]).status.code(), Some(0));
    let checked = thalweg(&["check", path, "--json"]);
    assert_eq!(checked.status.code(), Some(0));
    assert_eq!(json(&checked)["problems"], Value::Array(Vec::new()));
    std::fs::write(folder.join("link.csv"), "mine").unwrap();
    assert_eq!(thalweg(&["new", path, "--from", "own-network"]).status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(folder.join("link.csv")).unwrap(), "mine");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_empty_study_has_every_table_and_reads() {
    let folder = fresh("empty");
    let path = folder.to_str().unwrap();
    assert_eq!(thalweg(&["new", path]).status.code(), Some(0));
    let checked = json(&thalweg(&["check", path, "--json"]));
    assert_eq!(checked["errors"], 0, "{checked:#}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn check_gives_file_row_column_message_and_hint_and_ends_with_bad_input() {
    let folder = fresh("broken");
    let path = folder.to_str().unwrap();
    assert_eq!(thalweg(&["new", path, "--from", "own-network"]).status.code(), Some(0));
    let links = std::fs::read_to_string(folder.join("link.csv")).unwrap();
    std::fs::write(folder.join("link.csv"), links.replacen("aldermouth,graywick", "aldermouth,grawick", 1)).unwrap();
    let checked = thalweg(&["check", path, "--json"]);
    assert_eq!(checked.status.code(), Some(2));
    let problem = &json(&checked)["problems"][0];
    assert_eq!(problem["file"], "link.csv");
    assert_eq!(problem["row"], 2);
    assert_eq!(problem["column"], "to_node_id");
    assert_eq!(problem["severity"], "error");
    assert_eq!(problem["message"], "no node is called `grawick`");
    assert_eq!(problem["hint"], "the nearest name is `graywick`");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn show_lists_the_rows_that_hold_on_a_date() {
    let today = json(&thalweg(&["show", "own-network", "rules", "--json"]));
    assert_eq!(today["rows"][0]["gates"]["territory"], "XBI");
    let before = thalweg(&["show", "own-network", "rules", "--as-of", "2024-02-29", "--json"]);
    assert_eq!(before.status.code(), Some(3));
    assert_eq!(json(&before)["rows"], Value::Array(Vec::new()));
    for what in ["nodes", "links", "actors", "scenarios"] {
        assert_eq!(thalweg(&["show", "own-network", what]).status.code(), Some(0), "{what}");
    }
    let unknown = thalweg(&["show", "own-network", "nods"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("is not one of nodes, links"));
}
