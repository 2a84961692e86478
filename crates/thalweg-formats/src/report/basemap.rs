//! Land and water behind the flows, from the simple polygon files under `studies/basemap`.
use crate::builtin;
use serde::Deserialize;

/// Folder of the built-in polygon files, beside the studies.
const FOLDER: &str = "basemap";

/// Land and water as rings of longitude and latitude; empty where no polygon file is part of the program.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Basemap {
    /// Land.
    #[serde(default)]
    pub polygons: Vec<Polygon>,
    /// Water inside land: the Caspian, great lakes.
    #[serde(default)]
    pub water: Vec<Polygon>,
}

/// Rings of one piece of land or sea; a point in an odd number of rings lies inside.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Polygon {
    /// Rings of longitude and latitude, degrees, WGS 84.
    pub rings: Vec<Vec<(f64, f64)>>,
}

impl Basemap {
    /// The polygon files that are part of the program, together; a file that is not of this shape is left out.
    pub fn built_in() -> Self {
        let mut whole = Basemap::default();
        for bytes in builtin::files(FOLDER).into_iter().flat_map(|files| files.files.into_values()) {
            if let Ok(mut part) = serde_json::from_slice::<Basemap>(&bytes) {
                whole.polygons.append(&mut part.polygons);
                whole.water.append(&mut part.water);
            }
        }
        whole
    }
}
