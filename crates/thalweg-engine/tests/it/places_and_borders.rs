//! What a place joins and what it keeps apart: borders, gauges, terminals, limits, dates.
use std::sync::Arc;
use thalweg_engine::assign::{Method, assign};
use thalweg_engine::assignment::Assignment;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::refusal::refuse;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::ids::ActorId;
use thalweg_model::mode::{Lever, Mode, Operation};
use thalweg_model::model::{BorderStep, Charge, Crossing, Model, Side, Toll};
use thalweg_model::sketch::{provenance, sketch};
use thalweg_model::units::Ranged;
use thalweg_model::validity::Date;
use thalweg_network::instance::Instance;

pub fn least_cost(model: Model) -> (Instance, Assignment) {
    let as_of = model.head.as_of;
    let instance = Instance::base(Arc::new(model), as_of, &[]).unwrap();
    let flows = assign(&instance, Method::LeastCost, &Silent).unwrap();
    (instance, flows)
}

fn price(model: Model) -> f64 {
    least_cost(model).1.segments[0].price
}

pub fn actor(model: &Model, key: &str) -> ActorId {
    model.actors.iter().position(|row| row.key == key).unwrap().into()
}

/// Lists a crossing at a place with two sides, each of which costs the same to leave and to enter.
pub fn add_crossing(model: &mut Model, (node, mode): (&str, Mode), sides: [(&str, f64); 2]) {
    let node = model.nodes.iter().position(|row| row.key == node).unwrap();
    let crossing = model.crossings.len();
    model.crossings.push(Crossing { key: format!("x{crossing}"), name: String::new(), node: node.into(), mode });
    for (state, cost) in sides {
        let cost = Some(Charge { amount: Ranged::exactly(cost), per: None });
        let step = BorderStep { time_h: Some(Ranged::exactly(0.0)), time_sd_h: None, cost };
        let territory = actor(model, state);
        model.sides.push(Side {
            crossing: crossing.into(),
            territory,
            exit: step,
            entry: step,
            toll: None,
            capacity: None,
            operator: None,
            status: thalweg_model::mode::Status::Open,
            provenance: provenance(),
        });
    }
}

#[test]
fn a_break_of_gauge_at_a_border_without_a_listed_crossing_is_passed_both_ways() {
    for demand in ["A>B", "B>A"] {
        let text = format!(
            "state KAZ CHN; node A in=KAZ; node X in=KAZ; node B in=CHN
            link A-X rail in=KAZ gauge=1520 cost=1; link X-B rail in=CHN gauge=1435 cost=1
            gauge X 1520 1435 cost=5; demand {demand} goods 1"
        );
        assert_eq!(price(sketch(&text)), 7.0, "{demand}");
    }
}

#[test]
fn a_break_of_gauge_at_a_listed_crossing_is_passed_both_ways() {
    for demand in ["A>B", "B>A"] {
        let mut model = sketch(&format!(
            "state KAZ CHN; node A in=KAZ; node X in=KAZ; node B in=CHN
            link A-X rail in=KAZ gauge=1520 cost=1; link X-B rail in=CHN gauge=1435 cost=1
            gauge X 1520 1435 cost=5; demand {demand} goods 1"
        ));
        add_crossing(&mut model, ("X", Mode::Rail), [("KAZ", 10.0), ("CHN", 20.0)]);
        assert_eq!(price(model), 37.0, "{demand}");
    }
}

#[test]
fn what_starts_or_ends_at_a_border_place_still_crosses_the_border() {
    for demand in ["X>B", "B>X"] {
        let mut model = sketch(&format!(
            "state KAZ CHN; node A in=KAZ; node X in=KAZ; node B in=CHN
            link A-X rail in=KAZ cost=1; link X-B rail in=CHN cost=1; demand {demand} goods 1"
        ));
        add_crossing(&mut model, ("X", Mode::Rail), [("KAZ", 10.0), ("CHN", 20.0)]);
        assert_eq!(price(model), 31.0, "{demand}");
    }
}

#[test]
fn a_place_only_foreign_links_reach_is_loaded_on_those() {
    assert_eq!(
        price(sketch("state A B; node N in=A; node M in=B; link N-M rail in=B cost=3; demand N>M goods 1")),
        3.0
    );
}

#[test]
fn a_listed_border_keeps_its_charges_where_other_modes_borders_are_implied() {
    let mut model = sketch(
        "state A B; node N in=A; node X in=A; node M in=B
        link N-X rail in=A cost=1; link X-M rail in=B cost=1; link N-X road in=A cost=4; link X-M road in=B cost=4
        demand N>M goods 1",
    );
    assert_eq!(price(model.clone()), 2.0);
    add_crossing(&mut model, ("X", Mode::Rail), [("A", 2.0), ("B", 3.0)]);
    assert_eq!(price(model.clone()), 7.0);
    model.sides[0].exit.cost = Some(Charge { amount: Ranged::exactly(50.0), per: None });
    assert_eq!(price(model), 8.0, "by road, whose border the study implies");
}

#[test]
fn a_passage_is_paid_in_both_directions_and_shut_by_its_own_status() {
    let model = |demand: &str| {
        let text = format!(
            "state E; link A-B sea cost=1 passage=canal; link A-B sea cost=9 key=round; demand {demand} goods 1"
        );
        let mut model = sketch(&text);
        let charge = Charge { amount: Ranged::exactly(3.0), per: None };
        model.passages[0].toll = Some(Toll { charge, to: actor(&model, "E") });
        model
    };
    for demand in ["A>B", "B>A"] {
        assert_eq!(price(model(demand)), 4.0);
        let mut shut = model(demand);
        shut.passages[0].status = thalweg_model::mode::Status::Closed;
        assert_eq!(price(shut), 9.0);
    }
}

#[test]
fn a_transfer_with_gauges_joins_only_trains_of_those_gauges() {
    let model = |gauge: &str| {
        let mut model = sketch(&format!(
            "link A-X rail gauge={gauge} cost=1; link X-B sea cost=1; transfer X rail sea cost=2; demand A>B goods 1"
        ));
        model.transfers[0].from_gauge_mm = Some(1520);
        model
    };
    assert_eq!(price(model("1520")), 4.0);
    assert_eq!(price(model("1435")), 1000.0);
    let mut back = model("1520");
    let (to, from) = (back.demands[0].origin.unwrap(), back.demands[0].destination);
    (back.demands[0].origin, back.demands[0].destination) = (Some(from), to);
    assert_eq!(price(back), 4.0);
}

#[test]
fn loading_listed_for_one_mode_leaves_the_others_without_it() {
    let mut model =
        sketch("link A-B rail cost=1; link A-B road cost=2 key=truck; transfer A rail sea; demand A>B goods 1");
    model.transfers[0].operation = Operation::Load;
    model.transfers[0].from_mode = None;
    model.transfers[0].to_mode = Some(Mode::Road);
    model.transfers[0].cost = Some(Charge { amount: Ranged::exactly(4.0), per: None });
    assert_eq!(price(model), 6.0);
}

#[test]
fn rows_of_every_table_hold_only_on_their_dates() {
    let year = |year: i16| -> Date { format!("{year}-01-01").parse().unwrap() };
    let text = "state A; link N-X rail in=A cost=1; link N-X rail in=A cost=5 key=slow; link X-M sea cost=1; transfer X rail sea cost=2
        demand N>M goods 1";
    let mut model = sketch(text);
    model.links[0].provenance.validity.from = Some(year(2030));
    assert_eq!(price(model.clone()), 8.0);
    model.head.as_of = year(2031);
    assert_eq!(price(model.clone()), 4.0);
    model.transfers[0].provenance.validity.until = Some(year(2030));
    assert_eq!(price(model.clone()), 1000.0);
    model.transfers[0].provenance.validity.until = None;
    model.demands[0].provenance.validity.until = Some(year(2030));
    assert!(least_cost(model.clone()).0.demand.segments.is_empty());
}

#[test]
fn a_limit_or_a_passage_outside_its_dates_neither_binds_nor_bars() {
    let year = |year: i16| -> Date { format!("{year}-01-01").parse().unwrap() };
    let mut model = sketch(
        "limit small beam=10; vehicle big sea beam=20; link A-B sea cost=1 limit=small; demand A>B goods 1 vehicle=big",
    );
    assert_eq!(price(model.clone()), 1000.0);
    model.limits[0].provenance.validity.from = Some(year(2030));
    assert_eq!(price(model), 1.0, "the lock is not built yet");
    let mut model = sketch("link A-B sea cost=1 passage=canal; demand A>B goods 1");
    model.passages[0].provenance.validity.from = Some(year(2030));
    assert_eq!(price(model), 1000.0, "the canal is not dug yet");
}

#[test]
fn studies_without_demand_links_or_reach_are_answered() {
    for text in ["state A", "link A-B rail", "node A; node B; demand A>B goods 5", "link A-B rail; demand C>B goods 5"]
    {
        let (_, flows) = least_cost(sketch(text));
        for flow in &flows.segments {
            assert_eq!((flow.served(), flow.unserved, flow.reachable), (0.0, 5.0, false), "{text}");
        }
    }
}

#[test]
fn a_demand_of_zero_is_served_with_nothing() {
    let (_, flows) = least_cost(sketch("link A-B rail cost=2; demand A>B goods 0"));
    assert_eq!((flows.segments[0].served(), flows.segments[0].unserved, flows.segments[0].price), (0.0, 0.0, 2.0));
}

#[test]
fn a_buyer_among_competing_suppliers_is_a_partner_and_a_state_in_between_is_none() {
    let model = sketch(
        "state A B C; node N in=A; node M in=B; link N-M rail in=C cost=1
        supply N goods cost=1; demand *>M goods 10 unserved=100",
    );
    let of = actor(&model, "A");
    let by = ["B", "C"].map(|key| actor(&model, key));
    let as_of = model.head.as_of;
    let oracle = Oracle::new(Instance::base(Arc::new(model), as_of, &[]).unwrap(), Vec::new());
    let partner = |by| refuse(&oracle, &State::base(), (by, Lever::Territory, of), &Silent).unwrap().by_partner;
    assert_eq!(by.map(partner), [true, false]);
}
