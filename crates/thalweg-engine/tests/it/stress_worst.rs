//! The worst few failures against published interdiction problems, enumeration and a formula.
use crate::flow_cases::outside_case;
use crate::mini_corridor_study::MINI_CORRIDOR;
use crate::stress_golden::{links, oracle_of};
use thalweg_engine::oracle::OracleError;
use thalweg_engine::stress::losses::{Loss, Losses};
use thalweg_engine::stress::worst::{Budget, Worst, worst};
use thalweg_engine::watch::{Silent, Watch};

/// Losses as a formula of the set: nothing but what the trait says.
pub struct Formula<F> {
    pub elements: usize,
    pub cost: F,
}

impl<F: Fn(&[usize]) -> f64 + Sync> Losses for Formula<F> {
    fn elements(&self) -> usize {
        self.elements
    }

    /// The harm of an element is the most that any set with it adds to any set without it.
    fn loss(&self, failed: &[usize], _: &dyn Watch) -> Result<Option<Loss>, OracleError> {
        let mask = |set: usize| -> Vec<usize> { (0..self.elements).filter(|bit| set >> bit & 1 == 1).collect() };
        let own: usize = failed.iter().map(|bit| 1 << bit).sum();
        let cost = (self.cost)(failed);
        let mut harm = Vec::new();
        for element in (0..self.elements).filter(|element| own >> element & 1 == 0) {
            let larger = (0..1usize << self.elements).filter(|set| set & own == own && set >> element & 1 == 0);
            let adds = larger.map(|set| (self.cost)(&mask(set | 1 << element)) - (self.cost)(&mask(set)));
            harm.push((element, adds.fold(0.0, f64::max)));
        }
        Ok(Some(Loss { cost, harm, floor: Vec::new() }))
    }
}

fn named(oracle_links: &thalweg_engine::stress::oracle_losses::OracleLosses, found: &Worst) -> Vec<String> {
    found.worst.elements.iter().map(|element| oracle_links.elements[*element].subject.clone()).collect()
}

#[test]
fn a_greedy_choice_misses_a_pair_that_fails_only_together_and_the_exact_one_finds_it() {
    // Alone 0 costs 5, 1 and 2 cost 1 each; 1 and 2 together, each other's way round, cost 100. Element 3 adds 2.
    let cost = |set: &[usize]| {
        let has = |element| f64::from(u8::from(set.contains(&element)));
        5.0 * has(0) + has(1) + has(2) + 98.0 * has(1) * has(2) + 2.0 * has(3)
    };
    let losses = Formula { elements: 4, cost };
    let found = worst(&losses, &Budget::of_number(2, 4), &Silent).unwrap();
    assert_eq!((found.worst.elements.as_slice(), found.worst.loss), (&[1, 2][..], 100.0));
    assert_eq!((found.greedy.elements.as_slice(), found.greedy.loss), (&[0, 3][..], 7.0));
    assert_eq!(found.at_most, 100.0);
}

#[test]
fn a_budget_with_prices_is_kept() {
    let cost = |set: &[usize]| set.iter().map(|element| [10.0, 6.0, 5.0][*element]).sum();
    let losses = Formula { elements: 3, cost };
    let budget = Budget { total: 4, price: vec![3, 2, 2], sets_max: None };
    let found = worst(&losses, &budget, &Silent).unwrap();
    assert_eq!((found.worst.elements.as_slice(), found.worst.loss), (&[1, 2][..], 11.0));
}

#[test]
fn a_search_cut_short_still_bounds_what_it_did_not_look_at() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let losses = links(&oracle);
    let cut = worst(&losses, &Budget { sets_max: Some(1), ..Budget::of_number(3, 24) }, &Silent).unwrap();
    let whole = worst(&losses, &Budget::of_number(3, 24), &Silent).unwrap();
    assert!(cut.stopped && !whole.stopped);
    assert!(cut.worst.loss <= whole.worst.loss && whole.worst.loss <= cut.at_most);
}

#[test]
fn the_worst_pair_of_the_golden_case_loses_72_300() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let losses = links(&oracle);
    let found = worst(&losses, &Budget::of_number(2, 24), &Silent).unwrap();
    assert!((found.worst.loss - 72_300.0).abs() < 1e-6 && (found.at_most - 72_300.0).abs() < 1e-6, "{found:?}");
    let names = named(&losses, &found);
    assert!(names == ["baku_cey", "kz_eu_cpc"] || names == ["baku_cey", "nvr_eu"], "{names:?}");
    assert!(found.worked_out < 276 / 2, "{} sets for 276 pairs", found.worked_out);
}

#[test]
fn the_worst_three_of_the_golden_case_equal_enumeration() {
    let oracle = oracle_of(MINI_CORRIDOR);
    let losses = links(&oracle);
    let base = losses.loss(&[], &Silent).unwrap().unwrap().cost;
    let mut most = 0.0f64;
    for one in 0..24 {
        for two in one + 1..24 {
            for three in two + 1..24 {
                most = most.max(losses.loss(&[one, two, three], &Silent).unwrap().unwrap().cost - base);
            }
        }
    }
    let found = worst(&links(&oracle), &Budget::of_number(3, 24), &Silent).unwrap();
    assert!((found.worst.loss - most).abs() < 1e-6, "{} against {most}", found.worst.loss);
    assert!(found.worked_out < 2_024 / 4, "{} sets for 2,024 triples", found.worked_out);
}

/// Rows of a table of arcs: ends, then numbers.
fn arcs_of(file: &str) -> Option<Vec<(String, String, Vec<f64>)>> {
    let text = outside_case(file)?;
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim().split(',').collect();
        (cells[0].to_owned(), cells[1].to_owned(), cells[2..].iter().map(|cell| cell.parse().unwrap()).collect())
    };
    Some(text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(row).collect())
}

/// Objective after at most so many attacks: base cost plus the worst loss, with the keys of the links attacked.
fn attacked(text: &str, attacks: u32) -> (f64, Vec<String>) {
    let oracle = oracle_of(text);
    let losses = links(&oracle);
    let found = worst(&losses, &Budget::of_number(attacks, losses.elements()), &Silent).unwrap();
    assert!((found.at_most - found.worst.loss).abs() < 1e-9, "exact");
    (found.base_cost + found.worst.loss, named(&losses, &found))
}

#[test]
fn shortest_path_interdiction_equals_the_published_5_17_100() {
    let Some(arcs) = arcs_of("interdiction/shortest_path/sample_arcs_data.csv") else { return };
    let mut text = "demand Start>End goods 1 unserved=100".to_owned();
    for (from, to, numbers) in &arcs {
        text += &format!("; link {from}-{to} rail cost={} key={from}->{to} oneway", numbers[0]);
    }
    for (attacks, cost) in [(0, 5.0), (1, 17.0), (2, 100.0)] {
        let (found, set) = attacked(&text, attacks);
        assert!((found - cost).abs() < 1e-9, "{attacks} attacks: {found} against {cost}");
        match attacks {
            1 => assert_eq!(set, ["B->End"]),
            2 => assert!(set.contains(&"B->End".to_owned()), "{set:?}"),
            _ => assert!(set.is_empty()),
        }
    }
}

#[test]
fn maximum_flow_interdiction_equals_the_published_80_10_0() {
    let Some(arcs) = arcs_of("interdiction/max_flow/sample_arcs_data.csv") else { return };
    let mut text = "demand Start>End goods 200 unserved=1".to_owned();
    for (from, to, numbers) in &arcs {
        text += &format!("; link {from}-{to} rail cap={} key={from}->{to} oneway", numbers[0]);
    }
    for (attacks, flow) in [(0, 80.0), (1, 10.0), (2, 0.0)] {
        let found = 200.0 - attacked(&text, attacks).0;
        assert!((found - flow).abs() < 1e-9, "{attacks} attacks: {found} against {flow}");
    }
}

#[test]
fn minimum_cost_interdiction_equals_the_published_700_7300_21000() {
    let Some(arcs) = arcs_of("interdiction/min_cost_flow/sample_arcs_data.csv") else { return };
    let mut text = "demand Start>End goods 20 unserved=700; demand C>End goods 10 unserved=700".to_owned();
    for (from, to, numbers) in &arcs {
        text += &format!("; link {from}-{to} rail cap={} cost={} key={from}->{to} oneway", numbers[0], numbers[1]);
    }
    for (attacks, cost, sets) in [
        (0, 700.0, vec![vec![]]),
        (1, 7_300.0, vec![vec!["Start->C"]]),
        (2, 21_000.0, vec![vec!["B->End", "C->D"], vec!["B->End", "D->End"]]),
    ] {
        let (found, mut set) = attacked(&text, attacks);
        set.sort();
        assert!((found - cost).abs() < 1e-9, "{attacks} attacks: {found} against {cost}");
        assert!(sets.iter().any(|row| set.iter().eq(row.iter())), "{attacks} attacks: {set:?}");
    }
}
