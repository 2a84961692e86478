//! From longitude and latitude to points of a picture: equal-area around a region, or the whole world.

/// How the globe is laid flat.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Projection {
    /// Lambert's azimuthal equal-area around a centre, radians (Snyder 1987, equation 24-2).
    Azimuthal { longitude: f64, latitude: f64 },
    /// Equirectangular, true to scale at 30 degrees.
    World,
}

/// A picture of a part of the globe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    projection: Projection,
    left: f64,
    top: f64,
    scale: f64,
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
}

const MARGIN: f64 = 34.0;

/// How far a pixel lies on the inner side of an edge of a frame.
type Inside = fn(&Frame, (f64, f64)) -> f64;

impl Frame {
    /// An equal-area picture of the region that `points` span.
    pub fn region(points: &[(f64, f64)], width: f64, heights: (f64, f64)) -> Self {
        let (west, east, south, north) = bounds(points);
        let centre = ((west + east) / 2.0, (south + north) / 2.0);
        let projection = Projection::Azimuthal { longitude: centre.0.to_radians(), latitude: centre.1.to_radians() };
        Self::fitted(projection, points, width, heights)
    }

    /// A picture of the world cut to `points`.
    pub fn world(points: &[(f64, f64)], width: f64, heights: (f64, f64)) -> Self {
        Self::fitted(Projection::World, points, width, heights)
    }

    fn fitted(projection: Projection, points: &[(f64, f64)], width: f64, (least, most): (f64, f64)) -> Self {
        let flat: Vec<(f64, f64)> = points.iter().map(|point| project(projection, *point)).collect();
        let (west, east, south, north) = bounds(&flat);
        let (span_x, span_y) = ((east - west).max(1e-6), (north - south).max(1e-6));
        let wide = (width - 2.0 * MARGIN) / span_x;
        let height = (span_y * wide + 2.0 * MARGIN).clamp(least, most);
        let scale = wide.min((height - 2.0 * MARGIN) / span_y);
        Self {
            projection,
            left: (west + east) / 2.0 - width / 2.0 / scale,
            top: (south + north) / 2.0 + height / 2.0 / scale,
            scale,
            width,
            height,
        }
    }

    /// Whether it shows a region and not the world.
    pub fn is_region(&self) -> bool {
        self.projection != Projection::World
    }

    /// Pixel of a longitude and latitude.
    pub fn pixel(&self, point: (f64, f64)) -> (f64, f64) {
        let (x, y) = project(self.projection, point);
        ((x - self.left) * self.scale, (self.top - y) * self.scale)
    }

    /// Whether a pixel lies in the picture, `margin` pixels from its edge.
    pub fn holds(&self, (x, y): (f64, f64), margin: f64) -> bool {
        x >= margin && x <= self.width - margin && y >= margin && y <= self.height - margin
    }

    /// Pixels of a course, with points put in so that long legs bend as the projection bends them.
    pub fn course(&self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let mut pixels = Vec::new();
        for pair in points.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let steps = (((x1 - x0).abs().max((y1 - y0).abs()) / 4.0).ceil() as usize).max(1);
            for step in 0..steps {
                let part = step as f64 / steps as f64;
                pixels.push(self.pixel((x0 + (x1 - x0) * part, y0 + (y1 - y0) * part)));
            }
        }
        pixels.extend(points.last().map(|last| self.pixel(*last)));
        pixels
    }

    /// A ring's pixels cut to the picture; empty where it lies outside.
    pub fn ring(&self, ring: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let near = |point: &&(f64, f64)| match self.projection {
            Projection::World => true,
            Projection::Azimuthal { longitude, latitude } => {
                let (x, y) = (point.0.to_radians(), point.1.to_radians());
                latitude.sin() * y.sin() + latitude.cos() * y.cos() * (x - longitude).cos() > -0.4
            }
        };
        let pixels: Vec<(f64, f64)> = ring.iter().filter(near).map(|point| self.pixel(*point)).collect();
        let edges: [Inside; 4] = [
            |_, (x, _)| x + 4.0,
            |frame, (x, _)| frame.width + 4.0 - x,
            |_, (_, y)| y + 4.0,
            |frame, (_, y)| frame.height + 4.0 - y,
        ];
        let cut = edges.iter().fold(pixels, |pixels, inside| self.cut(&pixels, *inside));
        thinned(&cut)
    }

    /// Sutherland and Hodgman (1974): the part of a polygon on the inner side of one edge.
    fn cut(&self, pixels: &[(f64, f64)], inside: Inside) -> Vec<(f64, f64)> {
        let mut kept = Vec::new();
        for (position, &here) in pixels.iter().enumerate() {
            let before = pixels[(position + pixels.len() - 1) % pixels.len()];
            let (now, then) = (inside(self, here), inside(self, before));
            if (now >= 0.0) != (then >= 0.0) {
                let part = then / (then - now);
                kept.push((before.0 + (here.0 - before.0) * part, before.1 + (here.1 - before.1) * part));
            }
            if now >= 0.0 {
                kept.push(here);
            }
        }
        kept
    }
}

/// Leaves out points closer than half a pixel to the last kept one.
fn thinned(pixels: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for &(x, y) in pixels {
        if kept.last().is_none_or(|(a, b)| (x - a).hypot(y - b) > 0.5) {
            kept.push((x, y));
        }
    }
    if kept.len() > 2 { kept } else { Vec::new() }
}

fn project(projection: Projection, (longitude, latitude): (f64, f64)) -> (f64, f64) {
    let (x, y) = (longitude.to_radians(), latitude.to_radians());
    match projection {
        Projection::World => (x * 30f64.to_radians().cos(), y),
        Projection::Azimuthal { longitude: x0, latitude: y0 } => {
            let cosine = y0.sin() * y.sin() + y0.cos() * y.cos() * (x - x0).cos();
            let stretch = (2.0 / (1.0 + cosine).max(1e-3)).sqrt();
            (stretch * y.cos() * (x - x0).sin(), stretch * (y0.cos() * y.sin() - y0.sin() * y.cos() * (x - x0).cos()))
        }
    }
}

/// West, east, south and north of some points.
pub fn bounds(points: &[(f64, f64)]) -> (f64, f64, f64, f64) {
    points.iter().fold(
        (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY),
        |(west, east, south, north), (x, y)| (west.min(*x), east.max(*x), south.min(*y), north.max(*y)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_fits_its_picture_with_north_up() {
        let points = [(40.0, 38.0), (70.0, 38.0), (55.0, 46.0)];
        let frame = Frame::region(&points, 1000.0, (300.0, 620.0));
        assert!(points.iter().all(|point| frame.holds(frame.pixel(*point), MARGIN / 2.0)));
        assert!(frame.pixel((55.0, 46.0)).1 < frame.pixel((55.0, 38.0)).1);
    }

    #[test]
    fn a_ring_is_cut_at_the_edges_and_one_outside_vanishes() {
        let frame = Frame::region(&[(40.0, 38.0), (70.0, 46.0)], 1000.0, (300.0, 620.0));
        let around = [(0.0, 0.0), (110.0, 0.0), (110.0, 80.0), (0.0, 80.0)];
        assert!(!frame.ring(&around).is_empty());
        assert!(frame.ring(&around).iter().all(|pixel| frame.holds(*pixel, -5.0)));
        assert!(frame.ring(&[(-60.0, -30.0), (-59.0, -30.0), (-59.0, -29.0)]).is_empty());
    }
}
