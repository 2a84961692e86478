//! The built-in study's routes against what is known of them: lengths, territories, passages, and the honest no.
use serde_json::Value;
use std::process::Command;

/// Answer and exit code of `thalweg route` with these words.
fn route(words: &str) -> (Value, i32) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_thalweg")).arg("route").args(words.split(' ')).arg("--json").output().unwrap();
    let answer = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{words}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    (answer, output.status.code().unwrap())
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn length_km(answer: &Value) -> f64 {
    answer["routes"][0]["length_km"].as_f64().unwrap()
}

#[test]
fn rail_lengths_are_within_three_percent_of_the_surveyed_ones() {
    for (words, km) in
        [("--from Altynkol --to Aktau --mode rail", 3_090.0), ("--from Baku --to Poti --mode rail", 867.0)]
    {
        let (answer, code) = route(words);
        assert_eq!((answer["status"].as_str(), code), (Some("reached"), 0));
        let found = length_km(&answer);
        assert!((found / km - 1.0).abs() < 0.03, "{words}: {found} km against {km}");
    }
}

#[test]
fn a_route_lists_its_costs_times_and_operations() {
    let (answer, _) = route("--from Altynkol --to Poti");
    let best = &answer["routes"][0];
    let cost = best["cost"].as_object().unwrap();
    let parts: f64 = cost.iter().filter(|(name, _)| *name != "total").map(|(_, part)| part.as_f64().unwrap()).sum();
    assert!((parts - cost["total"].as_f64().unwrap()).abs() < 1e-6);
    let legs = best["legs"].as_array().unwrap();
    let sum = |field: &str| legs.iter().map(|leg| leg[field].as_f64().unwrap()).sum::<f64>();
    assert!((sum("length_km") - best["length_km"].as_f64().unwrap()).abs() < 1e-6);
    assert!((sum("time_h") - best["time_h"].as_f64().unwrap()).abs() < 1e-6);
    let variance: f64 = legs.iter().map(|leg| leg["time_sd_h"].as_f64().unwrap().powi(2)).sum();
    assert!((variance.sqrt() - best["time_sd_h"].as_f64().unwrap()).abs() < 1e-6);
}

#[test]
fn yerevan_reaches_tehran_by_road_without_entering_azerbaijan() {
    let (answer, _) = route("--from Yerevan --to Tehran --mode road --as-of 2025-12-28");
    let territories = texts(&answer["routes"][0]["territories"]);
    assert!(territories.contains(&"ARM") && territories.contains(&"IRN"), "{territories:?}");
    assert!(!territories.contains(&"AZE"), "{territories:?}");
}

#[test]
fn with_suez_closed_an_ultra_large_ship_goes_round_the_cape_and_not_through_panama() {
    let pair = "--from Shanghai --to Rotterdam --mode sea --vehicle ulcv -k 1";
    let (open, _) = route(pair);
    assert!(texts(&open["routes"][0]["passages"]).contains(&"suez"));
    let (closed, _) = route(&format!("{pair} --close suez"));
    let passages = texts(&closed["routes"][0]["passages"]);
    assert!(passages.contains(&"cape_good_hope") && !passages.contains(&"panama"), "{passages:?}");
    let longer = length_km(&closed) - length_km(&open);
    assert!((5_000.0..8_000.0).contains(&longer), "{longer} km longer");
}

#[test]
fn with_every_passage_shut_the_answer_is_unreachable_with_openings_and_never_zero() {
    let shut: Vec<String> =
        ["suez", "panama", "cape_good_hope", "babalmandab", "malacca", "sunda", "gibraltar", "hormuz"]
            .iter()
            .map(|passage| format!("--close passage:{passage}"))
            .collect();
    let (answer, code) = route(&format!("--from Shanghai --to Rotterdam --mode sea --vehicle ulcv {}", shut.join(" ")));
    assert_eq!((answer["status"].as_str(), code), (Some("unreachable"), 3));
    assert_eq!(answer["routes"], Value::Array(Vec::new()));
    let openings = answer["openings"].as_array().unwrap();
    assert!(!openings.is_empty());
    for opening in openings {
        assert!(opening["cost"].as_f64().unwrap() > 0.0);
        assert!((1..=3).contains(&opening["permissions"].as_array().unwrap().len()));
    }
}

#[test]
fn the_rules_of_a_date_decide_whether_kazakh_grain_reaches_yerevan_over_azerbaijan() {
    let territories = |as_of: &str| {
        let (answer, _) = route(&format!("--from Astana --to Yerevan --commodity grain --as-of {as_of}"));
        let routes = answer["routes"].as_array().unwrap().clone();
        routes.iter().any(|route| texts(&route["territories"]).contains(&"AZE"))
    };
    assert!(!territories("2025-10-01"), "Azerbaijan lifted its ban on 21 October 2025");
    assert!(territories("2025-12-01"));
}
