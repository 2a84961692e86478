//! Answers that are taken up again where a run was stopped: `depend`, `power`, `broker`, `consent` and `stress --risk`.
use crate::command::{json, thalweg};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn fresh(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    drop(std::fs::remove_file(&path));
    path
}

fn lines(file: &Path) -> usize {
    std::fs::read_to_string(file).map_or(0, |text| text.lines().count())
}

/// What an answer says; how much work it was stands in the head and differs.
fn said(mut report: Value) -> Value {
    report.as_object_mut().unwrap().remove("head");
    report
}

fn solves(report: &Value) -> u64 {
    report["head"]["solves"].as_u64().unwrap()
}

#[test]
fn curves_of_a_run_killed_in_the_middle_are_taken_up_again() {
    let file = fresh("killed-curves");
    let words = ["depend", "--of", "KAZ", "--json"];
    let resuming = [&words[..], &["--resume", file.to_str().unwrap()]].concat();
    let mut child = Command::new(env!("CARGO_BIN_EXE_thalweg")).args(&resuming).stdout(Stdio::null()).spawn().unwrap();
    let patience = Instant::now();
    while lines(&file) < 5 && patience.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let kept = lines(&file) - 1;
    let whole = json(&words);
    let curves = whole["horizons"][0]["relations"].as_array().unwrap().len();
    assert!(kept >= 4 && kept < curves, "{kept} of {curves} curves were found before the end");
    let resumed = json(&resuming);
    assert!(solves(&resumed) < solves(&whole));
    assert_eq!(said(resumed), said(whole));
    assert_eq!(lines(&file), curves + 1, "what was missing was added, nothing twice");
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn other_answers_are_taken_up_from_half_a_file_and_say_the_same() {
    let questions: [&[&str]; 5] = [
        &["power", "--players", "4", "--json"],
        &["broker", "--json"],
        &["consent", "--from", "Yerevan", "--to", "Tehran", "--json"],
        &["consent", "--project", "southern_armenian_link_opens", "--json"],
        &["depend", "--by", "RUS", "--of", "SRB", "--commodity", "gas", "--new", "modest_gas_supplier", "--json"],
    ];
    for words in questions {
        let file = fresh("half");
        let resuming = [words, &["--resume", file.to_str().unwrap()]].concat();
        let whole = json(&resuming);
        let text = std::fs::read_to_string(&file).unwrap();
        let parts = text.lines().count() - 1;
        assert!(parts >= 2, "{words:?} kept {parts}");
        let half: Vec<&str> = text.split_inclusive('\n').take(1 + parts / 2).collect();
        std::fs::write(&file, half.concat() + "{\"of\":\"half a li").unwrap();
        let resumed = json(&resuming);
        assert!(solves(&resumed) < solves(&whole), "{words:?}: {} against {}", solves(&resumed), solves(&whole));
        assert_eq!(said(resumed), said(whole), "{words:?}");
        std::fs::remove_file(&file).unwrap();
    }
}

#[test]
fn a_file_of_another_question_date_or_period_is_refused() {
    let file = fresh("other");
    let path = file.to_str().unwrap();
    json(&["depend", "own-network", "--json", "--resume", path]);
    for words in [&["broker", "own-network"][..], &["depend", "own-network", "--as-of", "2021-06-30"]] {
        let refused = thalweg(&[words, &["--resume", path]].concat());
        assert_eq!(refused.status.code(), Some(2), "{words:?}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("holds what was found of something else"));
    }
    std::fs::remove_file(&file).unwrap();
}
