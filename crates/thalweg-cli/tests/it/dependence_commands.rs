//! `depend`, `refuse`, `consent`, `power`, `broker`, `indices` and `incidence` on the built-in study, as a user runs them.
use crate::command::{json, thalweg};
use serde_json::Value;

fn rows(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

#[test]
fn the_area_of_every_curve_printed_is_its_cost_of_refusal() {
    let report = json(&["depend", "--by", "RUS", "--of", "KAZ", "--under", "20", "--json"]);
    let found = rows(&report["horizons"][0]["relations"]);
    assert!(!found.is_empty());
    for row in found {
        let refusal = row["refusal"].as_f64().unwrap();
        let area: f64 = rows(&row["steps"])
            .iter()
            .filter_map(|step| Some((step["to"].as_f64()? - step["from"].as_f64()?) * step["touching"].as_f64()?))
            .sum();
        assert!((area - refusal).abs() < 1e-6 * refusal.abs() + 1.0e5, "{row:#}");
        assert_eq!(row["under"]["share"], 0.2);
    }
}

#[test]
fn a_named_pair_of_a_refusal_has_its_stakes() {
    let report = json(&["refuse", "--by", "AZE", "--of", "GEO", "--json"]);
    assert_eq!(rows(&report["refusals"]).len(), rows(&report["stakes"]).len());
    for (row, stake) in rows(&report["refusals"]).iter().zip(rows(&report["stakes"])) {
        assert_eq!(row["lever"], stake["lever"]);
        let parts: f64 =
            ["self_surplus", "self_rents", "self_tolls"].iter().map(|part| stake[part].as_f64().unwrap()).sum();
        let own = row["self_cost"].as_f64().unwrap();
        assert!((parts - own).abs() < 1e-6 * own.abs() + 100.0, "{parts} against {own}");
    }
}

#[test]
fn a_project_names_those_who_can_stop_it_and_an_unknown_name_the_known_ones() {
    let report = json(&["consent", "--project", "southern_armenian_link_opens", "--json"]);
    let signatories: Vec<&str> =
        rows(&report["project"]["signatories"]).iter().map(|row| row["actor"].as_str().unwrap()).collect();
    assert!(signatories.contains(&"ARM") && signatories.contains(&"AZE"), "{signatories:?}");
    let unknown = thalweg(&["consent", "--project", "nowhere"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("southern_armenian_link_opens"));
    assert_eq!(thalweg(&["consent"]).status.code(), Some(2));
}

#[test]
fn shapley_values_printed_add_up_to_what_all_players_save() {
    let words = ["power", "--player", "RUS", "--player", "AZE", "--player", "TUR", "--player", "KAZ", "--json"];
    let report = json(&words);
    let sum: f64 = rows(&report["players"]).iter().map(|row| row["shapley"]["value"].as_f64().unwrap()).sum();
    let shared = report["shared"].as_f64().unwrap();
    assert!((sum - shared).abs() < 1e-9 * shared, "{sum} against {shared}");
    assert_eq!(report, json(&words), "the same question has the same answer");
}

#[test]
fn brokers_indices_and_incidence_answer_and_add_up() {
    assert!(!rows(&json(&["broker", "--json"])["pairs_apart"]).is_empty());
    let zones = json(&["indices", "--of", "DEU", "--json"]);
    assert!(rows(&zones["zones"]).iter().all(|zone| zone["concentration"].as_f64().unwrap() <= 10_000.0 + 1e-6));
    let report = json(&["incidence", "--scenario", "suez_closed", "--json"]);
    let gain: f64 = rows(&report["rows"]).iter().map(|row| row["gain"].as_f64().unwrap()).sum();
    let change = report["total_after"].as_f64().unwrap() - report["total_before"].as_f64().unwrap();
    assert!((gain - change).abs() < 1e-6 * change.abs().max(1e9), "{gain} against {change}");
}
