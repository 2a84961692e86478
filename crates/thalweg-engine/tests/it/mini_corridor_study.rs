//! The golden case as a study: masks, classes, and what does not bind on capacity. Fictional numbers.
use std::collections::BTreeMap;
use std::sync::Arc;
use thalweg_engine::assignment::{Assignment, Method, assign};
use thalweg_engine::refusal::refuse;
use thalweg_engine::watch::Silent;
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Lever;
use thalweg_model::sketch::sketch;
use thalweg_network::instance::Instance;
use thalweg_network::network::ArcRow;

/// The 24 arcs, 6 demands and 5 rules of the golden case.
pub const MINI_CORRIDOR: &str = "
    state KZ RU BY EU TR IR EG GE AZ IL CN
    firm KTZ of=KZ; firm RZD of=RU; firm BCh of=BY; firm PKP of=EU; firm ASCO of=AZ; firm ADY of=AZ; firm SHIP
    firm TCDD of=TR; firm RAI of=IR; firm SCA of=EG; firm CPC of=RU; firm BTC of=AZ; firm TNFT of=RU
    commodity container modes=rail|ferry|sea; commodity sensitive modes=rail|ferry|sea; commodity crude modes=pipeline|sea|rail
    node CN in=CN; node KZ in=KZ; node EU in=EU; node IL in=IL; node BAK in=AZ
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
    let base = assign(&instance, Method::LeastCost, &Silent);
    let flows = |demand| link_flows(&instance, &base, demand).into_iter().collect::<Vec<_>>();
    let row = |key: &str, volume| (key.to_owned(), volume);
    assert_eq!(flows("dual_cn_eu"), [row("cn_suez", 50.0), row("suez_eu", 50.0)]);
    assert_eq!(flows("oil_kz_eu"), [row("kz_eu_cpc", 420.0), row("nvr_eu", 420.0)]);
    assert_eq!(flows("oil_az_eu"), [row("baku_cey", 200.0), row("cey_eu", 200.0)]);
    assert_eq!(flows("oil_az_il"), [row("baku_cey", 110.0), row("cey_il", 110.0)]);
}

#[test]
fn egypt_refusing_europe_sends_the_dual_use_goods_over_the_caspian_while_no_capacity_binds() {
    let instance = instance();
    let base = assign(&instance, Method::LeastCost, &Silent);
    let refusal = refuse(&instance, &base, (actor(&instance, "EG"), Lever::Territory, actor(&instance, "EU")));
    // 50 kt by Aktau, Baku and Poti at 89 instead of 78 a tonne (105 round the Cape where the ferry is full); Egypt
    // gives up 8 a tonne.
    assert_eq!(refusal.harm.loss, 550.0);
    assert_eq!(refusal.receipts_lost, 400.0);
    assert_eq!((refusal.harm.unserved, refusal.harm.rerouting), (0.0, 550.0));
}

#[test]
fn a_refusal_decreed_through_the_classes_equals_one_by_shut_arcs() {
    let instance = instance();
    let base = assign(&instance, Method::LeastCost, &Silent);
    for (by, of) in [("RU", "KZ"), ("TR", "IL"), ("EG", "EU"), ("GE", "EU"), ("RU", "AZ")] {
        let pair = (actor(&instance, by), actor(&instance, of));
        let fast = refuse(&instance, &base, (pair.0, Lever::Territory, pair.1)).harm.loss;
        let decreed = instance.refuse(pair.0, Some(pair.1), Lever::Territory).unwrap();
        let slow = assign(&decreed, Method::LeastCost, &Silent).loss() - base.loss();
        assert!((fast - slow).abs() < 1e-9 * base.loss(), "{by} refuses {of}: {fast} against {slow}");
    }
}
