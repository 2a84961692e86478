//! Lines as an OGC GeoPackage 1.3: one layer in WGS 84, made in memory with SQLite.
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params, params_from_iter};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// `GPKG` as the application's id of the file, and version 1.3.
const HEAD: &str = "PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300;";

const TABLES: &str = "
    CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
    INSERT INTO gpkg_spatial_ref_sys VALUES
        ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
        ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
        ('WGS 84 geodetic', 4326, 'EPSG', 4326,
         'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\",\"4326\"]]',
         'longitude and latitude in decimal degrees on the WGS 84 spheroid');
    CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
        last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
    CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
        z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
";

/// Name of the layer.
const LAYER: &str = "flows";

/// When the layer last changed: the same flows make the same bytes, so no clock is read.
const CHANGED: &str = "2000-01-01T00:00:00.000Z";

/// A GeoJSON collection of lines as the bytes of a GeoPackage; properties become columns.
pub fn geopackage(collection: &Value) -> Result<Vec<u8>, rusqlite::Error> {
    let none = Vec::new();
    let features = collection.get("features").and_then(Value::as_array).unwrap_or(&none);
    let columns = columns(features);
    let mut file = Connection::open_in_memory()?;
    file.execute_batch(HEAD)?;
    file.execute_batch(TABLES)?;
    let typed: String = columns.iter().map(|(name, kind)| format!(", {} {kind}", quoted(name))).collect();
    file.execute_batch(&format!(
        "CREATE TABLE {LAYER} (fid INTEGER PRIMARY KEY AUTOINCREMENT, geom LINESTRING{typed})"
    ))?;
    let mut bounds = Bounds::NONE;
    let whole = file.transaction()?;
    {
        let places: String = columns.iter().map(|_| ", ?").collect();
        let names: String = columns.keys().map(|name| format!(", {}", quoted(name))).collect();
        let mut insert = whole.prepare(&format!("INSERT INTO {LAYER} (geom{names}) VALUES (?{places})"))?;
        for feature in features {
            let points = points(feature);
            points.iter().for_each(|point| bounds.take(*point));
            let properties = feature.get("properties").and_then(Value::as_object);
            let mut cells = vec![Cell::Blob(geometry(&points))];
            cells.extend(columns.keys().map(|name| cell(properties.and_then(|row| row.get(name)))));
            insert.execute(params_from_iter(cells))?;
        }
    }
    let [min_x, min_y, max_x, max_y] = bounds.0;
    whole.execute(
        "INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, '', ?2, ?3, ?4, ?5, ?6, 4326)",
        params![LAYER, CHANGED, min_x, min_y, max_x, max_y],
    )?;
    whole.execute("INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', 'LINESTRING', 4326, 0, 0)", [LAYER])?;
    whole.commit()?;
    Ok(file.serialize("main")?.to_vec())
}

/// Columns of the properties with their types: numbers where every value is one.
fn columns(features: &[Value]) -> BTreeMap<String, &'static str> {
    let mut found: BTreeMap<String, &'static str> = BTreeMap::new();
    let rows = features.iter().filter_map(|feature| feature.get("properties").and_then(Value::as_object));
    for (name, value) in rows.flat_map(Map::iter).filter(|(_, value)| !value.is_null()) {
        let kind = if value.is_number() { "DOUBLE" } else { "TEXT" };
        let known = found.entry(name.clone()).or_insert(kind);
        if *known != kind {
            *known = "TEXT";
        }
    }
    found
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn cell(value: Option<&Value>) -> Cell {
    match value {
        None | Some(Value::Null) => Cell::Null,
        Some(Value::Number(number)) => number.as_f64().map_or(Cell::Null, Cell::Real),
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(other) => Cell::Text(other.to_string()),
    }
}

fn points(feature: &Value) -> Vec<(f64, f64)> {
    let coordinates = feature.pointer("/geometry/coordinates").and_then(Value::as_array);
    let point = |point: &Value| Some((point.get(0)?.as_f64()?, point.get(1)?.as_f64()?));
    coordinates.into_iter().flatten().filter_map(point).collect()
}

/// Least and greatest longitude and latitude: west, south, east, north.
struct Bounds([f64; 4]);

impl Bounds {
    const NONE: Bounds = Bounds([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY]);

    fn take(&mut self, (x, y): (f64, f64)) {
        let [west, south, east, north] = self.0;
        self.0 = [west.min(x), south.min(y), east.max(x), north.max(y)];
    }
}

/// A line as a GeoPackage keeps it: a head with its bounds, then well-known binary, all little-endian.
fn geometry(points: &[(f64, f64)]) -> Vec<u8> {
    const LITTLE_ENDIAN_WITH_BOUNDS: u8 = 0b0000_0011;
    const WKB_LINE: u32 = 2;
    let mut bounds = Bounds::NONE;
    points.iter().for_each(|point| bounds.take(*point));
    let [west, south, east, north] = bounds.0;
    let mut bytes = vec![b'G', b'P', 0, LITTLE_ENDIAN_WITH_BOUNDS];
    bytes.extend(4326i32.to_le_bytes());
    [west, east, south, north].iter().for_each(|bound| bytes.extend(bound.to_le_bytes()));
    bytes.push(1);
    bytes.extend(WKB_LINE.to_le_bytes());
    bytes.extend(u32::try_from(points.len()).unwrap_or(u32::MAX).to_le_bytes());
    for (x, y) in points {
        bytes.extend(x.to_le_bytes());
        bytes.extend(y.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Reads a line back by the words of the standard, not with the writer's code.
    fn line_of(bytes: &[u8]) -> (i32, Vec<(f64, f64)>) {
        assert_eq!(&bytes[..3], b"GP\0");
        assert_eq!(bytes[3] & 1, 1, "little-endian");
        assert_eq!((bytes[3] >> 1) & 0b111, 1, "bounds of two axes");
        let double = |at: usize| f64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        let whole = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let wkb = 8 + 4 * 8;
        assert_eq!((bytes[wkb], whole(wkb + 1)), (1, 2), "a line, little-endian");
        let count = whole(wkb + 5) as usize;
        let points = (0..count).map(|n| (double(wkb + 9 + 16 * n), double(wkb + 17 + 16 * n))).collect::<Vec<_>>();
        let least = points.iter().map(|point| point.0).fold(f64::INFINITY, f64::min);
        assert_eq!(double(8), least, "the bounds begin with the least longitude");
        (whole(4) as i32, points)
    }

    #[test]
    fn what_is_written_is_read_back() {
        let line = |name: &str, volume: Value, points: Value| {
            json!({ "type": "Feature", "geometry": { "type": "LineString", "coordinates": points },
                    "properties": { "link": name, "volume": volume } })
        };
        let collection = json!({ "features": [
            line("a\"b", json!(1.5), json!([[49.9, 40.4], [51.1, 43.6], [44.8, 41.7]])),
            line("c", json!(2), json!([[0.0, -1.0], [1.0, 1.0]])),
        ] });
        let bytes = geopackage(&collection).unwrap();
        assert_eq!(geopackage(&collection).unwrap(), bytes, "the same lines, other bytes");
        assert_eq!(&bytes[..15], b"SQLite format 3");
        assert_eq!(&bytes[68..72], b"GPKG");
        let mut file = Connection::open_in_memory().unwrap();
        file.deserialize_read_exact("main", bytes.as_slice(), bytes.len(), true).unwrap();
        let sound: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        let mut rows = file.prepare("SELECT geom, link, volume FROM flows ORDER BY fid").unwrap();
        let rows: Vec<(Vec<u8>, String, f64)> = rows
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(line_of(&rows[0].0), (4326, vec![(49.9, 40.4), (51.1, 43.6), (44.8, 41.7)]));
        assert_eq!((rows[0].1.as_str(), rows[0].2, rows[1].2), ("a\"b", 1.5, 2.0));
        let bounds: (f64, f64, f64, f64) = file
            .query_row("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'flows'", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .unwrap();
        assert_eq!(bounds, (0.0, -1.0, 51.1, 43.6));
    }
}
