//! Flows of the built-in study in its scenarios: the Red Sea, the Caspian, ferries and borders, each with its sign.
use std::sync::Arc;
use thalweg_engine::figures::LEAST_COST;
use thalweg_engine::states::{Run, Study, run_states};
use thalweg_engine::watch::Silent;
use thalweg_formats::builtin;
use thalweg_formats::read_study::read_study;
use thalweg_formats::scenario_files::read_scenarios;

fn boxes_through(run: &Run, passage: &str) -> f64 {
    let subject = format!("{passage} container");
    let mut rows = run.figures.iter().filter(|row| row.program == LEAST_COST && row.measure == "volume_by_passage");
    rows.find(|row| row.subject == subject).map_or(0.0, |row| row.value)
}

fn runs_of(wanted: &[&str], as_of: &str) -> Vec<Run> {
    let files = builtin::caspian();
    let (model, _) = read_study(&files).unwrap();
    let (mut scenarios, problems) = read_scenarios(&files, &model);
    assert!(problems.is_empty());
    scenarios.retain(|scenario| wanted.contains(&scenario.name.as_str()));
    assert_eq!(scenarios.len(), wanted.len());
    let study = Study { model: &Arc::new(model), scenarios: &scenarios, questions: &[], as_of: as_of.parse().unwrap() };
    run_states(study, (&Silent, &mut |_| {})).unwrap().1
}

#[test]
fn a_closed_red_sea_sends_the_boxes_of_2023_round_the_cape_and_none_through_panama() {
    let runs = runs_of(&["red_sea_closed"], "2023-06-01");
    let [base, closed] = &runs[..] else { panic!("one scenario") };
    let (suez, cape) = (boxes_through(base, "suez"), boxes_through(closed, "cape_good_hope"));
    assert!(suez > 10e6, "before the attacks Asia and Europe trade through Suez: {suez} TEU");
    assert_eq!(boxes_through(closed, "babalmandab"), 0.0);
    assert!(cape > 0.9 * suez, "{cape} TEU round the Cape of {suez}");
    assert_eq!((boxes_through(base, "panama"), boxes_through(closed, "panama")), (0.0, 0.0));
}

#[test]
fn shallow_water_costs_and_dredging_a_ferry_and_open_borders_save() {
    let sign = [
        ("azerbaijan_armenia_border_opens", -1.0),
        ("caspian_dredging", -1.0),
        ("caspian_level_falls", 1.0),
        ("karabakh_zangilan_hubs", -1.0),
        ("one_more_ferry", -1.0),
        ("port_rail_apart", 1.0),
        ("turkey_armenia_border_opens", -1.0),
    ];
    let names: Vec<&str> = sign.iter().map(|(name, _)| *name).collect();
    for run in &runs_of(&names, "2025-12-28")[1..] {
        let (name, sign) = sign.iter().find(|(name, _)| *name == run.scenario.name).unwrap();
        let loss = run.against_base.as_ref().unwrap().loss;
        assert!(loss * sign > 1e5, "{name}: {loss} USD a year");
    }
}
