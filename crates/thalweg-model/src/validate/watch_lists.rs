//! Watch lists as they were written, resolved against a model.
use super::desk::Desk;
use super::index::Index;
use super::money::Money;
use crate::draft::{Entry, Row};
use crate::mode::Topic;
use crate::model::Model;
use crate::place::Place;
use crate::problem::Problem;
use crate::schema::Target;
use crate::schema::watch::WATCH;
use crate::watch_list::{WatchList, Watched, WatchedGate};
use std::collections::BTreeSet;

/// Resolves the tables `[[watch]]` of a file.
pub fn resolve_watch_lists(file: &str, tables: &[(u32, Vec<Entry>)], model: &Model) -> (Vec<WatchList>, Vec<Problem>) {
    let index = Index::of_model(model);
    let money = Money::of_head(&model.head);
    let mut desk = Desk { index: &index, money: &money, sources_required: false, problems: Vec::new() };
    let mut lists: Vec<WatchList> = Vec::new();
    for (line, entries) in tables {
        let row = Row::of_entries(&WATCH, Place { row: *line, ..Place::file(file) }, entries, &mut desk.problems);
        let Some(list) = watch_list(&mut desk, &row) else { continue };
        if lists.iter().any(|other| other.key == list.key) {
            desk.error(row.at("watch_id"), format!("`{}` is the key of an earlier watch list", list.key), "");
        }
        if list.watched == Watched::default() {
            let hint = "name actors, corridors, links, terminals, crossings, passages, assets, commodities or topics";
            desk.problems.push(Problem::warning(row.at("watch_id"), "watches everything").hint(hint));
        }
        lists.push(list);
    }
    desk.problems.sort();
    (lists, desk.problems)
}

fn watch_list(desk: &mut Desk, row: &Row) -> Option<WatchList> {
    let mut gates = BTreeSet::new();
    for (column, target, gate) in GATES {
        gates.extend(keys(desk, row, (column, target)).into_iter().map(gate));
    }
    for name in row.list("corridors") {
        if desk.named_element("corridor", name, row.at("corridors")).is_some() {
            gates.insert(WatchedGate::Corridor(name.clone()));
        }
    }
    let watched = Watched {
        actors: keys(desk, row, ("actors", Target::Actor)),
        gates,
        commodities: keys(desk, row, ("commodities", Target::Commodity)),
        topics: row.list("topics").iter().filter_map(|word| Topic::parse(word)).collect(),
    };
    Some(WatchList {
        key: row.some_text("watch_id")?.to_owned(),
        title: row.text("title").to_owned(),
        watched,
        place: row.place.clone(),
    })
}

/// Makes a watched gate of a key.
type MakeGate = fn(String) -> WatchedGate;

const GATES: [(&str, Target, MakeGate); 5] = [
    ("links", Target::Link, WatchedGate::Link),
    ("terminals", Target::Node, WatchedGate::Terminal),
    ("crossings", Target::Crossing, WatchedGate::Crossing),
    ("passages", Target::Passage, WatchedGate::Passage),
    ("assets", Target::Asset, WatchedGate::Asset),
];

/// Keys of a list that name something.
fn keys(desk: &mut Desk, row: &Row, (column, target): (&str, Target)) -> BTreeSet<String> {
    let known = |key: &&String| desk.resolve(target, key, row.at(column)).is_some();
    row.list(column).iter().filter(known).cloned().collect()
}
