//! A server that is killed in the middle of a run and of saves loses nothing it has acknowledged.
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;
use thalweg_formats::builtin;
use thalweg_formats::opened::open;
use thalweg_formats::study_files::StudyFiles;

/// How often it is killed.
const KILLS: u64 = 20;

struct Killable {
    process: Child,
    address: String,
}

fn start(study: &Path, data: &Path) -> Killable {
    let mut process = Command::new(env!("CARGO_BIN_EXE_thalweg"))
        .args(["serve", &study.to_string_lossy(), "--bind", "127.0.0.1:0", "--log", "off", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().trim_start_matches("Listening on http://").trim_end_matches('/').to_owned();
    assert!(address.contains(':'), "not listening: {line}");
    Killable { process, address }
}

/// Status and body of an answer; `None` where the server died before it had answered.
fn send(address: &str, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

fn study_folder(folder: &Path) -> PathBuf {
    let study = folder.join("study");
    for (file, bytes) in builtin::files("own-network").unwrap().files {
        let path = study.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    study
}

/// Saves one scenario after the other until the server is gone; tells of the first that was acknowledged, and returns all.
fn save_until_dead(address: &str, (round, link): (u64, &str), first: &Sender<()>) -> Vec<(String, String)> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        // Every second save replaces one of before, so that a replacement is cut short too.
        let name = format!("s{}", if number % 2 == 0 { number } else { number / 2 });
        let title = format!("round {round} save {number}");
        let body = json!({ "title": title, "change": [{ "do": "close", "link": link }] }).to_string();
        match send(address, "PUT", &format!("/api/scenarios/{name}"), &body) {
            Some((200 | 201, _)) => {
                acknowledged.push((name, title));
                // Nobody listens to what comes after the first.
                first.send(()).unwrap_or_default();
            }
            Some((status, body)) => panic!("{status}: {body}"),
            None => break,
        }
    }
    acknowledged
}

/// Round and number of a save, from the title it gave.
fn age(title: &str) -> (u64, u64) {
    let numbers: Vec<u64> = title.split(' ').filter_map(|word| word.parse().ok()).collect();
    (numbers[0], numbers[1])
}

#[test]
fn a_server_killed_twenty_times_during_saves_and_a_run_loses_no_scenario_and_breaks_no_file() {
    let folder = std::env::temp_dir().join(format!("thalweg-killed-{}", std::process::id()));
    let (study, data) = (study_folder(&folder), folder.join("data"));
    let link = open(&StudyFiles::from_folder(&study).unwrap()).unwrap().model.links[0].key.clone();
    let mut saved: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    let (mut unfinished, mut saves) = (0, 0);
    for round in 0..KILLS {
        let mut server = start(&study, &data);
        let run = json!({ "kind": "run", "ranges": 100_000, "seed": round }).to_string();
        let (status, body) = send(&server.address, "POST", "/api/runs", &run).unwrap();
        assert!(status == 202 || status == 200, "{status}: {body}");
        let (address, link) = (server.address.clone(), link.clone());
        let (tell, told) = channel();
        let saving = std::thread::spawn(move || save_until_dead(&address, (round, &link), &tell));
        told.recv().unwrap();
        drop(told);
        std::thread::sleep(Duration::from_millis(7 * round));
        // On Unix this is SIGKILL: nothing of the process runs afterwards.
        server.process.kill().unwrap();
        server.process.wait().unwrap();
        let acknowledged = saving.join().unwrap();
        saves += acknowledged.len();
        saved.extend(acknowledged);
        let files = StudyFiles::from_folder(&study).unwrap();
        let opened = open(&files).unwrap_or_else(|fault| panic!("round {round} left a broken file: {fault}"));
        for (name, title) in &saved {
            let found = opened.scenario(name).unwrap_or_else(|fault| panic!("round {round} lost one: {fault}"));
            // A save that was under way when the server died may be there without having said so; an older one may not.
            let (found, said) = (age(&found.title), age(title));
            assert!(found >= said, "round {round}: {name} is of {found:?}, older than {said:?}");
        }
    }
    assert!(saves as u64 >= KILLS && saved.len() > 1, "only {saves} saves were acknowledged");
    let mut server = start(&study, &data);
    let (_, runs) = send(&server.address, "GET", "/api/runs", "").unwrap();
    let runs: Value = serde_json::from_str(&runs).unwrap();
    for run in runs["runs"].as_array().unwrap() {
        match run["state"].as_str().unwrap() {
            "interrupted" => unfinished += 1,
            "done" => {
                let path = format!("/api/runs/{}/result", run["id"].as_str().unwrap());
                assert_eq!(send(&server.address, "GET", &path, "").unwrap().0, 200);
            }
            state => panic!("a run is {state} although nobody works on it"),
        }
    }
    assert_eq!(runs["runs"].as_array().unwrap().len() as u64, KILLS);
    assert!(unfinished > 0, "no kill met a run");
    server.process.kill().unwrap();
    server.process.wait().unwrap();
    let left: Vec<String> = std::fs::read_dir(study.join("scenario"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".unfinished"))
        .collect();
    assert!(left.is_empty(), "a start leaves {left:?}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[cfg(unix)]
#[test]
fn a_server_asked_to_stop_writes_that_its_run_was_interrupted_and_ends() {
    let folder = std::env::temp_dir().join(format!("thalweg-stopped-{}", std::process::id()));
    let (study, data) = (study_folder(&folder), folder.join("data"));
    let mut server = start(&study, &data);
    let run = json!({ "kind": "run", "ranges": 100_000 }).to_string();
    let (_, body) = send(&server.address, "POST", "/api/runs", &run).unwrap();
    let id = serde_json::from_str::<Value>(&body).unwrap()["id"].as_str().unwrap().to_owned();
    let waiting = json!({ "kind": "run", "ranges": 100_000, "seed": 2 }).to_string();
    send(&server.address, "POST", "/api/runs", &waiting).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let asked = Command::new("kill").args(["-TERM", &server.process.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert!(server.process.wait().unwrap().success());
    let stopped = jiff::Timestamp::now();
    let mut server = start(&study, &data);
    let (_, runs) = send(&server.address, "GET", "/api/runs", "").unwrap();
    let runs: Value = serde_json::from_str(&runs).unwrap();
    let runs = runs["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    for run in runs {
        assert_eq!(run["state"], "interrupted", "{run}");
        // Written when it happened, not found out at the next start.
        let ended: jiff::Timestamp = run["ended"].as_str().unwrap().parse().unwrap();
        assert!(ended <= stopped, "{run}");
    }
    let (status, _) = send(&server.address, "POST", "/api/runs", &run).unwrap();
    assert_eq!(status, 202);
    let (_, again) = send(&server.address, "GET", &format!("/api/runs/{id}"), "").unwrap();
    let again: Value = serde_json::from_str(&again).unwrap();
    assert!(["queued", "running"].contains(&again["state"].as_str().unwrap()), "{again}");
    server.process.kill().unwrap();
    server.process.wait().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}
