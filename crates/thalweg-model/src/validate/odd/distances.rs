//! Links shorter than the earth allows, or far longer than any detour.
use crate::model::{Model, Node};
use crate::problem::Problem;
use geographiclib_rs::{Geodesic, InverseGeodesic};

/// A link may be shorter than the geodesic by this share: nodes stand for whole places.
const SHORTER: f64 = 0.02;
/// Below this length, km, places are too near for the comparison to mean anything.
const SHORT_LINK_KM: f64 = 10.0;
/// A link this many times the geodesic is odd.
const LONGER: f64 = 4.0;

/// Reports links whose length does not fit their ends.
pub(crate) fn check(model: &Model, problems: &mut Vec<Problem>) {
    let earth = Geodesic::wgs84();
    for link in &model.links {
        let (from, to) = (&model.nodes[link.from.index()], &model.nodes[link.to.index()]);
        let apart = distance_km(&earth, from, to);
        let length = link.length_km.value;
        let place = || link.provenance.place.column("length");
        let between = || format!("between {} and {}", from.name, to.name);
        if apart > SHORT_LINK_KM && length < apart * (1.0 - SHORTER) {
            let message = format!("{length} km is shorter than the {apart:.0} km {} in a straight line", between());
            problems
                .push(Problem::warning(place(), message).hint("check the length and the coordinates of both nodes"));
        } else if apart > SHORT_LINK_KM && length > apart * LONGER {
            let message = format!("{length} km is {:.1} times the {apart:.0} km {}", length / apart, between());
            let hint = "check the length and the coordinates of both nodes, or split the link where it turns";
            problems.push(Problem::warning(place(), message).hint(hint));
        }
    }
}

fn distance_km(earth: &Geodesic, from: &Node, to: &Node) -> f64 {
    let metres: f64 = earth.inverse(from.latitude, from.longitude, to.latitude, to.longitude);
    metres / 1000.0
}
