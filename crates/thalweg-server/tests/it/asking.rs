//! What is asked and waited for equals what the engine says when asked directly.
use crate::client::caspian;
use serde_json::{Value, json};
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_formats::ask::pair::{Pair, RouteRequest};
use thalweg_formats::builtin;
use thalweg_formats::opened::open;

fn amount(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-7 * one.abs().max(other.abs()).max(1.0)
}

#[test]
fn a_closure_costs_what_the_oracle_says_of_the_same_thing_shut() {
    let answer = caspian().post("/api/what-if", &json!({ "changes": [{ "do": "close", "passage": "suez" }] }));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    let oracle = open(&builtin::caspian()).unwrap().oracle().unwrap();
    let base = oracle.value(&State::base(), &Silent).unwrap();
    let shut = oracle.value(&State::base().shutting(ClosureKind::Passage, "suez"), &Silent).unwrap();
    assert!(close(amount(&answer["change"]["loss"]), shut.value - base.value), "{}", answer["change"]);
    assert!(amount(&answer["change"]["loss"]) > 1e9);
    assert!(
        close(amount(&answer["before"]["cost"]), base.value) && close(amount(&answer["after"]["cost"]), shut.value)
    );
    // Rerouting and what is left undelivered make up the loss.
    let parts = amount(&answer["change"]["rerouting"]) + amount(&answer["change"]["unserved"]);
    assert!(close(parts, amount(&answer["change"]["loss"])));
    let links = answer["links"].as_array().unwrap();
    assert!(links.iter().any(|row| amount(&row["before"]) > 0.0 && amount(&row["after"]) == 0.0));
}

#[test]
fn a_scenario_named_and_the_same_changes_written_out_do_the_same() {
    let named = caspian().post("/api/what-if", &json!({ "scenario": "suez_closed" })).json();
    let saved = caspian().get("/api/scenarios/suez_closed").json();
    let written = caspian().post("/api/what-if", &json!({ "changes": saved["scenario"]["change"] })).json();
    assert!(close(amount(&named["change"]["loss"]), amount(&written["change"]["loss"])));
    let both = json!({ "scenario": "suez_closed", "against": "suez_closed" });
    assert_eq!(amount(&caspian().post("/api/what-if", &both).json()["change"]["loss"]), 0.0);
}

#[test]
fn a_supplier_that_only_the_question_brings_lowers_the_cost() {
    let changes = json!([{
        "do": "set_supply", "supply_id": "much_gas", "commodity": "gas", "node_id": "AZBAK", "supplier": "AZE",
        "capacity_value": 5, "capacity_unit": "bcm/yr", "cost": 0.0001, "confidence": "estimate",
    }]);
    let answer = caspian().post("/api/what-if", &json!({ "changes": changes }));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let loss = amount(&answer.json()["change"]["loss"]);
    assert!(loss <= 0.0, "one more supplier never makes all dearer: {loss}");
}

#[test]
fn changes_that_are_wrong_are_refused_with_their_place() {
    let answer = caspian().post("/api/what-if", &json!({ "changes": [{ "do": "close", "passage": "suess" }] }));
    assert_eq!(answer.status, 422);
    let error = &answer.json()["error"];
    assert_eq!(error["field"], "changes");
    let problem = &error["problems"][0];
    assert_eq!((problem["row"].as_u64(), problem["column"].as_str()), (Some(1), Some("passage")), "{problem}");
    assert_eq!(caspian().post("/api/what-if", &json!({ "scenario": "suez_clos" })).status, 422);
    assert_eq!(caspian().post("/api/what-if", &json!({ "as_of": "yesterday" })).status, 422);
    assert_eq!(caspian().post("/api/what-if", &json!({ "period": "never" })).status, 422);
    assert_eq!(caspian().post("/api/what-if", &json!({ "changes": [{ "do": { "x": 1 } }] })).status, 422);
}

#[test]
fn routes_are_those_of_the_command() {
    let asked = json!({ "from": "Shanghai", "to": "rotterdam", "close": ["suez"], "k": 2 });
    let answer = caspian().post("/api/routes", &asked).json();
    let opened = open(&builtin::caspian()).unwrap();
    let pair = Pair { from: "Shanghai".to_owned(), to: "Rotterdam".to_owned(), ..Pair::default() };
    let (mode, avoid) = Default::default();
    let request = RouteRequest { pair, mode, avoid, close: vec!["suez".to_owned()], k: 2 };
    let report = request.answer(&opened, &opened.instance(None).unwrap()).unwrap();
    assert_eq!(answer, serde_json::to_value(&report).unwrap());
    let answer = caspian().post("/api/routes", &json!({ "from": "Shangai", "to": "Rotterdam" }));
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("Shanghai"), "the nearest name is missing: {}", answer.body);
    assert_eq!(caspian().post("/api/routes", &json!({ "from": "Baku", "to": "Poti", "k": 0 })).status, 422);
}

#[test]
fn explain_and_consent_answer_in_the_shape_of_their_commands() {
    let asked = json!({ "from": "Yerevan", "to": "Tehran", "at": "territory:AZE" });
    let explained = caspian().post("/api/explain", &asked).json();
    assert_eq!(explained["status"], "partly shut");
    assert!(explained["reasons"].as_array().unwrap().iter().any(|reason| reason["kind"] == "rule"));
    let consent = caspian().post("/api/consent", &json!({ "from": "Baku", "to": "Poti" })).json();
    let vetoes = consent["route"]["consent"]["vetoes"].as_array().unwrap();
    assert!(vetoes.contains(&json!("AZE")) && vetoes.contains(&json!("GEO")), "{vetoes:?}");
    assert_eq!(caspian().post("/api/consent", &json!({ "from": "Baku" })).status, 422);
}
