//! Failures by chance against closed forms and enumeration.
use crate::mini_corridor_study::MINI_CORRIDOR;
use crate::stress_golden::{links, oracle_of};
use crate::stress_worst::Formula;
use thalweg_engine::stress::losses::Losses;
use thalweg_engine::stress::monte_carlo::{Event, Forecast, Plan, forecast};
use thalweg_engine::watch::Silent;

/// The bridge of five links between two ends: 1 where what stands does not join them.
fn bridge(failed: &[usize]) -> f64 {
    let stands = |link: usize| !failed.contains(&link);
    let joined = stands(0) && stands(1)
        || stands(2) && stands(3)
        || stands(0) && stands(4) && stands(3)
        || stands(2) && stands(4) && stands(1);
    f64::from(u8::from(!joined))
}

fn whole_year(elements: usize, probability: f64) -> Vec<Event> {
    (0..elements).map(|element| Event { element, probability, days: (365.0, 365.0) }).collect()
}

fn drawn(losses: &dyn Losses, events: Vec<Event>, draws: usize, seed: u64) -> Forecast {
    forecast(losses, &Plan { events, draws, seed, levels: vec![0.95, 0.99] }, &Silent).unwrap()
}

/// 2p^2 + 2p^3 - 5p^4 + 2p^5: .97848 at .9, .9997980498 at .99, .999997998005 at .999.
#[test]
fn a_bridge_of_five_links_is_as_reliable_as_the_polynomial_says() {
    let losses = Formula { elements: 5, cost: bridge };
    for (standing, draws) in [(0.9, 20_000), (0.99, 2_000), (0.999, 2_000)] {
        let (p, q): (f64, f64) = (standing, 1.0 - standing);
        let reliability = 2.0 * p.powi(2) + 2.0 * p.powi(3) - 5.0 * p.powi(4) + 2.0 * p.powi(5);
        let found = drawn(&losses, whole_year(5, q), draws, 1);
        // Two cuts of two links: both at one end.
        let order_two = 2.0 * q * q * p.powi(3);
        assert!((found.exact - order_two).abs() < 1e-12, "{}: {} against {order_two}", p, found.exact);
        let error = (found.expected.value - (1.0 - reliability)).abs();
        assert!(error <= 2.0 * found.expected.half_width + 1e-12, "{p}: off by {error}, {:?}", found.expected);
    }
    let published = [(0.9, 0.978_48), (0.99, 0.999_798_049_8), (0.999, 0.999_997_998_005)];
    for (standing, reliability) in published {
        let all: f64 = (0..32usize)
            .map(|set| {
                let failed: Vec<usize> = (0..5).filter(|link| set >> link & 1 == 1).collect();
                let down = failed.len() as i32;
                bridge(&failed) * (1.0f64 - standing).powi(down) * f64::powi(standing, 5 - down)
            })
            .sum();
        assert!((1.0 - all - reliability).abs() < 1e-10, "{standing}: {}", 1.0 - all);
    }
}

#[test]
fn two_events_that_overlap_by_chance_cost_what_the_closed_form_says() {
    // Alone 10 and 20 a year, together 100; a fifth and a tenth of the year; both certain.
    let cost = |set: &[usize]| match set {
        [] => 0.0,
        [0] => 10.0,
        [1] => 20.0,
        _ => 100.0,
    };
    let losses = Formula { elements: 2, cost };
    let event = |element, days| Event { element, probability: 1.0, days: (days, days) };
    let found = drawn(&losses, vec![event(0, 73.0), event(1, 36.5)], 4_000, 3);
    let expected = 0.2 * 10.0 + 0.1 * 20.0 + 0.2 * 0.1 * (100.0 - 30.0);
    assert!((found.expected.value - expected).abs() < 1e-9, "{:?}", found.expected);
    assert_eq!(found.expected.half_width, 0.0);
    assert!((found.mass[2] - 1.0).abs() < 1e-9);
    // All overlap: the shorter lies inside the longer.
    let worst = 0.1 * 100.0 + 0.1 * 10.0;
    assert!(found.tails[1].value_at_risk.value <= worst + 1e-9);
}

#[test]
fn durations_that_vary_are_drawn_evenly() {
    let losses = Formula { elements: 1, cost: |set: &[usize]| 365.0 * set.len() as f64 };
    let event = Event { element: 0, probability: 1.0, days: (10.0, 30.0) };
    let found = drawn(&losses, vec![event], 1_000, 5);
    assert!((found.expected.value - 20.0).abs() < 1e-6, "{:?}", found.expected);
    let tail = &found.tails[0];
    assert!((tail.value_at_risk.value - 29.0).abs() < 1.0, "{tail:?}");
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let events: Vec<Event> = (0..24)
        .map(|element| Event { element, probability: 0.05 + 0.01 * element as f64, days: (20.0, 200.0) })
        .collect();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let oracle = oracle_of(MINI_CORRIDOR);
        pool.install(|| drawn(&links(&oracle), events.clone(), 400, 11))
    };
    let (one, four) = (on(1), on(4));
    assert_eq!(one, four);
    assert!(one.expected.value > 0.0 && one.expected.half_width > 0.0);
    let oracle = oracle_of(MINI_CORRIDOR);
    assert_ne!(one.tails, drawn(&links(&oracle), events, 400, 12).tails);
}
