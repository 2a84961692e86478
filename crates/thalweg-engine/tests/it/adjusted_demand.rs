//! Demand adjusted to counts: closed forms, the classic iteration, a plain slow search, and a study's own round trip.
use crate::calibration::{DAY, count, counted, plan};
use std::collections::BTreeSet;
use thalweg_engine::calibration::adjustment::{Adjustment, AdjustmentPlan, adjust_to_counts};
use thalweg_engine::calibration::counts::DataErrors;
use thalweg_engine::calibration::{Plan, calibrate};
use thalweg_engine::matrix_adjustment::{Cell, Counted, Criterion, adjust, relative_entropy};
use thalweg_engine::watch::Silent;

fn cells(priors: &[f64], spread: impl Fn(f64) -> f64) -> Vec<Cell> {
    priors.iter().map(|&prior| Cell { prior, spread: spread(prior) }).collect()
}

fn counts(rows: &[(&[f64], f64, f64)]) -> Vec<Counted> {
    let one = |&(proportions, observed, error): &(&[f64], f64, f64)| Counted {
        proportions: proportions.to_vec(),
        observed,
        error,
    };
    rows.iter().map(one).collect()
}

#[test]
fn least_squares_of_one_demand_and_one_count_is_their_mean_weighted_by_precision() {
    let found = adjust(&cells(&[100.0], |_| 400.0), &counts(&[(&[1.0], 130.0, 10.0)]), Criterion::LeastSquares);
    let wanted = (100.0 / 400.0 + 130.0 / 100.0) / (1.0 / 400.0 + 1.0 / 100.0);
    assert!((found.volumes[0] - wanted).abs() < 1e-9, "{} for {wanted}", found.volumes[0]);
    // The multiplier is the misfit left over the variance of the count.
    assert!((found.multipliers[0] - (wanted - 130.0) / 100.0).abs() < 1e-12);
    let halved = adjust(&cells(&[100.0], |_| 400.0), &counts(&[(&[0.5], 65.0, 5.0)]), Criterion::LeastSquares);
    assert!((halved.volumes[0] - wanted).abs() < 1e-9, "half of it is counted, with half of the error");
}

#[test]
fn demands_of_one_error_that_share_a_sharp_count_are_scaled_by_one_factor() {
    let cells = cells(&[10.0, 20.0, 30.0, 40.0], |_| 5.0);
    let found = adjust(&cells, &counts(&[(&[1.0, 1.0, 1.0, 0.0], 90.0, 1e-7)]), Criterion::MinimumInformation);
    for (volume, wanted) in found.volumes.iter().zip([15.0, 30.0, 45.0, 40.0]) {
        assert!((volume - wanted).abs() < 1e-6, "{volume} for {wanted}");
    }
    let distance = relative_entropy(found.volumes.iter().copied().zip([10.0, 20.0, 30.0, 40.0]));
    assert!((distance - (90.0 * 1.5_f64.ln() - 90.0 + 60.0)).abs() < 1e-5);
}

#[test]
fn sharp_counts_are_met_as_by_the_classic_iteration_one_count_after_the_other() {
    // van Zuylen and Willumsen: t = q prod X^p, each X in turn set so that its own count is met.
    let prior = [12.0, 30.0, 7.0, 25.0];
    let shares = [[1.0, 0.4, 0.0, 0.0], [0.0, 0.6, 1.0, 0.0], [0.0, 0.0, 0.5, 1.0]];
    let observed = [30.0, 22.0, 27.0];
    let mut factors = [0.0_f64; 3];
    let volumes = |factors: &[f64; 3]| -> Vec<f64> {
        let log = |cell: usize| (0..3).map(|row| shares[row][cell] * factors[row]).sum::<f64>();
        (0..4).map(|cell| prior[cell] * log(cell).exp()).collect()
    };
    let flow = |row: usize, t: &[f64]| -> f64 { shares[row].iter().zip(t).map(|(share, t)| share * t).sum() };
    for _ in 0..4000 {
        for row in 0..3 {
            let (mut low, mut high) = (-20.0, 20.0);
            for _ in 0..100 {
                factors[row] = 0.5 * (low + high);
                let over = flow(row, &volumes(&factors)) > observed[row];
                (low, high) = if over { (low, factors[row]) } else { (factors[row], high) };
            }
        }
    }
    let rows: Vec<(&[f64], f64, f64)> =
        shares.iter().zip(observed).map(|(shares, observed)| (shares.as_slice(), observed, 1e-7)).collect();
    let found = adjust(&cells(&prior, |_| 1.0), &counts(&rows), Criterion::MinimumInformation);
    for (volume, wanted) in found.volumes.iter().zip(volumes(&factors)) {
        assert!((volume - wanted).abs() < 1e-5 * wanted, "{volume} for {wanted}");
    }
    for (counted, observed) in found.counted.iter().zip(observed) {
        assert!((counted - observed).abs() < 1e-5, "{counted} for {observed}");
    }
}

/// What is paid for volumes: their distance from the prior and the misfit of the counts.
fn paid(volumes: &[f64], cells: &[Cell], counts: &[Counted], criterion: Criterion) -> f64 {
    let near = |(t, cell): (&f64, &Cell)| match criterion {
        Criterion::MinimumInformation if *t > 0.0 => (t * (t / cell.prior).ln() - t + cell.prior) / cell.spread,
        Criterion::MinimumInformation => cell.prior / cell.spread,
        Criterion::LeastSquares => (t - cell.prior).powi(2) / (2.0 * cell.spread),
    };
    let missed = |count: &Counted| {
        let flow: f64 = count.proportions.iter().zip(volumes).map(|(share, t)| share * t).sum();
        ((flow - count.observed) / count.error).powi(2) / 2.0
    };
    volumes.iter().zip(cells).map(near).sum::<f64>() + counts.iter().map(missed).sum::<f64>()
}

#[test]
fn no_slow_walk_finds_volumes_that_pay_less() {
    let cells = cells(&[50.0, 8.0, 20.0], |prior| prior * 0.3);
    let counts = counts(&[(&[1.0, 1.0, 0.0], 20.0, 4.0), (&[0.3, 0.0, 0.9], 45.0, 2.0), (&[0.0, 1.0, 0.2], 1.0, 3.0)]);
    for criterion in Criterion::ALL {
        let found = adjust(&cells, &counts, criterion);
        assert!(found.residual < 1e-9, "{criterion:?}: {}", found.residual);
        let best = paid(&found.volumes, &cells, &counts, criterion);
        // Coordinate by coordinate with ever shorter steps, from the prior: slow, and plainly right for a convex sum.
        let mut walked: Vec<f64> = cells.iter().map(|cell| cell.prior).collect();
        let mut step = 8.0;
        while step > 1e-7 {
            let before = paid(&walked, &cells, &counts, criterion);
            for cell in 0..walked.len() {
                for sign in [-1.0, 1.0] {
                    let mut there = walked.clone();
                    there[cell] = (there[cell] + sign * step).max(0.0);
                    if paid(&there, &cells, &counts, criterion) < paid(&walked, &cells, &counts, criterion) {
                        walked = there;
                    }
                }
            }
            if paid(&walked, &cells, &counts, criterion) >= before {
                step *= 0.5;
            }
        }
        let slow = paid(&walked, &cells, &counts, criterion);
        assert!(best <= slow + 1e-9 && slow - best < 1e-6, "{criterion:?}: {best} against {slow}");
    }
}

#[test]
fn a_demand_does_not_turn_negative_by_either_criterion() {
    let cells = cells(&[10.0, 100.0], |prior| prior * prior);
    for criterion in Criterion::ALL {
        let found = adjust(&cells, &counts(&[(&[1.0, 0.0], 0.0, 1e-3), (&[1.0, 1.0], 150.0, 1.0)]), criterion);
        assert!(found.volumes.iter().all(|volume| *volume >= 0.0), "{criterion:?}: {:?}", found.volumes);
        assert!((found.volumes[0] + found.volumes[1] - 150.0).abs() < 1.0, "{:?}", found.volumes);
    }
}

/// Two demands that go half north, half south.
const NORTH_AND_SOUTH: &str = "state AAA; node A in=AAA; node D in=AAA; commodity goods theta=0.3 unserved=1000
    link A-D rail key=n corridor=north cost=10; link A-D road key=s corridor=south cost=10
    demand A>D goods 100 key=a; demand A>D goods 60 key=b";

fn adjusted(volume: f64, criterion: Criterion, error: f64) -> Adjustment {
    let model = counted(NORTH_AND_SOUTH, [count("north", "2025", volume)]);
    let errors = DataErrors { high: 0.3, medium: 0.3, low: 0.3 };
    let how = AdjustmentPlan { criterion, demand_errors: errors };
    let plan = Plan { as_of: DAY, hold_out_keys: BTreeSet::new(), ..plan(error) };
    adjust_to_counts(&model, (&plan, &[]), how, &Silent).unwrap()
}

#[test]
fn a_count_moves_the_demand_it_meets_by_its_share_and_the_report_says_how_far() {
    let found = adjusted(120.0, Criterion::MinimumInformation, 1e-6);
    let count = &found.counts[0];
    assert!((count.prior - 80.0).abs() < 1e-6 && (count.adjusted - 120.0).abs() < 1e-3, "{count:?}");
    assert!((count.chosen_anew - 120.0).abs() < 1e-3, "without capacities the shares stay");
    for (row, wanted) in found.demands.iter().zip([150.0, 90.0]) {
        assert!(row.counted && (row.volume - wanted).abs() < 1e-2, "{row:?}");
    }
    let distance = &found.distances[0];
    assert!((distance.changed - 0.5).abs() < 1e-4 && (distance.prior - 160.0).abs() < 1e-9);
    assert!((distance.relative_entropy - (1.5 * 1.5_f64.ln() - 0.5)).abs() < 1e-4);
}

#[test]
fn a_count_that_says_what_the_demand_says_moves_nothing() {
    for criterion in Criterion::ALL {
        let found = adjusted(80.0, criterion, 0.1);
        assert!(found.distances[0].changed < 1e-9 && found.distances[0].relative_entropy.abs() < 1e-12);
    }
}

#[test]
fn demand_that_no_count_meets_stays_and_a_count_out_of_reach_of_constants_is_one_of_demand() {
    let text = format!("{NORTH_AND_SOUTH}; node E in=AAA; link D-E rail cost=1; demand D>E goods 7");
    let model = counted(&text, [count("north", "2025", 400.0)]);
    let found = calibrate(&model, &plan(0.05), &Silent).unwrap();
    assert_eq!(found.rows[0].standing.name(), "out_of_reach");
    let errors = DataErrors { high: 0.3, medium: 0.3, low: 0.3 };
    let how = AdjustmentPlan { criterion: Criterion::LeastSquares, demand_errors: errors };
    let adjusted = adjust_to_counts(&model, (&plan(0.05), &found.constants), how, &Silent).unwrap();
    let last = adjusted.demands.last().unwrap();
    assert!(!last.counted && last.volume == 7.0);
    assert!(adjusted.counts[0].adjusted > adjusted.counts[0].prior);
    assert!(adjusted.demands[0].volume > 100.0 && adjusted.demands[1].volume > 60.0);
}
