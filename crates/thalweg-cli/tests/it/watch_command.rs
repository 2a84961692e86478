//! `thalweg watch` on the built-in study, as a user runs it: rows, consequences, lists and mistakes.
use crate::command::{json, thalweg};
use serde_json::Value;

fn rows<'a>(report: &'a Value, part: &str) -> &'a Vec<Value> {
    report[part].as_array().unwrap()
}

const DATES: [&str; 5] = ["watch", "--from", "2021-06-30", "--to", "2025-12-28"];

fn watch(words: &[&str]) -> Value {
    json(&[&DATES[..], words, &["--json"]].concat())
}

#[test]
fn the_rules_that_came_upon_russia_and_belarus_since_2021_are_told_with_date_and_source() {
    let report = watch(&["--actor", "RUS", "--actor", "BLR", "--topic", "rules"]);
    let rule = |key: &str| {
        let found = rows(&report, "rows").iter().find(|row| row["key"] == key);
        found.unwrap_or_else(|| panic!("{key} in {:#}", report["rows"])).clone()
    };
    let russia = rule("eu_transit_ban_russia");
    assert_eq!((russia["turn"].as_str(), russia["since"].as_str()), (Some("begun"), Some("2023-06-24")));
    assert_eq!(russia["sources"][0], "eu_11");
    assert!(russia["words"].as_str().unwrap().contains("deny"), "{russia:#}");
    assert_eq!(rule("eu_transit_ban_belarus")["since"], "2024-06-30");
    assert_eq!(rule("eu_no_russian_crude")["since"], "2022-12-05");
    assert!(rows(&report, "rows").iter().all(|row| row["topic"] == "rules"));
    assert!(rows(&report, "routes").is_empty() && rows(&report, "refusals").is_empty());
}

#[test]
fn a_rule_that_only_lasted_some_days_between_the_dates_is_told_as_passed() {
    let report = watch(&["--actor", "AZE", "--topic", "rules"]);
    let found = rows(&report, "rows").iter().find(|row| row["key"] == "azal_thr_2025").unwrap();
    assert_eq!((found["turn"].as_str(), found["valid_until"].as_str()), (Some("passed"), Some("2025-06-30")));
    let lifted = rows(&report, "rows").iter().find(|row| row["key"] == "az_no_transit_to_am").unwrap();
    assert_eq!((lifted["turn"].as_str(), lifted["since"].as_str()), (Some("ended"), Some("2025-10-21")));
}

#[test]
fn nothing_ends_or_begins_for_iran_s_rules_but_its_exposure_moves() {
    let report = watch(&["--actor", "IRN", "--topic", "rules", "--topic", "exposure"]);
    let own = rows(&report, "rows").iter().filter(|row| row["words"].as_str().unwrap().starts_with("IRN"));
    assert_eq!(own.count(), 0, "its own rules are of 1979");
    assert!(!rows(&report, "exposures").is_empty());
    for row in rows(&report, "exposures") {
        assert!(row["actor"] == "IRN" || row["beneficiary"] == "IRN", "{row:#}");
        for side in ["before", "after"].into_iter().filter(|side| !row[side].is_null()) {
            let (least, most) = (row[side]["min"].as_f64(), row[side]["max"].as_f64());
            let touching = row[side]["touching"].as_f64().unwrap();
            let within = least.is_none_or(|least| least <= touching) && most.is_none_or(|most| touching <= most);
            assert!(within, "{row:#}");
        }
    }
}

#[test]
fn a_list_of_the_study_narrows_to_its_actors_and_commodities_and_routes_agree_with_route() {
    let report = watch(&["--list", "kazakh_boxes"]);
    assert_eq!(report["watched"]["actors"][0], "KAZ");
    let routes = rows(&report, "routes");
    let boxes = |row: &Value| row["commodity"].as_str().unwrap().starts_with("container");
    assert!(!routes.is_empty() && routes.iter().all(boxes));
    let row = routes.iter().find(|row| row["demand"] == "cn_kz").unwrap();
    let asked = json(&[
        "route",
        "--from",
        row["origin"].as_str().unwrap(),
        "--to",
        row["destination"].as_str().unwrap(),
        "--commodity",
        "container",
        "--as-of",
        "2021-06-30",
        "--json",
    ]);
    let (found, told) = (&asked["routes"][0], &row["before"]["way"]);
    assert!((found["cost"]["total"].as_f64().unwrap() - told["cost"].as_f64().unwrap()).abs() < 1e-6, "{told:#}");
    assert!((found["time_h"].as_f64().unwrap() / 24.0 - told["days"].as_f64().unwrap()).abs() < 1e-9);
    for row in rows(&report, "costs") {
        assert_eq!(row["beneficiary"], "KAZ");
    }
}

#[test]
fn costs_of_both_sides_are_those_of_the_study_on_their_dates() {
    let report = watch(&["--topic", "costs"]);
    for (side, date) in [("before", "2021-06-30"), ("after", "2025-12-28")] {
        let close = json(&["close", "--each", "passage", "--top", "1", "--as-of", date, "--json"]);
        assert_eq!(report[side]["as_of"], date);
        let (one, other) = (report[side]["base_cost"].as_f64().unwrap(), close["head"]["base_cost"].as_f64().unwrap());
        assert!((one - other).abs() < 1e-9 * other, "{one} against {other}");
    }
}

#[test]
fn another_version_of_a_study_is_compared_by_its_rows_and_the_same_version_has_no_change() {
    let folder = std::env::temp_dir().join(format!("thalweg-watch-{}", std::process::id()));
    let copied = folder.to_str().unwrap();
    assert_eq!(thalweg(&["new", copied, "--from", "own-network"]).status.code(), Some(0));
    let same = thalweg(&["watch", "own-network", "--against", copied]);
    assert_eq!(same.status.code(), Some(3), "{}", String::from_utf8_lossy(&same.stdout));
    let links = folder.join("link.csv");
    let text = std::fs::read_to_string(&links).unwrap();
    let (head, rest) = text.split_once('\n').unwrap();
    let (first, rest) = rest.split_once('\n').unwrap();
    let key = first.split(',').next().unwrap();
    std::fs::write(&links, format!("{head}\n{}\n{rest}", first.replacen(key, "renamed", 1))).unwrap();
    let report = json(&["watch", "own-network", "--against", copied, "--topic", "statuses", "--json"]);
    let told: Vec<_> = rows(&report, "rows").iter().map(|row| (row["key"].as_str(), row["turn"].as_str())).collect();
    assert!(told.contains(&(Some("renamed"), Some("ended"))) && told.contains(&(Some(key), Some("begun"))), "{told:?}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn mistakes_name_the_flag_and_studies_in_other_money_are_not_compared() {
    let said = |words: &[&str]| {
        let output = thalweg(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(said(&["watch"]).contains("--from: both dates are 2025-12-28"));
    assert!(said(&["watch", "--from", "2026-01-01"]).contains("--from: 2026-01-01 lies after 2025-12-28"));
    assert!(said(&["watch", "--from", "2021-01-01", "--topic", "rule"]).contains("nearest name is `rules`"));
    assert!(said(&["watch", "--from", "2021-01-01", "--list", "armenai"]).contains("nearest name is `armenia`"));
    assert!(said(&["watch", "--against", "own-network"]).contains("--against: amounts of one study are in EUR"));
    assert!(said(&["watch", "--against", "nowhere"]).contains("--against:"));
}
