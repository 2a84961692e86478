//! Who decides about routes, projects and shared assets, and what refusing costs whom.
use crate::dependence_curves::{actor_of, oracle_of};
use crate::mini_corridor_study::MINI_CORRIDOR;
use std::sync::Arc;
use thalweg_engine::consents::{project_consent, route_consent, undo};
use thalweg_engine::kept::Nothing;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::routes::RouteQuery;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::element::Element;
use thalweg_model::scenario::{Change, Scenario, Target};
use thalweg_model::sketch::sketch;
use thalweg_network::instance::Instance;

#[test]
fn a_veto_player_of_a_route_loses_its_tolls_and_its_own_trade() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let model = &oracle.base().model;
    let node = |key: &str| model.nodes.iter().position(|node| node.key == key).unwrap().into();
    let shipment = RouteQuery::shipment(oracle.base(), node("CN"), node("EU"), 0.into());
    let query =
        RouteQuery { from: node("CN"), to: node("EU"), shipment, modes: Vec::new(), avoid: Vec::new(), count: 1 };
    let found = route_consent(&oracle, &State::base(), (&query, &Nothing), &Silent).unwrap();
    let consent = found.consent.unwrap();
    // The open sea around the Cape stands on nobody's territory; its carrier alone is on every way that a ship takes.
    assert!(!consent.blocking.is_empty() && !consent.opening.is_empty());
    assert_eq!(found.losses.len(), consent.vetoes.len());
    for row in &found.losses {
        assert!(row.system_loss >= -1e-6, "{row:?}");
    }
}

/// A planned bypass through D that is cheaper than the way through C, which earns a toll.
const BYPASS: &str = "state A B C D; firm R of=D
    node O in=A; node X in=C; node Y in=D; node T in=B
    link O-X rail in=C cost=3 toll=2>C; link X-T rail in=B
    link O-Y rail in=D by=R cost=1 toll=1>D status=planned key=new asset=line; link Y-T rail in=B
    hold line D 60 block; hold line A 40
    demand O>T goods 10 unserved=100 shipper=A";

fn planned() -> Oracle {
    let model = Arc::new(sketch(BYPASS));
    let open = Change::Open(Target::Element(Element::Link("new".to_owned())));
    let scenario = Scenario { name: "bypass".to_owned(), changes: vec![open], ..Scenario::base() };
    let scenarios = vec![scenario];
    Oracle::new(Instance::base(model.clone(), model.head.as_of, &scenarios).unwrap(), scenarios)
}

#[test]
fn a_project_needs_its_host_and_operator_and_says_who_gains_and_who_loses() {
    let oracle = planned();
    let found = project_consent(&oracle, &State::base(), (0, &Nothing), &Silent).unwrap();
    let key = |actor: thalweg_model::ids::ActorId| oracle.base().model.actors[actor.index()].key.clone();
    let signatories: Vec<String> = found.signatories.iter().map(|row| key(row.actor)).collect();
    assert_eq!(signatories, ["D", "R"]);
    // Ten units at 2 instead of 5: three a unit saved; C loses its 2, D gains 1.
    assert!((found.gain - 30.0).abs() < 1e-9);
    assert!((found.gains[&actor_of(&oracle, "A")] - 30.0).abs() < 1e-9);
    assert!((found.gains[&actor_of(&oracle, "C")] + 20.0).abs() < 1e-9);
    assert!((found.gains[&actor_of(&oracle, "D")] - 10.0).abs() < 1e-9);
    // Without D or the shipper's own ends nothing of the gain is left; whoever stays aside takes nothing.
    let left = |name: &str| found.left_without.iter().find(|(actor, _)| key(*actor) == name).map(|(_, left)| *left);
    assert_eq!(left("D"), Some(0.0));
    assert_eq!(left("B"), Some(0.0));
    assert_eq!(left("C"), None);
}

#[test]
fn undoing_a_shared_asset_costs_its_user_and_the_receiver_of_its_toll() {
    let oracle = planned();
    let found = undo(&oracle, &State::scenario(0), 0.into(), &Silent).unwrap();
    assert!((found.system_loss - 30.0).abs() < 1e-9);
    assert!((found.welfare_loss[&actor_of(&oracle, "A")] - 30.0).abs() < 1e-9);
    assert!((found.welfare_loss[&actor_of(&oracle, "D")] - 10.0).abs() < 1e-9);
    assert!((found.welfare_loss[&actor_of(&oracle, "C")] + 20.0).abs() < 1e-9);
    assert_eq!(found.blockers, [actor_of(&oracle, "D")]);
    assert_eq!(found.holders, [(actor_of(&oracle, "A"), 0.4), (actor_of(&oracle, "D"), 0.6)]);
}
