//! Path sets generated once over all states to be compared, with path-size weights, then frozen.
//!
//! Path size after Ben-Akiva and Bierlaire (1999), eq. 7: PS_p = sum over arcs (l_a / L_p) / n_a, by length.
use rayon::prelude::*;
use std::collections::BTreeMap;
use thalweg_network::alternatives::{Variety, alternatives};
use thalweg_network::dijkstra::{DijkstraScratch, Search};
use thalweg_network::instance::Instance;
use thalweg_network::network::ArcId;

/// A path one of a segment's variants may take.
#[derive(Debug, Clone, PartialEq)]
pub struct CandidatePath {
    /// Position of the variant in its segment.
    pub variant: usize,
    /// Its arcs.
    pub arcs: Vec<ArcId>,
    /// Path-size weight, above 0 and at most 1.
    pub path_size: f64,
}

/// Candidate paths by segment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PathSets {
    /// In the order of the demand's segments.
    pub of_segment: Vec<Vec<CandidatePath>>,
}

/// Variety used for path choice unless a study says otherwise.
pub const VARIETY: Variety = Variety { count_max: 12, overlap_max: 0.9, detour_max: 3.0 };

impl PathSets {
    /// The union of the alternatives in every state given; all states share one network and one demand table.
    pub fn over(states: &[&Instance], variety: Variety) -> Self {
        let count = states.first().map_or(0, |state| state.demand.segments.len());
        let of_segment = (0..count)
            .into_par_iter()
            .map_init(DijkstraScratch::default, |scratch, segment| {
                let mut paths: BTreeMap<(usize, Vec<ArcId>), ()> = BTreeMap::new();
                for state in states {
                    for (variant, arcs) in state_paths(state, segment, variety, scratch) {
                        paths.insert((variant, arcs), ());
                    }
                }
                with_path_sizes(states[0], paths.into_keys().collect())
            })
            .collect();
        Self { of_segment }
    }
}

fn state_paths(
    state: &Instance,
    segment: usize,
    variety: Variety,
    scratch: &mut DijkstraScratch,
) -> Vec<(usize, Vec<ArcId>)> {
    let row = &state.demand.segments[segment];
    let Some(destination) = row.destination else { return Vec::new() };
    let mut found = Vec::new();
    for (position, variant) in row.variants.iter().enumerate() {
        let class = state.classes.class(state.classes.of_variant[segment][position]);
        let search = Search::of(&state.network, class);
        let paths = alternatives(search, (variant.origin, destination), variety, scratch);
        found.extend(paths.into_iter().map(|path| (position, path.arcs)));
    }
    found
}

fn with_path_sizes(instance: &Instance, paths: Vec<(usize, Vec<ArcId>)>) -> Vec<CandidatePath> {
    let lengths = |arcs: &[ArcId]| -> Vec<(u32, f64)> {
        arcs.iter().map(|arc| (arc.0, instance.network.arc(*arc).length_km)).collect()
    };
    let sizes = path_sizes(&paths.iter().map(|(_, arcs)| lengths(arcs)).collect::<Vec<_>>());
    paths
        .into_iter()
        .zip(sizes)
        .map(|((variant, arcs), path_size)| CandidatePath { variant, arcs, path_size })
        .collect()
}

/// Path-size weights of paths given as (link, length); a path without length weighs 1.
pub fn path_sizes(paths: &[Vec<(u32, f64)>]) -> Vec<f64> {
    let mut users: BTreeMap<u32, f64> = BTreeMap::new();
    for (link, _) in paths.iter().flatten() {
        *users.entry(*link).or_default() += 1.0;
    }
    paths
        .iter()
        .map(|path| {
            let total: f64 = path.iter().map(|(_, length)| length).sum();
            if total <= 0.0 {
                return 1.0;
            }
            path.iter().map(|(link, length)| length / total / users[link]).sum()
        })
        .collect()
}

/// Shares and logsum cost of a path-size logit over paths of the given costs and weights.
///
/// `theta` is finite, in 1/(cost unit); the logsum cost is -(1/theta) ln sum PS exp(-theta c), `methods` 1.2.
pub fn path_size_logit(costs: &[f64], sizes: &[f64], theta: f64) -> (Vec<f64>, f64) {
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    let weights: Vec<f64> =
        costs.iter().zip(sizes).map(|(cost, size)| size * (-theta * (cost - least)).exp()).collect();
    let total: f64 = weights.iter().sum();
    (weights.iter().map(|weight| weight / total).collect(), least - total.ln() / theta)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three routes of length 1; two share a trunk of length 1 - d: `cases/logit`, overlap3.
    fn overlap(d: f64) -> Vec<Vec<(u32, f64)>> {
        vec![vec![(0, 1.0)], vec![(1, 1.0 - d), (2, d)], vec![(1, 1.0 - d), (3, d)]]
    }

    #[test]
    fn path_sizes_of_two_routes_with_a_common_trunk_equal_the_closed_form() {
        for (d, size, alone) in [(0.1, 0.55, 0.476_190_476_190_476_1), (0.5, 0.75, 0.4), (1.0, 1.0, 1.0 / 3.0)] {
            let sizes = path_sizes(&overlap(d));
            assert!((sizes[0] - 1.0).abs() < 1e-15 && (sizes[1] - size).abs() < 1e-15, "{sizes:?}");
            let (shares, _) = path_size_logit(&[1.0; 3], &sizes, 1.0);
            assert!((shares[0] - alone).abs() < 1e-12, "{shares:?}");
        }
    }

    #[test]
    fn duplicate_paths_do_not_change_the_logsum() {
        let single = path_size_logit(&[10.0, 12.0], &[1.0, 1.0], 0.5).1;
        let twice = vec![vec![(0, 1.0)], vec![(0, 1.0)], vec![(1, 1.0)]];
        let doubled = path_size_logit(&[10.0, 10.0, 12.0], &path_sizes(&twice), 0.5).1;
        assert!((single - doubled).abs() < 1e-12);
    }

    #[test]
    fn a_large_dispersion_parameter_is_all_or_nothing() {
        let (shares, price) = path_size_logit(&[10.0, 10.5, 30.0], &[1.0; 3], 1000.0);
        assert!(shares[0] > 1.0 - 1e-12 && (price - 10.0).abs() < 1e-9);
    }

    /// Jourquin (2005), table 1 and figures 3-4: all-or-nothing cannot match tonnes and tonne-km at once.
    #[test]
    fn a_finite_dispersion_fits_tonnes_and_tonne_km_better_than_all_or_nothing() {
        let rows =
            [(1, 100.0, 4.0), (1, 150.0, 7.0), (2, 200.0, 6.0), (2, 300.0, 4.0), (1, 400.0, 6.0), (2, 500.0, 6.0)];
        let observed = ([17.0, 16.0], [3850.0, 5400.0]);
        let misfit = |tonnes: [f64; 2], tonne_km: [f64; 2]| {
            (0..2)
                .map(|mode| {
                    (tonnes[mode] / observed.0[mode] - 1.0).powi(2) + (tonne_km[mode] / observed.1[mode] - 1.0).powi(2)
                })
                .sum::<f64>()
        };
        let all_or_nothing = misfit([17.0, 16.0], [2650.0, 6600.0]).min(misfit([21.0, 12.0], [3850.0, 5400.0]));
        let total: f64 = rows.iter().map(|row| row.2).sum();
        assert_eq!(total, 33.0);
        let fits = |fixed: f64, per_km: f64, theta: f64| {
            let (mut tonnes, mut tonne_km) = ([0.0; 2], [0.0; 2]);
            for (_, distance, volume) in rows {
                let (shares, _) = path_size_logit(&[distance, fixed + per_km * distance], &[1.0; 2], theta);
                for mode in 0..2 {
                    tonnes[mode] += shares[mode] * volume;
                    tonne_km[mode] += shares[mode] * volume * distance;
                }
            }
            misfit(tonnes, tonne_km)
        };
        let mut best = f64::INFINITY;
        for fixed in (0..60).map(|step| 5.0 * f64::from(step)) {
            for per_km in (1..40).map(|step| 0.05 * f64::from(step)) {
                best = best.min(fits(fixed, per_km, 0.01));
            }
        }
        assert!(best < all_or_nothing / 4.0, "{best} against {all_or_nothing}");
    }
}
