//! The synthetic corridor of 24 arcs and six demands: base, refusals, closures, incidence.

use thalweg_engine::flow::graph::{Arc, GraphPricing, Trip};
use thalweg_engine::flow::solver::Solver;
use thalweg_engine::flow::{Column, Flow, Group, Pricing, Problem, Segment};
use thalweg_engine::watch::Silent;

use crate::flow_cases::assert_close;
use crate::flow_sioux_falls::{EXACT, assert_strong_duality};

const NODES: [&str; 13] = ["CN", "KZ", "RUy", "BY", "EU", "AKT", "BAK", "POT", "KAR", "KAR2", "SUZ", "NVR", "CEY"];

pub struct CorridorArc {
    pub name: &'static str,
    from: &'static str,
    to: &'static str,
    mode: &'static str,
    territory: &'static str,
    /// Who receives the toll.
    toll_to: &'static str,
    capacity: f64,
    cost: f64,
    toll: f64,
}

type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, f64, f64, f64);

/// Name, from, to, mode, territory, receiver of the toll, capacity, cost, toll.
const ARCS: [Row; 24] = [
    ("cn_kz", "CN", "KZ", "rail", "KZ", "KZ", 1000., 20., 2.),
    ("kz_ru", "KZ", "RUy", "rail", "RU", "RU", 400., 25., 4.),
    ("ru_by", "RUy", "BY", "rail", "BY", "BY", 400., 10., 3.),
    ("by_eu", "BY", "EU", "rail", "EU", "EU", 400., 12., 0.),
    ("kz_akt", "KZ", "AKT", "rail", "KZ", "KZ", 300., 15., 2.),
    ("akt_baku", "AKT", "BAK", "ferry", "CASP", "AZ", 150., 18., 4.),
    ("baku_poti", "BAK", "POT", "rail", "GE", "AZ", 220., 10., 4.),
    ("poti_eu", "POT", "EU", "sea", "BLS", "", 500., 14., 0.),
    ("baku_kars", "BAK", "KAR", "rail", "TR", "TR", 60., 16., 3.),
    ("kars_eu", "KAR", "EU", "rail", "TR", "TR", 60., 20., 3.),
    ("kz_ir", "KZ", "IR", "rail", "IR", "IR", 120., 22., 3.),
    ("ir_kars", "IR", "KAR2", "rail", "TR", "TR", 120., 14., 3.),
    ("kar2_eu", "KAR2", "EU", "rail", "TR", "TR", 120., 20., 3.),
    ("cn_suez", "CN", "SUZ", "sea", "HSEA", "", 2000., 45., 0.),
    ("suez_eu", "SUZ", "EU", "sea", "EG", "EG", 2000., 25., 8.),
    ("cn_cape", "CN", "EU", "sea", "HSEA2", "", 2000., 105., 0.),
    ("kz_eu_cpc", "KZ", "NVR", "pipe", "RU", "RU", 500., 18., 6.),
    ("nvr_eu", "NVR", "EU", "sea", "BLS", "", 500., 8., 0.),
    ("baku_cey", "BAK", "CEY", "pipe", "TR", "AZ", 400., 16., 5.),
    ("akt_baku_t", "AKT", "BAK", "tanker", "CASP", "AZ", 80., 9., 3.),
    ("cey_eu", "CEY", "EU", "sea", "MED", "", 600., 6., 0.),
    ("cey_il", "CEY", "IL", "sea", "MED", "", 600., 5., 0.),
    ("baku_nvr", "BAK", "NVR", "pipe", "RU", "RU", 50., 14., 6.),
    ("nvr_il", "NVR", "IL", "sea", "BLS", "", 500., 12., 0.),
];

pub struct Demand {
    pub name: &'static str,
    from: &'static str,
    to: &'static str,
    cargo: &'static str,
    owner: &'static str,
    volume: f64,
    unserved_cost: f64,
}

const fn demand(
    name: &'static str,
    [from, to, cargo, owner]: [&'static str; 4],
    volume: f64,
    unserved_cost: f64,
) -> Demand {
    Demand { name, from, to, cargo, owner, volume, unserved_cost }
}

pub const DEMANDS: [Demand; 6] = [
    demand("con_cn_eu", ["CN", "EU", "container", "EU"], 600., 260.),
    demand("con_kz_eu", ["KZ", "EU", "container", "KZ"], 180., 150.),
    demand("dual_cn_eu", ["CN", "EU", "sensitive", "EU"], 50., 400.),
    demand("oil_kz_eu", ["KZ", "EU", "crude", "KZ"], 420., 120.),
    demand("oil_az_eu", ["BAK", "EU", "crude", "AZ"], 200., 120.),
    demand("oil_az_il", ["BAK", "IL", "crude", "IL"], 110., 300.),
];

pub fn arcs() -> Vec<CorridorArc> {
    let arc = |(name, from, to, mode, territory, toll_to, capacity, cost, toll): Row| CorridorArc {
        name,
        from,
        to,
        mode,
        territory,
        toll_to,
        capacity,
        cost,
        toll,
    };
    ARCS.into_iter().map(arc).collect()
}

impl Corridor {
    /// Every simple path of every demand that the rules admit.
    pub fn all_paths(&self) -> Vec<Column> {
        let mut columns = Vec::new();
        for (segment, demand) in DEMANDS.iter().enumerate() {
            let mut open: Vec<(&str, Vec<u32>)> = vec![(demand.from, Vec::new())];
            while let Some((at, path)) = open.pop() {
                if at == demand.to {
                    let cost = self.pricing.reprice(segment as u32, &path).unwrap();
                    let usage = self.pricing.path_usage(&path);
                    columns.push(Column { segment: segment as u32, cost, usage, path: path.into() });
                    continue;
                }
                for (index, arc) in self.arcs.iter().enumerate() {
                    let admitted = self.pricing.reprice(segment as u32, &[index as u32]).is_some();
                    if arc.from == at && admitted {
                        let mut longer = path.clone();
                        longer.push(index as u32);
                        open.push((arc.to, longer));
                    }
                }
            }
        }
        columns
    }
}

/// A territory that refuses a state's shipments, or everyone's.
pub type Refusal<'a> = (&'a str, &'a str);

fn allowed(arc: &CorridorArc, demand: &Demand, refusals: &[Refusal]) -> bool {
    let mode_suits = match demand.cargo {
        "crude" => ["pipe", "tanker", "sea"].contains(&arc.mode) || arc.name == "kz_akt",
        _ => ["rail", "ferry", "sea"].contains(&arc.mode),
    };
    let crude_barred = ["cn_suez", "suez_eu", "cn_cape", "poti_eu"].contains(&arc.name);
    let refused = refusals
        .iter()
        .any(|&(who, whom)| arc.territory == who && ["*", demand.owner, demand.from, demand.to].contains(&whom));
    mode_suits
        && !(demand.cargo == "crude" && crude_barred)
        && !(demand.cargo == "sensitive" && ["RU", "BY", "IR"].contains(&arc.territory))
        && !(demand.owner == "IL" && arc.territory == "IR")
        && !refused
}

pub struct Corridor {
    pub arcs: Vec<CorridorArc>,
    pub problem: Problem,
    pub pricing: GraphPricing,
}

fn node(name: &str) -> u32 {
    let known = NODES.iter().position(|&node| node == name);
    let extra = ["IL", "IR", "KAR3"].iter().position(|&node| node == name).map(|at| at + NODES.len());
    known.or(extra).unwrap() as u32
}

pub fn corridor_of(arcs: Vec<CorridorArc>, refusals: &[Refusal], closed: &[&str]) -> Corridor {
    let cost = |arc: &CorridorArc, demand: &Demand| {
        let open = allowed(arc, demand, refusals) && !closed.contains(&arc.name);
        if open { arc.cost + arc.toll } else { f64::INFINITY }
    };
    let costs: Vec<Vec<f64>> =
        DEMANDS.iter().map(|demand| arcs.iter().map(|arc| cost(arc, demand)).collect()).collect();
    let graph_arcs: Vec<Arc> = arcs
        .iter()
        .enumerate()
        .map(|(index, arc)| Arc { from: node(arc.from), to: node(arc.to), usage: vec![(index as u32, 1.0)] })
        .collect();
    let trips = DEMANDS.iter().enumerate().map(|(class, demand)| Trip {
        class: class as u32,
        from: node(demand.from),
        to: node(demand.to),
    });
    let segments = DEMANDS.iter().map(|demand| Segment { demand: demand.volume, unserved_cost: demand.unserved_cost });
    let groups = arcs.iter().map(|arc| Group { capacity: arc.capacity, overflow_price: None });
    Corridor {
        problem: Problem { segments: segments.collect(), groups: groups.collect() },
        pricing: GraphPricing::new(16, &graph_arcs, costs, trips.collect()),
        arcs,
    }
}

pub fn corridor(refusals: &[Refusal], closed: &[&str]) -> Corridor {
    corridor_of(arcs(), refusals, closed)
}

pub fn solve(corridor: &Corridor) -> Flow {
    let mut solver = Solver::new(&corridor.problem).unwrap();
    let mut flow = solver.solve(&corridor.pricing, &EXACT, &Silent).unwrap();
    solver.settle_prices(&corridor.pricing, &mut flow).unwrap();
    assert_strong_duality(&corridor.problem, &flow);
    flow
}

fn value(refusals: &[Refusal], closed: &[&str]) -> f64 {
    solve(&corridor(refusals, closed)).value
}

fn tolls(corridor: &Corridor, flow: &Flow, receiver: &str) -> f64 {
    let arcs = corridor.arcs.iter().zip(&flow.group_flow);
    let paid = arcs.filter(|(arc, _)| arc.toll_to == receiver);
    paid.map(|(arc, flow)| arc.toll * flow).sum()
}

fn cost_of(flow: &Flow, name: &str) -> f64 {
    let segment = DEMANDS.iter().position(|demand| demand.name == name).unwrap();
    let paths = flow.paths.iter().filter(|path| path.segment as usize == segment);
    let shipped: f64 = paths.map(|path| path.cost * path.flow).sum();
    shipped + flow.unserved[segment] * DEMANDS[segment].unserved_cost
}

const BASE: f64 = 81_680.0;

#[test]
fn the_corridor_costs_81680_with_one_bottleneck_of_three_links_worth_two() {
    let case = corridor(&[], &[]);
    let mut solver = Solver::new(&case.problem).unwrap();
    let mut flow = solver.solve(&case.pricing, &EXACT, &Silent).unwrap();
    solver.settle_prices(&case.pricing, &mut flow).unwrap();
    assert_close(flow.value, BASE, 1e-12);
    assert!(flow.unserved.iter().all(|unserved| *unserved < 1e-9));
    let expected = [
        220., 400., 400., 400., 0., 0., 0., 0., 0., 0., 0., 0., 0., 430., 430., 0., 420., 420., 310., 0., 200., 110.,
        0., 0.,
    ];
    for (found, expected) in flow.group_flow.iter().zip(expected) {
        assert_close(*found, expected, 1e-9);
    }
    let bottlenecks = solver.bottlenecks(&flow);
    assert_eq!(bottlenecks.len(), 1);
    assert_eq!(bottlenecks[0].groups, [1, 2, 3]);
    assert_close(bottlenecks[0].price, 2.0, 1e-9);
    for group in 1..4 {
        assert_close(flow.group_price[group], 2.0 / 3.0, 1e-9);
    }
}

#[test]
fn more_of_one_link_of_a_series_is_worth_nothing_and_less_of_it_costs_the_whole_price() {
    let case = corridor(&[], &[]);
    let mut solver = Solver::new(&case.problem).unwrap();
    solver.solve(&case.pricing, &EXACT, &Silent).unwrap();
    let slopes = solver.differences(&case.pricing, 2, 1.0).unwrap();
    assert_close(slopes.loss_of_less, 2.0, 1e-9);
    assert_close(slopes.gain_of_more, 0.0, 1e-9);
}

#[test]
fn refusals_cost_the_system_the_shippers_and_the_refuser_what_the_case_says() {
    let expected: [(Refusal, f64, &[f64; 6], f64); 16] = [
        (("RU", "*"), 34380., &[0., 0., 0., 340., 0., 0.], 4120.),
        (("BY", "*"), 2540., &[0.; 6], 1200.),
        (("GE", "*"), 0., &[0.; 6], 0.),
        (("TR", "*"), 35340., &[0., 0., 0., 0., 200., 60.], 0.),
        (("IR", "*"), 0., &[0.; 6], 0.),
        (("EG", "*"), 7050., &[0.; 6], 3440.),
        (("KZ", "*"), 440., &[0.; 6], 440.),
        (("RU", "KZ"), 33580., &[0., 0., 0., 340., 0., 0.], 2520.),
        (("RU", "EU"), 34380., &[0., 0., 0., 340., 0., 0.], 4120.),
        (("TR", "IL"), 16740., &[0., 0., 0., 0., 0., 60.], 0.),
        (("TR", "AZ"), 14000., &[0., 0., 0., 0., 150., 0.], 0.),
        (("TR", "EU"), 14000., &[0., 0., 0., 0., 150., 0.], 0.),
        (("GE", "EU"), 0., &[0.; 6], 0.),
        (("RU", "AZ"), 0., &[0.; 6], 0.),
        (("EG", "EU"), 7050., &[0.; 6], 3440.),
        (("IR", "KZ"), 0., &[0.; 6], 0.),
    ];
    let base = corridor(&[], &[]);
    let before = solve(&base);
    for (refusal, loss, unserved, toll_loss) in expected {
        let case = corridor(&[refusal], &[]);
        let after = solve(&case);
        assert_close(after.value - before.value, loss, 1e-9);
        for (found, expected) in after.unserved.iter().zip(unserved) {
            assert_close(*found, *expected, 1e-9);
        }
        let lost = tolls(&base, &before, refusal.0) - tolls(&case, &after, refusal.0);
        assert_close(lost, toll_loss, 1e-9);
    }
}

#[test]
fn a_refusal_of_one_state_harms_its_own_shippers_by_what_the_case_says() {
    let expected = [
        (("RU", "KZ"), "oil_kz_eu", 31840.),
        (("TR", "IL"), "oil_az_il", 16740.),
        (("TR", "AZ"), "oil_az_eu", 14000.),
        (("RU", "AZ"), "oil_az_eu", 0.),
        (("EG", "EU"), "dual_cn_eu", 1350.),
    ];
    let before = solve(&corridor(&[], &[]));
    for (refusal, shipper, harm) in expected {
        let after = solve(&corridor(&[refusal], &[]));
        assert_close(cost_of(&after, shipper) - cost_of(&before, shipper), harm, 1e-9);
    }
}

#[test]
fn every_closure_costs_what_the_case_says_and_at_least_price_times_flow() {
    let expected = [
        440., 2540., 2540., 2540., 0., 0., 0., 0., 0., 0., 0., 0., 0., 7050., 7050., 0., 31840., 31840., 35340., 0.,
        14000., 16740., 0., 0.,
    ];
    let base = solve(&corridor(&[], &[]));
    for (index, expected) in expected.into_iter().enumerate() {
        let loss = value(&[], &[ARCS[index].0]) - BASE;
        assert_close(loss, expected, 1e-9);
        assert!(loss >= base.group_price[index] * base.group_flow[index] - 1e-9);
    }
}

#[test]
fn the_worst_pairs_and_their_synergies_are_those_of_the_case() {
    let expected = [
        (["nvr_eu", "baku_cey"], 72300., 5120.),
        (["kz_eu_cpc", "baku_cey"], 72300., 5120.),
        (["nvr_eu", "cey_eu"], 55560., 9720.),
        (["kz_eu_cpc", "cey_eu"], 50960., 5120.),
        (["baku_cey", "baku_nvr"], 48740., 13400.),
        (["nvr_eu", "cey_il"], 48580., 0.),
        (["kz_eu_cpc", "cey_il"], 48580., 0.),
        (["baku_cey", "nvr_il"], 44140., 8800.),
    ];
    let single = |name: &str| value(&[], &[name]) - BASE;
    let mut losses = Vec::new();
    for a in 0..ARCS.len() {
        for b in a + 1..ARCS.len() {
            losses.push(value(&[], &[ARCS[a].0, ARCS[b].0]) - BASE);
        }
    }
    losses.sort_by(|a, b| b.total_cmp(a));
    for (found, (pair, loss, synergy)) in losses.iter().zip(expected) {
        assert_close(*found, loss, 1e-9);
        let together = value(&[], &pair) - BASE;
        assert_close(together, loss, 1e-9);
        assert_close(together - single(pair[0]) - single(pair[1]), synergy, 1e-9);
    }
}

#[test]
fn delivered_prices_rents_and_tolls_say_who_pays() {
    type Row<'a> = (&'a [Refusal<'a>], f64, [f64; 6], f64, [f64; 7]);
    let receivers = ["KZ", "RU", "BY", "AZ", "TR", "IR", "EG"];
    let expected: [Row; 4] = [
        (&[], 81680., [78., 56., 78., 32., 27., 26.], 800., [440., 4120., 1200., 1550., 0., 0., 3440.]),
        (&[("RU", "*")], 116060., [78., 67., 78., 120., 27., 26.], 5360., [280., 0., 0., 2670., 720., 360., 5200.]),
        (&[("BY", "*")], 84220., [78., 67., 78., 32., 27., 26.], 240., [120., 2520., 0., 2030., 720., 360., 5200.]),
        (
            &[("BY", "*"), ("EG", "*")],
            100330.,
            [105., 83., 105., 32., 27., 26.],
            4560.,
            [480., 2520., 0., 2750., 720., 360., 0.],
        ),
    ];
    for (refusals, cost, delivered, rents, paid) in expected {
        let case = corridor(refusals, &[]);
        let flow = solve(&case);
        assert_close(flow.value, cost, 1e-9);
        for (found, expected) in flow.delivered_price.iter().zip(delivered) {
            assert_close(*found, expected, 1e-9);
        }
        let worth = flow.group_price.iter().zip(&case.problem.groups);
        assert_close(worth.map(|(price, group)| price * group.capacity).sum(), rents, 1e-9);
        for (receiver, expected) in receivers.iter().zip(paid) {
            assert_close(tolls(&case, &flow, receiver), expected, 1e-9);
        }
    }
}

/// Cost by the transit states that are open: bit 0 is RU, then BY, GE, TR, IR, EG.
pub const COALITION_COSTS: [f64; 64] = [
    202650., 152290., 202650., 128630., 190200., 139840., 190200., 126230., 144650., 112810., 144650., 93170., 136340.,
    104500., 136340., 90890., 202650., 152290., 202650., 128630., 190200., 139840., 190200., 126230., 134450., 102610.,
    134450., 91010., 132170., 100330., 132170., 88730., 185100., 134740., 185100., 117020., 172650., 122290., 172650.,
    117020., 127100., 95260., 127100., 81680., 118790., 86950., 118790., 81680., 185100., 134740., 185100., 117020.,
    172650., 122290., 172650., 117020., 116900., 85060., 116900., 81680., 116060., 84220., 116060., 81680.,
];

fn closed_states(open: usize) -> Vec<Refusal<'static>> {
    let states = ["RU", "BY", "GE", "TR", "IR", "EG"].into_iter().enumerate();
    states.filter(|(bit, _)| open >> bit & 1 == 0).map(|(_, state)| (state, "*")).collect()
}

#[test]
fn every_coalition_of_transit_states_costs_what_the_case_says() {
    for (open, expected) in COALITION_COSTS.into_iter().enumerate() {
        assert_close(value(&closed_states(open), &[]), expected, 1e-9);
    }
}

#[test]
fn a_warm_start_from_the_base_finds_every_coalition_too() {
    let base = corridor(&[], &[]);
    let mut start = Solver::new(&base.problem).unwrap();
    start.solve(&base.pricing, &EXACT, &Silent).unwrap();
    for (open, expected) in COALITION_COSTS.into_iter().enumerate() {
        let case = corridor(&closed_states(open), &[]);
        let mut solver = start.clone();
        solver.refresh(&case.pricing).unwrap();
        let flow = solver.solve(&case.pricing, &EXACT, &Silent).unwrap();
        assert_close(flow.value, expected, 1e-9);
        assert_strong_duality(&case.problem, &flow);
    }
}

#[test]
fn an_added_corridor_that_saves_nothing_in_the_base_changes_no_refusal_either() {
    for capacity in [0., 10., 25., 50., 100., 200.] {
        let with_link = || {
            let mut all = arcs();
            for (name, from, to, territory, cost) in
                [("zangezur", "BAK", "KAR3", "TRIPP", 12.), ("kar3_eu", "KAR3", "EU", "TR", 20.)]
            {
                all.push(CorridorArc {
                    name,
                    from,
                    to,
                    mode: "rail",
                    territory,
                    toll_to: "",
                    capacity,
                    cost,
                    toll: 3.,
                });
            }
            all
        };
        let value = |refusals: &[Refusal]| solve(&corridor_of(with_link(), refusals, &[])).value;
        assert_close(value(&[]), BASE, 1e-9);
        assert_close(value(&[("GE", "*")]) - BASE, 0.0, 1e-9);
        assert_close(value(&[("RU", "*")]) - BASE, 34380., 1e-9);
    }
}
