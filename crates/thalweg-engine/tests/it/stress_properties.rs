//! What must hold of failures on any network with capacities, against plain enumeration.
use crate::access_properties::random_text;
use crate::stress_golden::{links, oracle_of};
use std::collections::BTreeMap;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::stress::losses::Losses;
use thalweg_engine::stress::pairs::pairs;
use thalweg_engine::stress::singles::singles;
use thalweg_engine::stress::worst::{Budget, worst};
use thalweg_engine::watch::Silent;

/// The random network with capacities that bind on every third link.
fn capacitated(seed: u64) -> String {
    let text = random_text(seed);
    let lines = text.lines().enumerate().map(|(number, line)| match line.starts_with("link") && number % 3 == 0 {
        true => format!("{line} cap={}", 4 + number % 5),
        false => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn value(oracle: &Oracle) -> f64 {
    oracle.value(&State::base(), &Silent).unwrap().value
}

#[test]
fn opening_a_permission_never_raises_a_least_cost_value() {
    let mut fell = 0;
    for seed in 0..60 {
        let text = capacitated(seed);
        let before = value(&oracle_of(&text));
        for denied in text.lines().filter(|line| line.starts_with("deny")) {
            let lifted = text.replace(denied, "");
            let after = value(&oracle_of(&lifted));
            assert!(after <= before + 1e-9 * before.max(1.0), "{after} above {before}: {denied}\n{text}");
            fell += usize::from(after < before - 1e-9 * before);
        }
    }
    assert!(fell > 10, "only {fell} denials cost anything");
}

#[test]
fn singles_pairs_and_the_worst_two_equal_enumeration_with_all_solved() {
    let (mut saved, mut ties) = (0, 0);
    for seed in 0..12 {
        let text = capacitated(seed);
        let oracle = oracle_of(&text);
        let losses = links(&oracle);
        let number = losses.elements();
        let cost = |failed: &[usize]| losses.loss(failed, &Silent).unwrap().unwrap().cost;
        let base = cost(&[]);
        let scale = 1e-7 * base.max(1.0);
        let single: Vec<f64> = (0..number).map(|element| cost(&[element]) - base).collect();
        for (element, loss) in singles(&losses, None, &Silent).unwrap().rows {
            assert!((loss - single[element]).abs() <= scale, "{element}: {loss} against {}\n{text}", single[element]);
        }
        let found = pairs(&losses, None, &Silent).unwrap();
        let rows: BTreeMap<[usize; 2], f64> = found.rows.iter().map(|row| (row.elements, row.loss)).collect();
        let mut most = 0.0f64;
        for one in 0..number {
            for other in one + 1..number {
                let loss = cost(&[one, other]) - base;
                most = most.max(loss);
                let listed = rows.get(&[one, other]).copied().unwrap_or(0.0);
                assert!((listed - loss).abs() <= scale, "{one} {other}: {listed} against {loss}\n{text}");
            }
        }
        saved += found.by_flow;
        let bad = worst(&losses, &Budget::of_number(2, number), &Silent).unwrap();
        assert!((bad.worst.loss - most).abs() <= scale, "{} against {most}\n{text}", bad.worst.loss);
        assert!(bad.greedy.loss <= bad.worst.loss + scale);
        let top = singles(&losses, Some(3), &Silent).unwrap();
        let mut best = single.clone();
        best.sort_by(|one, other| other.total_cmp(one));
        ties += usize::from(best[2] == best[3]);
        for (row, loss) in top.rows.iter().zip(best) {
            assert!((row.1 - loss).abs() <= scale, "{} against {loss}\n{text}", row.1);
        }
    }
    assert!(saved > 500, "flows decided only {saved} pairs");
    assert!(ties < 12);
}
