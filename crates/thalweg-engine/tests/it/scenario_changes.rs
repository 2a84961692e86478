//! What each change of a scenario does, and does not do.
use crate::places_and_borders::{actor, add_crossing};
use std::sync::Arc;
use thalweg_engine::assign::{Method, assign};
use thalweg_engine::figures::loads;
use thalweg_engine::oracle::{Oracle, Value};
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::element::{CapacityGroup, Element};
use thalweg_model::ids::SupplyId;
use thalweg_model::mode::{Mode, Status};
use thalweg_model::model::{Model, Supply};
use thalweg_model::rule::GateSelector;
use thalweg_model::scenario::{Change, Improvement, Scenario, Target};
use thalweg_model::sketch::{provenance, sketch};
use thalweg_model::units::Ranged;
use thalweg_network::instance::Instance;

fn scenario(name: &str, changes: Vec<Change>) -> Scenario {
    Scenario { name: name.to_owned(), changes, ..Scenario::base() }
}

fn values(model: Model, scenarios: Vec<Scenario>) -> (Arc<Value>, Vec<Arc<Value>>) {
    let as_of = model.head.as_of;
    let base = Instance::base(Arc::new(model), as_of, &scenarios).unwrap();
    let count = scenarios.len();
    let oracle = Oracle::new(base, scenarios);
    let after = (0..count).map(|position| oracle.value(&State::scenario(position), &Silent).unwrap()).collect();
    (oracle.value(&State::base(), &Silent).unwrap(), after)
}

/// Prices of the first demand in the base and after one scenario.
fn prices(model: &Model, changes: Vec<Change>) -> (f64, f64) {
    let (base, after) = values(model.clone(), vec![scenario("s", changes)]);
    (base.assignment.segments[0].price, after[0].assignment.segments[0].price)
}

fn link(key: &str) -> Target {
    Target::Element(Element::Link(key.to_owned()))
}

fn supply(model: &Model, text: &str) -> Supply {
    let rows = sketch(text);
    let node = model.nodes.iter().position(|row| row.key == rows.nodes[0].key).unwrap();
    Supply { node: node.into(), commodity: 0.into(), ..rows.supplies[0].clone() }
}

#[test]
fn a_surcharge_paid_to_nobody_is_a_resource_cost_and_nobodys_income() {
    let model = sketch("state A B; link N-M rail in=A cost=1 key=line; demand N>M goods 10 shipper=B unserved=100");
    let surcharge = Change::Surcharge { target: link("line"), amount: 5.0, to: None };
    let (base, after) = values(model, vec![scenario("s", vec![surcharge])]);
    assert_eq!(after[0].value - base.value, 50.0);
    assert!(after[0].welfare.by_actor.values().all(|row| row.tolls == 0.0), "{:?}", after[0].welfare);
    assert_eq!(after[0].welfare.total() - base.welfare.total(), -50.0);
    let mut nobody = sketch("link N-M rail cost=1 key=line; demand N>M goods 10");
    nobody.actors.clear();
    let surcharge = Change::Surcharge { target: link("line"), amount: 5.0, to: None };
    assert_eq!(prices(&nobody, vec![surcharge]), (1.0, 6.0));
}

#[test]
fn each_of_two_actors_that_charge_at_one_place_receives_its_own_charge() {
    for gate in ["territory=A", "link=line"] {
        let text = format!(
            "state A B C; link N-M rail in=A cost=1 key=line
            surcharge A 3 {gate} key=one; surcharge B 4 {gate} key=two; demand N>M goods 10 shipper=C"
        );
        let (base, _) = values(sketch(&text), Vec::new());
        let tolls = |key: &str| base.welfare.by_actor[&actor(&base.instance.model, key)].tolls;
        assert_eq!((tolls("A"), tolls("B")), (30.0, 40.0), "{gate}");
    }
}

#[test]
fn a_delay_at_one_transfer_leaves_the_others_of_its_terminal_alone() {
    let model = sketch(
        "commodity goods vot=1; link A-X rail; link X-B sea; link X-B road key=truck cost=50; transfer X rail sea; transfer X rail road
        demand A>B goods 1",
    );
    let delay = |key: &str| {
        let target = Target::Element(Element::Transfer(key.to_owned()));
        prices(&model, vec![Change::Delay { target, hours: 20.0 }]).1
    };
    assert_eq!(delay("X-0"), 20.0);
    assert_eq!(delay("X-1"), 0.0);
}

#[test]
fn a_delay_or_surcharge_on_a_supplier_reaches_what_it_sells() {
    let model = sketch("link S-B rail; supply S goods cost=2 key=well; demand *>B goods 1");
    let target = || Target::Element(Element::Supply("well".to_owned()));
    assert_eq!(prices(&model, vec![Change::Surcharge { target: target(), amount: 7.0, to: None }]), (2.0, 9.0));
}

#[test]
fn improving_and_delaying_commute_and_never_make_time_negative() {
    let model = sketch("commodity goods vot=1; link A-B rail h=10 cost=1 key=line; demand A>B goods 1");
    let improve =
        || Change::Improve { target: link("line"), improvement: Improvement { time_factor: 0.5, ..Improvement::NONE } };
    let delay = || Change::Delay { target: link("line"), hours: 4.0 };
    assert_eq!(prices(&model, vec![improve(), delay()]), (11.0, 10.0));
    assert_eq!(prices(&model, vec![delay(), improve()]), (11.0, 10.0));
    let improvement = Improvement { time_h: -100.0, ..Improvement::NONE };
    assert_eq!(prices(&model, vec![Change::Improve { target: link("line"), improvement }]), (11.0, 1.0));
}

#[test]
fn derating_a_link_leaves_a_group_it_shares_with_others_alone() {
    let mut model = sketch(
        "link A-M rail key=one cap=100; link A-M road key=two cap=100 cost=1; link M-B sea; transfer M rail sea; transfer M road sea
        demand A>B goods 100 unserved=50",
    );
    model.groups.push(CapacityGroup {
        key: "both".to_owned(),
        name: String::new(),
        capacity: model.links[0].capacity.unwrap(),
        members: vec![(Element::Link("one".to_owned()), 1.0), (Element::Link("two".to_owned()), 1.0)],
        provenance: provenance(),
    });
    for key in ["one", "two"] {
        let derate = Change::Derate { target: link(key), factor: 0.5 };
        let (_, after) = values(model.clone(), vec![scenario("s", vec![derate])]);
        assert_eq!(after[0].assignment.segments[0].unserved, 0.0, "{key}");
    }
    let group = Target::Element(Element::Group(0.into()));
    let (_, after) = values(model, vec![scenario("s", vec![Change::Derate { target: group, factor: 0.5 }])]);
    assert_eq!(after[0].assignment.segments[0].unserved, 50.0);
}

#[test]
fn derating_the_gates_of_a_state_halves_what_lies_wholly_behind_them() {
    let model = sketch("state A B; link N-M rail in=A key=one cap=100; demand N>M goods 100 unserved=50");
    let gates = GateSelector { territory: Some(actor(&model, "A")), ..GateSelector::default() };
    let derate = |gates: GateSelector| Change::Derate { target: Target::Gates(gates), factor: 0.25 };
    let (_, after) = values(model.clone(), vec![scenario("s", vec![derate(gates)])]);
    assert_eq!(after[0].assignment.segments[0].unserved, 75.0);
    let elsewhere = GateSelector { territory: Some(actor(&model, "B")), ..GateSelector::default() };
    let (_, after) = values(model, vec![scenario("s", vec![derate(elsewhere)])]);
    assert_eq!(after[0].assignment.segments[0].unserved, 0.0);
}

#[test]
fn derating_one_side_of_a_crossing_derates_that_sides_capacity() {
    let mut model = sketch(
        "state A B; node N in=A; node X in=A; node M in=B; link N-X rail in=A; link X-M rail in=B cap=1000; demand N>M goods 100 unserved=50
        demand M>N goods 20 unserved=50",
    );
    add_crossing(&mut model, ("X", Mode::Rail), [("A", 0.0), ("B", 0.0)]);
    let capacity = |value: f64| {
        model.links[1].capacity.map(|row| thalweg_model::model::Capacity { value: Ranged::exactly(value), ..row })
    };
    let (one, other) = (capacity(100.0), capacity(200.0));
    model.sides[0].capacity = one;
    model.sides[1].capacity = other;
    for (state, unserved) in [("A", 70.0), ("B", 20.0)] {
        let gates = GateSelector { side: Some(actor(&model, state)), ..GateSelector::default() };
        let derate = Change::Derate { target: Target::Gates(gates), factor: 0.5 };
        let (base, after) = values(model.clone(), vec![scenario("s", vec![derate])]);
        let lost = |value: &Value| value.flow.unserved.iter().sum::<f64>();
        assert_eq!((lost(&base), lost(&after[0])), (20.0, unserved), "{state}");
    }
}

#[test]
fn opening_a_planned_link_does_not_open_the_closed_crossing_behind_it() {
    let mut model = sketch(
        "state A B; node N in=A; node X in=A; node M in=B; link N-X rail in=A; link X-M rail in=B status=planned key=line
        demand N>M goods 1",
    );
    add_crossing(&mut model, ("X", Mode::Rail), [("A", 0.0), ("B", 0.0)]);
    model.sides[1].status = Status::Closed;
    let crossing = Target::Element(Element::Crossing(0.into()));
    assert_eq!(prices(&model, vec![Change::Open(link("line"))]).1, 1000.0);
    assert_eq!(prices(&model, vec![Change::Open(link("line")), Change::Open(crossing)]).1, 0.0);
}

#[test]
fn a_scenario_brings_only_its_own_supplier() {
    let model = sketch("link S-B rail; supply S goods cost=9 key=well; demand *>B goods 10 unserved=100");
    let set = |cost: f64, cap: f64| {
        Change::SetSupply(Box::new(supply(&model, &format!("supply S goods cost={cost} cap={cap} key=well"))))
    };
    let scenarios = vec![scenario("cheap", vec![set(1.0, 4.0)]), scenario("dear", vec![set(5.0, 100.0)])];
    let (base, after) = values(model.clone(), scenarios);
    assert_eq!(base.value, 90.0);
    assert_eq!(after[0].value, 4.0 + 600.0, "four at one, the rest undelivered");
    assert_eq!(after[1].value, 50.0);
    let curve = vec![scenario("curve", vec![set(1.0, 4.0), set(3.0, 4.0)])];
    assert_eq!(values(model, curve).1[0].value, 4.0 + 12.0 + 200.0, "two steps of one curve");
}

#[test]
fn steps_of_a_supply_curve_each_sell_up_to_their_own_capacity() {
    let text = "link S-B rail; supply S goods cost=1 cap=50 key=well; supply S goods cost=3 cap=50 key=well; demand *>B goods 120 unserved=100";
    let (base, _) = values(sketch(text), Vec::new());
    assert_eq!(base.value, 50.0 + 150.0 + 2000.0);
    assert_eq!(base.instance.model.supplies.len(), 2);
    let rents: f64 = base.welfare.unnamed.rents;
    assert_eq!(rents, 50.0 * 99.0 + 50.0 * 97.0);
    let _ = SupplyId(0);
}

#[test]
fn a_group_is_loaded_by_the_weights_of_its_members() {
    let mut model = sketch("link A-B rail key=one cap=100; demand A>B goods 30");
    model.groups.push(CapacityGroup {
        key: "twice".to_owned(),
        name: String::new(),
        capacity: model.links[0].capacity.unwrap(),
        members: vec![(Element::Link("one".to_owned()), 2.0)],
        provenance: provenance(),
    });
    let as_of = model.head.as_of;
    let instance = Instance::base(Arc::new(model), as_of, &[]).unwrap();
    let flows = assign(&instance, Method::LeastCost, &Silent).unwrap();
    let volume = |label: &str| loads(&instance, &flows).iter().find(|row| row.element == label).unwrap().volume;
    assert_eq!((volume("link one"), volume("group twice")), (30.0, 60.0));
}

#[test]
fn a_rule_of_history_may_come_with_a_scenario_and_go_again() {
    let text = "state A B C; node N1 in=A; node N2 in=A; node N3 in=B; node N4 in=C
        link N1-N3 rail in=B cost=1; link N3-N4 rail in=C cost=1; link N1-N2 rail in=A cost=2; link N2-N4 rail in=C cost=2
        deny C territory=C after=territory:B key=not_after_b; demand N1>N4 goods 1";
    let mut model = sketch(text);
    assert_eq!(prices(&model, vec![Change::DropRule("not_after_b".to_owned())]), (4.0, 2.0));
    let rule = model.rules.remove(0);
    assert_eq!(prices(&model, vec![Change::AddRule(Box::new(rule))]), (2.0, 4.0));
}

#[test]
fn an_exemption_lifts_a_rule_of_history_too() {
    let text = |permit: &str| {
        sketch(&format!(
            "state A B C; node N1 in=A; node N3 in=B; node N4 in=C; link N1-N3 rail in=B cost=1; link N3-N4 rail in=C cost=1
            deny C territory=C after=territory:B key=not_after_b; {permit}; demand N1>N4 goods 1"
        ))
    };
    assert_eq!(prices(&text("state D"), Vec::new()).0, 1000.0);
    assert_eq!(prices(&text("permit C territory=C origin=A key=exempt"), Vec::new()).0, 2.0);
    assert_eq!(prices(&text("permit B territory=C origin=A key=not_theirs"), Vec::new()).0, 1000.0);
    assert_eq!(prices(&text("permit C territory=C key=as_general"), Vec::new()).0, 1000.0);
}

#[test]
fn a_holder_set_by_a_scenario_can_refuse_from_then_on() {
    let model = sketch(
        "state A F; link N-M pipeline asset=pipe; hold pipe A 100; deny F owner=F key=veto lever=ownership; demand N>M goods 1",
    );
    let mut holding = model.holdings[0].clone();
    holding.holder = actor(&model, "F");
    holding.can_block = true;
    assert_eq!(prices(&model, vec![Change::SetHolding(Box::new(holding))]), (0.0, 1000.0));
}
