//! Path sets generated once over all states to be compared, with path-size weights, then frozen.
//!
//! Path size after Ben-Akiva and Bierlaire (1999), eq. 7: PS_p = sum over arcs (l_a / L_p) / n_a, by length.
use crate::logit::path_sizes;
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
    let lengths: Vec<f64> = instance.network.arcs().iter().map(|arc| arc.length_km).collect();
    let links: Vec<Vec<u32>> = paths.iter().map(|(_, arcs)| arcs.iter().map(|arc| arc.0).collect()).collect();
    let sizes = path_sizes(&links.iter().map(Vec::as_slice).collect::<Vec<_>>(), &lengths);
    paths
        .into_iter()
        .zip(sizes)
        .map(|((variant, arcs), path_size)| CandidatePath { variant, arcs, path_size })
        .collect()
}
