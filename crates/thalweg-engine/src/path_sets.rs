//! Path sets generated once over all states to be compared, with path-size weights, then frozen.
//!
//! Path size after Ben-Akiva and Bierlaire (1999), eq. 7: PS_p = sum over arcs (l_a / L_p) / n_a, by length.
use crate::logit::path_sizes;
use rayon::prelude::*;
use std::collections::BTreeSet;
use thalweg_network::alternatives::{Avoidable, Variety, alternatives};
use thalweg_network::class::Class;
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
        let Some(first) = states.first() else { return Self::default() };
        let avoidable = Avoidable::of(&first.network);
        let lengths: Vec<f64> = first.network.arcs().iter().map(|arc| arc.length_km).collect();
        let count = first.demand.segments.len();
        let of_segment = (0..count)
            .into_par_iter()
            .map_init(DijkstraScratch::default, |scratch, segment| {
                let mut paths: BTreeSet<(usize, Vec<ArcId>)> = BTreeSet::new();
                for variant in 0..first.demand.segments[segment].variants.len() {
                    let mut seen: Vec<&Class> = Vec::new();
                    for state in states {
                        let class = state.classes.class(state.classes.of_variant[segment][variant]);
                        // Most scenarios leave most classes as they are.
                        if !seen.iter().any(|other| same_paths(other, class)) {
                            let pair = (*state, segment, variant);
                            paths.extend(variant_paths(pair, (&avoidable, variety), scratch));
                            seen.push(class);
                        }
                    }
                }
                with_path_sizes(&lengths, paths)
            })
            .collect();
        Self { of_segment }
    }
}

/// Whether two classes of one network have the same paths at the same prices.
fn same_paths(one: &Class, other: &Class) -> bool {
    std::ptr::eq(one, other)
        || one.allowed == other.allowed && one.generalised == other.generalised && one.flags == other.flags
}

fn variant_paths(
    (state, segment, position): (&Instance, usize, usize),
    (avoidable, variety): (&Avoidable, Variety),
    scratch: &mut DijkstraScratch,
) -> Vec<(usize, Vec<ArcId>)> {
    let row = &state.demand.segments[segment];
    let Some(destination) = row.destination else { return Vec::new() };
    let class = state.classes.class(state.classes.of_variant[segment][position]);
    let search = Search::of(&state.network, class);
    let ends = (row.variants[position].origin, destination);
    let paths = alternatives((search, avoidable), ends, variety, scratch);
    paths.into_iter().map(|path| (position, path.arcs)).collect()
}

fn with_path_sizes(lengths: &[f64], paths: BTreeSet<(usize, Vec<ArcId>)>) -> Vec<CandidatePath> {
    let links: Vec<Vec<u32>> = paths.iter().map(|(_, arcs)| arcs.iter().map(|arc| arc.0).collect()).collect();
    let sizes = path_sizes(&links.iter().map(Vec::as_slice).collect::<Vec<_>>(), lengths);
    paths
        .into_iter()
        .zip(sizes)
        .map(|((variant, arcs), path_size)| CandidatePath { variant, arcs, path_size })
        .collect()
}
