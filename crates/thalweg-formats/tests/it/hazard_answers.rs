//! Questions about hazards: a run says what closing and pricing the same by hand says.
use crate::questions::asking;
use std::sync::Arc;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::states::Study;
use thalweg_engine::stress::risk::under_risk;
use thalweg_engine::study::run_study;
use thalweg_engine::watch::Silent;
use thalweg_formats::measures::MEASURES;
use thalweg_formats::question_files::read_questions;
use thalweg_formats::read_study::read_study;
use thalweg_formats::report::report_html;
use thalweg_formats::scenario_files::read_scenarios;
use thalweg_formats::wire::run::run_report;
use thalweg_network::instance::Instance;

const QUESTIONS: &str = r#"
[[ask]]
question_id = "year"
title = "What may a year cost?"
kind = "chance"
draws = 500
seed = 3

[[ask]]
question_id = "cover"
title = "What does danger cost while nothing happens?"
kind = "risk"
within = 10
"#;

const HAZARDS: &str = "hazard_id,element_type,element,x_coord,y_coord,radius,cause,probability,duration,duration_low,duration_high,premium,time_sd
flood,link,rail_a2,,,,nature,0.2,20,10,30,,
mines,,,23.0,48.7,40,deliberate,0.05,60,,,25,8
";

#[test]
fn a_year_by_chance_and_the_price_of_danger_are_what_shutting_and_pricing_by_hand_give() {
    let mut files = asking(QUESTIONS);
    files.files.insert("hazard.csv".to_owned(), HAZARDS.as_bytes().into());
    let (model, _) = read_study(&files).unwrap();
    let (scenarios, _) = read_scenarios(&files, &model);
    let (questions, problems) = read_questions(&files, &model, &scenarios);
    assert!(problems.is_empty(), "{problems:#?}");
    let (model, as_of) = (Arc::new(model.clone()), model.head.as_of);
    let study = Study { model: &model, scenarios: &scenarios, questions: &questions, as_of };
    let results = run_study(study, None, (&Silent, &mut |_| {})).unwrap();
    let report = run_report(&results, &[]);
    let html = report_html(&results, &report);
    let [year, cover] = report.answers.as_slice() else { panic!("two questions, two answers") };
    let oracle = Oracle::new(Instance::base(model.clone(), as_of, &scenarios).unwrap(), Vec::new());
    let cost = |oracle: &Oracle, state: &State| oracle.value(state, &Silent).unwrap().value;
    let base = cost(&oracle, &State::base());

    let flood = cost(&oracle, &State::base().shutting(ClosureKind::Link, "rail_a2")) - base;
    let chance = year.chance.as_ref().unwrap();
    let event = chance.events.iter().find(|event| event.element == "hazard flood").unwrap();
    assert!((event.loss_if_alone - flood * 20.0 / 365.0).abs() < 1e-6 * flood, "{} of {flood}", event.loss_if_alone);
    assert!((chance.mass[0] - 0.8 * 0.95).abs() < 1e-12 && chance.mass[3] == 0.0);
    assert!((chance.expected.value - chance.exact).abs() < 1e-9 * chance.exact, "two events at most: all exact");
    assert_eq!(year.command.as_deref(), Some("thalweg stress own-network --monte-carlo 500 --seed 3"));

    let mines = model.hazards.iter().find(|hazard| hazard.key == "mines").unwrap();
    let priced = Oracle::new(under_risk(oracle.base(), &[mines]).unwrap(), Vec::new());
    let burden = cost(&priced, &State::base()) - base;
    let risk = cover.risk.as_ref().unwrap();
    assert!(burden > 0.0 && (risk.together.as_ref().unwrap().change.loss - burden).abs() < 1e-6 * burden);
    assert_eq!(cover.command.as_deref(), Some("thalweg stress own-network --risk=10"));

    let figures = report.answers.iter().flat_map(|answer| &answer.figures);
    assert!(figures.clone().all(|row| MEASURES.contains(&row.measure)) && figures.count() > 8);
    for words in ["Loss of a year if this alone happens", "What hazards cost while nothing happens", "flood (nature)"] {
        assert!(html.contains(words), "{words}");
    }
}
