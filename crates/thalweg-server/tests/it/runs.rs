//! Runs are worked out once, tell how far they are, can be cancelled, and outlive the server that made them.
use crate::client::{Server, caspian, folder, start};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use thalweg_engine::closures::closures;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_formats::builtin;
use thalweg_formats::opened::open;
use thalweg_server::shelf::Source;

/// Waits until a run is over.
pub fn over(server: Server, id: &str) -> Value {
    let patience = Instant::now() + Duration::from_secs(120);
    loop {
        let row = server.get(&format!("/api/runs/{id}")).json();
        if !["queued", "running"].contains(&row["state"].as_str().unwrap()) {
            return row;
        }
        assert!(Instant::now() < patience, "not over: {row}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The id of the run that is asked for.
pub fn asked(server: Server, body: &Value) -> String {
    let answer = server.post("/api/runs", body);
    assert!([200, 202].contains(&answer.status), "{} {}", answer.status, answer.body);
    answer.json()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_run_answers_what_the_engine_does_and_the_same_asked_twice_is_one() {
    let id = asked(caspian(), &json!({ "kind": "close", "each": "passage" }));
    assert_eq!(over(caspian(), &id)["state"], "done");
    let result = caspian().get(&format!("/api/runs/{id}/result")).json();
    let oracle = open(&builtin::caspian()).unwrap().oracle().unwrap();
    let found = closures(&oracle, &State::base(), ClosureKind::Passage, &Silent).unwrap();
    let rows = result["closures"].as_array().unwrap();
    assert_eq!(rows.len(), found.len());
    for (row, found) in rows.iter().zip(&found) {
        assert_eq!(row["subject"], found.subject);
        let loss = row["loss"].as_f64().unwrap();
        assert!((loss - found.change.loss).abs() <= 1e-9 * loss.abs().max(1.0), "{row}");
    }
    let again = caspian().post("/api/runs", &json!({ "each": "passage", "kind": "close", "scenario": null }));
    assert_eq!((again.status, again.json()["id"].as_str()), (200, Some(id.as_str())));
    let list = caspian().get("/api/runs").json();
    let same = list["runs"].as_array().unwrap().iter().filter(|run| run["id"] == id.as_str());
    assert_eq!(same.count(), 1);
}

#[test]
fn names_and_defaults_do_not_make_another_run() {
    let one = asked(caspian(), &json!({ "kind": "refuse", "by": "Turkey", "of": "armenia" }));
    let study = caspian().get("/api/study").json();
    let other = json!({ "kind": "refuse", "of": "ARM", "by": "TUR", "stakes": false, "as_of": study["as_of"] });
    assert_eq!(asked(caspian(), &other), one);
    let third = json!({ "kind": "refuse", "of": "ARM", "by": "TUR", "as_of": "2024-01-01" });
    assert_ne!(asked(caspian(), &third), one);
}

#[test]
fn a_run_that_cannot_be_asked_is_refused_at_once() {
    let refused = |body: Value| {
        let answer = caspian().post("/api/runs", &body);
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        answer.body
    };
    assert!(refused(json!({ "kind": "clos", "each": "passage" })).contains("stress_worst"));
    assert!(refused(json!({ "kind": "close", "eech": "passage" })).contains("`each`"));
    refused(json!({ "kind": "close" }));
    refused(json!({ "kind": "refuse", "by": "Turky" }));
    refused(json!({ "kind": "close", "each": "passage", "scenario": "none_such" }));
    refused(json!({ "kind": "close", "each": "passage", "as_of": "then" }));
    refused(json!({ "kind": "close", "each": "passage", "changes": [{ "do": "close", "passage": "nowhere" }] }));
    assert_eq!(caspian().get("/api/runs/0000000000000000").status, 404);
    assert_eq!(caspian().get("/api/runs/0000000000000000/result").status, 404);
    let id = asked(caspian(), &json!({ "kind": "close", "each": "strait" }));
    let row = over(caspian(), &id);
    assert_eq!(row["state"], "failed");
    assert!(row["error"].as_str().unwrap().contains("no kind is called `strait`"), "{row}");
    assert_eq!(caspian().get(&format!("/api/runs/{id}/result")).status, 409);
}

#[test]
fn a_run_tells_how_far_it_is_and_the_stream_ends_with_it() {
    let server = start(Source::BuiltIn(builtin::caspian()), &folder("events"), None);
    let id = asked(server, &json!({ "kind": "close", "each": "territory" }));
    // Reads until the server ends the stream.
    let stream = server.get(&format!("/api/runs/{id}/events"));
    assert_eq!(stream.header("content-type").as_deref(), Some("text/event-stream"));
    let events: Vec<(&str, Value)> = stream
        .body
        .split("\n\n")
        .filter_map(|event| {
            let name = event.lines().find_map(|line| line.strip_prefix("event: "))?;
            let data = event.lines().find_map(|line| line.strip_prefix("data: "))?;
            Some((name, serde_json::from_str(data).unwrap()))
        })
        .collect();
    assert_eq!(events[0].0, "state");
    let (name, last) = events.last().unwrap();
    assert_eq!((*name, last["state"].as_str()), ("state", Some("done")));
    let done = |event: &&(&str, Value)| event.1["progress"]["done"].as_u64().is_some_and(|done| done > 0);
    assert!(events.iter().filter(done).count() > 0, "{}", stream.body);
    assert!(server.get("/metrics").body.contains("thalweg_runs_total{state=\"done\"} 1"));
}

#[test]
fn a_cancelled_run_ends_and_can_be_asked_for_again() {
    let server = start(Source::BuiltIn(builtin::caspian()), &folder("cancel"), None);
    let long = json!({ "kind": "stress_pairs", "pairs": ["territory", "operator", "crossing"] });
    let id = asked(server, &long);
    let behind = asked(server, &json!({ "kind": "close", "each": "passage" }));
    let path = |id: &str| format!("/api/runs/{id}");
    assert_eq!(server.send("DELETE", &path(&behind), &[], "").json()["state"], "cancelled");
    assert_eq!(server.send("DELETE", &path(&id), &[], "").status, 202);
    assert_eq!(over(server, &id)["state"], "cancelled");
    assert_eq!(asked(server, &json!({ "kind": "close", "each": "passage" })), behind);
    assert_eq!(over(server, &behind)["state"], "done");
    // One that is over stays as it is.
    assert_eq!(server.send("DELETE", &path(&behind), &[], "").json()["state"], "done");
}

#[test]
fn a_run_that_waits_answers_for_the_study_as_it_was_asked() {
    let server = start(Source::BuiltIn(builtin::caspian()), &folder("saved-meanwhile"), None);
    let first = asked(server, &json!({ "kind": "stress_pairs", "pairs": ["territory", "operator", "crossing"] }));
    let waiting = asked(server, &json!({ "kind": "close", "each": "passage" }));
    let saved = json!({ "name": "mine", "title": "Mine", "change": [{ "do": "close", "passage": "suez" }] });
    assert_eq!(server.post("/api/scenarios", &saved).status, 201);
    server.send("DELETE", &format!("/api/runs/{first}"), &[], "");
    assert_eq!(over(server, &waiting)["state"], "done");
    // Asked of the study as it is now, it is another run.
    assert_ne!(asked(server, &json!({ "kind": "close", "each": "passage" })), waiting);
}

#[test]
fn who_stops_looking_cancels_nothing() {
    use std::io::{Read, Write};
    let server = start(Source::BuiltIn(builtin::caspian()), &folder("leaves"), None);
    let id = asked(server, &json!({ "kind": "close", "each": "operator" }));
    for _ in 0..8 {
        let mut stream = std::net::TcpStream::connect(server.0).unwrap();
        write!(stream, "GET /api/runs/{id}/events HTTP/1.1\r\nhost: {}\r\n\r\n", server.0).unwrap();
        let mut first = [0; 64];
        assert!(stream.read(&mut first).unwrap() > 0);
        drop(stream);
    }
    assert_eq!(over(server, &id)["state"], "done");
}

#[test]
fn a_study_is_exported_as_tables_and_lines() {
    let server = start(Source::BuiltIn(builtin::files("own-network").unwrap()), &folder("exports"), None);
    let id = asked(server, &json!({ "kind": "run" }));
    assert_eq!(over(server, &id)["state"], "done");
    let result = server.get(&format!("/api/runs/{id}/result")).json();
    let file = |form: &str| server.get(&format!("/api/runs/{id}/export/{form}"));
    let csv = file("csv");
    assert_eq!(csv.header("content-type").as_deref(), Some("text/csv; charset=utf-8"));
    let figures: usize =
        result["scenarios"].as_array().unwrap().iter().map(|row| row["figures"].as_array().unwrap().len()).sum();
    assert_eq!(csv.body.lines().count(), figures + 1);
    let lines = file("geojson").json();
    assert_eq!(lines["type"], "FeatureCollection");
    assert!(!lines["features"].as_array().unwrap().is_empty());
    assert!(file("xlsx").body.starts_with("PK"));
    assert!(file("gpkg").body.starts_with("SQLite format 3"));
    assert!(file("gpkg").header("content-disposition").unwrap().ends_with(".gpkg\""));
    assert_eq!(file("shp").status, 404);
    let closed = asked(server, &json!({ "kind": "close", "each": "link" }));
    assert_eq!(over(server, &closed)["state"], "done");
    let rows = server.get(&format!("/api/runs/{closed}/result")).json()["closures"].as_array().unwrap().len();
    let csv = server.get(&format!("/api/runs/{closed}/export/csv")).body;
    assert_eq!(csv.lines().count(), rows + 1);
    assert!(csv.lines().next().unwrap().contains("loss"), "{csv}");
    assert_eq!(server.get(&format!("/api/runs/{closed}/export/geojson")).status, 404);
}

#[test]
fn every_kind_of_run_answers_on_a_small_study() {
    let server = start(Source::BuiltIn(builtin::files("own-network").unwrap()), &folder("kinds"), None);
    let opened = open(&builtin::files("own-network").unwrap()).unwrap();
    let scenario = &opened.scenarios[0].name;
    let bodies = [
        json!({ "kind": "run", "scenarios": [scenario] }),
        json!({ "kind": "depend", "under": 20 }),
        json!({ "kind": "refuse" }),
        json!({ "kind": "consent", "project": scenario }),
        json!({ "kind": "power", "players": 3 }),
        json!({ "kind": "broker" }),
        json!({ "kind": "indices" }),
        json!({ "kind": "incidence", "scenario": scenario }),
        json!({ "kind": "stress_each", "each": ["link"], "days": 30 }),
        json!({ "kind": "stress_pairs", "pairs": ["link"], "facilities": true }),
        json!({ "kind": "stress_worst", "worst": 2, "among": ["territory"] }),
        json!({ "kind": "stress_risk", "within_km": 50 }),
        json!({ "kind": "repair", "mend": ["link rail_b2=30", "link rail_a1=10:50000"], "open": [format!("{scenario}=90")] }),
        json!({ "kind": "stress_monte_carlo", "monte_carlo": 100, "chance": ["territory=0.05:7-90"] }),
    ];
    for body in &bodies {
        let id = asked(server, body);
        let row = over(server, &id);
        assert_eq!(row["state"], "done", "{body}: {row}");
        assert!(server.get(&format!("/api/runs/{id}/result")).json().is_object());
    }
    // The study makes no claims, and so it is said.
    let id = asked(server, &json!({ "kind": "claims" }));
    assert_eq!(over(server, &id)["state"], "failed");
}
