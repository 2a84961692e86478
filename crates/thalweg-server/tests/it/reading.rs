//! What is read of a study is what its files say.
use crate::client::caspian;
use serde_json::{Value, json};
use thalweg_engine::watch::Silent;
use thalweg_formats::builtin;
use thalweg_formats::opened::open;

#[test]
fn the_study_says_what_it_is_and_how_many_rows_it_has() {
    let study = caspian().get("/api/study").json();
    let opened = open(&builtin::caspian()).unwrap();
    assert_eq!(study["name"], "caspian");
    assert_eq!(study["as_of"], opened.as_of.to_string());
    assert_eq!(study["writable"], false);
    assert_eq!(study["counts"]["node"], opened.model.nodes.len());
    assert_eq!(study["scenarios"].as_array().unwrap().len(), opened.scenarios.len());
}

fn link<'a>(network: &'a Value, key: &str) -> &'a Value {
    let links = network["links"].as_array().unwrap();
    links.iter().find(|link| link["key"] == key).unwrap_or_else(|| panic!("no link {key}"))
}

#[test]
fn the_network_is_that_of_the_date_and_scenario_asked_about() {
    let opened = open(&builtin::caspian()).unwrap();
    let now = caspian().get("/api/network").json();
    let held = opened.model.links.iter().filter(|link| link.provenance.validity.holds(opened.as_of));
    assert_eq!(now["links"].as_array().unwrap().len(), held.count());
    let shut: Vec<&Value> =
        now["links"].as_array().unwrap().iter().filter(|link| link["status"] == "planned").collect();
    assert!(!shut.is_empty() && shut.iter().all(|link| link["open"] == false));
    let opens = caspian().get("/api/network?scenario=southern_armenian_link_opens").json();
    let opened_by_it = shut.iter().filter(|row| link(&opens, row["key"].as_str().unwrap())["open"] == true);
    assert!(opened_by_it.count() > 0, "the scenario opens no planned link");
    let then = caspian().get("/api/network?as_of=2015-01-01").json();
    assert_ne!(then["links"].as_array().unwrap().len(), now["links"].as_array().unwrap().len());
    let geometry = link(&now, shut[0]["key"].as_str().unwrap())["geometry"].as_array().unwrap();
    assert!(geometry.len() >= 2);
}

#[test]
fn a_denial_stands_on_the_links_it_closes() {
    let network = caspian().get("/api/network").json();
    let denied: Vec<&Value> = network["links"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|link| !link["closed_to"].as_array().unwrap().is_empty())
        .collect();
    assert!(!denied.is_empty());
    let rule = denied[0]["closed_to"][0]["rule"].as_str().unwrap();
    let row = caspian().get(&format!("/api/row/link/{}", denied[0]["key"].as_str().unwrap())).json();
    let rules: Vec<&Value> = row["rules"].as_array().unwrap().iter().collect();
    assert!(rules.iter().any(|row| row["key"] == rule && row["effect"] == "deny"), "{rule} among {rules:?}");
}

#[test]
fn rows_of_a_table_are_paged_searched_and_dated() {
    let all = caspian().get("/api/tables/link?limit=1000").json();
    let total = all["total"].as_u64().unwrap();
    assert_eq!(total, caspian().get("/api/study").json()["counts"]["link"].as_u64().unwrap());
    let page = caspian().get("/api/tables/link?offset=5&limit=3").json();
    let rows = |answer: &Value| answer["rows"].as_array().unwrap().clone();
    assert_eq!(rows(&page), rows(&all)[5..8]);
    let found = caspian().get("/api/tables/node?contains=B%C3%A4KU").json();
    assert!(rows(&found).iter().any(|row| row["name"].as_str().unwrap().contains("Baku")), "{found}");
    let then = caspian().get("/api/tables/link?as_of=2015-01-01").json();
    assert!(then["total"].as_u64().unwrap() < total);
    assert!(rows(&all).iter().all(|row| row["confidence"].is_string() && row["source"].is_array()));
    assert_eq!(caspian().get("/api/tables/links").status, 404);
    assert_eq!(caspian().get("/api/tables/link?limit=1001").status, 422);
    assert_eq!(caspian().get("/api/tables/link?offset=1000000001").status, 422);
}

#[test]
fn a_row_comes_with_the_titles_of_its_sources_by_any_of_its_names() {
    let row = caspian().get("/api/row/passage/Suez%20Canal").json();
    assert_eq!(row["key"], "suez");
    let cited = row["rows"][0]["fields"]["source"][0].as_str().unwrap();
    let sources = row["sources"].as_array().unwrap();
    assert!(sources.iter().any(|source| source["key"] == cited && !source["title"].as_str().unwrap().is_empty()));
    assert_eq!(caspian().get("/api/row/passage/Suezz").status, 404);
    assert_eq!(caspian().get("/api/row/strait/suez").status, 404);
}

#[test]
fn flows_are_those_of_the_least_cost_program() {
    let flows = caspian().get("/api/flows?scenario=suez_closed").json();
    let opened = open(&builtin::caspian()).unwrap();
    let state = opened.state(Some("suez_closed")).unwrap();
    let value = opened.oracle().unwrap().value(&state, &Silent).unwrap();
    let cost = flows["head"]["cost"].as_f64().unwrap();
    assert!((cost - value.value).abs() <= 1e-9 * value.value, "{cost} {}", value.value);
    let through = |kind: &str, gate: &str| -> f64 {
        let rows = flows["gates"].as_array().unwrap().iter();
        rows.filter(|row| row["kind"] == kind && row["gate"] == gate).map(|row| row["volume"].as_f64().unwrap()).sum()
    };
    assert_eq!(through("passage", "suez"), 0.0);
    assert!(through("terminal", "AZBAK") > 0.0);
    // What a link carries is what its two directions carry, and a full limit is no fuller than full.
    for row in flows["links"].as_array().unwrap() {
        let [volume, forward, backward] = ["volume", "forward", "backward"].map(|name| row[name].as_f64().unwrap());
        assert!((volume - forward - backward).abs() <= 1e-9 * volume, "{row}");
    }
    let ratios = flows["loads"].as_array().unwrap().iter().filter_map(|row| row["ratio"].as_f64());
    assert!(ratios.clone().any(|ratio| ratio > 0.999) && ratios.clone().all(|ratio| ratio < 1.0 + 1e-6));
}

#[test]
fn addresses_that_are_not_there_say_so_in_the_one_shape_of_errors() {
    let answer = caspian().get("/api/nothing");
    assert_eq!(answer.status, 404);
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains("openapi.json"));
    let answer = caspian().post("/api/study", &json!({}));
    assert_eq!(answer.status, 405);
    assert!(answer.json()["error"]["message"].is_string());
}
