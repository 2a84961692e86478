//! Ranges of figures: known percentiles, differences paired by draw, and the same answer on any number of threads.
use std::sync::Arc;
use thalweg_engine::figures::{Figure, LEAST_COST};
use thalweg_engine::ranges::{Draws, Ranges, ranges};
use thalweg_engine::states::{Run, Study};
use thalweg_engine::study::{StudyResults, run_study};
use thalweg_engine::watch::{Silent, Watch};
use thalweg_model::element::Element;
use thalweg_model::model::Model;
use thalweg_model::scenario::{Change, Scenario, Target};
use thalweg_model::sketch::sketch;
use thalweg_model::units::Ranged;

/// A short line whose cost is 8 to 20, 10 at best, and a long one at 30; ten units to move.
fn uncertain_line() -> Model {
    let mut model = sketch(
        "state A B; link N-M rail in=A cost=10 key=short corridor=short; link N-M rail in=B cost=30 key=long corridor=long
        demand N>M goods 10 unserved=100",
    );
    model.links[0].cost.as_mut().unwrap().amount = Ranged { value: 10.0, low: Some(8.0), high: Some(20.0) };
    model
}

fn scenario(name: &str, changes: Vec<Change>) -> Scenario {
    Scenario { name: name.to_owned(), changes, ..Scenario::base() }
}

fn short() -> Target {
    Target::Element(Element::Link("short".to_owned()))
}

fn results(model: Model, scenarios: &[Scenario], draws: Option<Draws>) -> StudyResults {
    let as_of = model.head.as_of;
    let study = Study { model: &Arc::new(model), scenarios, questions: &[], as_of };
    run_study(study, draws, (&Silent, &mut |_| {})).unwrap()
}

fn figure<'a>(run: &'a Run, measure: &str, subject: &str) -> &'a Figure {
    let mut exact = run.figures.iter().filter(|figure| figure.program == LEAST_COST);
    exact.find(|figure| (figure.measure, figure.subject.as_str()) == (measure, subject)).unwrap()
}

const MANY: Draws = Draws { count: 400, seed: 3 };

#[test]
fn the_percentiles_of_one_ranged_cost_are_those_of_its_range() {
    let results = results(uncertain_line(), &[], Some(MANY));
    let cost = figure(&results.base, "cost_total", "all");
    assert_eq!(cost.value, 100.0);
    // Quantiles at 5 and 95 %: 8 + 0.1 x 2 and 10 + 0.9 x 10 a unit; a stratum is 0.01 and 0.05 wide.
    assert!((cost.low.unwrap() - 82.0).abs() < 0.1 && (cost.high.unwrap() - 190.0).abs() < 0.5, "{cost:?}");
    assert_eq!((results.ranges.draws, results.ranges.numbers), (400, 1));
}

#[test]
fn a_difference_is_drawn_with_both_its_states() {
    let surcharge = Change::Surcharge { target: short(), amount: 5.0, to: None };
    let scenarios = [scenario("dearer", vec![surcharge]), scenario("shut", vec![Change::Close(short())])];
    let results = results(uncertain_line(), &scenarios, Some(MANY));
    let dearer = figure(&results.scenarios[0], "cost_total", "all");
    assert_eq!(dearer.change, Some(50.0));
    assert!(dearer.low.is_some() && dearer.change_low.is_none(), "both move alike: {dearer:?}");
    let shut = figure(&results.scenarios[1], "cost_total", "all");
    assert!(shut.low.is_none(), "the long line's cost has no range: {shut:?}");
    for (low, high) in [(shut.change_low, shut.change_high), {
        let loss = figure(&results.scenarios[1], "loss", "total");
        (loss.low, loss.high)
    }] {
        assert!((low.unwrap() - 110.0).abs() < 0.5 && (high.unwrap() - 218.0).abs() < 0.1, "{low:?} {high:?}");
    }
}

#[test]
fn a_way_that_only_some_draws_take_has_a_figure() {
    let mut model = uncertain_line();
    model.links[1].cost.as_mut().unwrap().amount = Ranged::exactly(15.0);
    let results = results(model, &[], Some(MANY));
    let long = figure(&results.base, "volume_by_corridor", "long goods");
    assert_eq!((long.value, long.low, long.high), (0.0, Some(0.0), Some(10.0)));
}

#[test]
fn without_draws_or_ranges_there_is_no_range() {
    let none = |results: &StudyResults| results.base.figures.iter().all(|row| row.low.is_none() && row.high.is_none());
    assert!(none(&results(uncertain_line(), &[], None)));
    let mut exact = uncertain_line();
    exact.links[0].cost.as_mut().unwrap().amount = Ranged::exactly(10.0);
    assert!(none(&results(exact, &[], Some(Draws { count: 20, seed: 1 }))));
}

#[test]
fn ranges_do_not_depend_on_threads_and_do_on_the_seed() {
    let model = Arc::new(uncertain_line());
    let scenarios = [scenario("shut", vec![Change::Close(short())])];
    let study = Study { model: &model, scenarios: &scenarios, questions: &[], as_of: model.head.as_of };
    let drawn = |threads: usize, seed: u64| -> Ranges {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| ranges(study, Draws { count: 30, seed }, &Silent).unwrap())
    };
    let one = drawn(1, 9);
    assert!(!one.figures.is_empty());
    assert_eq!(one, drawn(4, 9));
    assert_ne!(one.figures, drawn(1, 10).figures);
}

#[test]
fn after_a_stop_the_finished_draws_count() {
    struct StopAfter(std::sync::atomic::AtomicU64);
    impl Watch for StopAfter {
        fn progress(&self, done: u64, _: u64, what: &str) {
            if what == "draws" {
                self.0.store(done, std::sync::atomic::Ordering::Relaxed);
            }
        }
        fn cancelled(&self) -> bool {
            self.0.load(std::sync::atomic::Ordering::Relaxed) >= 5
        }
    }
    let model = Arc::new(uncertain_line());
    let study = Study { model: &model, scenarios: &[], questions: &[], as_of: model.head.as_of };
    let watch = StopAfter(std::sync::atomic::AtomicU64::new(0));
    let drawn = ranges(study, Draws { count: 1000, seed: 1 }, &watch).unwrap();
    assert!((5..1000).contains(&drawn.draws) && !drawn.figures.is_empty(), "{}", drawn.draws);
}
