//! Distances on the earth, WGS 84: between places, and from a place to a line (Karney 2013).
use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};

/// A point as (longitude, latitude), degrees.
pub type Point = (f64, f64);

/// Geodesic distance, km.
pub fn distance_km(one: Point, other: Point) -> f64 {
    let metres: f64 = Geodesic::wgs84().inverse(one.1, one.0, other.1, other.0);
    metres / 1000.0
}

/// Least distance from a point to a line of geodesic legs, km; infinite for an empty line. Legs that cannot be nearer
/// than `enough` km are not looked at closely.
pub fn distance_to_line_km(point: Point, line: &[Point], enough: f64) -> f64 {
    let mut least = line.first().map_or(f64::INFINITY, |first| distance_km(point, *first));
    for leg in line.windows(2) {
        least = least.min(distance_to_leg_km(point, (leg[0], leg[1]), least.min(enough)));
    }
    least
}

/// Steps of the search along a leg: each narrows it by 0.618, so 40 leave 4e-9 of its length.
const STEPS: usize = 40;

/// Least distance to a leg by golden-section search; along a leg of less than a quarter of the earth the distance to a
/// point falls, then rises, unless the point is far off, where ends decide.
fn distance_to_leg_km(point: Point, (from, to): (Point, Point), enough: f64) -> f64 {
    let earth = Geodesic::wgs84();
    let (length, azimuth, _, _): (f64, f64, f64, f64) = earth.inverse(from.1, from.0, to.1, to.0);
    let ends = distance_km(point, from).min(distance_km(point, to));
    if ends - length / 1000.0 > enough {
        return ends;
    }
    let at = |metres: f64| {
        let (latitude, longitude): (f64, f64) = earth.direct(from.1, from.0, azimuth, metres);
        distance_km(point, (longitude, latitude))
    };
    let ratio = (5.0f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.0, length);
    let (mut one, mut other) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_one, mut at_other) = (at(one), at(other));
    for _ in 0..STEPS {
        if at_one < at_other {
            (high, other, at_other) = (other, one, at_one);
            one = high - ratio * (high - low);
            at_one = at(one);
        } else {
            (low, one, at_one) = (one, other, at_other);
            other = low + ratio * (high - low);
            at_other = at(other);
        }
    }
    ends.min(at_one).min(at_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_the_equator_is_111_km_and_a_leg_is_nearer_than_its_ends() {
        assert!((distance_km((0.0, 0.0), (1.0, 0.0)) - 111.319_490_793).abs() < 1e-6);
        // One degree of latitude at the equator: 110.574 km.
        let found = distance_to_line_km((0.3, 1.0), &[(-10.0, 0.0), (10.0, 0.0)], f64::INFINITY);
        assert!((found - 110.574_388_558).abs() < 1e-5, "{found}");
        let beyond = distance_to_line_km((11.0, 0.0), &[(-10.0, 0.0), (10.0, 0.0)], f64::INFINITY);
        assert!((beyond - 111.319_490_793).abs() < 1e-6, "{beyond}");
        assert_eq!(distance_to_line_km((0.0, 0.0), &[], 1.0), f64::INFINITY);
    }
}
