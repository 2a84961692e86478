//! Scenario files: what is read, what is reported, and that writing gives back what was read.
use crate::studies::own_network;
use thalweg_formats::read_study::read_study;
use thalweg_formats::scenario_files::{read_scenario, read_scenarios};
use thalweg_formats::write_scenario::write_scenario;
use thalweg_model::element::Element;
use thalweg_model::model::Model;
use thalweg_model::scenario::{Change, Target};

fn model() -> Model {
    read_study(&own_network()).unwrap().0
}

fn fault(text: &str) -> String {
    let problems = read_scenario("x.toml", text.as_bytes(), &model()).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems[0].to_string()
}

#[test]
fn the_scenarios_of_the_guide_resolve_to_a_crossing_and_to_gates() {
    let (scenarios, problems) = read_scenarios(&own_network(), &model());
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(matches!(scenarios[1].changes[..], [Change::Close(Target::Element(Element::Crossing(_)))]));
    let [Change::Improve { target: Target::Gates(gates), improvement }] = &scenarios[0].changes[..] else {
        panic!("{:#?}", scenarios[0]);
    };
    assert_eq!((gates.bound_fields(), improvement.time_factor, improvement.capacity_factor), (2, 0.5, 1.0));
}

#[test]
fn a_target_that_is_not_there_names_the_nearest_with_file_and_line() {
    let text = "title = \"x\"\n\n[[change]]\ndo = \"close\"\nlink = \"rail_a11\"\n";
    assert_eq!(fault(text), "x.toml, row 5, `link`: no link is called `rail_a11`; the nearest name is `rail_a1`");
}

#[test]
fn a_verb_a_key_or_a_target_that_is_wrong_is_reported() {
    let head = "title = \"x\"\n[[change]]\n";
    let verb = fault(&format!("{head}do = \"clsoe\"\nlink = \"rail_a1\"\n"));
    assert!(verb.contains("the nearest is `close`"), "{verb}");
    let key = fault(&format!("{head}do = \"delay\"\nlink = \"rail_a1\"\nhours = 3\nhuors = 3\n"));
    assert!(key.contains("the nearest name is `hours`"), "{key}");
    let none = fault(&format!("{head}do = \"open\"\n"));
    assert!(none.contains("names no target"), "{none}");
    let both = fault(&format!("{head}do = \"open\"\ncorridor = \"land\"\nmode = \"rail\"\n"));
    assert!(both.contains("cannot be combined"), "{both}");
}

#[test]
fn a_file_that_is_not_toml_gives_its_line() {
    let problem = fault("title = \"x\"\nfrom = = 2\n");
    assert!(problem.starts_with("x.toml, row 2: is not TOML"), "{problem}");
}

const EVERY_CHANGE: &str = r#"
title = "All at once"
question = "With \"quotes\" and\nlines?"
source = "here"
from = 2025-01-01
until = 2026-01-01
days = 13
[[change]]
do = "close"
territory = "XBI"
mode = "rail"
[[change]]
do = "derate"
link = "rail_b2"
factor = 0.5
[[change]]
do = "delay"
transfer = "quayside_port"
hours = 12
[[change]]
do = "surcharge"
corridor = "land"
amount = 55.5
to = "XBI"
[[change]]
do = "improve"
terminal = "moor_yard"
capacity_factor = 2
time_h = -3
[[change]]
do = "open"
link = "ferry_1"
[[change]]
do = "add_rule"
rule_id = "quota"
actor = "XCE"
lever = "territory"
territory = "XCE"
commodity = "grain"
after_territory = "XBI"
effect = "quota"
value = 1000
value_low = 500
unit = "t"
valid_from = 2025-03-01
confidence = "low"
[[change]]
do = "drop_rule"
rule = "birch_no_grain_transit"
[[change]]
do = "set_supply"
supply_id = "farm"
commodity = "grain"
node_id = "graywick"
supplier = "XAL"
capacity_value = 120
capacity_unit = "kt/yr"
cost = 9
per = "TEU"
minimum = 10
[[change]]
do = "scale_demand"
commodity = "boxes"
factor = 1.2
[[change]]
do = "set_holding"
held = "birch_rail"
holder = "XAL"
share_pct = 25
holding_type = "equity"
can_block = true
[[change]]
do = "scale_unserved_cost"
factor = 2
"#;

#[test]
fn a_scenario_with_every_kind_of_change_is_written_as_it_was_read() {
    let model = model();
    let (mut first, problems) = read_scenario("all.toml", EVERY_CHANGE.as_bytes(), &model).unwrap();
    assert!(problems.is_empty() && first.changes.len() == 12, "{problems:#?}");
    let written = write_scenario(&first, &model);
    let (mut second, _) = read_scenario("all.toml", written.as_bytes(), &model).unwrap();
    for scenario in [&mut first, &mut second] {
        scenario.changes.iter_mut().for_each(forget_place);
    }
    assert_eq!(first, second, "{written}");
}

fn forget_place(change: &mut Change) {
    match change {
        Change::AddRule(rule) => rule.provenance.place.row = 0,
        Change::SetSupply(supply) => supply.provenance.place.row = 0,
        Change::SetHolding(holding) => holding.provenance.place.row = 0,
        _ => {}
    }
}
