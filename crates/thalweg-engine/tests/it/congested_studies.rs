//! User equilibrium and system optimum inside a study: closed forms, Braess, hard limits beside curves, and the road
//! solver as oracle.
use fixedbitset::FixedBitSet;
use std::sync::Arc;
use thalweg_engine::assign::{Method, assign};
use thalweg_engine::congestion::{Congested, Goal, Principle, congestion_figures, equilibrate, is_congestible};
use thalweg_engine::equilibrium::road_network::{Extent, RoadLink, RoadNetwork};
use thalweg_engine::equilibrium::trip_table::{Trip, TripTable};
use thalweg_engine::equilibrium::volume_delay::VolumeDelay;
use thalweg_engine::equilibrium::{self, solve};
use thalweg_engine::watch::Silent;
use thalweg_model::element::{Background, Element};
use thalweg_model::model::Model;
use thalweg_model::sketch::{provenance, sketch};
use thalweg_model::units::{Ranged, RateUnit};
use thalweg_network::instance::Instance;
use thalweg_network::network::ArcRow;
use thalweg_network::supply::CapacityChange;

const GOAL: Goal = Goal { principle: Principle::UserEquilibrium, relative_gap: 1e-10, rounds_max: 60 };

const OPTIMUM: Goal = Goal { principle: Principle::SystemOptimum, ..GOAL };

fn instance(model: Model) -> Instance {
    let as_of = model.head.as_of;
    Instance::base(Arc::new(model), as_of, &[]).unwrap()
}

fn at_equilibrium(text: &str) -> Congested {
    settled(text, GOAL)
}

fn at_optimum(text: &str) -> Congested {
    settled(text, OPTIMUM)
}

fn settled(text: &str, goal: Goal) -> Congested {
    let found = equilibrate(&instance(sketch(text)), goal, &Silent).unwrap();
    assert!(found.converged, "gap {} after {} rounds", found.relative_gap, found.rounds);
    found
}

/// Volume on each link, by its key.
fn on_link(found: &Congested, key: &str) -> f64 {
    let model = &found.instance.model;
    let is_it = |row: ArcRow| matches!(row, ArcRow::Link(link, _) if model.links[link.index()].key == key);
    let paths = found.assignment.segments.iter().flat_map(|segment| &segment.paths);
    paths.filter(|path| path.arcs.iter().any(|arc| is_it(found.instance.network.arc(*arc).row))).map(|p| p.volume).sum()
}

#[track_caller]
fn assert_near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1.0), "found {found}, expected {expected}");
}

const TWO_ROUTES: &str = "commodity goods vot=2 unserved=1000 modes=rail|road
    link A-B rail h=10 cap=100 late=10 power=1 key=straight; link A-B road h=15 key=round
    demand A>B goods 80";

#[test]
fn two_routes_share_so_that_their_times_agree() {
    // 10 + 10 x / 100 = 15 at x = 50; the other 30 take the long way; an hour is worth 2.
    let found = at_equilibrium(TWO_ROUTES);
    assert_near(on_link(&found, "straight"), 50.0);
    assert_near(on_link(&found, "round"), 30.0);
    assert_near(found.assignment.segments[0].price, 30.0);
    assert_near(found.assignment.loss(), 80.0 * 30.0);
    assert_near(found.rows[0].delay_h, 5.0);
    assert_near(found.rows[0].volume_over_capacity, 0.5);
}

#[test]
fn the_door_gives_the_same_flows_and_the_exact_program_knows_no_delay() {
    let instance = instance(sketch(TWO_ROUTES));
    let through = assign(&instance, Method::Congested(GOAL), &Silent).unwrap();
    assert_eq!(through, at_equilibrium(TWO_ROUTES).assignment);
    let exact = assign(&instance, Method::LeastCost, &Silent).unwrap();
    assert_near(exact.loss(), 80.0 * 20.0);
}

#[test]
fn background_comes_first_on_the_curve() {
    let mut model = sketch(TWO_ROUTES);
    model.backgrounds.push(Background {
        element: Element::Link("straight".to_owned()),
        volume: thalweg_model::model::Capacity {
            value: Ranged::exactly(20.0),
            unit: RateUnit::parse("t/yr").unwrap(),
            delay: None,
        },
        provenance: provenance(),
    });
    let found = equilibrate(&instance(model), GOAL, &Silent).unwrap();
    assert_near(on_link(&found, "straight"), 30.0);
    assert_near(found.rows[0].volume_over_capacity, 0.5);
}

#[test]
fn a_derated_row_is_as_late_at_half_the_volume_and_one_without_capacity_is_shut() {
    let derated = |factor: f64| {
        let mut instance = instance(sketch(TWO_ROUTES));
        let mut arcs = FixedBitSet::with_capacity(instance.network.arcs().len());
        let straight = |row: ArcRow| matches!(row, ArcRow::Link(link, _) if link.index() == 0);
        let on = instance.network.arcs().iter().enumerate().filter(|(_, arc)| straight(arc.row));
        on.for_each(|(position, _)| arcs.insert(position));
        instance.supply.capacity_changes.push(CapacityChange { arcs, factor });
        equilibrate(&instance, GOAL, &Silent).unwrap()
    };
    assert_near(on_link(&derated(0.5), "straight"), 25.0);
    let shut = derated(0.0);
    assert_near(on_link(&shut, "straight"), 0.0);
    assert_eq!(shut.rows.len(), 0);
}

#[test]
fn a_conical_row_shares_at_its_capacity_where_the_other_way_takes_its_delay_longer() {
    let text = TWO_ROUTES.replace("power=1", "power=6 conical").replace("h=15", "h=20").replace(" 80", " 130");
    assert_near(on_link(&at_equilibrium(&text), "straight"), 100.0);
}

#[test]
fn who_values_time_more_leaves_the_slow_and_cheap_way_first() {
    // Ways: 10 h + x / 10 for nothing, 12 h for 6. An hour is worth 1 to the patient, who stay below 18 h, and 3 to the
    // hasty, who stay below 14 h: 30 patient and 10 hasty make it 14 h. No one objective has this equilibrium.
    let found = at_equilibrium(
        "commodity patient vot=1 unserved=1000 modes=rail|road; commodity hasty vot=3 unserved=1000 modes=rail|road
         link A-B rail h=10 cap=100 late=10 power=1 key=cheap; link A-B road h=12 cost=6 key=dear
         demand A>B patient 30; demand A>B hasty 30",
    );
    assert_near(on_link(&found, "cheap"), 40.0);
    assert_near(on_link(&found, "dear"), 20.0);
    assert_near(found.assignment.segments[0].price, 14.0);
    assert_near(found.assignment.segments[1].price, 42.0);
}

#[test]
fn a_hard_limit_beside_a_curve_stays_hard_and_keeps_its_price() {
    // 10 + x / 10 = 19 at 90; ten fit on the ferry at 12, whose place is then worth 7; the rest flies at 19.
    let found = at_equilibrium(
        "commodity goods vot=1 unserved=1000 modes=rail|ferry|air
         link A-B rail h=10 cap=100 late=10 power=1 key=rail; link A-B ferry h=12 cap=10 key=ferry
         link A-B air h=19 key=air; demand A>B goods 120",
    );
    for (key, volume) in [("rail", 90.0), ("ferry", 10.0), ("air", 20.0)] {
        assert_near(on_link(&found, key), volume);
    }
    assert_near(found.assignment.segments[0].price, 19.0);
}

#[test]
fn demand_goes_unserved_when_the_delay_makes_delivery_cost_as_much() {
    let found = at_equilibrium(
        "commodity goods vot=1 unserved=14 modes=rail
         link A-B rail h=10 cap=100 late=10 power=1 key=rail; demand A>B goods 120",
    );
    assert_near(on_link(&found, "rail"), 40.0);
    assert_near(found.assignment.segments[0].unserved, 80.0);
    assert_near(found.assignment.loss(), 120.0 * 14.0);
}

#[test]
fn a_terminal_with_a_curve_is_shared_by_all_that_pass_it() {
    let found = at_equilibrium(
        "commodity goods vot=1 unserved=1000 modes=rail|sea|road
         link A-P rail h=1; link P-B sea h=1; link A-B road h=12; transfer P rail sea h=2 cap=100 late=20 power=1
         demand A>B goods 90",
    );
    // 4 + 20 x / 100 = 12 at x = 40.
    assert_near(found.rows[0].volume_over_capacity, 0.4);
    assert_near(found.assignment.segments[0].price, 12.0);
}

#[test]
fn braess_shippers_pay_552_with_the_bridge_and_498_without() {
    let with = "commodity goods vot=1 unserved=1000 modes=road
        link A-C road oneway cap=1 late=10 power=1; link A-D road oneway h=50 cap=1 late=1 power=1
        link C-B road oneway h=50 cap=1 late=1 power=1; link D-B road oneway cap=1 late=10 power=1
        demand A>B goods 6; ";
    let bridge = "link C-D road oneway h=10 cap=1 late=1 power=1 key=bridge";
    let found = at_equilibrium(&format!("{with}{bridge}"));
    assert_near(found.assignment.loss(), 552.0);
    assert_near(on_link(&found, "bridge"), 2.0);
    assert_near(at_equilibrium(with).assignment.loss(), 498.0);
}

#[test]
fn the_optimum_of_two_routes_sends_half_as_many_the_short_way() {
    // What one more costs all: 10 + 2 x 10 x / 100 = 15 at x = 25; the charge is 25 / 10 hours worth 2 each.
    let found = at_optimum(TWO_ROUTES);
    assert_near(on_link(&found, "straight"), 25.0);
    assert_near(found.assignment.loss(), 2.0 * (25.0 * 12.5 + 55.0 * 15.0));
    assert_near(found.rows[0].charge, 5.0);
    assert_near(found.assignment.segments[0].price, 30.0);
}

#[test]
fn braess_bridge_stays_empty_at_the_optimum() {
    let found = at_optimum(
        "commodity goods vot=1 unserved=1000 modes=road
        link A-C road oneway cap=1 late=10 power=1; link A-D road oneway h=50 cap=1 late=1 power=1
        link C-B road oneway h=50 cap=1 late=1 power=1; link D-B road oneway cap=1 late=10 power=1
        link C-D road oneway h=10 cap=1 late=1 power=1 key=bridge; demand A>B goods 6",
    );
    assert_near(found.assignment.loss(), 498.0);
    assert_near(on_link(&found, "bridge"), 0.0);
}

#[test]
fn no_division_of_patient_and_hasty_costs_less_than_the_optimum() {
    let found = at_optimum(
        "commodity patient vot=1 unserved=1000 modes=rail|road; commodity hasty vot=3 unserved=1000 modes=rail|road
         link A-B rail h=10 cap=100 late=10 power=1 key=cheap; link A-B road h=12 cost=6 key=dear
         demand A>B patient 30; demand A>B hasty 30",
    );
    let cost = |patient: f64, hasty: f64| {
        let time = 10.0 + (patient + hasty) / 10.0;
        patient * time + hasty * 3.0 * time + (30.0 - patient) * 18.0 + (30.0 - hasty) * 42.0
    };
    let divisions = (0..=300).flat_map(|patient| (0..=300).map(move |hasty| (patient, hasty)));
    let least = divisions.map(|(p, h)| cost(f64::from(p) / 10.0, f64::from(h) / 10.0)).fold(f64::INFINITY, f64::min);
    assert!(found.assignment.loss() <= least + 1e-6, "{} against {least}", found.assignment.loss());
    assert!(found.assignment.loss() > least - 0.1);
}

#[test]
fn a_study_without_curves_is_at_least_cost_at_once() {
    let text = "commodity goods vot=2 unserved=1000 modes=rail; link A-B rail h=10 cap=100; demand A>B goods 80";
    let instance = instance(sketch(text));
    assert!(!is_congestible(&instance));
    let found = equilibrate(&instance, GOAL, &Silent).unwrap();
    assert_eq!((found.rounds, found.rows.len()), (1, 0));
    assert_near(found.assignment.loss(), 1600.0);
}

#[test]
fn figures_name_the_program_the_delay_and_the_gap() {
    let figures = congestion_figures(&at_equilibrium(TWO_ROUTES));
    let value = |measure: &str, subject: &str| {
        let row = figures.iter().find(|row| row.measure == measure && row.subject == subject);
        row.unwrap_or_else(|| panic!("no {measure} of {subject}")).value
    };
    assert!(figures.iter().all(|row| row.program == "user_equilibrium"));
    assert_near(value("delay", "link straight"), 5.0);
    assert_near(value("mean_time", "goods"), 15.0);
    assert!(value("relative_gap", "study") <= 1e-10);
}

/// Streets of a small town in both models: one-way links, each with its own curve.
fn town(seed: u64) -> (String, RoadNetwork, TripTable) {
    let mut state = seed;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut text, mut links) = ("commodity goods vot=1 unserved=1e6 modes=road\n".to_owned(), Vec::new());
    let mut street = |from: u32, to: u32| {
        for (from, to) in [(from, to), (to, from)] {
            let (time, late, power) = (1 + draw(9), 1 + draw(9), 1 + draw(4));
            let capacity = 20 + draw(50);
            text += &format!(
                "link n{from}-n{to} road oneway h={time} cap={capacity} late={late} power={power} key={from}_{to}\n"
            );
            // The road solver's curve multiplies the empty time: time x (1 + late / time x ...).
            let (free_flow_time, coefficient) = (time as f64, late as f64 / time as f64);
            let (power, capacity) = (power as f64, capacity as f64);
            let delay = VolumeDelay::Bpr { free_flow_time, coefficient, power, capacity };
            links.push(RoadLink { from, to, delay, fixed_cost: 0.0 });
        }
    };
    for node in 0..9 {
        if node % 3 < 2 {
            street(node, node + 1);
        }
        if node < 6 {
            street(node, node + 3);
        }
    }
    let pairs = [(0, 8, 60.0), (2, 6, 45.0), (6, 2, 30.0), (1, 7, 25.0), (4, 0, 20.0)];
    for (from, to, volume) in pairs {
        text += &format!("demand n{from}>n{to} goods {volume} key=d{from}{to}\n");
    }
    let trip = |&(origin, destination, volume): &(u32, u32, f64)| Trip { origin, destination, volume };
    let trips = TripTable::new(9, pairs.iter().map(trip).collect()).unwrap();
    let extent = Extent { zones: 9, nodes: 9, first_thru_node: 0 };
    (text, RoadNetwork::new(extent, links).unwrap(), trips)
}

#[test]
fn a_study_and_the_road_solver_find_the_same_volumes() {
    for seed in 0..4 {
        let (text, network, trips) = town(seed);
        let method = equilibrium::Method::UserEquilibrium { relative_gap: 1e-13, iterations_max: 500 };
        let road = solve(&network, &trips, method, &Silent);
        let found = at_equilibrium(&text);
        for (link, flow) in network.links().iter().zip(&road.flow) {
            let volume = on_link(&found, &format!("{}_{}", link.from, link.to));
            assert!((volume - flow).abs() < 1e-3, "seed {seed}: {volume} against {flow} on {link:?}");
        }
        assert_near(found.assignment.loss(), road.tstt);
        let method = equilibrium::Method::SystemOptimum { relative_gap: 1e-13, iterations_max: 500 };
        let least = solve(&network, &trips, method, &Silent).tstt;
        assert_near(at_optimum(&text).assignment.loss(), least);
        assert!(least <= road.tstt);
    }
}
