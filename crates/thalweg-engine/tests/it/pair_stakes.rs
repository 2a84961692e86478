//! Refusals with all that stands around them, and who pays and who earns, by hand and in the golden case.
use crate::dependence_curves::{actor_of, oracle_of};
use crate::mini_corridor_study::MINI_CORRIDOR;
use thalweg_engine::incidence::incidence;
use thalweg_engine::refusal::{RefusalFilter, refusals};
use thalweg_engine::stakes::{exchanges, stakes};
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::mode::Lever;

/// A's goods cross B for 1 and a toll of 2, or go around for 8; B's cross A for 1 and a toll of 1, or around for 7.
const NEIGHBOURS: &str = "state A B C
    node a in=A; node b in=B; node mb in=C; node ma in=C; node x in=C; node y in=C
    link a-mb rail in=B cost=1 toll=2>B asset=line key=over_b oneway; link mb-x rail in=C oneway
    link a-x rail in=C cost=8 oneway
    link b-ma rail in=A cost=1 toll=1>A key=over_a oneway; link ma-y rail in=C oneway; link b-y rail in=C cost=7 oneway
    hold line A 30; hold line B 50
    demand a>x goods 10 unserved=100 shipper=A; demand b>y goods 4 unserved=100 shipper=B";

#[test]
fn neighbours_who_cross_each_other_have_a_mutual_stake() {
    let oracle = oracle_of(NEIGHBOURS);
    let (a, b) = (actor_of(&oracle, "A"), actor_of(&oracle, "B"));
    let filter = RefusalFilter { by: Some(b), of: Some(a) };
    let found = refusals(&oracle, &State::base(), filter, &Silent).unwrap();
    assert_eq!(found.len(), 1);
    let row = &stakes(&oracle, &State::base(), &found, &Silent).unwrap()[0];
    assert_eq!(row.refusal.lever, Lever::Territory);
    // Ten units at 8 instead of 3; B loses 20 of toll. In turn A makes B's four units 5 dearer and loses 4.
    assert!((row.refusal.harm_to_refused() - 50.0).abs() < 1e-9 && (row.refusal.self_cost() - 20.0).abs() < 1e-9);
    assert!((row.refusal.room_for_coercion() - 30.0).abs() < 1e-9);
    assert!((row.self_cost.tolls - 20.0).abs() < 1e-9 && row.self_cost.consumer_surplus.abs() < 1e-9);
    let turn = row.in_turn.as_ref().unwrap();
    assert!((turn.harm_to_refused() - 20.0).abs() < 1e-9 && (turn.self_cost() - 4.0).abs() < 1e-9);
    assert!((row.asymmetry().unwrap() - 3.0 / 7.0).abs() < 1e-12 && (row.mutual_stake() - 20.0).abs() < 1e-9);
    // Ten units pay 3 each on the line; 30 % and 50 % of it are theirs.
    assert_eq!(row.shared_assets.len(), 1);
    assert!((row.co_ownership() - 0.3 * 0.5 * 30.0).abs() < 1e-9);
    assert!((row.trade_worth - 1_000.0).abs() < 1e-9 && (row.trade_paid - 30.0).abs() < 1e-9);
    // Nothing goes undelivered, so the cost of not being served does not matter.
    for (_, harm, own) in &row.by_unserved_cost {
        assert!((harm - 50.0).abs() < 1e-9 && (own - 20.0).abs() < 1e-9);
    }
}

#[test]
fn a_refused_seller_sells_less_though_its_customers_are_served() {
    // K sells all 15 across R; refused it gets 4 out by its own railway, and U sells the other 11.
    let oracle = oracle_of(
        "state K R U C; node k in=K; node m in=R; node u in=U; node c in=C
        link k-m rail in=R oneway; link m-c rail in=C oneway; link k-c rail in=K cost=5 cap=4 oneway; link u-c rail in=C oneway
        supply k oil cost=1 by=K cap=20; supply u oil cost=10 by=U cap=50
        demand *>c oil 15 unserved=100",
    );
    let (k, r) = (actor_of(&oracle, "K"), actor_of(&oracle, "R"));
    let filter = RefusalFilter { by: Some(r), of: Some(k) };
    let found = refusals(&oracle, &State::base(), filter, &Silent).unwrap();
    let row = found.iter().find(|row| row.lever == Lever::Territory).unwrap();
    assert_eq!(row.unsold.values().copied().collect::<Vec<_>>(), [11.0]);
    assert_eq!(row.harm.unserved, 0.0);
}

#[test]
fn crude_one_way_and_arms_the_other_bind_both_sides() {
    let oracle = oracle_of(
        "state A B; node p in=A; node q in=B; link p-q sea cost=5
        demand p>q crude 10 unserved=50 shipper=B; demand q>p arms 2 unserved=500 shipper=A",
    );
    let (a, b) = (actor_of(&oracle, "A"), actor_of(&oracle, "B"));
    let found = exchanges(&oracle, &State::base(), (a, b), &Silent).unwrap();
    let rows: Vec<_> =
        found.iter().map(|row| (row.from, row.to, row.volume, row.paid, row.receiver_loss, row.sender_loss)).collect();
    assert_eq!(rows, [(a, b, 10.0, 50.0, 450.0, 0.0), (b, a, 2.0, 10.0, 990.0, 0.0)]);
}

#[test]
fn who_pays_and_who_earns_when_russia_closes_adds_up_to_the_golden_welfare() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let russia = actor_of(&oracle, "RU");
    let base = oracle.value(&State::base(), &Silent).unwrap();
    let closed = oracle.value(&State::base().denying(russia, None, Lever::Territory), &Silent).unwrap();
    let found = incidence(&base, &closed).unwrap();
    // What demand is worth, less the cost, and tolls back: 81,680 with 10,750 of tolls, 116,060 with 9,230.
    let worth = 600.0 * 260.0 + 180.0 * 150.0 + 50.0 * 400.0 + 420.0 * 120.0 + 200.0 * 120.0 + 110.0 * 300.0;
    assert!((found.total.0 - (worth - 81_680.0 + 10_750.0)).abs() < 1e-6);
    assert!((found.total.1 - (worth - 116_060.0 + 9_230.0)).abs() < 1e-6);
    let sum: f64 = found.rows.iter().map(|row| row.gain()).sum();
    assert!((sum - (found.total.1 - found.total.0)).abs() < 1e-6);
    let of = |key: &str| found.rows.iter().find(|row| row.actor == Some(actor_of(&oracle, key))).unwrap();
    // Kazakh containers pay 67 instead of 56, Kazakh crude 120 instead of 32.
    let surplus = of("KZ").after.consumer_surplus - of("KZ").before.consumer_surplus;
    assert!((surplus + 180.0 * 11.0 + 420.0 * 88.0).abs() < 1e-6, "{surplus}");
    assert!((of("RU").before.tolls - 4_120.0).abs() < 1e-6 && of("RU").after.tolls.abs() < 1e-9);
}
