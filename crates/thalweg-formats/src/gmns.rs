//! Road networks and trips in the General Modeling Network Specification's CSV tables, as far as an assignment reads them.
//!
//! `node.csv`: `node_id`, and `zone_id` for centroids. `link.csv`: `from_node_id`, `to_node_id`, `length`, `capacity`
//! (vehicles per lane and hour), `lanes`, `free_speed`, `directed`, `toll`, and where present `vdf_fftt`, `vdf_alpha`,
//! `vdf_beta` (alpha is the coefficient, beta the power). `demand.csv`: `o_zone_id`, `d_zone_id`, `volume`.

use super::tntp::ReadFault;
use std::collections::BTreeMap;
use std::path::Path;
use thalweg_engine::equilibrium::road_network::Extent;
use thalweg_engine::equilibrium::trip_table::Trip;

/// Coefficient and power of the Bureau of Public Roads (1964), where a link gives none.
const BPR_COEFFICIENT: f64 = 0.15;
const BPR_POWER: f64 = 4.0;

/// A GMNS road network. Zones come first among the nodes, in the order of their ids.
#[derive(Clone, Debug, PartialEq)]
pub struct GmnsNetwork {
    /// Sizes; no node is closed to through paths, for the tables do not say so.
    pub extent: Extent,
    /// The id of every node, by index.
    pub node_ids: Vec<String>,
    /// The zone of each index below `extent.zones`.
    pub zone_ids: Vec<String>,
    /// Links in file order; one that is not `directed` gives two.
    pub links: Vec<GmnsLink>,
}

/// A directed road link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GmnsLink {
    /// Node the link leaves.
    pub from: u32,
    /// Node the link enters.
    pub to: u32,
    /// Vehicles per hour, over all lanes.
    pub capacity: f64,
    /// Length in the table's unit.
    pub length: f64,
    /// Time on the empty link: `vdf_fftt`, or length over free speed in minutes.
    pub free_flow_time: f64,
    /// Factor before the power of the volume-capacity ratio.
    pub coefficient: f64,
    /// The power.
    pub power: f64,
    /// Toll in the table's unit.
    pub toll: f64,
}

/// Reads `node.csv` and `link.csv` of a folder.
///
/// # Errors
/// The first place where a table is not what it should be.
pub fn read_network(folder: &Path) -> Result<GmnsNetwork, ReadFault> {
    let mut nodes = Table::open(&folder.join("node.csv"), &["node_id"])?;
    let mut centroids = Vec::new();
    let mut others = Vec::new();
    while nodes.next_row()? {
        let id = nodes.text("node_id")?.to_owned();
        match nodes.text_if_any("zone_id") {
            Some(zone) => centroids.push((zone.to_owned(), id)),
            None => others.push(id),
        }
    }
    centroids.sort_by(|a, b| natural(&a.0).cmp(&natural(&b.0)));
    let zone_ids: Vec<String> = centroids.iter().map(|(zone, _)| zone.clone()).collect();
    let node_ids: Vec<String> = centroids.into_iter().map(|(_, id)| id).chain(others).collect();
    let index: BTreeMap<&str, u32> = (0_u32..).zip(&node_ids).map(|(index, id)| (id.as_str(), index)).collect();
    let mut rows = Table::open(&folder.join("link.csv"), &["from_node_id", "to_node_id"])?;
    let mut links = Vec::new();
    while rows.next_row()? {
        let link = read_link(&rows, &index)?;
        links.push(link);
        if matches!(rows.text_if_any("directed"), Some("0" | "false" | "False" | "FALSE")) {
            links.push(GmnsLink { from: link.to, to: link.from, ..link });
        }
    }
    let extent = Extent { zones: zone_ids.len() as u32, nodes: node_ids.len() as u32, first_thru_node: 0 };
    Ok(GmnsNetwork { extent, zone_ids, links, node_ids })
}

/// Reads a demand table against a network's zones.
///
/// # Errors
/// The first place where the table is not what it should be.
pub fn read_demand(file: &Path, network: &GmnsNetwork) -> Result<Vec<Trip>, ReadFault> {
    let index: BTreeMap<&str, u32> =
        (0_u32..).zip(&network.zone_ids).map(|(index, zone)| (zone.as_str(), index)).collect();
    let mut rows = Table::open(file, &["o_zone_id", "d_zone_id", "volume"])?;
    let mut trips = Vec::new();
    while rows.next_row()? {
        let origin = rows.known("o_zone_id", &index, "zone")?;
        let destination = rows.known("d_zone_id", &index, "zone")?;
        let volume = rows.number("volume")?;
        if volume < 0.0 {
            return Err(rows.fault("volume", "is below zero"));
        }
        trips.push(Trip { origin, destination, volume });
    }
    Ok(trips)
}

fn read_link(rows: &Table, index: &BTreeMap<&str, u32>) -> Result<GmnsLink, ReadFault> {
    let from = rows.known("from_node_id", index, "node")?;
    let to = rows.known("to_node_id", index, "node")?;
    let length = rows.number_or("length", 0.0)?;
    let lanes = rows.number_or("lanes", 1.0)?;
    let free_flow_time = match rows.text_if_any("vdf_fftt") {
        Some(_) => rows.number("vdf_fftt")?,
        None => {
            let speed = rows.number("free_speed")?;
            if speed <= 0.0 {
                return Err(rows.fault("free_speed", "is not above zero"));
            }
            60.0 * length / speed
        }
    };
    Ok(GmnsLink {
        from,
        to,
        capacity: lanes * rows.number("capacity")?,
        length,
        free_flow_time,
        coefficient: rows.number_or("vdf_alpha", BPR_COEFFICIENT)?,
        power: rows.number_or("vdf_beta", BPR_POWER)?,
        toll: rows.number_or("toll", 0.0)?,
    })
}

/// Whole numbers order by value and before words.
fn natural(id: &str) -> (u64, &str) {
    (id.parse().unwrap_or(u64::MAX), id)
}

/// A CSV table with a heading, read row by row.
struct Table {
    file: String,
    reader: csv::Reader<std::fs::File>,
    columns: BTreeMap<String, usize>,
    record: csv::StringRecord,
    row: u64,
}

impl Table {
    fn open(file: &Path, wanted: &[&str]) -> Result<Table, ReadFault> {
        let name = file.display().to_string();
        let fault = |row, what: String| ReadFault { file: name.clone(), row, column: 0, what };
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .flexible(true)
            .from_path(file)
            .map_err(|error| fault(0, format!("the file cannot be opened: {error}")))?;
        let headings = reader.headers().map_err(|error| fault(1, error.to_string()))?;
        let columns: BTreeMap<String, usize> =
            headings.iter().enumerate().map(|(place, heading)| (heading.to_owned(), place)).collect();
        if let Some(missing) = wanted.iter().find(|heading| !columns.contains_key(**heading)) {
            return Err(fault(1, format!("the column `{missing}` is missing")));
        }
        Ok(Table { file: name, reader, columns, record: csv::StringRecord::new(), row: 1 })
    }

    fn next_row(&mut self) -> Result<bool, ReadFault> {
        let more = self.reader.read_record(&mut self.record).map_err(|error| ReadFault {
            file: self.file.clone(),
            row: error.position().map_or(self.row + 1, csv::Position::line),
            column: 0,
            what: error.to_string(),
        })?;
        self.row = self.record.position().map_or(self.row, csv::Position::line);
        Ok(more)
    }

    fn text_if_any(&self, heading: &str) -> Option<&str> {
        self.columns.get(heading).and_then(|place| self.record.get(*place)).filter(|text| !text.is_empty())
    }

    fn text(&self, heading: &str) -> Result<&str, ReadFault> {
        self.text_if_any(heading).ok_or_else(|| self.fault(heading, "is missing"))
    }

    fn number(&self, heading: &str) -> Result<f64, ReadFault> {
        let text = self.text(heading)?;
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(self.fault(heading, &format!("is \"{text}\", not a number"))),
        }
    }

    fn number_or(&self, heading: &str, absent: f64) -> Result<f64, ReadFault> {
        if self.text_if_any(heading).is_none() { Ok(absent) } else { self.number(heading) }
    }

    fn known(&self, heading: &str, index: &BTreeMap<&str, u32>, what: &str) -> Result<u32, ReadFault> {
        let text = self.text(heading)?;
        index.get(text).copied().ok_or_else(|| self.fault(heading, &format!("names no {what}: \"{text}\"")))
    }

    fn fault(&self, heading: &str, what: &str) -> ReadFault {
        ReadFault {
            file: self.file.clone(),
            row: self.row,
            column: self.columns.get(heading).map_or(0, |place| *place as u64 + 1),
            what: format!("`{heading}` {what}"),
        }
    }
}
