//! Scenarios are saved whole, only over what was expected, and found again.
use crate::client::{Answer, Server, folder, start};
use serde_json::{Value, json};
use std::path::Path;
use thalweg_formats::builtin;
use thalweg_formats::opened::open;
use thalweg_formats::study_files::StudyFiles;
use thalweg_server::shelf::{Expected, Shelf, Source};

fn written_out(name: &str) -> std::path::PathBuf {
    let path = folder(name);
    for (file, bytes) in builtin::files("own-network").unwrap().files {
        let path = path.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    path
}

fn put(server: Server, name: &str, headers: &[&str], body: &Value) -> Answer {
    let headers: Vec<&str> = headers.iter().copied().chain(["content-type: application/json"]).collect();
    server.send("PUT", &format!("/api/scenarios/{name}"), &headers, &body.to_string())
}

fn some_link(study: &Path) -> String {
    open(&StudyFiles::from_folder(study).unwrap()).unwrap().model.links[0].key.clone()
}

#[test]
fn a_saved_scenario_is_a_file_of_the_study_that_reads_as_it_was_sent() {
    let study = written_out("saved");
    let server = start(Source::Folder(study.clone()), &folder("saved-data"), None);
    let link = some_link(&study);
    let sent = json!({
        "name": "one_link_shut", "title": "One link shut", "question": "What \"if\"?", "days": 13.5,
        "from": "2025-01-01", "change": [{ "do": "close", "link": link }],
    });
    let answer = server.post("/api/scenarios", &sent);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let scenario = answer.json()["scenario"].clone();
    for key in ["title", "question", "days", "from", "change"] {
        assert_eq!(scenario[key], sent[key], "{key}");
    }
    assert_eq!(answer.header("etag").unwrap(), format!("\"{}\"", answer.json()["hash"].as_str().unwrap()));
    let opened = open(&StudyFiles::from_folder(&study).unwrap()).unwrap();
    assert_eq!(opened.scenario("one_link_shut").unwrap().days, Some(13.5));
    assert_eq!(server.post("/api/what-if", &json!({ "scenario": "one_link_shut" })).status, 200);
    assert_eq!(server.post("/api/scenarios", &sent).status, 409);
}

#[test]
fn a_scenario_that_changed_meanwhile_is_not_overwritten() {
    let study = written_out("conflict");
    let server = start(Source::Folder(study.clone()), &folder("conflict-data"), None);
    let first = json!({ "title": "First", "change": [{ "do": "close", "link": some_link(&study) }] });
    let answer = put(server, "mine", &["if-none-match: *"], &first);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let tag = answer.header("etag").unwrap();
    assert_eq!(put(server, "mine", &["if-none-match: *"], &first).status, 409);
    let second = json!({ "title": "Second", "change": first["change"] });
    assert_eq!(put(server, "mine", &[&format!("if-match: {tag}")], &second).status, 200);
    assert_eq!(put(server, "mine", &[&format!("if-match: {tag}")], &first).status, 409);
    // Somebody writes the file with an editor.
    let file = study.join("scenario/mine.toml");
    let tag = server.get("/api/scenarios/mine").header("etag").unwrap();
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap().replace("Second", "By hand")).unwrap();
    assert_eq!(put(server, "mine", &[&format!("if-match: {tag}")], &first).status, 409);
    assert!(std::fs::read_to_string(&file).unwrap().contains("By hand"));
    assert_eq!(server.send("DELETE", "/api/scenarios/mine", &[], "").status, 204);
    assert!(!file.exists());
    assert_eq!(server.get("/api/scenarios/mine").status, 404);
    assert_eq!(server.send("DELETE", "/api/scenarios/mine", &[], "").status, 404);
}

#[test]
fn a_scenario_that_is_not_sound_is_refused_and_nothing_is_written() {
    let study = written_out("unsound");
    let server = start(Source::Folder(study.clone()), &folder("unsound-data"), None);
    let answer = put(server, "bad", &[], &json!({ "title": "Bad", "change": [{ "do": "close", "link": "nowhere" }] }));
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["error"]["problems"][0]["column"], "link");
    assert_eq!(put(server, "Bad", &[], &json!({ "title": "Bad", "change": [] })).status, 422);
    assert!(!study.join("scenario/bad.toml").exists());
    assert_eq!(server.get("/api/study").status, 200);
}

#[test]
fn scenarios_saved_to_a_built_in_study_stand_in_the_state_folder_and_are_found_again() {
    let data = folder("built-in");
    let source = || Source::BuiltIn(builtin::caspian());
    let shelf = Shelf::open(source(), &data).unwrap();
    let mut scenario = shelf.scenario("suez_closed").unwrap();
    assert!(scenario.built_in);
    assert!(shelf.delete("suez_closed", &Expected::Whatever).is_err());
    let own_hash = scenario.hash.clone();
    scenario.scenario.title = "Mine".to_owned();
    shelf.save("suez_closed", &scenario.scenario, &Expected::Hash(own_hash.clone())).unwrap();
    shelf.save("another", &scenario.scenario, &Expected::Absent).unwrap();
    let again = Shelf::open(source(), &data).unwrap();
    assert_eq!(again.scenario("suez_closed").unwrap().scenario.title, "Mine");
    assert!(again.scenario("another").is_ok());
    again.delete("suez_closed", &Expected::Whatever).unwrap();
    let shown = again.scenario("suez_closed").unwrap();
    assert_eq!((shown.hash, shown.built_in), (own_hash, true));
    assert_eq!(again.current().fingerprint.len(), 16);
}

#[test]
fn a_file_left_half_written_is_passed_over_and_removed() {
    let study = written_out("half");
    let half = study.join("scenario/.mine.toml.unfinished");
    std::fs::write(&half, "title = \"Mi").unwrap();
    let shelf = Shelf::open(Source::Folder(study), &folder("half-data")).unwrap();
    assert!(!half.exists());
    assert!(shelf.scenario("mine").is_err());
}
