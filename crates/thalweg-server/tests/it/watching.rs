//! What changed between two dates, or between the study and another version of it, told by name.
use crate::client::{Server, caspian, folder, settings, start_as};
use crate::runs::{asked, over};
use serde_json::{Value, json};
use thalweg_engine::watch::Silent;
use thalweg_formats::ask::watch::{WatchRequest, answer_watch};
use thalweg_formats::builtin;
use thalweg_formats::opened::{Opened, open};
use thalweg_formats::study_files::StudyFiles;
use thalweg_server::serve::{Settings, serve};
use thalweg_server::shelf::Source;

fn told(server: Server, body: &Value) -> Value {
    let id = asked(server, body);
    let row = over(server, &id);
    assert_eq!(row["state"], "done", "{row}");
    server.get(&format!("/api/runs/{id}/result")).json()
}

/// The same as a program of this house gets it.
fn expected((before, after): (&Opened, &Opened), request: Value) -> Value {
    let request: WatchRequest = serde_json::from_value(request).unwrap();
    serde_json::to_value(answer_watch(before, after, &request, &Silent).unwrap()).unwrap()
}

#[test]
fn a_watch_tells_what_the_command_tells_and_takes_dates() {
    let body = json!({ "kind": "watch", "from": "2021-06-30", "actor": ["Kazakhstan"], "topic": ["rules"] });
    let result = told(caspian(), &body);
    let opened = open(&builtin::caspian()).unwrap();
    let request = json!({ "from": "2021-06-30", "actor": ["KAZ"], "topic": ["rules"] });
    let expected = expected((&opened, &opened), request);
    assert_eq!(result["rows"], expected["rows"]);
    assert!(!expected["rows"].as_array().unwrap().is_empty());
    let under = json!({ "kind": "watch", "from": "2021-06-30", "scenario": "suez_closed" });
    let id = asked(caspian(), &under);
    assert_eq!(over(caspian(), &id)["state"], "failed");
}

/// The fictional study, and a version of it in which Birch's railway carries a hundredth.
fn versions() -> (StudyFiles, StudyFiles) {
    let now = builtin::files("own-network").unwrap();
    let mut before = now.clone();
    let links = String::from_utf8(now.files["link.csv"].to_vec()).unwrap();
    assert!(links.contains(",90000,TEU/yr,"), "the row this test alters");
    let altered = links.replace(",90000,TEU/yr,", ",900,TEU/yr,");
    before.files.insert("link.csv".to_owned(), altered.into_bytes().into());
    (before, now)
}

fn with_versions(name: &str, against: Vec<(String, StudyFiles)>) -> Settings {
    let own = builtin::files("own-network").unwrap();
    Settings { against, ..settings(Source::BuiltIn(own), &folder(name)) }
}

#[test]
fn a_version_the_server_was_started_with_is_the_earlier_side() {
    let (before, now) = versions();
    let server = start_as(with_versions("versions", vec![("last_year".to_owned(), before.clone())]));
    let study = server.get("/api/study").json();
    assert_eq!(study["versions"][0]["name"], "last_year");
    assert_eq!(study["versions"][0]["as_of"], "2025-12-28");
    let result = told(server, &json!({ "kind": "watch", "against": "last_year" }));
    let expected = expected((&open(&before).unwrap(), &open(&now).unwrap()), json!({}));
    assert_eq!(result, expected);
    let rows = result["rows"].as_array().unwrap();
    let capacity = rows.iter().flat_map(|row| row["cells"].as_array().unwrap());
    let capacity: Vec<_> = capacity.filter(|cell| cell["column"] == "capacity").collect();
    assert!(!capacity.is_empty() && capacity.iter().all(|cell| cell["after"]["value"] == 90_000.0), "{rows:?}");
    assert!(!result["costs"].as_array().unwrap().is_empty(), "a hundred times the capacity costs nobody less");
    // Against itself, on one date, there is nothing to tell.
    let id = asked(server, &json!({ "kind": "watch" }));
    assert!(over(server, &id)["error"].as_str().unwrap().contains("name two dates, or another version"));
}

#[test]
fn a_watch_is_saved_with_its_rows_and_as_a_workbook() {
    let server = start_as(with_versions("watch-exports", vec![("last_year".to_owned(), versions().0)]));
    let id = asked(server, &json!({ "kind": "watch", "against": "last_year" }));
    assert_eq!(over(server, &id)["state"], "done");
    let result = server.get(&format!("/api/runs/{id}/result")).json();
    let csv = server.get(&format!("/api/runs/{id}/export/csv")).body;
    let cells: usize =
        result["rows"].as_array().unwrap().iter().map(|row| row["cells"].as_array().unwrap().len()).sum();
    assert_eq!(csv.lines().count(), cells + 1, "{csv}");
    let header = csv.lines().next().unwrap();
    for column in ["rows.topic", "rows.key", "rows.turn", "column", "before.value", "after.value", "unit"] {
        assert!(header.split(',').any(|name| name == column), "{column} in {header}");
    }
    assert!(csv.contains("capacity"), "{csv}");
    assert!(server.get(&format!("/api/runs/{id}/export/xlsx")).body.starts_with("PK"));
    assert_eq!(server.get(&format!("/api/runs/{id}/export/geojson")).status, 404);
}

#[test]
fn a_version_is_named_and_never_a_path() {
    let server = start_as(with_versions("named", vec![("last_year".to_owned(), versions().0)]));
    for name in ["last_yaer", "../../etc", "/", "", "own-network"] {
        let answer = server.post("/api/runs", &json!({ "kind": "watch", "against": name }));
        assert_eq!(answer.status, 422, "{name}: {}", answer.body);
        assert!(answer.body.contains("last_year"), "{name}: {}", answer.body);
    }
    let none = caspian().post("/api/runs", &json!({ "kind": "watch", "against": "last_year" }));
    assert_eq!(none.status, 422);
    assert!(none.body.contains("started without --against"), "{}", none.body);
}

#[test]
fn another_version_of_the_same_name_is_another_run() {
    let (before, now) = versions();
    let ask = |name: &str, files: StudyFiles| {
        let server = start_as(with_versions(name, vec![("other".to_owned(), files)]));
        asked(server, &json!({ "kind": "watch", "against": "other" }))
    };
    assert_ne!(ask("one", before), ask("other", now));
}

#[test]
fn versions_that_cannot_be_compared_are_refused_at_the_start() {
    let refused = |against: Vec<(String, StudyFiles)>| {
        let fault = serve(with_versions("refused", against), |address| panic!("listens on {address}")).unwrap_err();
        assert_eq!(fault.field, "against", "{fault}");
        fault.message
    };
    let (before, _) = versions();
    let twice = ["one", "one"].map(|name| (name.to_owned(), before.clone())).to_vec();
    assert!(refused(twice).contains("two versions"));
    let mut dollars = before.clone();
    let head = String::from_utf8(before.files["study.toml"].to_vec()).unwrap().replace("\"EUR\"", "\"USD\"");
    dollars.files.insert("study.toml".to_owned(), head.into_bytes().into());
    let message = refused(vec![("dollars".to_owned(), dollars)]);
    assert!(message.contains("USD") && message.contains("EUR"), "{message}");
    let mut broken = before;
    broken.files.insert("link.csv".to_owned(), b"link_id\n".to_vec().into());
    refused(vec![("broken".to_owned(), broken)]);
}

#[test]
fn the_study_lists_what_is_watched() {
    let study = caspian().get("/api/study").json();
    let opened = open(&builtin::caspian()).unwrap();
    let lists = study["watch_lists"].as_array().unwrap();
    assert!(!lists.is_empty());
    assert_eq!(lists.len(), opened.watch_lists.len());
    for (row, list) in lists.iter().zip(&opened.watch_lists) {
        assert_eq!((row["key"].as_str(), row["title"].as_str()), (Some(list.key.as_str()), Some(list.title.as_str())));
        let actors: Vec<&str> = row["actors"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(actors, list.watched.actors.iter().map(String::as_str).collect::<Vec<_>>());
    }
    assert_eq!(study["versions"], json!([]));
}
