//! Questions about hazards: a run says what closing and pricing the same by hand says.
use crate::answers::run_of;
use crate::questions::asking;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::stress::risk::under_risk;
use thalweg_engine::watch::Silent;
use thalweg_formats::measures::MEASURES;

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
    let (report, html, oracle) = run_of(&files);
    let [year, cover] = report.answers.as_slice() else { panic!("two questions, two answers") };
    let cost = |oracle: &Oracle, state: &State| oracle.value(state, &Silent).unwrap().value;
    let base = cost(&oracle, &State::base());

    let flood = cost(&oracle, &State::base().shutting(ClosureKind::Link, "rail_a2")) - base;
    let chance = year.chance.as_ref().unwrap();
    let event = chance.events.iter().find(|event| event.element == "hazard flood").unwrap();
    assert!((event.loss_if_alone - flood * 20.0 / 365.0).abs() < 1e-6 * flood, "{} of {flood}", event.loss_if_alone);
    assert!((chance.mass[0] - 0.8 * 0.95).abs() < 1e-12 && chance.mass[3] == 0.0);
    assert!((chance.expected.value - chance.exact).abs() < 1e-9 * chance.exact, "two events at most: all exact");
    assert_eq!(year.command.as_deref(), Some("thalweg stress own-network --monte-carlo 500 --seed 3"));

    let mines = oracle.base().model.hazards.iter().find(|hazard| hazard.key == "mines").unwrap();
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
