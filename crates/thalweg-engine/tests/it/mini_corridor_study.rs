//! The golden case as a study: masks, classes, and what does not bind on capacity. Fictional numbers.
use std::collections::BTreeMap;
use std::sync::Arc;
use thalweg_engine::assign::{Method, assign};
use thalweg_engine::assignment::Assignment;
use thalweg_engine::closures::closures;
use thalweg_engine::gate_kinds::{ClosureKind, closable};
use thalweg_engine::oracle::{Oracle, Value};
use thalweg_engine::refusal::refuse;
use thalweg_engine::state::{Denial, State};
use thalweg_engine::watch::Silent;
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Lever;
use thalweg_model::sketch::sketch;
use thalweg_network::instance::Instance;
use thalweg_network::network::ArcRow;

/// The 24 arcs, 6 demands and 5 rules of the golden case; as there, arcs stand on territories, places do not, but for the ends of trade.
pub const MINI_CORRIDOR: &str = "
    state KZ RU BY EU TR IR EG GE AZ IL CN
    firm KTZ of=KZ; firm RZD of=RU; firm BCh of=BY; firm PKP of=EU; firm ASCO of=AZ; firm ADY of=AZ; firm SHIP
    firm TCDD of=TR; firm RAI of=IR; firm SCA of=EG; firm CPC of=RU; firm BTC of=AZ; firm TNFT of=RU
    commodity container modes=rail|ferry|sea; commodity sensitive modes=rail|ferry|sea; commodity crude modes=pipeline|sea|rail
    node CN in=CN; node EU in=EU; node IL in=IL
    link CN-KZ rail in=KZ by=KTZ cap=1000 cost=20 toll=2>KZ key=cn_kz oneway only=container|sensitive
    link KZ-RUy rail in=RU by=RZD cap=400 cost=25 toll=4>RU key=kz_ru oneway only=container|sensitive
    link RUy-BY rail in=BY by=BCh cap=400 cost=10 toll=3>BY key=ru_by oneway only=container|sensitive
    link BY-EU rail in=EU by=PKP cap=400 cost=12 key=by_eu oneway only=container|sensitive
    link KZ-AKT rail in=KZ by=KTZ cap=300 cost=15 toll=2>KZ key=kz_akt oneway
    link AKT-BAK ferry by=ASCO cap=150 cost=18 toll=4>AZ key=akt_baku oneway
    link BAK-POT rail in=GE by=ADY cap=220 cost=10 toll=4>AZ key=baku_poti oneway only=container|sensitive
    link POT-EU sea by=SHIP cap=500 cost=14 key=poti_eu oneway only=container|sensitive
    link BAK-KAR rail in=TR by=TCDD cap=60 cost=16 toll=3>TR key=baku_kars oneway only=container|sensitive
    link KAR-EU rail in=TR by=TCDD cap=60 cost=20 toll=3>TR key=kars_eu oneway only=container|sensitive
    link KZ-IR rail in=IR by=RAI cap=120 cost=22 toll=3>IR key=kz_ir oneway only=container|sensitive
    link IR-KAR2 rail in=TR by=TCDD cap=120 cost=14 toll=3>TR key=ir_kars oneway only=container|sensitive
    link KAR2-EU rail in=TR by=TCDD cap=120 cost=20 toll=3>TR key=kar2_eu oneway only=container|sensitive
    link CN-SUZ sea by=SHIP cap=2000 cost=45 key=cn_suez oneway only=container|sensitive
    link SUZ-EU sea in=EG by=SCA cap=2000 cost=25 toll=8>EG key=suez_eu oneway only=container|sensitive
    link CN-EU sea by=SHIP cap=2000 cost=105 key=cn_cape oneway only=container|sensitive
    link KZ-NVR pipeline in=RU by=CPC cap=500 cost=18 toll=6>RU key=kz_eu_cpc oneway
    link NVR-EU sea by=SHIP cap=500 cost=8 key=nvr_eu oneway
    link BAK-CEY pipeline in=TR by=BTC cap=400 cost=16 toll=5>AZ key=baku_cey oneway
    link AKT-BAK sea by=ASCO cap=80 cost=9 toll=3>AZ key=akt_baku_t oneway only=crude
    link CEY-EU sea by=SHIP cap=600 cost=6 key=cey_eu oneway
    link CEY-IL sea by=SHIP cap=600 cost=5 key=cey_il oneway
    link BAK-NVR pipeline in=RU by=TNFT cap=50 cost=14 toll=6>RU key=baku_nvr oneway
    link NVR-IL sea by=SHIP cap=500 cost=12 key=nvr_il oneway
    transfer AKT rail ferry; transfer AKT rail sea; transfer BAK ferry rail; transfer BAK sea pipeline
    transfer POT rail sea; transfer NVR pipeline sea; transfer CEY pipeline sea
    deny EU territory=RU commodity=sensitive lever=demand key=export_ru
    deny EU territory=BY commodity=sensitive lever=demand key=export_by
    deny EU territory=IR commodity=sensitive lever=demand key=export_ir
    deny IR territory=IR shipper=IL key=il_in_ir
    demand CN>EU container 600 shipper=EU unserved=260 key=con_cn_eu
    demand KZ>EU container 180 shipper=KZ unserved=150 key=con_kz_eu
    demand CN>EU sensitive 50 shipper=EU unserved=400 key=dual_cn_eu
    demand KZ>EU crude 420 shipper=KZ unserved=120 key=oil_kz_eu
    demand BAK>EU crude 200 shipper=AZ unserved=120 key=oil_az_eu
    demand BAK>IL crude 110 shipper=IL unserved=300 key=oil_az_il";

fn instance() -> Instance {
    let model = sketch(MINI_CORRIDOR);
    Instance::base(Arc::new(model.clone()), model.head.as_of, &[]).unwrap()
}

fn actor(instance: &Instance, key: &str) -> ActorId {
    instance.model.actors.iter().position(|actor| actor.key == key).unwrap().into()
}

/// Keys of the links a demand's class may use.
fn admissible(instance: &Instance, demand: &str) -> Vec<String> {
    let segment = instance.model.demands.iter().position(|row| row.key == demand).unwrap();
    let class = instance.classes.class(instance.classes.of_variant[segment][0]);
    let mut keys: Vec<String> = class
        .allowed
        .ones()
        .filter_map(|arc| match instance.network.arcs()[arc].row {
            ArcRow::Link(link, _) => Some(instance.model.links[link.index()].key.clone()),
            _ => None,
        })
        .collect();
    keys.sort();
    keys
}

fn link_flows(instance: &Instance, assignment: &Assignment, demand: &str) -> BTreeMap<String, f64> {
    let segment = instance.model.demands.iter().position(|row| row.key == demand).unwrap();
    let mut flows = BTreeMap::new();
    for path in &assignment.segments[segment].paths {
        for arc in &path.arcs {
            if let ArcRow::Link(link, _) = instance.network.arc(*arc).row {
                *flows.entry(instance.model.links[link.index()].key.clone()).or_default() += path.volume;
            }
        }
    }
    flows
}

fn sorted(keys: &str) -> Vec<String> {
    let mut keys: Vec<String> = keys.split_whitespace().map(str::to_owned).collect();
    keys.sort();
    keys
}

#[test]
fn each_class_may_use_exactly_the_arcs_the_definition_allows() {
    let instance = instance();
    let container = "cn_kz kz_ru ru_by by_eu kz_akt akt_baku baku_poti poti_eu baku_kars kars_eu kz_ir ir_kars kar2_eu \
                     cn_suez suez_eu cn_cape nvr_eu cey_eu cey_il nvr_il";
    let sensitive = "cn_kz by_eu kz_akt akt_baku baku_poti poti_eu baku_kars kars_eu ir_kars kar2_eu cn_suez suez_eu \
                     cn_cape nvr_eu cey_eu cey_il nvr_il";
    let crude = "kz_akt kz_eu_cpc nvr_eu baku_cey akt_baku_t cey_eu cey_il baku_nvr nvr_il";
    for (demand, expected) in [
        ("con_cn_eu", container),
        ("con_kz_eu", container),
        ("dual_cn_eu", sensitive),
        ("oil_kz_eu", crude),
        ("oil_az_eu", crude),
        ("oil_az_il", crude),
    ] {
        assert_eq!(admissible(&instance, demand), sorted(expected), "{demand}");
    }
}

#[test]
fn demands_that_every_gate_treats_alike_share_a_class() {
    // Containers of the EU and of Kazakhstan; dual-use goods; crude; Israel's crude, which Iran would turn away.
    let classes = instance().classes;
    assert_eq!(classes.classes.len(), 4);
    assert_eq!(classes.of_variant[0], classes.of_variant[1]);
    assert_eq!(classes.of_variant[3], classes.of_variant[4]);
}

#[test]
fn flows_that_no_capacity_binds_equal_the_golden_base() {
    let instance = instance();
    let base = assign(&instance, Method::LeastCost, &Silent).unwrap();
    let flows = |demand| link_flows(&instance, &base, demand).into_iter().collect::<Vec<_>>();
    let row = |key: &str, volume| (key.to_owned(), volume);
    assert_eq!(flows("dual_cn_eu"), [row("cn_suez", 50.0), row("suez_eu", 50.0)]);
    assert_eq!(flows("oil_kz_eu"), [row("kz_eu_cpc", 420.0), row("nvr_eu", 420.0)]);
    assert_eq!(flows("oil_az_eu"), [row("baku_cey", 200.0), row("cey_eu", 200.0)]);
    assert_eq!(flows("oil_az_il"), [row("baku_cey", 110.0), row("cey_il", 110.0)]);
}

#[test]
fn a_refusal_asked_of_the_oracle_equals_the_same_written_as_a_rule() {
    let oracle = Oracle::new(instance(), Vec::new());
    let base = oracle.value(&State::base(), &Silent).unwrap().value;
    for (by, of) in [("RU", "KZ"), ("TR", "IL"), ("EG", "EU"), ("GE", "EU"), ("RU", "AZ")] {
        let pair = (actor(oracle.base(), by), Lever::Territory, actor(oracle.base(), of));
        let asked = refuse(&oracle, &State::base(), pair, &Silent).unwrap().system_loss;
        let text = format!("{MINI_CORRIDOR}; deny {by} territory={by} beneficiary={of} key=refusal");
        let model = sketch(&text);
        let written = Instance::base(Arc::new(model.clone()), model.head.as_of, &[]).unwrap();
        let written = Oracle::new(written, Vec::new()).value(&State::base(), &Silent).unwrap().value;
        assert!(
            (asked - (written - base)).abs() < 1e-9 * base,
            "{by} refuses {of}: {asked} against {}",
            written - base
        );
    }
}

#[test]
fn the_base_and_every_refusal_equal_the_golden_case() {
    let oracle = Oracle::new(instance(), Vec::new());
    let base = oracle.value(&State::base(), &Silent).unwrap();
    assert!((base.value - 81_680.0).abs() < 1e-6, "{}", base.value);
    let flow = |demand: &str| link_flows(&base.instance, &base.assignment, demand);
    let total: f64 = ["con_cn_eu", "con_kz_eu"].iter().filter_map(|demand| flow(demand).get("kz_ru").copied()).sum();
    assert!((total - 400.0).abs() < 1e-9, "the northern line is full: {total}");
    for (by, of, loss) in [
        ("RU", "KZ", 33_580.0),
        ("RU", "EU", 34_380.0),
        ("TR", "IL", 16_740.0),
        ("TR", "AZ", 14_000.0),
        ("TR", "EU", 14_000.0),
        ("GE", "EU", 0.0),
        ("RU", "AZ", 0.0),
        ("EG", "EU", 7_050.0),
        ("IR", "KZ", 0.0),
    ] {
        let pair = (actor(oracle.base(), by), Lever::Territory, actor(oracle.base(), of));
        let found = refuse(&oracle, &State::base(), pair, &Silent).unwrap();
        assert!((found.system_loss - loss).abs() < 1e-6, "{by} refuses {of}: {} against {loss}", found.system_loss);
    }
    for (by, loss) in
        [("RU", 34_380.0), ("BY", 2_540.0), ("GE", 0.0), ("TR", 35_340.0), ("IR", 0.0), ("EG", 7_050.0), ("KZ", 440.0)]
    {
        let state = State::base().denying(actor(oracle.base(), by), None, Lever::Territory);
        let found = oracle.value(&state, &Silent).unwrap().value - base.value;
        assert!((found - loss).abs() < 1e-6, "{by} closes to all: {found} against {loss}");
    }
}

#[test]
fn incidence_when_russia_closes_equals_the_golden_case() {
    let oracle = Oracle::new(instance(), Vec::new());
    let base = oracle.value(&State::base(), &Silent).unwrap();
    let closed = State::base().denying(actor(oracle.base(), "RU"), None, Lever::Territory);
    let closed = oracle.value(&closed, &Silent).unwrap();
    let rents = |value: &Value| -> f64 {
        value.welfare.by_actor.values().map(|row| row.rents).sum::<f64>() + value.welfare.unnamed.rents
    };
    let tolls = |value: &Value, key: &str| {
        value.welfare.by_actor.get(&actor(&value.instance, key)).map_or(0.0, |row| row.tolls)
    };
    assert!(
        (rents(&base) - 800.0).abs() < 1e-6 && (rents(&closed) - 5_360.0).abs() < 1e-6,
        "{} {}",
        rents(&base),
        rents(&closed)
    );
    assert!((tolls(&base, "AZ") - 1_550.0).abs() < 1e-6 && (tolls(&closed, "AZ") - 2_670.0).abs() < 1e-6);
    assert!((closed.value - 116_060.0).abs() < 1e-6);
    assert!((tolls(&base, "RU") - tolls(&closed, "RU") - 4_120.0).abs() < 1e-6);
}

#[test]
fn three_equal_limits_in_series_have_one_price_together() {
    let oracle = Oracle::new(instance(), Vec::new());
    let base = oracle.value(&State::base(), &Silent).unwrap();
    assert_eq!(base.bottlenecks.len(), 1, "{:?}", base.bottlenecks);
    let (members, price) = &base.bottlenecks[0];
    let mut labels: Vec<&str> = members.iter().map(|&limit| base.limits.limits[limit].label.as_str()).collect();
    labels.sort_unstable();
    assert_eq!(labels, ["link by_eu", "link kz_ru", "link ru_by"]);
    assert!((price - 2.0).abs() < 1e-9, "{price}");
}

#[test]
fn every_single_closure_equals_the_golden_case_and_its_dual_bound() {
    let oracle = Oracle::new(instance(), Vec::new());
    let found = closures(&oracle, &State::base(), ClosureKind::Link, &Silent).unwrap();
    let expected = [
        ("baku_cey", 35_340.0),
        ("kz_eu_cpc", 31_840.0),
        ("nvr_eu", 31_840.0),
        ("cey_il", 16_740.0),
        ("cey_eu", 14_000.0),
        ("cn_suez", 7_050.0),
        ("suez_eu", 7_050.0),
        ("by_eu", 2_540.0),
        ("kz_ru", 2_540.0),
        ("ru_by", 2_540.0),
        ("cn_kz", 440.0),
    ];
    assert_eq!(found.len(), 24);
    for closure in &found {
        let loss = expected.iter().find(|(key, _)| *key == closure.subject).map_or(0.0, |(_, loss)| *loss);
        assert!(
            (closure.change.loss - loss).abs() < 1e-6,
            "{}: {} against {loss}",
            closure.subject,
            closure.change.loss
        );
    }
    let base = oracle.value(&State::base(), &Silent).unwrap();
    for (position, limit) in base.limits.limits.iter().enumerate() {
        let bound = base.flow.group_price[position] * base.flow.group_flow[position];
        let closure = found.iter().find(|closure| limit.label == format!("link {}", closure.subject)).unwrap();
        assert!(closure.change.loss >= bound - 1e-6, "{}", limit.label);
    }
}

#[test]
fn the_oracle_solves_each_state_once_whatever_the_order_of_its_changes() {
    let oracle = Oracle::new(instance(), Vec::new());
    let (russia, turkey) = (actor(oracle.base(), "RU"), actor(oracle.base(), "TR"));
    let one = State::base().denying(russia, None, Lever::Territory).denying(turkey, None, Lever::Territory);
    let other = State::base().denying(turkey, None, Lever::Territory).denying(russia, None, Lever::Territory);
    let (one, other) = (oracle.value(&one, &Silent).unwrap(), oracle.value(&other, &Silent).unwrap());
    assert!(Arc::ptr_eq(&one, &other));
    let counters = oracle.counters();
    assert_eq!((counters.asked, counters.solves), (2, 1));
}

/// Steps of touch_RU(sigma) over all shipments: 820 to 2, 600 to 11, 480 to 13, 420 to 24, 340 to 88, then none.
#[test]
fn a_charge_on_touching_russia_traces_the_golden_curve() {
    let oracle = Oracle::new(instance(), Vec::new());
    let denial = [Denial::new(actor(oracle.base(), "RU"), None, Lever::Territory)];
    let base = oracle.value(&State::base(), &Silent).unwrap().value;
    let mut before = base;
    for (sigma, touching, area) in [
        (1.0, 820.0, 820.0),
        (5.0, 600.0, 3_440.0),
        (12.0, 480.0, 7_520.0),
        (20.0, 420.0, 10_940.0),
        (50.0, 340.0, 21_460.0),
        (100.0, 0.0, 34_380.0),
    ] {
        let value = oracle.value(&State::base().charging(denial, sigma), &Silent).unwrap();
        let touched: f64 = value.touching.iter().sum();
        assert!((touched - touching).abs() < 1e-6, "at {sigma}: {touched} against {touching}");
        assert!((value.value - base - area).abs() < 1e-6, "at {sigma}: {} against {area}", value.value - base);
        assert!(value.value >= before);
        before = value.value;
    }
}

#[test]
fn a_state_valued_from_its_start_costs_what_it_costs_from_nothing() {
    let oracle = Oracle::new(instance(), Vec::new());
    let unasked = Oracle::new(instance(), Vec::new());
    let base = oracle.base();
    let mut states = Vec::new();
    for subject in closable(base, ClosureKind::Link).into_keys() {
        for other in closable(base, ClosureKind::Territory).into_keys() {
            let pair = State::base().shutting(ClosureKind::Link, &subject).shutting(ClosureKind::Territory, &other);
            states.push(pair);
        }
    }
    for (by, of) in [("RU", "KZ"), ("TR", "IL"), ("EG", "EU"), ("GE", "EU")] {
        let denial = Denial::new(actor(base, by), Some(actor(base, of)), Lever::Territory);
        states.push(State::base().denying(denial.by, denial.of, denial.lever).derating("link baku_cey", 0.5));
        states.extend([3.0, 30.0, 90.0].map(|amount| State::base().charging([denial], amount)));
        states.push(State::base().denying(denial.by, None, denial.lever).unserved_cost_times(0.5));
    }
    for state in &states {
        let warm = oracle.value(state, &Silent).unwrap();
        let cold = oracle.value_from_nothing(state, &Silent).unwrap();
        let cost = unasked.cost(state, &Silent).unwrap();
        assert!((cost - cold.value).abs() <= 1e-9 * cold.value, "{state:?}: {cost} {}", cold.value);
        assert!((warm.value - cold.value).abs() <= 1e-9 * cold.value, "{state:?}: {} {}", warm.value, cold.value);
        for (one, other) in warm.flow.group_price.iter().zip(&cold.flow.group_price) {
            assert!((one - other).abs() < 1e-6, "{state:?}: settled prices {one} {other}");
        }
    }
    assert!(states.len() > 250);
}
