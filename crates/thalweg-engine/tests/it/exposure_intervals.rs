//! Both ends of an exposure over all least-cost flows, by hand.
use std::sync::Arc;
use thalweg_engine::exposure_range::{ExposureRange, ranged_exposures};
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::sketch::sketch;
use thalweg_network::instance::Instance;

/// Territory exposures of every beneficiary to every actor, as keys with the volume at hand and its range.
fn ranges(text: &str) -> Vec<(String, String, f64, ExposureRange)> {
    let model = Arc::new(sketch(text));
    let instance = Instance::base(model.clone(), model.head.as_of, &[]).unwrap();
    let oracle = Oracle::new(instance, Vec::new());
    let value = oracle.value(&State::base(), &Silent).unwrap();
    let rows = ranged_exposures((&oracle, &[]), &value.assignment, &|_| true, &Silent).unwrap();
    let key = |actor: thalweg_model::ids::ActorId| model.actors[actor.index()].key.clone();
    let territory = rows.iter().filter(|(row, _)| row.lever == thalweg_model::mode::Lever::Territory);
    territory.map(|(row, range)| (key(row.beneficiary), key(row.actor), row.touching, range.unwrap())).collect()
}

fn of<'a>(rows: &'a [(String, String, f64, ExposureRange)], who: &str, whom: &str) -> &'a ExposureRange {
    &rows.iter().find(|row| row.0 == who && row.1 == whom).unwrap_or_else(|| panic!("{who} {whom}: {rows:?}")).3
}

fn close(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-9 * wanted.max(1.0), "{found}, {wanted}");
}

const TWO_WAYS: &str = "state AAA RUS GEO BBB; node A in=AAA; node R in=RUS; node G in=GEO; node B in=BBB
    link A-R rail in=RUS cost=3; link R-B rail in=RUS cost=3; demand A>B goods 10 unserved=100";

#[test]
fn two_equally_cheap_ways_leave_the_exposure_to_either_open() {
    let rows = ranges(&format!("{TWO_WAYS}; link A-G rail in=GEO cost=2; link G-B rail in=GEO cost=4"));
    for whom in ["RUS", "GEO"] {
        let range = of(&rows, "AAA", whom);
        assert!(range.exact && range.share_is_fixed);
        close(range.min, 0.0);
        close(range.max, 10.0);
    }
}

#[test]
fn a_limit_on_one_of_two_equal_ways_bounds_both_ends() {
    let rows = ranges(&format!("{TWO_WAYS}; link A-G rail in=GEO cost=2 cap=4; link G-B rail in=GEO cost=4"));
    let range = of(&rows, "AAA", "RUS");
    close(range.min, 6.0);
    close(range.max, 10.0);
}

#[test]
fn a_unique_cheapest_way_has_one_exposure() {
    let rows = ranges(&format!("{TWO_WAYS}; link A-G rail in=GEO cost=2; link G-B rail in=GEO cost=5"));
    let range = of(&rows, "BBB", "RUS");
    assert_eq!((range.min, range.max, range.exact), (10.0, 10.0, true));
}

#[test]
fn a_delivery_that_costs_as_much_as_going_without_may_touch_nobody() {
    let text = TWO_WAYS.replace("unserved=100", "unserved=6");
    let rows = ranges(&text);
    let range = of(&rows, "AAA", "RUS");
    close(range.min, 0.0);
    close(range.max, 10.0);
}

#[test]
fn sales_of_a_supplier_that_vary_have_a_volume_but_no_share() {
    let rows = ranges(
        "state AAA CCC GEO BBB; node A in=AAA; node C in=CCC; node G in=GEO; node B in=BBB
         supply A crude cost=2 by=AAA; supply C crude cost=2 by=CCC; link A-G rail in=GEO cost=1; link C-G rail in=GEO cost=1
         link G-B rail in=GEO cost=1; demand *>B crude 10 unserved=100",
    );
    let buyer = of(&rows, "BBB", "GEO");
    assert_eq!((buyer.min, buyer.max, buyer.share_is_fixed), (10.0, 10.0, true));
    let sellers: Vec<_> =
        rows.iter().filter(|row| ["AAA", "CCC"].contains(&row.0.as_str()) && row.1 == "GEO").collect();
    assert!(!sellers.is_empty());
    for row in sellers {
        assert!(!row.3.share_is_fixed);
        close(row.3.min, 0.0);
        close(row.3.max, 10.0);
    }
}
