//! Indices of supply from flows and closures, on a market solved by hand.
use crate::dependence_curves::actor_of;
use std::sync::Arc;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::supply_measures::{ZoneFilter, markets, zones};
use thalweg_engine::watch::Silent;
use thalweg_model::sketch::sketch;
use thalweg_network::instance::Instance;

/// B wants 100: A sells 50 at 1, C 40 at 2, D 30 at 3, E 20 at 4; C and D come by one line through M.
fn market() -> Oracle {
    let text = "state A B C D E M
        node PA in=A; node PB in=B; node PC in=C; node PD in=D; node PE in=E; node PM in=M
        link PA-PB rail in=B oneway key=a; link PC-PM rail in=C oneway key=c; link PD-PM rail in=D oneway key=d
        link PM-PB rail in=M oneway key=m; link PE-PB sea oneway key=e
        supply PA goods cost=1 by=A cap=50; supply PC goods cost=2 by=C cap=40
        supply PD goods cost=3 by=D cap=30; supply PE goods cost=4 by=E cap=20
        demand *>PB goods 100 unserved=20 consignee=B";
    let mut model = sketch(text);
    model.commodities[0].homogeneous = true;
    let as_of = model.head.as_of;
    Oracle::new(Instance::base(Arc::new(model), as_of, &[]).unwrap(), Vec::new())
}

#[test]
fn origins_routes_and_single_losses_of_a_zone_are_those_worked_by_hand() {
    let oracle = market();
    let found = zones(&oracle, &State::base(), ZoneFilter::default(), &Silent).unwrap();
    assert_eq!(found.len(), 1);
    let zone = &found[0];
    // 50 from A, 40 from C, 10 from D.
    assert!((zone.delivered - 100.0).abs() < 1e-9 && (zone.concentration - 4_200.0).abs() < 1e-6);
    assert!((zone.hirschman - 4_200.0_f64.sqrt()).abs() < 1e-9);
    // A's link stands in B itself, so the last foreign territory of A's goods is nobody's; the other half comes through M.
    assert!((zone.route_concentration - 5_000.0).abs() < 1e-6, "{}", zone.route_concentration);
    // Without the line through M only A and E are left: 70 of 100.
    let (left, link) = zone.n_minus_1.clone().unwrap();
    assert!((left - 70.0).abs() < 1e-6, "{left}");
    assert_eq!(link, "m");
    // Without A the others bring 90; without C or D all is delivered.
    let lost = |key: &str| zone.without_source.iter().find(|(state, _)| *state == actor_of(&oracle, key)).unwrap().1;
    assert!((lost("A") - 0.1).abs() < 1e-9 && lost("C").abs() < 1e-9 && lost("D").abs() < 1e-9);
}

#[test]
fn residual_supply_of_a_market_is_that_of_its_stated_capacities() {
    let oracle = market();
    let base = oracle.value(&State::base(), &Silent).unwrap();
    let found = markets(&base, ZoneFilter::default());
    assert_eq!(found.len(), 1);
    let rows: Vec<(f64, f64, f64)> =
        found[0].sellers.iter().map(|row| (row.capacity, row.residual_supply, row.three_pivotal)).collect();
    for (row, expected) in rows.iter().zip([(50.0, 0.9, 0.2), (40.0, 1.0, 0.2), (30.0, 1.1, 0.2), (20.0, 1.2, 0.3)]) {
        assert!((row.0 - expected.0).abs() < 1e-9, "{rows:?}");
        assert!((row.1 - expected.1).abs() < 1e-12 && (row.2 - expected.2).abs() < 1e-12, "{rows:?}");
    }
}

/// B wants 100 and F 50. A sells to both; without it C's 90 reach only B, E's 30 reach both, and B would pay more for them.
fn two_buyers() -> Oracle {
    let text = "state A B C E F
        node PA in=A; node PB in=B; node PC in=C; node PE in=E; node PF in=F; node QF in=F
        link PA-PB sea oneway key=ab; link PA-PF sea oneway key=af; link PC-PB sea oneway key=cb
        link PE-PB sea oneway key=eb; link PE-PF sea oneway key=ef; link PF-QF sea oneway key=ff
        supply PA goods cost=1 by=A cap=150; supply PC goods cost=2 by=C cap=90; supply PE goods cost=2 by=E cap=30
        demand *>PB goods 100 unserved=40 consignee=B; demand *>PF goods 30 unserved=20 consignee=F
        demand *>QF goods 20 unserved=20 consignee=F";
    let mut model = sketch(text);
    model.commodities[0].homogeneous = true;
    let as_of = model.head.as_of;
    Oracle::new(Instance::base(Arc::new(model), as_of, &[]).unwrap(), Vec::new())
}

#[test]
fn a_lost_source_is_shared_as_evenly_as_the_ways_let_and_never_leaves_the_worst_off_worse() {
    let oracle = two_buyers();
    let found = zones(&oracle, &State::base(), ZoneFilter::default(), &Silent).unwrap();
    let of = |zone: &str, shared: bool| {
        let zone = found.iter().find(|row| row.state == actor_of(&oracle, zone)).unwrap();
        let rows = if shared { &zone.shared_without_source } else { &zone.without_source };
        rows.iter().find(|(state, _)| *state == actor_of(&oracle, "A")).unwrap().1
    };
    // Each for itself, B takes 10 of E's 30: F has 20 of 50. Shared, F takes all 30; B keeps C's 90.
    assert!((of("B", false) - 0.0).abs() < 1e-9 && (of("F", false) - 0.6).abs() < 1e-9);
    assert!((of("B", true) - 0.1).abs() < 1e-7 && (of("F", true) - 0.4).abs() < 1e-7, "{}", of("F", true));
}
