//! Dependence curves of the golden case, and laws that every curve obeys.
use crate::mini_corridor_study::MINI_CORRIDOR;
use std::collections::BTreeSet;
use std::sync::Arc;
use thalweg_engine::dependence::{Dependence, Relation, RelationFilter, dependence, dependences, relations};
use thalweg_engine::kept::Nothing;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Lever;
use thalweg_model::sketch::sketch;
use thalweg_network::instance::Instance;

/// An oracle over a sketch.
pub fn oracle_of(text: &str) -> Oracle {
    let model = Arc::new(sketch(text));
    let as_of = model.head.as_of;
    Oracle::new(Instance::base(model, as_of, &[]).unwrap(), Vec::new())
}

/// The actor of a key.
pub fn actor_of(oracle: &Oracle, key: &str) -> ActorId {
    oracle.base().model.actors.iter().position(|actor| actor.key == key).unwrap().into()
}

fn curve(oracle: &Oracle, by: &str, of: Option<&str>) -> Dependence {
    let relation = Relation {
        by: actor_of(oracle, by),
        of: of.map(|of| actor_of(oracle, of)),
        levers: BTreeSet::from([Lever::Territory]),
        commodity: None,
    };
    dependence(oracle, &State::base(), &relation, &Silent).unwrap()
}

fn assert_steps(found: &Dependence, expected: &[(f64, f64)]) {
    let steps: Vec<(f64, f64)> = found.curve.steps.iter().map(|step| (step.to, step.touching)).collect();
    assert_eq!(steps.len(), expected.len() + 1, "{steps:?}");
    for ((to, touching), (expected_to, expected_touching)) in steps.iter().zip(expected) {
        assert!((to - expected_to).abs() < 1e-6 && (touching - expected_touching).abs() < 1e-6, "{steps:?}");
    }
    assert!(steps[expected.len()].1.abs() < 1e-9);
}

/// Oracle, gates of, shipments of, steps (to, touching), area, best toll (charge, revenue).
type Case<'a> = (&'a Oracle, &'a str, Option<&'a str>, &'a [(f64, f64)], f64, (f64, f64));

#[test]
fn curves_of_the_golden_case_have_the_golden_steps_areas_and_tolls() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let sanctioned = oracle_of(&format!("{MINI_CORRIDOR}; {SANCTIONS}"));
    let cases: [Case; 6] = [
        (
            &oracle,
            "RU",
            None,
            &[(2.0, 820.0), (11.0, 600.0), (13.0, 480.0), (24.0, 420.0), (88.0, 340.0)],
            34_380.0,
            (88.0, 29_920.0),
        ),
        (
            &oracle,
            "RU",
            Some("KZ"),
            &[(9.0, 600.0), (11.0, 480.0), (24.0, 420.0), (88.0, 340.0)],
            33_580.0,
            (88.0, 29_920.0),
        ),
        (&oracle, "TR", None, &[(1.0, 310.0), (93.0, 260.0), (98.0, 110.0), (274.0, 60.0)], 35_340.0, (93.0, 24_180.0)),
        (&oracle, "TR", Some("IL"), &[(6.0, 110.0), (274.0, 60.0)], 16_740.0, (274.0, 16_440.0)),
        (&sanctioned, "EG", None, &[(11.0, 650.0), (27.0, 560.0)], 16_110.0, (27.0, 15_120.0)),
        (&sanctioned, "GE", None, &[(14.0, 60.0)], 840.0, (14.0, 840.0)),
    ];
    for (oracle, by, of, steps, area, toll) in cases {
        let found = curve(oracle, by, of);
        assert_steps(&found, steps);
        assert!((found.refusal - area).abs() < 1e-6 && (found.curve.area() - area).abs() < 1e-6, "{by}: {found:?}");
        let (charge, brought) = found.curve.extraction().unwrap();
        assert!((charge - toll.0).abs() < 1e-6 && (brought - toll.1).abs() < 1e-6, "{by}: {charge} {brought}");
        let breaks = steps.len() as u32;
        assert!(found.curve.samples <= 2 * breaks + 3, "{} samples for {breaks} breaks", found.curve.samples);
    }
}

/// Exports of the EU's containers across Russia are shut: the golden case's scenario.
const SANCTIONS: &str = "deny EU territory=RU commodity=container lever=demand key=sanctions_ru
    deny EU territory=BY commodity=container lever=demand key=sanctions_by";

#[test]
fn the_unserved_part_follows_the_cost_of_not_being_served_and_the_rerouting_part_does_not() {
    let found = curve(&oracle_of(MINI_CORRIDOR), "TR", Some("IL"));
    // 60 units go unserved at 300 instead of 26; 50 go 6 dearer by Novorossiysk.
    assert!((found.indispensable - 60.0).abs() < 1e-9);
    assert!((found.change.unserved - 60.0 * 274.0).abs() < 1e-6 && (found.change.rerouting - 300.0).abs() < 1e-6);
    // Its price rises to 300 on all 110 units; the full bypass takes the difference on its 50.
    assert!((found.own_loss.unwrap() - 274.0 * 110.0).abs() < 1e-6);
    for (factor, loss) in &found.by_unserved_cost {
        assert!((loss - (60.0 * (300.0 * factor - 26.0) + 300.0)).abs() < 1e-6, "{factor}: {loss}");
    }
    assert_eq!(found.charge_for_share(0.6), Some(6.0));
    assert!((found.exposure() - 1.0).abs() < 1e-12 && (found.indispensability() - 60.0 / 110.0).abs() < 1e-12);
}

#[test]
fn every_curve_of_the_golden_case_falls_and_its_area_is_the_cost_of_refusal() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let all = relations(&oracle, &State::base(), &RelationFilter::default()).unwrap();
    let found = dependences(&oracle, &State::base(), (&all, &Nothing), &Silent).unwrap();
    assert_eq!(found.len(), all.len());
    assert!(found.len() > 20, "{}", found.len());
    for row in &found {
        assert!(row.curve.exact);
        for pair in row.curve.steps.windows(2) {
            assert!(pair[0].touching > pair[1].touching && pair[0].to == pair[1].from, "{row:?}");
        }
        assert!((row.curve.area() - row.refusal).abs() < 1e-6);
        assert!((row.change.rerouting + row.change.unserved - row.refusal).abs() < 1e-6);
        assert!(row.curve.extraction().is_none_or(|(_, brought)| brought <= row.refusal + 1e-6));
        assert!(row.curve.at_once() <= row.touching_in_base_flow + 1e-9);
    }
    assert!(found.windows(2).all(|pair| pair[0].refusal >= pair[1].refusal));
}
