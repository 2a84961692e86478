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

fn reached(words: &str) -> bool {
    route(words).0["status"].as_str() == Some("reached")
}

fn cost(words: &str) -> f64 {
    route(words).0["routes"][0]["cost"]["total"].as_f64().unwrap()
}

#[test]
fn nakhchivan_is_reached_by_road_from_baku_through_iran_alone_until_an_armenian_road_opens() {
    let (today, _) = route("--from Baku --to Nakhchivan --mode road -k 1");
    assert_eq!(texts(&today["routes"][0]["territories"]), ["AZE", "IRN"]);
    let (without_iran, _) = route("--from Baku --to Nakhchivan --mode road --close IRN -k 5");
    for way in without_iran["routes"].as_array().unwrap() {
        assert!(!texts(&way["territories"]).contains(&"ARM"), "shut since the 1990s");
    }
    let (linked, _) =
        route("--from Baku --to Nakhchivan --mode road --close IRN -k 1 --scenario southern_armenian_link_opens");
    assert_eq!(texts(&linked["routes"][0]["territories"]), ["AZE", "ARM"]);
}

#[test]
fn travellers_enter_azerbaijan_by_land_before_march_2020_and_only_by_air_after() {
    let by_land =
        |as_of: &str| reached(&format!("--from Tbilisi --to Baku --commodity passenger --mode road --as-of {as_of}"));
    assert!(by_land("2019-06-01") && !by_land("2021-06-01") && !by_land("2025-12-28"));
    assert!(reached("--from Tbilisi --to Baku --commodity passenger --mode air --as-of 2021-06-01"));
    assert!(
        reached("--from Tbilisi --to Baku --commodity container --mode road --as-of 2021-06-01"),
        "cargo is exempt"
    );
}

#[test]
fn yerevan_is_shut_to_turkish_goods_in_2021_and_reached_only_through_georgia_or_iran_otherwise() {
    let words = |as_of: &str| format!("--from Istanbul --to Yerevan --commodity container -k 4 --as-of {as_of}");
    assert!(!reached(&words("2021-06-01")), "the embargo of 2021");
    for as_of in ["2019-06-01", "2022-06-01", "2025-12-28"] {
        let (answer, _) = route(&words(as_of));
        for way in answer["routes"].as_array().unwrap() {
            let territories = texts(&way["territories"]);
            assert!(territories.contains(&"GEO") || territories.contains(&"IRN"), "{as_of}: {territories:?}");
        }
    }
    let (open, _) = route(&format!("{} --scenario turkey_armenia_border_opens", words("2025-12-28")));
    let territories = texts(&open["routes"][0]["territories"]);
    assert!(!territories.contains(&"GEO") && !territories.contains(&"IRN"), "{territories:?}");
}

#[test]
fn direct_flights_between_israel_and_turkey_end_in_october_2023_and_a_scenario_brings_them_back() {
    let km =
        |rest: &str| length_km(&route(&format!("--from Tel-Aviv --to Istanbul --commodity passenger -k 1 {rest}")).0);
    let direct = km("--as-of 2023-09-01");
    assert!(km("--as-of 2025-12-28") > 1.3 * direct);
    assert_eq!(km("--scenario turkey_israel_flights_resume"), direct);
}

#[test]
fn shallower_water_makes_the_caspian_dearer_and_one_more_feeder_makes_it_cheaper() {
    let pair = "--from Aktau --to Baku --commodity container --avoid RUS --avoid IRN -k 1";
    let base = cost(pair);
    assert!(cost(&format!("{pair} --scenario caspian_level_falls")) > base + 10.0);
    assert!(cost(&format!("{pair} --scenario caspian_dredging")) < base - 10.0);
    let rail = "--from Altynkol --to Baku --commodity container --mode rail --mode ferry --avoid RUS --avoid IRN -k 1";
    assert!(cost(&format!("{rail} --scenario one_more_ferry")) < cost(rail) - 10.0);
}

#[test]
fn a_truck_on_a_caspian_ferry_does_not_become_a_box_at_sea() {
    let (answer, _) = route("--from Kuryk --to Tbilisi --commodity container -k 8");
    for way in answer["routes"].as_array().unwrap() {
        let legs: Vec<&str> = way["legs"].as_array().unwrap().iter().filter_map(|leg| leg["row"].as_str()).collect();
        assert!(!legs.contains(&"ferry_kzkur_azala") && !legs.contains(&"azala_rail_ferry"), "{legs:?}");
    }
}
