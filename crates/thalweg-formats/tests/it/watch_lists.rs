//! Watch lists of a study and requests by name: what they watch, and mistakes with place, field and nearest name.
use crate::studies::own_network;
use std::borrow::Cow;
use thalweg_engine::watch::Silent;
use thalweg_formats::ask::watch::{WatchError, WatchRequest, answer_watch};
use thalweg_formats::opened::open;
use thalweg_formats::read_study::read_study;
use thalweg_formats::study_files::StudyFiles;
use thalweg_formats::watch_files::read_watch_lists;
use thalweg_model::mode::Topic;
use thalweg_model::watch_list::WatchedGate;

/// The study of the guide with these lines after its own head.
fn with_lists(lists: &str) -> StudyFiles {
    let mut files = own_network();
    let head = String::from_utf8(files.files["study.toml"].to_vec()).unwrap() + lists;
    files.files.insert("study.toml".to_owned(), Cow::Owned(head.into_bytes()));
    files
}

const LISTS: &str = r#"
[[watch]]
watch_id = "alder_grain"
title = "Alder's grain"
actors = ["XAL"]
terminals = ["graywick"]
commodities = ["grain"]
topics = ["rules", "costs"]
"#;

#[test]
fn a_watch_list_names_what_it_watches_by_key() {
    let files = with_lists(LISTS);
    let (model, _) = read_study(&files).unwrap();
    let (lists, problems) = read_watch_lists(&files, &model);
    assert!(problems.is_empty(), "{problems:?}");
    let watched = &lists[0].watched;
    assert_eq!(watched.actors, ["XAL".to_owned()].into());
    assert_eq!(watched.gates, [WatchedGate::Terminal("graywick".to_owned())].into());
    assert_eq!(watched.topics, [Topic::Rules, Topic::Costs].into());
}

#[test]
fn mistakes_in_a_watch_list_name_line_column_and_the_nearest_name() {
    let files = with_lists(
        "\n[[watch]]\nwatch_id = \"a\"\nactors = [\"XAM\"]\ncommodities = [\"grian\"]\n[[watch]]\nwatch_id = \"a\"\ntopics = [\"rule\"]\n",
    );
    let (model, _) = read_study(&files).unwrap();
    let (_, problems) = read_watch_lists(&files, &model);
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let said = said.join("\n");
    for part in ["`actors`", "no actor is called `XAM`", "`grain`", "earlier watch list", "`topics`"] {
        assert!(said.contains(part), "{part} in:\n{said}");
    }
}

fn ask(request: &WatchRequest) -> Result<thalweg_formats::wire::watch::WatchReport, WatchError> {
    let opened = open(&with_lists(LISTS)).unwrap();
    answer_watch(&opened, &opened, request, &Silent)
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_wrong_field_of_a_request_is_named_at_once() {
    let request = WatchRequest {
        from: Some("2030-01-01".to_owned()),
        list: Some("alder_grian".to_owned()),
        actor: names(&["Alde"]),
        corridor: names(&["nowhere"]),
        to: Some("yesterday".to_owned()),
        at: names(&["passage:nowhere", "zzz"]),
        commodity: names(&["grian"]),
        topic: names(&["rule"]),
    };
    let Err(WatchError::Request(wrong)) = ask(&request) else { panic!("the request is wrong") };
    let fields: Vec<&str> = wrong.iter().map(|(field, _)| *field).collect();
    assert_eq!(fields, ["to", "from", "list", "actor", "commodity", "corridor", "at", "at", "topic"]);
    assert!(wrong[2].1.contains("the nearest name is `alder_grain`"), "{wrong:?}");
}

#[test]
fn one_study_on_one_date_is_refused_and_a_list_takes_further_names() {
    let Err(WatchError::Request(wrong)) = ask(&WatchRequest::default()) else { panic!("nothing to compare") };
    assert_eq!(wrong[0].0, "from");
    let request = WatchRequest {
        from: Some("2001-01-01".to_owned()),
        list: Some("alder_grain".to_owned()),
        actor: names(&["XBI"]),
        ..WatchRequest::default()
    };
    let report = ask(&request).unwrap();
    assert_eq!(report.watched.actors, ["XAL", "XBI"]);
    assert_eq!(report.watched.list, "alder_grain");
    assert_eq!(report.before.as_of, "2001-01-01");
}
