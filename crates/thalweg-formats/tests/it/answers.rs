//! Questions on newcomers, incidence, power, brokers, repair, consent and reach: the same as the analysis says when asked
//! directly, and their mistakes have a place.
use crate::questions::asking;
use std::sync::Arc;
use thalweg_engine::consents::project_consent;
use thalweg_engine::incidence::incidence;
use thalweg_engine::kept::Nothing;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::{Denial, State};
use thalweg_engine::states::Study;
use thalweg_engine::study::run_study;
use thalweg_engine::watch::Silent;
use thalweg_formats::measures::MEASURES;
use thalweg_formats::question_files::read_questions;
use thalweg_formats::read_study::read_study;
use thalweg_formats::report::report_html;
use thalweg_formats::scenario_files::read_scenarios;
use thalweg_formats::study_files::StudyFiles;
use thalweg_formats::wire::run::{RunReport, run_report};
use thalweg_model::mode::Lever;
use thalweg_network::instance::Instance;

const KINDS: &str = r#"
[[ask]]
question_id = "who_pays"
title = "Who pays when Stonegate closes?"
kind = "incidence"
scenario = "stonegate_closed"

[[ask]]
question_id = "three_states"
title = "What does each state add?"
kind = "power"
player = ["XBI", "XCE"]

[[ask]]
question_id = "brokers"
title = "Who stands between?"
kind = "broker"

[[ask]]
question_id = "order"
title = "What first?"
kind = "repair"
mend = ["crossing stonegate_rail=30", "terminal moor_yard=60"]
open = ["moor_yard_faster=10:1000"]
opened = "moor_yard_faster"
days = 200

[[ask]]
question_id = "project"
title = "Who can stop the faster yard?"
kind = "consent"
project = "moor_yard_faster"

[[ask]]
question_id = "route"
title = "Who can stop grain?"
kind = "consent"
from = "graywick"
to = "estwell"
commodity = "grain"
"#;

fn run(questions: &str) -> (RunReport, String, Oracle) {
    run_of(&asking(questions))
}

/// The run of a study whose questions are sound: its report, as a page too, and an oracle on its base.
pub fn run_of(files: &StudyFiles) -> (RunReport, String, Oracle) {
    let (model, _) = read_study(files).unwrap();
    let (scenarios, _) = read_scenarios(files, &model);
    let (questions, problems) = read_questions(files, &model, &scenarios);
    assert!(problems.is_empty(), "{problems:#?}");
    let (model, as_of) = (Arc::new(model.clone()), model.head.as_of);
    let study = Study { model: &model, scenarios: &scenarios, questions: &questions, as_of };
    let results = run_study(study, None, (&Silent, &mut |_| {})).unwrap();
    let report = run_report(&results, &[]);
    let html = report_html(&results, &report);
    let base = Instance::base(model.clone(), as_of, &scenarios).unwrap();
    (report, html, Oracle::new(base, scenarios))
}

/// The figure of an answer.
fn figure(report: &RunReport, question: &str, measure: &str, subject: &str) -> f64 {
    let answer = report.answers.iter().find(|answer| answer.key == question).unwrap();
    let mut rows = answer.figures.iter();
    let found = rows.find(|row| row.measure == measure && row.subject == subject);
    found.unwrap_or_else(|| panic!("{question} has no {measure} of {subject}: {:#?}", answer.figures)).value
}

fn assert_near(one: f64, other: f64) {
    assert!((one - other).abs() <= 1e-7 * other.abs().max(1.0), "{one} is not {other}");
}

#[test]
fn each_of_these_kinds_has_a_picture_caveats_and_figures_with_known_measures() {
    let (report, html, _) = run(KINDS);
    let commands: Vec<&str> = report.answers.iter().filter_map(|answer| answer.command.as_deref()).collect();
    assert_eq!(
        commands,
        [
            "thalweg incidence own-network --scenario stonegate_closed",
            "thalweg power own-network --player XBI --player XCE",
            "thalweg broker own-network --top 10",
            "thalweg repair own-network --mend 'crossing stonegate_rail=30' --mend 'terminal moor_yard=60' --open \
             'moor_yard_faster=10:1000' --opened moor_yard_faster --horizon 200",
            "thalweg consent own-network --project moor_yard_faster",
            "thalweg consent own-network --from graywick --to estwell --commodity grain",
        ]
    );
    for answer in &report.answers {
        assert!(!answer.figures.is_empty(), "{}", answer.key);
        assert!(answer.figures.iter().all(|row| MEASURES.contains(&row.measure)), "{}", answer.key);
        let section = html.split(&format!("id=\"question-{}\"", answer.key)).nth(1).unwrap();
        let section = section.split("<h3").next().unwrap();
        // No pair of the three states is apart, so there is no broker to draw.
        assert!(answer.key == "brokers" || section.contains("<svg"), "{} has no picture", answer.key);
        assert!(!answer.caveats.is_empty(), "{}", answer.key);
        assert!(section.contains(&thalweg_formats::report::short(answer.figures[0].value)), "{}", answer.key);
    }
}

#[test]
fn answers_are_those_of_the_analyses_asked_directly() {
    let (report, _, oracle) = run(KINDS);
    let value = |state: &State| oracle.value(state, &Silent).unwrap();
    let (base, shut) = (value(&State::base()), value(&State::scenario(position(&oracle, "stonegate_closed"))));
    let paid = incidence(&base, &shut).unwrap();
    assert_near(figure(&report, "who_pays", "incidence_gain", "all"), paid.total.1 - paid.total.0);
    let parts: f64 = ["surplus", "rents", "tolls"]
        .iter()
        .map(|part| figure(&report, "who_pays", &format!("incidence_{part}"), "XAL"))
        .sum();
    assert_near(figure(&report, "who_pays", "incidence_gain", "XAL"), parts);

    let birch = base.instance.model.actors.iter().position(|row| row.key == "XBI").unwrap().into();
    let denials = thalweg_engine::exposure::LEVERS.map(|lever: Lever| Denial::new(birch, None, lever));
    let alone = oracle.cost(&State::base().denying_all(denials), &Silent).unwrap() - base.value;
    assert_near(figure(&report, "three_states", "power_withdrawal_loss", "XBI"), alone);
    let shares = figure(&report, "three_states", "power_shapley", "XBI")
        + figure(&report, "three_states", "power_shapley", "XCE");
    assert_near(shares, figure(&report, "three_states", "power_shared", "all"));
    assert_eq!(figure(&report, "brokers", "pairs_apart", "all"), 0.0);

    let faster = position(&oracle, "moor_yard_faster");
    let consent = project_consent(&oracle, &State::base(), (faster, &Nothing), &Silent).unwrap();
    assert_near(figure(&report, "project", "consent_gain", "all"), consent.gain);
    assert_near(consent.gain, base.value - value(&State::scenario(faster)).value);
}

#[test]
fn the_order_of_repair_mends_what_helps_only_together_and_adds_up() {
    let (report, _, oracle) = run(KINDS);
    let of = |subject: &str| figure(&report, "order", "repair_loss", subject);
    // Neither the border nor the yard helps while the other is shut: whoever looks one step ahead does nothing.
    assert!(0.0 < of("best") && of("best") < 0.6 * of("none"), "{} of {}", of("best"), of("none"));
    assert_near(of("greatest help first"), of("none"));
    // Nothing done for 200 days: a year's rise of cost, times 200 of 365.
    let shut = |state: State| {
        let state = state.shutting(thalweg_engine::gate_kinds::ClosureKind::Crossing, "stonegate_rail");
        state.shutting(thalweg_engine::gate_kinds::ClosureKind::Terminal, "moor_yard")
    };
    let cost = |state: State| oracle.cost(&state, &Silent).unwrap();
    let faster = State::scenario(position(&oracle, "moor_yard_faster"));
    let expected = (cost(shut(State::base())) - cost(faster)) * 200.0 / 365.0;
    assert_near(of("none"), expected);
    let saved = |subject: &str| figure(&report, "order", "repair_saved", subject);
    assert_near(saved("mending"), of("none") - of("best"));
    assert!(saved("both") >= saved("mending").max(saved("opening")) - 1e-6);
}

#[test]
fn mistakes_name_their_line_and_a_remedy() {
    let said = |text: &str| crate::questions::problems(&format!("[[ask]]\nquestion_id = \"a\"\ntitle = \"A\"\n{text}"));
    let one = |text: &str, fragment: &str| {
        let found = said(text);
        assert!(found.iter().any(|line| line.contains(fragment) && line.contains("study.toml, row")), "{found:#?}");
    };
    one("kind = \"newcomer\"\nby = \"XBI\"\n", "name the scenario that brings what is new");
    one("kind = \"newcomer\"\nby = \"XBI\"\nproject = \"moor_yard_fast\"\n", "the nearest name is `moor_yard_faster`");
    one("kind = \"incidence\"\n", "who pays and who earns is told of a scenario");
    one("kind = \"power\"\nplayer = [\"XBI\"]\n", "is one player");
    one("kind = \"power\"\ntop = 40\n", "`thalweg power` samples more");
    one("kind = \"repair\"\n", "say what is to be done");
    one("kind = \"repair\"\nmend = [\"crossing stonegate_rail\"]\n", "how many days");
    one("kind = \"repair\"\nmend = [\"crossing stonegate_rial=3\"]\n", "`stonegate_rail`");
    one("kind = \"repair\"\nmend = [\"bridge stonegate_rail=3\"]\n", "does not say a kind and a key");
    one("kind = \"consent\"\n", "is about 0 things");
    one("kind = \"consent\"\nproject = \"moor_yard_faster\"\nfrom = \"graywick\"\n", "is about 2 things");
    one("kind = \"reach\"\nof = \"XAL\"\nfails = \"link\"\n", "does not read it");
}

fn position(oracle: &Oracle, name: &str) -> usize {
    oracle.scenarios().iter().position(|scenario| scenario.name == name).unwrap()
}
