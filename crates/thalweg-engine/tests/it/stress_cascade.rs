//! Failures that take others with them: needs, backups, rights of way, hazards in an area.
use std::sync::Arc;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::kept::Nothing;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::stress::failing::all_shut;
use thalweg_engine::stress::hazards::{events_of, struck_by};
use thalweg_engine::stress::losses::Losses;
use thalweg_engine::stress::oracle_losses::OracleLosses;
use thalweg_engine::stress::risk::{near_routes, risks};
use thalweg_engine::stress::worst::{Budget, worst};
use thalweg_engine::watch::Silent;
use thalweg_model::element::Element;
use thalweg_model::hazard::{Hazard, Need, Struck};
use thalweg_model::mode::Cause;
use thalweg_model::model::Model;
use thalweg_model::sketch::{provenance, sketch};
use thalweg_model::units::Ranged;
use thalweg_network::instance::Instance;

/// Goods go by rail to the port and by sea on, at 5; or by road at 65. The port needs one of two power lines.
const PORT: &str = "
    commodity goods modes=rail|sea|road
    link A-P rail cost=2 key=rail row=valley oneway; link P-B sea cost=3 key=ship oneway
    link A-B road cost=65 key=road oneway; transfer P rail sea
    link G-P power cost=1 key=grid; link H-P power cost=1 key=spare; link A-P fibre cost=1 key=fibre row=valley
    demand A>B goods 10 unserved=100";

fn need(model: &Model, supports: &[&str], at_least: usize, backup_h: f64) -> Need {
    let port = model.nodes.iter().position(|node| node.key == "P").unwrap();
    Need {
        key: "power".to_owned(),
        dependent: Element::Terminal(port.into()),
        supports: supports.iter().map(|key| Element::Link((*key).to_owned())).collect(),
        at_least,
        backup_h,
        provenance: provenance(),
    }
}

fn oracle(change: impl Fn(&mut Model)) -> Oracle {
    let mut model = sketch(PORT);
    change(&mut model);
    let as_of = model.head.as_of;
    Oracle::new(Instance::base(Arc::new(model), as_of, &[]).unwrap(), Vec::new())
}

fn links(oracle: &Oracle) -> OracleLosses<'_> {
    OracleLosses::new(oracle, State::base(), all_shut(oracle.base(), &[ClosureKind::Link]))
}

fn loss(losses: &OracleLosses, keys: &[&str]) -> f64 {
    let position = |key: &&str| losses.elements.iter().position(|row| row.subject == **key).unwrap();
    let mut failed: Vec<usize> = keys.iter().map(position).collect();
    failed.sort_unstable();
    let cost = |failed: &[usize]| losses.loss(failed, &Silent).unwrap().unwrap().cost;
    cost(&failed) - cost(&[])
}

#[test]
fn a_port_without_power_is_shut_and_its_trade_takes_the_road() {
    let oracle = oracle(|model| model.needs.push(need(model, &["grid"], 1, 0.0)));
    assert_eq!(loss(&links(&oracle), &["grid"]), 0.0);
    let cascading = links(&oracle).cascading(f64::INFINITY);
    assert!((loss(&cascading, &["grid"]) - 600.0).abs() < 1e-9);
    let grid = cascading.elements.iter().position(|row| row.subject == "grid").unwrap();
    assert_eq!(cascading.falls(&[grid])[0].label, "terminal P");
    assert!((loss(&cascading, &["grid", "road"]) - 950.0).abs() < 1e-9);
}

#[test]
fn a_second_line_keeps_the_port_until_both_are_down() {
    let oracle = oracle(|model| model.needs.push(need(model, &["grid", "spare"], 1, 0.0)));
    let losses = links(&oracle).cascading(f64::INFINITY);
    assert_eq!(loss(&losses, &["grid"]), 0.0);
    assert!((loss(&losses, &["grid", "spare"]) - 600.0).abs() < 1e-9);
    // The bounds know that: three failures, power and road, lose all; rail and road do it with two.
    let found = worst(&losses, &Budget::of_number(2, losses.elements()), &Silent).unwrap();
    assert!((found.worst.loss - 950.0).abs() < 1e-9, "{found:?}");
}

#[test]
fn a_backup_shortens_the_failure() {
    let oracle = oracle(|model| model.needs.push(need(model, &["grid"], 1, 48.0)));
    assert_eq!(loss(&links(&oracle).cascading(24.0), &["grid"]), 0.0);
    let half = loss(&links(&oracle).cascading(96.0), &["grid"]);
    assert!((half - 300.0).abs() < 1e-9, "down for two days of four: {half}");
}

#[test]
fn layers_in_one_right_of_way_fail_together() {
    let oracle = oracle(|_| {});
    assert_eq!(loss(&links(&oracle), &["fibre"]), 0.0);
    assert!((loss(&links(&oracle).cascading(f64::INFINITY), &["fibre"]) - 600.0).abs() < 1e-9);
    let shut = all_shut(oracle.base(), &[ClosureKind::RightOfWay]);
    assert_eq!(shut.len(), 1);
    let losses = OracleLosses::new(&oracle, State::base(), shut);
    assert!((losses.loss(&[0], &Silent).unwrap().unwrap().cost - 650.0).abs() < 1e-9);
}

#[test]
fn a_hazard_strikes_its_area_and_what_shares_the_right_of_way() {
    let hazard = |struck: Struck| Hazard {
        key: "slide".to_owned(),
        struck,
        cause: Cause::Nature,
        probability: Some(0.1),
        duration_d: Ranged { value: 20.0, low: Some(10.0), high: Some(30.0) },
        share_left: 0.0,
        time_sd_h: 0.0,
        premium: 0.0,
        provenance: provenance(),
    };
    // A sketch puts its places on the equator, a degree apart: A at 0, P at 1, B at 2, G at 3, H at 4.
    let area = |longitude: f64, radius_km: f64| Struck::Area { longitude, latitude: 0.0, radius_km };
    let oracle = oracle(|model| model.hazards.push(hazard(area(3.5, 20.0))));
    let model = &oracle.base().model;
    let keys =
        |struck: &Struck| -> Vec<String> { struck_by(model, struck).into_iter().map(|row| row.subject).collect() };
    assert_eq!(keys(&area(3.5, 20.0)), ["spare"]);
    assert_eq!(keys(&area(-0.5, 60.0)), ["fibre", "rail", "road"]);
    assert_eq!(keys(&Struck::Element(Element::Link("fibre".to_owned()))), ["fibre", "rail"]);
    let (elements, events) = events_of(oracle.base());
    assert_eq!((elements[0].label.as_str(), events[0].days), ("hazard slide", (10.0, 30.0)));
}

#[test]
fn a_premium_sends_goods_round_once_it_exceeds_what_the_way_round_costs() {
    let hazard = |premium: f64, time_sd_h: f64| Hazard {
        key: "war".to_owned(),
        struck: Struck::Element(Element::Link("ship".to_owned())),
        cause: Cause::Deliberate,
        probability: None,
        duration_d: Ranged::exactly(365.0),
        share_left: 0.0,
        time_sd_h,
        premium,
        provenance: provenance(),
    };
    for (premium, spread, rise, after) in
        [(20.0, 0.0, 200.0, 10.0), (70.0, 0.0, 600.0, 0.0), (0.0, 5.0, 100.0, 10.0), (50.0, 6.0, 600.0, 0.0)]
    {
        let oracle = oracle(|model| {
            model.commodities[0].value_of_reliability = Ranged::exactly(2.0);
            model.hazards.push(hazard(premium, spread));
        });
        let found = risks(&oracle, &Nothing, &Silent).unwrap();
        let together = found.together.unwrap();
        assert!((together.change.loss - rise).abs() < 1e-9, "{premium}, {spread}: {}", together.change.loss);
        let through = together.through.values().next().unwrap();
        assert_eq!(*through, (10.0, after), "{premium}, {spread}");
        assert_eq!(found.by_cause[&Cause::Deliberate].change.loss, found.alone[0].change.loss);
        assert!(events_of(oracle.base()).1.is_empty(), "without a probability it shuts nothing");
    }
}

#[test]
fn routes_near_a_danger_area_are_listed_with_their_distance_from_its_edge() {
    let oracle = oracle(|model| {
        model.hazards.push(Hazard {
            key: "mines".to_owned(),
            // North of the middle of the sea leg from P at 1 to B at 2: 0.5 degrees are 55.3 km.
            struck: Struck::Area { longitude: 1.5, latitude: 0.5, radius_km: 30.0 },
            cause: Cause::Deliberate,
            probability: None,
            duration_d: Ranged::exactly(365.0),
            share_left: 0.0,
            time_sd_h: 0.0,
            premium: 0.0,
            provenance: provenance(),
        });
    });
    let value = oracle.value(&State::base(), &Silent).unwrap();
    let near = near_routes(&value, 26.0);
    assert_eq!((near.len(), near[0].link.as_str(), near[0].volume), (1, "ship", 10.0));
    assert!((near[0].distance_km - 25.287).abs() < 1e-2, "{}", near[0].distance_km);
    assert!(near_routes(&value, 25.0).is_empty());
}
