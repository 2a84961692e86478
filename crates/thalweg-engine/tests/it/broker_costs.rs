//! Brokers of trade: what a state costs a pair that has no way of its own.
use crate::dependence_curves::{actor_of, oracle_of};
use crate::mini_corridor_study::MINI_CORRIDOR;
use thalweg_engine::brokerage::{material_brokers, pairs_without_a_direct_way, relational};
use thalweg_engine::kept::Nothing;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::mode::Lever;

/// A and B trade across M or, dearer, across N; A and C are neighbours.
const TRADE: &str = "state A B C M N
    node a in=A; node b in=B; node c in=C; node m in=M; node n in=N
    link a-m rail in=M cost=1; link m-b rail in=B; link a-n rail in=N cost=4; link n-b rail in=B; link a-c rail in=C cost=1
    demand a>b goods 10 unserved=100; demand a>c goods 5 unserved=100";

#[test]
fn only_pairs_that_cannot_meet_directly_have_brokers() {
    let oracle = oracle_of(TRADE);
    let base = oracle.value(&State::base(), &Silent).unwrap();
    let (a, b, m) = (actor_of(&oracle, "A"), actor_of(&oracle, "B"), actor_of(&oracle, "M"));
    assert_eq!(pairs_without_a_direct_way(&base), [(a, b)]);
    let found = material_brokers(&oracle, &State::base(), &Nothing, &Silent).unwrap();
    let rows: Vec<_> = found.iter().map(|row| (row.actor, row.lever, row.cost())).collect();
    // Ten units go three dearer by N when M refuses; N, unused, costs nothing to lose and is no broker of this flow.
    assert_eq!(rows, [(m, Lever::Territory, 30.0)]);
}

#[test]
fn a_broker_of_the_golden_case_costs_a_pair_what_its_refusal_of_that_trade_costs() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let found = material_brokers(&oracle, &State::base(), &Nothing, &Silent).unwrap();
    let russia = actor_of(&oracle, "RU");
    let row = found.iter().find(|row| row.actor == russia && row.lever == Lever::Territory);
    // Places of the golden case but the ends of trade stand on nobody's territory; what is asked is that it is not negative.
    assert!(row.is_none_or(|row| row.pairs.iter().all(|(_, cost)| *cost >= -1e-6)));
}

#[test]
fn relations_are_described_only_where_the_study_has_some() {
    assert!(relational(oracle_of(TRADE).base()).is_none());
    let text = format!("{TRADE}; relate A M friendly; relate M B friendly; relate A B hostile; relate C A friendly");
    let oracle = oracle_of(&text);
    let found = relational(oracle.base()).unwrap();
    let m = found.rows.iter().find(|row| row.actor == actor_of(&oracle, "M")).unwrap();
    // A and B, both friends of M and not of each other, in both orders; all of different groups.
    assert_eq!((m.roles.liaison, m.roles.total()), (2, 2));
    assert_eq!(found.triangles, (1, 0));
    assert_eq!(found.two_camps.unfit, 1);
}
