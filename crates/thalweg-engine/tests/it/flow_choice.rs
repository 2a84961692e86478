//! Path size, commonality, logit shares and their estimation; doubly constrained matrices.

use thalweg_engine::furness::{Balance, FurnessError, balance};
use thalweg_engine::logit::{LogitError, Situation, commonality, estimate, logsum, path_sizes, shares};

use crate::flow_cases::assert_close;

/// Three ways of length one, two of which share a trunk of length 1 - d.
fn overlapping(d: f64) -> (Vec<Vec<u32>>, [f64; 4]) {
    (vec![vec![0], vec![1, 2], vec![1, 3]], [1.0, 1.0 - d, d, d])
}

fn borrowed(paths: &[Vec<u32>]) -> Vec<&[u32]> {
    paths.iter().map(Vec::as_slice).collect()
}

#[test]
fn two_ways_that_share_a_trunk_lose_to_the_third_by_what_they_share() {
    let expected = [
        (1.0, 0.1, [0.4761904761904761, 0.2619047619047619], [0.48717948717948717, 0.2564102564102564]),
        (1.0, 0.5, [0.4, 0.3], [3.0 / 7.0, 2.0 / 7.0]),
        (1.0, 1.0, [1.0 / 3.0, 1.0 / 3.0], [1.0 / 3.0, 1.0 / 3.0]),
        (2.0, 0.0, [0.5, 0.25], [0.5, 0.25]),
    ];
    for (dispersion, d, by_size, by_commonality) in expected {
        let (paths, length) = overlapping(d);
        let sizes = path_sizes(&borrowed(&paths), &length);
        assert_close(sizes[1], (1.0 + d) / 2.0, 1e-12);
        let utilities: Vec<f64> = sizes.iter().map(|size| -dispersion + size.ln()).collect();
        let found = shares(&utilities);
        let factors = commonality(&borrowed(&paths), &length);
        let utilities: Vec<f64> = factors.iter().map(|factor| -dispersion - factor).collect();
        let corrected = shares(&utilities);
        for (path, way) in [0, 1, 1].into_iter().enumerate() {
            assert_close(found[path], by_size[way], 1e-9);
            assert_close(corrected[path], by_commonality[way], 1e-9);
        }
    }
}

#[test]
fn six_ways_over_a_grid_load_its_links_as_the_enumerated_logit_does() {
    let cost = [5., 1., 1., 2., 1., 5., 5., 3., 1., 1., 2., 3.];
    let ways: [&[usize]; 6] =
        [&[1, 3, 4, 9], &[1, 2, 8, 9], &[1, 2, 7, 11], &[0, 6, 8, 9], &[0, 6, 7, 11], &[0, 5, 10, 11]];
    let costs: Vec<f64> = ways.iter().map(|way| way.iter().map(|&link| cost[link]).sum()).collect();
    let utilities: Vec<f64> = costs.iter().map(|cost| -0.5 * cost).collect();
    let mut load = [0.0; 12];
    for (way, share) in ways.iter().zip(shares(&utilities)) {
        way.iter().for_each(|&link| load[link] += 100.0 * share);
    }
    let expected = [
        1.408303566881092,
        98.59169643311893,
        64.26133540744858,
        34.330361025670335,
        34.330361025670335,
        0.2313161530504361,
        1.176987413830656,
        7.8004392925231025,
        57.637883528756134,
        91.96824455442646,
        0.2313161530504361,
        8.03175544557354,
    ];
    for (found, expected) in load.iter().zip(expected) {
        assert_close(*found, expected, 1e-9);
    }
    assert_close(logsum(&costs, 0.5), 2.861719875516005, 1e-9);
}

#[test]
fn not_shipping_as_one_more_way_of_the_logit_leaks_demand() {
    let found = shares(&[-5.0, -6.0, -10.0]);
    let expected = [72.74751568004648, 26.762315414986233, 0.49016890496729215];
    for (share, expected) in found.iter().zip(expected) {
        assert_close(100.0 * share, expected, 1e-9);
    }
    assert_close(logsum(&[10., 12., 20.], 0.5), 9.363649141505093, 1e-9);
}

#[test]
fn right_tonnes_and_right_tonne_kilometres_are_not_both_reached_by_all_or_nothing() {
    // Mode, distance, tonnes.
    let rows = [(1, 100., 4.), (1, 150., 7.), (2, 200., 6.), (2, 300., 4.), (1, 400., 6.), (2, 500., 6.)];
    let by_cut = |cut: f64, mode: i32| -> (f64, f64) {
        let own = rows.iter().filter(|row| (row.1 <= cut) == (mode == 1));
        own.fold((0., 0.), |(tonnes, work), row| (tonnes + row.2, work + row.1 * row.2))
    };
    let observed = |mode: i32| -> (f64, f64) {
        let own = rows.iter().filter(|row| row.0 == mode);
        own.fold((0., 0.), |(tonnes, work), row| (tonnes + row.2, work + row.1 * row.2))
    };
    assert_eq!((observed(1), observed(2)), ((17., 3850.), (16., 5400.)));
    assert_eq!((by_cut(200., 1), by_cut(200., 2)), ((17., 2650.), (16., 6600.)));
    assert_eq!((by_cut(300., 1), by_cut(300., 2)), ((21., 3850.), (12., 5400.)));
}

#[test]
fn estimated_parameters_return_those_that_made_the_choices() {
    let truth = [-0.4, 0.8];
    let costs = [[10., 12., 15.], [11., 9., 14.], [8., 8.5, 7.], [20., 16., 18.]];
    let situations: Vec<Situation> = costs
        .iter()
        .map(|costs| {
            let attributes: Vec<Vec<f64>> =
                costs.iter().enumerate().map(|(at, &cost)| vec![cost, f64::from(u8::from(at == 0))]).collect();
            let utilities: Vec<f64> = attributes.iter().map(|x| truth[0] * x[0] + truth[1] * x[1]).collect();
            Situation { attributes, chosen: shares(&utilities).iter().map(|share| 250.0 * share).collect() }
        })
        .collect();
    let found = estimate(&situations, 2).unwrap();
    for (parameter, truth) in found.parameters.iter().zip(truth) {
        assert!((parameter - truth).abs() < 1e-6, "{found:?}");
    }
    assert!(found.log_likelihood > found.log_likelihood_at_zero);
    assert!(found.standard_errors.iter().all(|error| (0.01..0.2).contains(error)), "{found:?}");
}

#[test]
fn one_parameter_of_two_ways_has_its_textbook_standard_error() {
    let situation = Situation { attributes: vec![vec![1.0], vec![0.0]], chosen: vec![30.0, 70.0] };
    let found = estimate(&[situation], 1).unwrap();
    assert_close(found.parameters[0], (3.0_f64 / 7.0).ln(), 1e-9);
    assert_close(found.standard_errors[0], (1.0_f64 / (100.0 * 0.3 * 0.7)).sqrt(), 1e-6);
}

#[test]
fn parameters_the_choices_cannot_tell_are_refused() {
    let twin = Situation { attributes: vec![vec![1.0, 2.0], vec![3.0, 6.0]], chosen: vec![4.0, 6.0] };
    assert_eq!(estimate(&[twin], 2).unwrap_err(), LogitError::NotIdentified);
    let sure = Situation { attributes: vec![vec![1.0], vec![0.0]], chosen: vec![9.0, 0.0] };
    assert_eq!(estimate(&[sure], 1).unwrap_err(), LogitError::Separated);
}

#[test]
fn a_balanced_matrix_has_the_sums_it_was_given() {
    let deterrence: Vec<Vec<f64>> = [[1.0, 1.2, 1.8], [1.2, 1.0, 1.5], [1.8, 1.5, 1.0]]
        .iter()
        .map(|row| row.iter().map(|cost: &f64| 1.0 / cost).collect())
        .collect();
    let (rows, columns) = ([110., 122., 114.], [120., 108., 118.]);
    let until = Balance { accuracy: 1e-14, passes_max: 1000 };
    let found = balance(&rows, &columns, &deterrence, until).unwrap();
    let expected = [
        [48.04265770678197, 34.21182204243569, 27.745520250782345],
        [42.70109057176419, 43.78754925733789, 35.511360170897916],
        [29.25625172145384, 30.000628700226418, 54.743119578319735],
    ];
    for (found, expected) in found.flow.iter().flatten().zip(expected.iter().flatten()) {
        assert_close(*found, *expected, 1e-9);
    }
}

#[test]
fn a_textbook_matrix_has_its_published_entries_and_mean_cost() {
    let cost = [[3., 11., 18., 22.], [12., 3., 13., 19.], [15.5, 13., 5., 7.], [24., 18., 8., 5.]];
    let deterrence: Vec<Vec<f64>> =
        cost.iter().map(|row| row.iter().map(|cost: &f64| (-0.1 * cost).exp()).collect()).collect();
    let until = Balance { accuracy: 1e-13, passes_max: 1000 };
    let rows = [400., 460., 400., 702.];
    let columns = [260., 400., 500., 802.];
    let found = balance(&rows, &columns, &deterrence, until).unwrap();
    let expected = [
        [156.4326, 99.3887, 67.5246, 76.6542],
        [58.56, 203.6627, 102.5057, 95.2716],
        [24.986, 45.3645, 138.1285, 191.521],
        [20.0214, 51.5842, 191.8412, 438.5532],
    ];
    for (found, expected) in found.flow.iter().flatten().zip(expected.iter().flatten()) {
        assert!((found - expected).abs() < 6e-5, "{found} {expected}");
    }
    let spent: f64 = found.flow.iter().flatten().zip(cost.iter().flatten()).map(|(t, c)| t * c).sum();
    assert_close(spent / rows.iter().sum::<f64>(), 8.698107417680749, 1e-9);
}

#[test]
fn sums_that_cannot_be_met_are_named() {
    let until = Balance { accuracy: 1e-9, passes_max: 100 };
    let open = vec![vec![1.0, 1.0]];
    let totals = FurnessError::Totals { rows: 3.0, columns: 2.0 };
    assert_eq!(balance(&[3.0], &[1.0, 1.0], &open, until), Err(totals));
    let shut = vec![vec![0.0, 0.0]];
    let empty = FurnessError::EmptyRow { row: 0 };
    assert_eq!(balance(&[2.0], &[1.0, 1.0], &shut, until), Err(empty));
}
