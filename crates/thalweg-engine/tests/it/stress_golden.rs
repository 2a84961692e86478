//! Failures of the golden case: singles with few solves, every pair with its synergy.
use crate::mini_corridor_study::MINI_CORRIDOR;
use std::collections::BTreeMap;
use std::sync::Arc;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::stress::detail::{Throughput, detail};
use thalweg_engine::stress::failing::all_shut;
use thalweg_engine::stress::losses::Losses;
use thalweg_engine::stress::oracle_losses::OracleLosses;
use thalweg_engine::stress::pairs::{Decided, pairs};
use thalweg_engine::stress::singles::singles;
use thalweg_engine::watch::{Silent, Watch};
use thalweg_model::sketch::sketch;
use thalweg_network::instance::Instance;

pub fn oracle_of(text: &str) -> Oracle {
    let model = sketch(text);
    let as_of = model.head.as_of;
    Oracle::new(Instance::base(Arc::new(model), as_of, &[]).unwrap(), Vec::new())
}

pub fn links(oracle: &Oracle) -> OracleLosses<'_> {
    OracleLosses::new(oracle, State::base(), all_shut(oracle.base(), &[ClosureKind::Link]))
}

#[test]
fn the_costliest_three_of_the_golden_case_take_fewer_solves_than_all() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let losses = links(&oracle);
    let found = singles(&losses, Some(3), &Silent).unwrap();
    let named: Vec<(&str, f64)> =
        found.rows.iter().map(|(element, loss)| (losses.elements[*element].subject.as_str(), loss.round())).collect();
    assert_eq!(named, [("baku_cey", 35_340.0), ("kz_eu_cpc", 31_840.0), ("nvr_eu", 31_840.0)]);
    assert_eq!((found.idle, found.stopped), (13, false));
    assert!(found.rest_at_most >= 16_740.0, "the fourth loses 16,740: {}", found.rest_at_most);
    assert!(found.rest_at_most <= 260.0 * 600.0, "no more than all that runs there undelivered");
}

#[test]
fn every_single_loss_lies_between_its_bounds() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let losses = links(&oracle);
    let base = losses.loss(&[], &Silent).unwrap().unwrap();
    let found = singles(&losses, None, &Silent).unwrap();
    assert_eq!(found.rows.len(), 24);
    for (element, loss) in &found.rows {
        let (floor, harm) = (base.floor_of(*element), base.harm_of(*element));
        let name = &losses.elements[*element].subject;
        assert!(floor <= loss + 1e-6 && *loss <= harm + 1e-6, "{name}: {floor} <= {loss} <= {harm}");
    }
    let floor = |key: &str| base.floor_of(losses.elements.iter().position(|row| row.subject == key).unwrap());
    let north: f64 = ["kz_ru", "ru_by", "by_eu"].iter().map(|key| floor(key)).sum();
    assert!((north - 2.0 * 400.0).abs() < 1e-6, "the bottleneck's 2.0 times 400: {north}");
}

/// Worst pairs and synergies as published with the case: from +13,400 (an alternative) to -31,840 (one chain).
#[test]
fn every_pair_and_its_synergy_equal_the_golden_case() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let losses = links(&oracle);
    let found = pairs(&losses, None, &Silent).unwrap();
    let mut by_name = BTreeMap::new();
    for row in &found.rows {
        let mut names = row.elements.map(|element| losses.elements[element].subject.as_str());
        names.sort_unstable();
        by_name.insert(names, (row.loss, row.synergy));
    }
    for (one, other, loss, synergy) in [
        ("baku_cey", "nvr_eu", 72_300.0, 5_120.0),
        ("baku_cey", "kz_eu_cpc", 72_300.0, 5_120.0),
        ("cey_eu", "nvr_eu", 55_560.0, 9_720.0),
        ("cey_eu", "kz_eu_cpc", 50_960.0, 5_120.0),
        ("baku_cey", "baku_nvr", 48_740.0, 13_400.0),
        ("cey_il", "nvr_eu", 48_580.0, 0.0),
        ("cey_il", "kz_eu_cpc", 48_580.0, 0.0),
        ("baku_cey", "nvr_il", 44_140.0, 8_800.0),
        ("cey_il", "nvr_il", 30_140.0, 13_400.0),
        ("baku_nvr", "cey_il", 30_140.0, 13_400.0),
        ("cn_cape", "suez_eu", 17_770.0, 10_720.0),
        ("cn_cape", "cn_suez", 17_770.0, 10_720.0),
        ("kz_eu_cpc", "nvr_eu", 31_840.0, -31_840.0),
        ("baku_cey", "cey_il", 35_340.0, -16_740.0),
        ("baku_cey", "cey_eu", 35_340.0, -14_000.0),
    ] {
        let (found, found_synergy) = by_name[&[one, other]];
        assert!((found - loss).abs() < 1e-6, "{one} and {other}: {found} against {loss}");
        assert!((found_synergy - synergy).abs() < 1e-6, "{one} and {other}: {found_synergy} against {synergy}");
    }
    assert!((found.rows[0].loss - 72_300.0).abs() < 1e-6);
    assert_eq!(found.all, 276);
    assert!(found.by_flow > 100, "pairs of idle links need no solve: {}", found.by_flow);
}

#[test]
fn a_pair_decided_by_flow_costs_what_a_solve_says() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let losses = links(&oracle);
    let found = pairs(&losses, None, &Silent).unwrap();
    let base = found.base_cost;
    for row in found.rows.iter().filter(|row| row.decided == Decided::ByFlow) {
        let solved = losses.loss(&row.elements, &Silent).unwrap().unwrap().cost - base;
        assert!((solved - row.loss).abs() < 1e-6, "{:?}: {solved} against {}", row.elements, row.loss);
    }
    let top = pairs(&losses, Some(4), &Silent).unwrap();
    assert_eq!(top.rows, found.rows[..4]);
}

#[test]
fn a_failure_says_who_pays_and_who_gains_volume() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let losses = links(&oracle);
    let element = losses.elements.iter().position(|row| row.subject == "kz_eu_cpc").unwrap();
    let throughput = Throughput::of(&losses, &[ClosureKind::Link], &Silent).unwrap().unwrap();
    let found = detail(&losses, &[element], &throughput, &Silent).unwrap().unwrap();
    let model = &oracle.base().model;
    let state = |key: &str| model.actors.iter().position(|actor| actor.key == key).unwrap().into();
    assert!(found.welfare_loss[&state("KZ")] > 0.0 && found.welfare_loss[&state("RU")] > 0.0);
    let volume = |key: &str| -> f64 {
        found.volumes.iter().filter(|((_, subject, _), _)| subject == key).map(|(_, volume)| volume).sum()
    };
    assert!((volume("kz_eu_cpc") + 420.0).abs() < 1e-6, "{}", volume("kz_eu_cpc"));
    assert!((volume("akt_baku_t") - 80.0).abs() < 1e-6, "the tankers fill: {}", volume("akt_baku_t"));
    let total: f64 = found.welfare_loss.values().sum();
    let receipts: f64 = found.change.receipts.values().sum();
    assert!((total - (33_560.0)).abs() < 1e-6, "{total}");
    assert!((total - (found.change.loss - receipts)).abs() < 1e-6, "tolls no longer received are lost too: {receipts}");
}

#[test]
fn work_that_is_stopped_keeps_what_is_done_and_says_so() {
    struct Stopped;
    impl Watch for Stopped {
        fn cancelled(&self) -> bool {
            true
        }
    }
    let oracle = oracle_of(MINI_CORRIDOR);
    let losses = links(&oracle);
    assert!(singles(&losses, None, &Stopped).unwrap().stopped);
    assert!(pairs(&losses, None, &Stopped).unwrap().stopped);
    assert_eq!(oracle.counters().solves, 0);
}
