//! Two hundred clients at once while a run takes every core: all are answered, and the run is not disturbed.
use crate::client::{folder, start};
use serde_json::{Value, json};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};
use thalweg_formats::builtin;
use thalweg_server::shelf::Source;

const CLIENTS: usize = 200;
const REQUESTS: usize = 6;

/// What a client asks: mostly what is looked at, now and then a change of its own.
fn request(client: usize, number: usize) -> (&'static str, String, Option<Value>) {
    let passages = ["suez", "panama", "bosporus", "hormuz", "malacca"];
    match (client + number) % 6 {
        0 => ("GET", "/api/study".to_owned(), None),
        1 => ("GET", "/api/network".to_owned(), None),
        2 => ("GET", format!("/api/tables/link?offset={}&limit=20", client % 50), None),
        3 => ("GET", "/api/row/passage/suez".to_owned(), None),
        4 => ("GET", "/api/flows".to_owned(), None),
        _ => {
            let passage = passages[client % passages.len()];
            let changes = json!([{ "do": "delay", "passage": passage, "hours": 1 + client % 4 }]);
            ("POST", "/api/what-if".to_owned(), Some(json!({ "changes": changes })))
        }
    }
}

fn percentile(times: &[Duration], share: f64) -> f64 {
    times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e3
}

#[test]
fn two_hundred_clients_are_answered_while_a_run_is_at_work() {
    let server = start(Source::BuiltIn(builtin::caspian()), &folder("many"), None);
    let long = json!({ "kind": "stress_pairs", "pairs": ["territory", "operator", "crossing"] });
    let id = server.post("/api/runs", &long).json()["id"].as_str().unwrap().to_owned();
    let state = |id: &str| server.get(&format!("/api/runs/{id}")).json()["state"].clone();
    while state(&id) == "queued" {
        std::thread::sleep(Duration::from_millis(20));
    }
    let together = Arc::new(Barrier::new(CLIENTS));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let together = together.clone();
            std::thread::spawn(move || {
                together.wait();
                let ask = |number| {
                    let (method, path, body) = request(client, number);
                    let began = Instant::now();
                    let body = body.map_or_else(String::new, |body| body.to_string());
                    let answer = server.send(method, &path, &["content-type: application/json"], &body);
                    assert_eq!(answer.status, 200, "{method} {path} {body}: {}", answer.body);
                    began.elapsed()
                };
                (0..REQUESTS).map(ask).collect::<Vec<Duration>>()
            })
        })
        .collect();
    let mut times: Vec<Duration> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
    times.sort_unstable();
    println!(
        "{CLIENTS} clients, {} requests: median {:.0} ms, 99th percentile {:.0} ms, longest {:.0} ms",
        times.len(),
        percentile(&times, 0.5),
        percentile(&times, 0.99),
        percentile(&times, 1.0)
    );
    assert_eq!(times.len(), CLIENTS * REQUESTS);
    let after = state(&id);
    assert!(after == "running" || after == "done", "the run is {after}");
    server.send("DELETE", &format!("/api/runs/{id}"), &[], "");
}
