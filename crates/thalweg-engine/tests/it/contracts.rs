//! Contract minima of suppliers: what must be taken is taken, at an honest dual, and the accounts still close.
use std::sync::Arc;
use thalweg_engine::assign::{Method, assign};
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::limits::Limit;
use thalweg_engine::oracle::{Oracle, Value};
use thalweg_engine::path_sets::{PathSets, VARIETY};
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::sketch::sketch;
use thalweg_network::instance::Instance;

/// A buyer of 100, a dear supplier (11 delivered) under contract and a cheap one (5 delivered).
fn oracle(minimum: f64, more: &str) -> Oracle {
    let model = Arc::new(sketch(&format!(
        "state AAA BBB CCC; node A in=AAA; node B in=BBB; node C in=CCC; commodity crude theta=0.5 unserved=50
         supply A crude cost=10 by=AAA min={minimum} key=dear; supply C crude cost=4 by=CCC key=cheap
         link A-B pipeline cost=1 {more}; link C-B pipeline cost=1; demand *>B crude 100 unserved=50"
    )));
    Oracle::new(Instance::base(model.clone(), model.head.as_of, &[]).unwrap(), Vec::new())
}

fn value(oracle: &Oracle) -> Arc<Value> {
    oracle.value(&State::base(), &Silent).unwrap()
}

/// The contract's limit, what was taken of it, and what one unit less would save.
fn contract(value: &Value) -> (&Limit, f64, f64) {
    let at = value.limits.limits.iter().position(|limit| limit.contract.is_some()).unwrap();
    (&value.limits.limits[at], value.flow.group_flow[at], -value.flow.group_price[at])
}

fn close(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-9 * wanted.abs().max(1.0), "{found}, {wanted}");
}

#[test]
fn a_dear_contract_is_taken_to_its_minimum_and_costs_the_difference_at_the_margin() {
    let oracle = oracle(30.0, "");
    let value = value(&oracle);
    close(value.value, 30.0 * 11.0 + 70.0 * 5.0);
    close(value.flow.delivered_price[0], 5.0);
    let (_, taken, shadow) = contract(&value);
    close(taken, 30.0);
    close(shadow, 6.0);
    // The buyer bears what the contract costs above the market.
    let buyer = oracle.base().model.actors.iter().position(|row| row.key == "BBB").unwrap();
    let welfare = value.welfare.by_actor[&buyer.into()];
    close(welfare.consumer_surplus, 100.0 * 45.0);
    close(welfare.rents, -180.0);
    close(value.welfare.total(), 100.0 * 50.0 - 680.0);
}

#[test]
fn one_unit_less_of_a_contract_saves_its_shadow_cost() {
    close(value(&oracle(30.0, "")).value - value(&oracle(29.0, "")).value, 6.0);
}

#[test]
fn a_contract_on_what_would_be_taken_anyway_costs_nothing() {
    let oracle = oracle(30.0, "");
    let state = State::base().shutting(ClosureKind::Territory, "CCC");
    let value = oracle.value(&state, &Silent).unwrap();
    close(value.value, 1100.0);
    let (_, taken, shadow) = contract(&value);
    close(taken, 100.0);
    close(shadow, 0.0);
}

#[test]
fn a_minimum_that_cannot_be_met_is_taken_as_far_as_it_goes() {
    let oracle = oracle(30.0, "cap=20");
    let value = value(&oracle);
    close(value.value, 20.0 * 11.0 + 80.0 * 5.0);
    let (limit, taken, _) = contract(&value);
    close(taken, 20.0);
    close(limit.contract.unwrap().minimum, 30.0);
}

#[test]
fn a_contract_is_kept_even_where_its_deliveries_cost_more_than_going_without() {
    let oracle = oracle(30.0, "toll=100>AAA");
    let value = value(&oracle);
    close(value.value, 30.0 * 111.0 + 70.0 * 5.0);
    close(contract(&value).2, 106.0);
}

#[test]
fn shutting_a_supplier_under_contract_frees_its_buyers() {
    let oracle = oracle(30.0, "");
    let shut = oracle.value(&State::base().shutting(ClosureKind::Territory, "AAA"), &Silent).unwrap();
    close(shut.value, 500.0);
    close(contract(&shut).1, 0.0);
}

#[test]
fn the_descriptive_program_keeps_the_contract_too() {
    let oracle = oracle(30.0, "");
    let sets = PathSets::over(&[oracle.base()], VARIETY);
    let described = assign(oracle.base(), Method::PathSizeLogit(&sets), &Silent).unwrap();
    let dear = oracle.base().model.supplies.iter().position(|row| row.key == "dear").unwrap();
    let variants = &oracle.base().demand.segments[0].variants;
    let segment = &described.segments[0];
    let of_dear = |path: &&thalweg_engine::assignment::PathFlow| {
        variants[path.variant].supply == Some(thalweg_model::ids::SupplyId(dear as u32))
    };
    let taken: f64 = segment.paths.iter().filter(of_dear).map(|path| path.volume).sum();
    // Free choice at a dispersion of 0.5 would take 100 / (1 + exp(3)), under 5.
    assert!((taken - 30.0).abs() < 1e-6, "{taken}");
    close(segment.served(), 100.0);
    let costs: Vec<f64> = segment.paths.iter().map(|path| path.cost).collect();
    assert!(costs.iter().all(|cost| (cost - 11.0).abs() < 1e-6 || (cost - 5.0).abs() < 1e-6), "{costs:?}");
}

#[test]
fn what_a_seller_asks_does_not_make_its_two_ways_one() {
    // Both ways share the price of 100 and one unit of way; the near one takes 5 only.
    let model = sketch(
        "supply A gas cost=100; link A-M pipeline cost=1; link M-B pipeline key=near cost=1 cap=5 by=one
         link M-B pipeline key=far cost=2 by=other; demand *>B gas 10 unserved=200",
    );
    let as_of = model.head.as_of;
    let instance = Instance::base(Arc::new(model), as_of, &[]).unwrap();
    let sets = PathSets::over(&[&instance], VARIETY);
    let described = assign(&instance, Method::PathSizeLogit(&sets), &Silent).unwrap();
    assert!((described.segments[0].served() - 10.0).abs() < 1e-6, "{}", described.segments[0].served());
    let costs: Vec<f64> = described.segments[0].paths.iter().map(|path| path.cost).collect();
    assert!(costs.iter().any(|cost| (cost - 103.0).abs() < 1e-6), "{costs:?}");
}
