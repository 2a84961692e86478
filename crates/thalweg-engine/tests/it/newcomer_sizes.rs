//! A modest supplier takes away the power to refuse, and does not where it fails together with the old one.
use crate::dependence_curves::actor_of;
use std::collections::BTreeSet;
use std::sync::Arc;
use thalweg_engine::kept::Nothing;
use thalweg_engine::newcomer::{BreakEven, Newcomer, Question, limits_of, newcomer};
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::{Denial, State};
use thalweg_engine::watch::Silent;
use thalweg_model::mode::Lever;
use thalweg_model::scenario::{Change, Scenario};
use thalweg_model::sketch::sketch;
use thalweg_network::instance::Instance;

/// Buyer B wants 100 worth 20 each; A sells 100 at 1, N 20 at 3, the new E up to 100 at 4: idle while A sells.
fn market(e_through: &str) -> Oracle {
    let text = format!(
        "state A B N E F
        node PA in=A; node PB in=B; node PN in=N; node PE in=E; node PX in={e_through}
        link PA-PB sea oneway key=a; link PN-PB sea oneway key=n; link PE-PX sea in={e_through} oneway key=e1; link PX-PB sea oneway key=e2
        supply PA goods cost=1 by=A cap=100 key=a; supply PN goods cost=3 by=N cap=20 key=n
        demand *>PB goods 100 unserved=20 consignee=B"
    );
    let mut model = sketch(&text);
    let mut new = sketch(&format!("{text}; supply PE goods cost=4 by=E cap=100 key=e")).supplies.pop().unwrap();
    new.key = "e".to_owned();
    model.commodities[0].homogeneous = true;
    let scenario =
        Scenario { name: "newcomer".to_owned(), changes: vec![Change::SetSupply(Box::new(new))], ..Scenario::base() };
    let scenarios = vec![scenario];
    let as_of = model.head.as_of;
    Oracle::new(Instance::base(Arc::new(model), as_of, &scenarios).unwrap(), scenarios)
}

fn refused_by_a(oracle: &Oracle) -> Newcomer {
    let refusal = Denial::new(actor_of(oracle, "A"), Some(actor_of(oracle, "B")), Lever::Territory);
    let limits = limits_of(oracle, &State::base(), 0).unwrap();
    assert_eq!(limits, ["supply e"]);
    let question = Question { scenario: 0, limits, refusal: BTreeSet::from([refusal]) };
    newcomer(oracle, &State::base(), (&question, &Nothing), &Silent).unwrap()
}

#[test]
fn an_idle_newcomer_lowers_the_cost_of_refusal_by_the_scarcity_price_until_the_old_one_is_not_pivotal() {
    let found = refused_by_a(&market("F"));
    assert!((found.full - 100.0).abs() < 1e-9);
    for row in &found.sizes {
        let size = 100.0 * row.share;
        let expected = if size < 80.0 { 1_560.0 - 16.0 * size } else { 280.0 };
        assert!((row.refusal() - expected).abs() < 1e-6, "{row:?} against {expected}");
        assert!((row.cost - 100.0).abs() < 1e-9 && row.carried == 0.0, "it carries nothing: {row:?}");
        assert!((row.exposure - 1.0).abs() < 1e-12 && (row.concentration - 10_000.0).abs() < 1e-6);
        assert!((row.undelivered - (80.0 - size).max(0.0)).abs() < 1e-6);
    }
    assert!((found.pivotal_until.unwrap() - 0.8).abs() < 2e-6, "{:?}", found.pivotal_until);
    assert!(!found.fails_together);
    // It saves nothing in calm and 1,280 when refused: worth 128 a year from one refusal in ten years on.
    assert_eq!(found.savings(), (0.0, 1_280.0));
    assert_eq!(found.break_even(128.0), BreakEven::From(0.1));
    assert_eq!(found.break_even(0.0), BreakEven::Always);
    assert_eq!(found.break_even(1_281.0), BreakEven::Never);
}

#[test]
fn a_newcomer_that_comes_through_the_refuser_saves_nothing() {
    let found = refused_by_a(&market("A"));
    assert!(found.fails_together);
    assert_eq!(found.pivotal_until, None);
    assert!(found.sizes.iter().all(|row| (row.refusal() - 1_560.0).abs() < 1e-6), "{found:?}");
    assert_eq!(found.break_even(1.0), BreakEven::Never);
}
