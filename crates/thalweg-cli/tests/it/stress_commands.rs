//! `thalweg stress` and `repair`: answers of the example study, files that are taken up again, flags that are wrong.
use crate::command::{json, thalweg};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn fresh(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    drop(std::fs::remove_dir_all(&path));
    drop(std::fs::remove_file(&path));
    path
}

/// The example study with two hazards and a port that needs a ferry line to work, all fictional.
fn study_with_hazards(name: &str) -> PathBuf {
    let folder = fresh(name);
    thalweg(&["new", folder.to_str().unwrap(), "--from", "own-network"]);
    let hazards = "hazard_id,element_type,element,x_coord,y_coord,radius,cause,probability,duration,duration_low,duration_high,premium,time_sd\n\
        flood,link,rail_a2,,,,nature,0.2,20,10,30,,\n\
        mines,,,23.0,48.7,40,deliberate,0.05,60,,,25,8\n";
    std::fs::write(folder.join("hazard.csv"), hazards).unwrap();
    let needs = "need_id,element_type,element,support_type,support,backup\npower,terminal,cedarport,link,road_c1,24\n";
    std::fs::write(folder.join("dependency.csv"), needs).unwrap();
    folder
}

#[test]
fn each_failure_has_bounds_and_the_top_ones_are_those_of_the_whole_list() {
    let all = json(&["stress", "own-network", "--each", "link", "--days", "73", "--json"]);
    let top = json(&["stress", "own-network", "--each", "link", "--days", "73", "--top", "2", "--json"]);
    let rows = all["failures"].as_array().unwrap();
    assert_eq!(top["failures"].as_array().unwrap()[..], rows[..2]);
    for row in rows {
        let amount = |key: &str| row[key].as_f64().unwrap();
        assert!(amount("at_least") <= amount("loss") + 1e-6 && amount("loss") <= amount("at_most") + 1e-6, "{row}");
        assert!((amount("loss_of_duration") - 0.2 * amount("loss")).abs() < 1e-6 * amount("loss"));
    }
}

#[test]
fn a_derated_element_without_a_stated_capacity_is_named_not_guessed() {
    let report = json(&["stress", "own-network", "--each", "link", "--share-left", "0.5", "--json"]);
    let unlimited = report["question"]["unlimited"].as_array().unwrap();
    assert!(unlimited.contains(&Value::from("link rail_a1")));
    assert!(report["failures"].as_array().unwrap().iter().all(|row| row["subject"] != "rail_a1"));
}

#[test]
fn worst_cases_leave_single_installations_out_unless_asked() {
    let refused = thalweg(&["stress", "own-network", "--pairs", "link"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--facilities"));
    let pairs = json(&["stress", "own-network", "--pairs", "link", "--facilities", "--json"]);
    let worst = json(&["stress", "own-network", "--worst", "2", "--among", "link", "--facilities", "--json"]);
    let (pair, set) = (pairs["pairs"][0]["loss"].as_f64().unwrap(), worst["worst"]["loss"].as_f64().unwrap());
    assert!((pair - set).abs() <= 1e-9 * pair, "{pair} against {set}");
    assert_eq!(worst["stopped"], false);
    assert!(worst["heuristic"]["loss"].as_f64().unwrap() <= set + 1e-9 * set);
}

#[test]
fn a_file_of_losses_is_taken_up_again_and_gives_the_same_answer() {
    let file = fresh("losses");
    let path = file.to_str().unwrap();
    let words = ["stress", "own-network", "--each", "link,territory", "--json", "--resume", path];
    let first = json(&words);
    let lines = std::fs::read_to_string(&file).unwrap();
    assert!(lines.lines().count() > 5);
    // A killed run leaves half a line.
    std::fs::write(&file, &lines[..lines.len() - 20]).unwrap();
    let second = json(&words);
    assert_eq!(first["failures"], second["failures"]);
    assert!(second["head"]["solves"].as_u64() < first["head"]["solves"].as_u64(), "{}", second["head"]);
    let other = thalweg(&["stress", "own-network", "--each", "territory", "--resume", path]);
    assert_eq!(other.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&other.stderr).contains("its setting is"));
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn a_run_killed_in_the_middle_keeps_what_it_found() {
    let file = fresh("killed-losses");
    let path = file.to_str().unwrap();
    let words = ["stress", "--each", "link,node,terminal", "--json", "--resume", path];
    let mut child = Command::new(env!("CARGO_BIN_EXE_thalweg")).args(words).stdout(Stdio::null()).spawn().unwrap();
    let found = || std::fs::read_to_string(&file).map_or(0, |text| text.lines().count());
    let patience = Instant::now();
    while found() < 12 && patience.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let kept = found();
    assert!(kept >= 12);
    let report = json(&["stress", "--each", "link,node,terminal", "--json", "--resume", path]);
    let whole = report["worked_out"].as_u64().unwrap();
    let solves = report["head"]["solves"].as_u64().unwrap();
    assert!(solves + kept as u64 <= whole + 8, "{kept} lines kept, {solves} solved of {whole}");
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn hazards_of_a_study_give_a_year_by_chance_and_a_burden() {
    let folder = study_with_hazards("hazards");
    let path = folder.to_str().unwrap();
    let year = json(&["stress", path, "--monte-carlo", "2000", "--json"]);
    assert_eq!(year["events"].as_array().unwrap().len(), 2);
    assert!((year["mass"][0].as_f64().unwrap() - 0.8 * 0.95).abs() < 1e-12);
    let [exact, expected] = [&year["exact"], &year["expected"]["value"]].map(|value| value.as_f64().unwrap());
    assert!(exact > 0.0 && (exact - expected).abs() < 1e-9 * exact, "two events at most: all exact");
    assert_eq!(year, json(&["stress", path, "--monte-carlo", "2000", "--json"]));
    let risk = json(&["stress", path, "--risk=10", "--json"]);
    assert_eq!(risk["hazards"][0]["hazard"], "mines");
    assert!(risk["together"]["loss"].as_f64().unwrap() > 0.0);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_depends_falls_too() {
    let folder = study_with_hazards("needs");
    let path = folder.to_str().unwrap();
    let rows = json(&["stress", path, "--each", "link", "--cascade", "--json"]);
    let row = rows["failures"].as_array().unwrap().iter().find(|row| row["subject"] == "road_c1").unwrap();
    assert_eq!(row["falls"][0]["what"], "terminal cedarport");
    assert_eq!(row["falls"][0]["after_h"], 24.0);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_order_of_repair_is_exact_and_compares_access_as_it_is_and_opened() {
    let report = json(&[
        "repair",
        "own-network",
        "--mend",
        "link rail_b2=60",
        "--mend",
        "link ferry_1=30:1000",
        "--opened",
        "moor_yard_faster",
        "--json",
    ]);
    assert_eq!(report["plan"]["exact"], true);
    let amount = |value: &Value| value.as_f64().unwrap();
    let (best, none) = (amount(&report["plan"]["total"]), amount(&report["plan"]["none_total"]));
    assert!(amount(&report["plan"]["at_least"]) <= best && best < none);
    let opened = &report["opened"];
    assert!(amount(&opened["saved_by_both"]) >= amount(&opened["saved_by_mending"]) - 1e-6);
    let wrong = thalweg(&["repair", "own-network", "--mend", "link rail_b22=60"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("the nearest is `rail_b2`"));
}
