//! What changed for somebody between two dates, on a network whose both sides are solved by hand.
use crate::dependence_curves::oracle_of;
use std::sync::Arc;
use thalweg_engine::changes::{Changes, Incomparable, Side, changes, comparable};
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::mode::{Lever, Topic, Turn};
use thalweg_model::sketch::sketch;
use thalweg_model::validity::Date;
use thalweg_model::watch_list::{Watched, WatchedGate};
use thalweg_network::instance::Instance;

/// Kazakh goods run through Russia for 4 in two days until Russia denies them; then six go over the Caspian for 8 in
/// four days and four stay, at 20 each. Uzbek goods run by road and nothing happens to them.
const TURNED_AWAY: &str = "
    node a in=KAZ; node b in=RUS; node c in=DEU; node d in=AZE; node u in=UZB; node v in=AFG
    commodity goods modes=rail|sea; commodity cotton modes=road
    link a-b rail in=RUS cost=2 h=24 corridor=north oneway; link b-c rail in=RUS cost=2 h=24 corridor=north oneway
    link a-d sea in=AZE cost=5 h=48 cap=6 corridor=middle oneway key=ferry; link d-c sea in=AZE cost=3 h=48 corridor=middle oneway
    link u-v road in=UZB cost=1 oneway
    deny RUS territory=RUS origin=KAZ since=2022-03-01 key=turned_away
    deny UZB territory=UZB commodity=goods since=2022-03-01 key=uzbek
    demand a>c goods 10 unserved=20 shipper=KAZ; demand u>v cotton 5 unserved=20 shipper=UZB";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn oracle_on(text: &str, date: &str) -> Oracle {
    Oracle::new(Instance::base(Arc::new(sketch(text)), day(date), &[]).unwrap(), Vec::new())
}

/// Changes between two dates of one sketch.
fn changed(watched: &Watched) -> Changes {
    let model = Arc::new(sketch(TURNED_AWAY));
    let on = |date: &str| Oracle::new(Instance::base(model.clone(), day(date), &[]).unwrap(), Vec::new());
    let (before, after) = (on("2021-06-30"), on("2025-12-28"));
    let state = State::base();
    let [before, after] = [&before, &after].map(|oracle| Side { oracle, state: &state });
    changes(before, after, watched, &Silent).unwrap()
}

fn watching(actors: &[&str]) -> Watched {
    Watched { actors: actors.iter().map(|key| (*key).to_owned()).collect(), ..Watched::default() }
}

#[test]
fn a_denial_is_told_with_the_way_the_cost_the_exposure_and_the_refusals_that_follow() {
    let found = changed(&watching(&["KAZ"]));
    let rows: Vec<(&str, Turn)> = found.rows.iter().map(|row| (row.key.as_str(), row.turn)).collect();
    assert_eq!(rows, [("turned_away", Turn::Begun)]);

    let [route] = found.routes.as_slice() else { panic!("{:?}", found.routes) };
    let (before, after) = (route.before.as_ref().unwrap(), route.after.as_ref().unwrap());
    let ways = (before.way.as_ref().unwrap(), after.way.as_ref().unwrap());
    assert_eq!((ways.0.cost, ways.0.time_h, ways.0.corridors.as_slice()), (4.0, 48.0, &["north".to_owned()][..]));
    assert_eq!((ways.1.cost, ways.1.time_h, ways.1.corridors.as_slice()), (8.0, 96.0, &["middle".to_owned()][..]));
    assert_eq!((before.price, before.unserved, after.unserved), (4.0, 0.0, 4.0));
    assert!((after.price - 20.0).abs() < 1e-9, "the ferry is full: one more unit would stay");

    let cost = found.costs.iter().find(|row| row.beneficiary == "KAZ").unwrap();
    let (before, after) = (cost.before.unwrap(), cost.after.unwrap());
    assert_eq!((before.delivered, before.delivery, before.unserved), (10.0, 40.0, 0.0));
    assert_eq!((after.delivered, after.delivery, after.unserved), (6.0, 48.0, 80.0));
    assert_eq!((before.unit_cost(), after.unit_cost()), (Some(4.0), Some(8.0)));

    let exposure = |actor: &str| {
        let fits = |row: &&thalweg_engine::changes::ExposureChange| row.actor == actor && row.beneficiary == "KAZ";
        found.exposures.iter().filter(fits).find(|row| row.lever == Lever::Territory).unwrap()
    };
    let russia = exposure("RUS");
    assert_eq!((russia.before.unwrap().touching, russia.before.unwrap().share(), russia.after), (10.0, 1.0, None));
    let azerbaijan = exposure("AZE");
    assert_eq!((azerbaijan.before, azerbaijan.after.unwrap().touching), (None, 6.0));

    // Before, a Russian refusal costs 128 - 40 and an Azerbaijani one nothing; after, 0 and 200 - 128.
    let refusal = |actor: &str| {
        let row = found.refusals.iter().find(|row| row.actor == actor && row.beneficiary == "KAZ").unwrap();
        (row.before.unwrap(), row.after.unwrap())
    };
    assert_eq!(refusal("RUS"), (88.0, 0.0));
    assert_eq!(refusal("AZE"), (0.0, 72.0));
}

#[test]
fn what_is_not_watched_is_not_told() {
    let uzbek = changed(&watching(&["UZB"]));
    assert_eq!(uzbek.rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["uzbek"]);
    assert!(uzbek.routes.is_empty() && uzbek.costs.is_empty() && uzbek.exposures.is_empty());
    let cotton = Watched { commodities: ["cotton".to_owned()].into(), ..Watched::default() };
    let cotton = changed(&cotton);
    assert!(cotton.rows.iter().all(|row| row.key == "turned_away"), "a rule on all goods is one on cotton too");
    assert!(cotton.routes.is_empty() && cotton.costs.is_empty() && cotton.exposures.is_empty());
    let topics = Watched { topics: [Topic::Costs].into(), ..watching(&["KAZ"]) };
    let costs = changed(&topics);
    assert!(!costs.costs.is_empty() && costs.rows.is_empty() && costs.routes.is_empty() && costs.refusals.is_empty());
}

#[test]
fn a_rule_is_one_on_every_corridor_whose_gates_it_selects() {
    let on = |corridor: &str| {
        let gates = [WatchedGate::Corridor(corridor.to_owned())].into();
        changed(&Watched { gates, ..Watched::default() })
    };
    let keys = |found: &Changes| found.rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&on("north")), ["turned_away"]);
    assert!(keys(&on("middle")).is_empty());
    // The demand ran on the one and runs on the other: both are told of it, of whose gates each tells apart.
    assert_eq!((on("north").routes.len(), on("middle").routes.len()), (1, 1));
    assert!(on("middle").exposures.iter().all(|row| row.actor == "AZE"));
    assert!(on("north").exposures.iter().all(|row| row.actor == "RUS"));
}

#[test]
fn a_bloc_stands_for_its_members() {
    let text = format!("bloc UNION members=KAZ|KGZ\n{TURNED_AWAY}");
    let (before, after) = (oracle_on(&text, "2021-06-30"), oracle_on(&text, "2025-12-28"));
    let state = State::base();
    let [before, after] = [&before, &after].map(|oracle| Side { oracle, state: &state });
    let found = changes(before, after, &watching(&["UNION"]), &Silent).unwrap();
    assert_eq!(found.rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["turned_away"]);
    assert_eq!(found.costs.iter().map(|row| row.beneficiary.as_str()).collect::<Vec<_>>(), ["KAZ"]);
}

#[test]
fn a_study_against_itself_has_no_change_and_one_in_other_money_is_not_compared() {
    let (one, other) = (oracle_of(TURNED_AWAY), oracle_of(TURNED_AWAY));
    let state = State::base();
    let [before, after] = [&one, &other].map(|oracle| Side { oracle, state: &state });
    assert_eq!(changes(before, after, &Watched::default(), &Silent).unwrap(), Changes::default());
    let (mut euro, dollar) = (sketch(TURNED_AWAY), sketch(TURNED_AWAY));
    euro.head.currency = "EUR".to_owned();
    assert_eq!(
        comparable(&dollar, &euro),
        Err(Incomparable::Money { before: "USD of 2025".to_owned(), after: "EUR of 2025".to_owned() })
    );
    let mut boxes = sketch(TURNED_AWAY);
    boxes.commodities[0].unit = thalweg_model::units::Unit::parse("TEU").unwrap();
    assert!(matches!(comparable(&dollar, &boxes), Err(Incomparable::Unit { commodity, .. }) if commodity == "goods"));
}

#[test]
fn a_demand_that_only_one_version_has_is_told_with_one_side() {
    let one = oracle_of("state A; node a in=A; node b in=A; link a-b rail; demand a>b goods 3 key=old shipper=A");
    let other = oracle_of("state A; node a in=A; node b in=A; link a-b rail; demand a>b goods 4 key=young shipper=A");
    let state = State::base();
    let [before, after] = [&one, &other].map(|oracle| Side { oracle, state: &state });
    let found = changes(before, after, &watching(&["A"]), &Silent).unwrap();
    let told =
        |row: &thalweg_engine::changes::RouteChange| (row.demand.clone(), row.before.is_some(), row.after.is_some());
    let routes: Vec<_> = found.routes.iter().map(told).collect();
    assert_eq!(routes, [("old".to_owned(), true, false), ("young".to_owned(), false, true)]);
    let rows: Vec<_> = found.rows.iter().map(|row| (row.key.as_str(), row.turn)).collect();
    assert_eq!(rows, [("old", Turn::Ended), ("young", Turn::Begun)]);
}
