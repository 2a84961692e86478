//! Rows that differ, on sketches whose differences are plain to see.
use super::counts::count_changes;
use super::*;
use crate::element::{Element, Observation};
use crate::model::Capacity;
use crate::sketch::{provenance, sketch};
use crate::units::{Ranged, RateUnit};
use crate::watch_list::{Watched, WatchedGate};
use std::collections::BTreeSet;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Lines `topic table key: turn column before -> after` between two days of a sketch.
fn told(text: &str, before: &str, after: &str) -> Vec<String> {
    let model = sketch(text);
    let moments = [before, after].map(|date| Moment { model: &model, date: day(date) });
    row_changes(moments[0], moments[1]).iter().map(line).collect()
}

fn line(row: &RowChange) -> String {
    let cell = |cell: &Cell| match cell {
        Cell::Blank => "-".to_owned(),
        Cell::Words(text) => text.clone(),
        Cell::Amount(amount, unit) => format!("{}{unit}", amount.value),
    };
    let keep = |column: &&CellChange| row.turn == Turn::Altered || ["status", "effect"].contains(&column.column);
    let cells: Vec<String> = row
        .cells
        .iter()
        .filter(keep)
        .map(|change| format!("{} {} > {}", change.column, cell(&change.before), cell(&change.after)))
        .collect();
    format!("{} {} {}: {} {}", row.topic, row.table, row.key, row.turn, cells.join(", "))
}

const DATED: &str = "
    node A in=KAZ; node B in=AZE; node C in=GEO
    link A-B sea in=KAZ cost=2 cap=100 until=2022-12-31 by=ONE; link A-B sea in=KAZ cost=3 cap=250 since=2023-01-01 by=ONE
    link B-C rail in=AZE status=planned until=2022-06-30; link B-C rail in=AZE since=2022-07-01
    link A-C road in=AZE since=2024-01-01
    deny RUS territory=AZE key=old until=2021-12-31; deny RUS territory=AZE key=new since=2022-03-01
    deny RUS territory=KAZ key=short since=2022-05-01 until=2022-05-09
    surcharge KAZ 5 territory=KAZ key=fee until=2022-01-01; surcharge KAZ 8 territory=KAZ key=fee since=2022-01-02
    demand A>C goods 10 key=d until=2022-12-31; demand A>C goods 12 key=d since=2023-01-01";

#[test]
fn rows_that_begin_end_alter_or_pass_are_each_told_once() {
    assert_eq!(
        told(DATED, "2021-06-30", "2024-06-30"),
        [
            "rules rule fee: altered value 5USD/unit > 8USD/unit",
            "rules rule new: begun effect - > deny",
            "rules rule old: ended effect deny > -",
            "rules rule short: passed effect - > deny",
            "statuses link A-C: begun status - > open",
            "statuses link B-C: altered status planned > open",
            "capacities link A-B: altered capacity 100t/yr > 250t/yr",
            "charges link A-B: altered cost 2USD/unit > 3USD/unit",
            "demand demand d: altered volume 10t/yr > 12t/yr",
        ]
    );
}

#[test]
fn a_study_does_not_differ_from_itself_and_looking_back_turns_begun_into_ended() {
    assert!(told(DATED, "2024-06-30", "2024-06-30").is_empty());
    let back = told(DATED, "2024-06-30", "2021-06-30");
    assert!(back.contains(&"rules rule new: ended effect deny > -".to_owned()), "{back:?}");
    assert!(back.contains(&"rules rule old: begun effect - > deny".to_owned()), "{back:?}");
    assert!(!back.iter().any(|line| line.contains("passed")), "{back:?}");
}

#[test]
fn two_versions_are_told_apart_by_key_whatever_the_order_of_their_rows() {
    let one = sketch(
        "state KAZ AZE; node A in=KAZ; node B in=AZE; link A-B rail by=ONE; hold port ONE 60 block; hold port TWO 40",
    );
    let other = sketch("state AZE KAZ; node B in=AZE; hold port TWO 70 block; node A in=KAZ; link A-B rail by=TWO");
    let date = one.head.as_of;
    let told: Vec<String> = row_changes(Moment { model: &one, date }, Moment { model: &other, date })
        .iter()
        .map(line)
        .filter(|line| !line.contains(" actor "))
        .collect();
    assert_eq!(
        told,
        [
            "holdings holding port ONE equity: ended ",
            "holdings holding port TWO equity: altered share 40% > 70%, can_block - > true",
            "holdings link A-B: altered operator ONE > TWO",
        ]
    );
}

#[test]
fn a_row_concerns_the_states_its_firms_answer_to_the_members_of_its_blocs_and_where_it_stands() {
    let model = sketch(
        "firm ONE of=KAZ; bloc EU members=DEU|FRA; node A in=KAZ; node B in=AZE
         link A-B rail in=AZE by=ONE corridor=middle asset=line; hold line TWO 10
         deny EU territory=KAZ commodity=goods origin=RUS key=r; commodity goods modes=rail; commodity gas modes=pipeline",
    );
    let empty = sketch("state KAZ");
    let date = model.head.as_of;
    let rows = row_changes(Moment { model: &empty, date }, Moment { model: &model, date });
    let about = |table: &str| &rows.iter().find(|row| row.table == table).unwrap().concerns;
    let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<String>>();
    assert_eq!(about("rule").actors, keys(&["EU", "DEU", "FRA", "KAZ", "RUS"]));
    assert_eq!(about("link").actors, keys(&["AZE", "KAZ", "ONE", "TWO"]));
    assert_eq!(about("link").commodities, Some(keys(&["goods"])));
    assert!(about("link").gates.contains(&WatchedGate::Corridor("middle".to_owned())));
    let gas = Watched { commodities: keys(&["gas"]), ..Watched::default() };
    assert!(!about("link").concern_commodities(&gas) && !about("rule").concern_commodities(&gas));
    assert!(about("link").concern_actors(&Watched { actors: keys(&["TWO"]), ..Watched::default() }));
}

#[test]
fn counts_are_those_of_the_last_year_a_date_knows_and_of_whole_years_before_parts() {
    let mut model = sketch("node A; node B; link A-B rail");
    let count = |key: &str, period: &str, volume: f64| Observation {
        key: key.to_owned(),
        element: Element::Link("A-B".to_owned()),
        commodity: None,
        period: period.to_owned(),
        volume: Capacity { value: Ranged::exactly(volume), unit: RateUnit::parse("kt/yr").unwrap(), delay: None },
        counts: "all cargo".to_owned(),
        feeds_demand: false,
        provenance: provenance(),
    };
    model.observations = vec![
        count("a", "2019", 1.0),
        count("b", "2021", 2.0),
        count("c", "2024", 5.0),
        count("d", "2024-01..2024-03", 6.0),
        count("e", "2024", 4.0),
        count("f", "2026", 9.0),
    ];
    let at = |text: &str| Moment { model: &model, date: day(text) };
    let found = count_changes(at("2021-06-30"), at("2025-12-28"));
    assert_eq!(found.len(), 1);
    let keys = |counts: &[counts::Count]| counts.iter().map(|count| count.key.clone()).collect::<Vec<_>>();
    assert_eq!(
        (keys(&found[0].before), keys(&found[0].after)),
        (vec!["b".to_owned()], vec!["c".to_owned(), "e".to_owned()])
    );
    assert_eq!(found[0].after[0].volume, Cell::Amount(Ranged::exactly(5000.0), "t/yr".to_owned()));
    assert!(count_changes(at("2024-06-30"), at("2025-12-28")).is_empty(), "the same counts are no change");
    let first = count_changes(at("2018-06-30"), at("2020-06-30"));
    assert!(first[0].before.is_empty() && keys(&first[0].after) == ["a"]);
}
