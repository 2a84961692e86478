//! Bargaining power in the golden case, exact and sampled.
use crate::dependence_curves::{actor_of, oracle_of};
use crate::mini_corridor_study::MINI_CORRIDOR;
use thalweg_engine::kept::Nothing;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::power::{Table, power};
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::mode::Lever;

const PLAYERS: [&str; 6] = ["RU", "BY", "GE", "TR", "IR", "EG"];

fn table(oracle: &Oracle, players: &[&str]) -> Table {
    Table {
        players: players.iter().map(|key| actor_of(oracle, key)).collect(),
        levers: vec![Lever::Territory],
        blocs: Some(vec![0, 0, 1, 2, 3, 4]),
        orders: 700,
        seed: 1,
    }
}

#[test]
fn transit_states_of_the_golden_case_have_the_golden_shapley_and_banzhaf_values() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let found = power(&oracle, &State::base(), (&table(&oracle, &PLAYERS), &Nothing), &Silent).unwrap();
    assert!((found.empty_cost - 202_650.0).abs() < 1e-6 && (found.shared - 120_970.0).abs() < 1e-6);
    let expected = [
        (45_663.0, 47_404.375, 34_380.0),
        (4_563.0, 6_304.375, 2_540.0),
        (6_535.0, 6_811.875, 0.0),
        (48_063.0, 48_854.375, 35_340.0),
        (1_734.0, 2_694.375, 0.0),
        (14_412.0, 15_487.5, 7_050.0),
    ];
    for (row, (shapley, banzhaf, withdrawal)) in found.players.iter().zip(expected) {
        assert!((row.shapley.unwrap().value - shapley).abs() < 1e-6, "{row:?}");
        assert!((row.banzhaf.unwrap() - banzhaf).abs() < 1e-6, "{row:?}");
        assert!((row.withdrawal_loss - withdrawal).abs() < 1e-6, "{row:?}");
    }
    // Welfare falls by the rise of the cost and by the tolls no longer paid, 10,750 before and 9,230 after Russia leaves.
    let russia = &found.players[0];
    assert!((russia.own_loss + russia.others_loss - (34_380.0 + 1_520.0)).abs() < 1e-6, "{russia:?}");
    let sum = |of: &dyn Fn(usize) -> f64| (0..6).map(of).sum::<f64>();
    assert!((sum(&|player| found.players[player].shapley.unwrap().value) - found.shared).abs() < 1e-6);
    assert!((sum(&|player| found.players[player].owen.unwrap()) - found.shared).abs() < 1e-6);
    // Georgia's leaving costs nobody anything, and yet it has a share: it stands in for others.
    assert_eq!(found.players[2].propensity_to_disrupt(), None);
    // Russia and Belarus are one line: they need each other. Russia's line and Egypt's canal replace each other.
    let interactions = found.interactions.unwrap();
    assert!(interactions[0][1] > 0.0 && interactions[0][5] < 0.0, "{interactions:?}");
    assert!(oracle.counters().solves <= 64 + 7, "{:?}", oracle.counters());
}

#[test]
fn more_than_sixteen_players_are_sampled_with_intervals_that_hold_the_exact_values() {
    let oracle = oracle_of(MINI_CORRIDOR);
    // Firms that run nothing add nothing: the six keep their exact values.
    let mut players: Vec<&str> = PLAYERS.to_vec();
    players.extend(["KTZ", "RZD", "BCh", "PKP", "ASCO", "ADY", "SHIP", "TCDD", "RAI", "SCA", "CPC"]);
    let mut wanted = table(&oracle, &players);
    wanted.blocs = None;
    wanted.orders = 680;
    let found = power(&oracle, &State::base(), (&wanted, &Nothing), &Silent).unwrap();
    assert_eq!(found.orders, 680);
    let exact = [45_663.0, 4_563.0, 6_535.0, 48_063.0, 1_734.0, 14_412.0];
    let inside = exact.iter().zip(&found.players).filter(|(exact, row)| {
        let interval = row.shapley.unwrap();
        interval.low <= **exact && **exact <= interval.high
    });
    assert!(inside.count() >= 5, "{found:?}");
    assert!(found.players[6..].iter().all(|row| row.shapley.unwrap().value.abs() < 1e-6));
    // Russia and Turkey are too near to be told apart from each other or not; both stand above Egypt.
    assert!(found.players[0].ranks.1 <= 2 && found.players[3].ranks.1 <= 2 && found.players[5].ranks.0 == 3);
    let again = power(&oracle, &State::base(), (&wanted, &Nothing), &Silent).unwrap();
    assert_eq!(found, again);
}
