//! What counts toward a limit, once; who is concerned; who gains; what cannot be counted is said.
use crate::places_and_borders::actor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use thalweg_engine::exposure::exposures;
use thalweg_engine::limits::Limits;
use thalweg_engine::oracle::{Oracle, Value};
use thalweg_engine::refusal::{RefusalFilter, refusals};
use thalweg_engine::state::State;
use thalweg_engine::watch::{Silent, Watch};
use thalweg_model::element::{CapacityGroup, Element};
use thalweg_model::mode::{Effect, Lever};
use thalweg_model::model::Model;
use thalweg_model::sketch::{provenance, sketch};
use thalweg_model::units::{Ranged, Unit};
use thalweg_network::instance::Instance;

fn oracle(model: Model) -> Oracle {
    let as_of = model.head.as_of;
    Oracle::new(Instance::base(Arc::new(model), as_of, &[]).unwrap(), Vec::new())
}

fn base(model: Model) -> Arc<Value> {
    oracle(model).value(&State::base(), &Silent).unwrap()
}

/// A sketch whose denials named `quota...` are quotas of `volume` instead.
fn with_quota(text: &str, volume: f64) -> Model {
    let mut model = sketch(text);
    for rule in model.rules.iter_mut().filter(|rule| rule.key.starts_with("quota")) {
        rule.effect = Effect::Quota;
        rule.value = Ranged::exactly(volume);
    }
    model
}

#[test]
fn a_quota_binds_only_the_shipments_its_rule_concerns() {
    let value = base(with_quota(
        "state A B C; node N in=A; node M in=B; node T in=C; link N-X rail; link M-X rail; link X-T rail key=line
        deny C link=line origin=A key=quota_a; demand N>T goods 10; demand M>T goods 10",
        4.0,
    ));
    assert_eq!(value.flow.unserved, [6.0, 0.0]);
}

#[test]
fn a_quota_on_a_territory_counts_each_shipment_once() {
    let text = "state A B; node N in=A; node T in=A; link N-X rail in=B cost=1; link X-Y rail in=B cost=1; link Y-T rail in=B cost=1
        deny B territory=B key=quota_b; demand N>T goods 10 unserved=50";
    let value = base(with_quota(text, 4.0));
    assert_eq!(value.flow.unserved, [6.0]);
    assert_eq!(value.value, 4.0 * 3.0 + 6.0 * 50.0);
    let owner = actor(&value.instance.model, "B");
    assert_eq!(value.welfare.by_actor[&owner].rents, 4.0 * 47.0);
}

#[test]
fn a_quota_on_a_territory_sends_the_rest_round_it() {
    let text = "state A B; node N in=A; node T in=A; link N-X rail in=B cost=1; link X-T rail in=B cost=1; link N-T rail in=A cost=9 key=round
        deny B territory=B key=quota_b; demand N>T goods 10 unserved=50";
    let value = base(with_quota(text, 4.0));
    assert_eq!(value.value, 4.0 * 2.0 + 6.0 * 9.0);
}

#[test]
fn a_limit_that_a_commodity_cannot_be_counted_in_is_said() {
    let mut model = sketch("link A-B rail cap=5 key=line; demand A>B goods 10; demand A>B oil 10");
    assert!(Limits::of(&oracle(model.clone()).base().clone()).uncounted.is_empty());
    model.commodities[1].unit = Unit::parse("TEU").unwrap();
    let found = Limits::of(oracle(model).base()).uncounted;
    assert_eq!(found, [("link line".to_owned(), 1.into())]);
}

#[test]
fn a_surcharge_in_a_unit_that_does_not_convert_is_said() {
    let mut model = sketch("state A; link N-M rail in=A; surcharge A 5 territory=A key=fee; demand N>M goods 10");
    model.rules[0].unit = Some(Unit::parse("TEU").unwrap());
    let instance = oracle(model).base().clone();
    assert_eq!(instance.classes.uncharged, [(0.into(), "fee".to_owned())]);
}

#[test]
fn surplus_of_a_demand_any_supplier_may_serve_goes_to_its_buyer() {
    let value = base(sketch(
        "state SELLER BUYER; node S in=SELLER; node B in=BUYER; link S-B rail cost=1; supply S goods cost=2 by=SELLER cap=100
        demand *>B goods 10 unserved=50",
    ));
    let surplus = |key: &str| {
        value.welfare.by_actor.get(&actor(&value.instance.model, key)).map_or(0.0, |row| row.consumer_surplus)
    };
    assert_eq!((surplus("SELLER"), surplus("BUYER")), (0.0, 470.0));
}

#[test]
fn a_supplier_chosen_among_several_is_exposed_where_its_sales_pass() {
    let value = oracle(sketch(
        "state SELLER TRANSIT BUYER; node S in=SELLER; node B in=BUYER; link S-B rail in=TRANSIT cost=1
        supply S goods cost=2 by=SELLER cap=100; demand *>B goods 10 unserved=50",
    ));
    let base = value.value(&State::base(), &Silent).unwrap();
    let model = &base.instance.model;
    let (seller, transit) = (actor(model, "SELLER"), actor(model, "TRANSIT"));
    let found = exposures(&base.instance, &base.assignment);
    let row = found
        .iter()
        .find(|row| row.beneficiary == seller && row.actor == transit && row.lever == Lever::Territory)
        .unwrap();
    assert_eq!((row.touching, row.share()), (10.0, 1.0));
    let refused =
        refusals(&value, &State::base(), RefusalFilter { by: Some(transit), of: Some(seller) }, &Silent).unwrap();
    assert_eq!(refused[0].system_loss, 470.0);
}

#[test]
fn rent_of_a_group_is_shared_by_its_members_whatever_the_order_of_rows() {
    for order in [["one", "two"], ["two", "one"]] {
        let owner = |key: &str| if key == "one" { "A" } else { "B" };
        let links: Vec<String> =
            order.iter().map(|key| format!("link N-M rail key={key} in={} cost=1", owner(key))).collect();
        let mut model =
            sketch(&format!("state A B; {}; demand N>M goods 10 unserved=11; link P-Q rail cap=4", links.join(";")));
        let capacity = model.links[2].capacity.unwrap();
        model.groups.push(CapacityGroup {
            key: "both".to_owned(),
            name: String::new(),
            capacity,
            members: order.iter().map(|key| (Element::Link((*key).to_owned()), 1.0)).collect(),
            provenance: provenance(),
        });
        let value = base(model);
        let rents =
            |key: &str| value.welfare.by_actor.get(&actor(&value.instance.model, key)).map_or(0.0, |row| row.rents);
        assert_eq!((rents("A"), rents("B")), (20.0, 20.0));
    }
}

#[test]
fn equal_states_are_solved_once() {
    let oracle = oracle(sketch("link A-B rail cap=5 key=line; demand A>B goods 10"));
    let states = [State::base(), State::base().unserved_cost_times(1.0), State::base().derating("link line", 1.0)];
    for state in &states {
        oracle.value(state, &Silent).unwrap();
    }
    assert_eq!(oracle.counters().solves, 1);
}

/// Cancels after it has been asked so often.
struct Impatient {
    left: AtomicU32,
}

impl Watch for Impatient {
    fn progress(&self, _: u64, _: u64, _: &str) {}

    fn cancelled(&self) -> bool {
        self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| Some(left.saturating_sub(1))) == Ok(0)
    }
}

#[test]
fn a_solve_cut_short_is_not_remembered() {
    let text = "link A-B rail cap=5 key=line cost=1; link A-B road key=lane cost=7 cap=3; link A-B sea key=sea cost=9; demand A>B goods 10";
    let whole = base(sketch(text)).value;
    for patience in 0..40 {
        let oracle = oracle(sketch(text));
        let cut = oracle.value(&State::base(), &Impatient { left: AtomicU32::new(patience) });
        assert!(cut.is_ok_and(|value| value.value >= whole));
        let value = oracle.value(&State::base(), &Silent).unwrap();
        assert_eq!((value.value, value.flow.unserved[0]), (whole, 0.0), "patience {patience}");
    }
}
