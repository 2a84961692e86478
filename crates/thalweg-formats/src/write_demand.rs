//! Demands as the table `demand.csv` they are read back from.
use std::io;
use thalweg_model::model::{Demand, Model};
use thalweg_model::units::Ranged;

/// The columns written, in order; amounts are in the study's money.
const HEADER: [&str; 18] = [
    "demand_id",
    "commodity",
    "origin",
    "destination",
    "volume",
    "volume_low",
    "volume_high",
    "unit",
    "period",
    "shipper",
    "consignee",
    "flag",
    "vehicles",
    "unserved_cost",
    "valid_from",
    "valid_until",
    "source",
    "note",
];

/// The text of the table; every row is marked `estimate`.
pub fn write_demand(model: &Model, rows: &[Demand]) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER.iter().copied().chain(["confidence"]))?;
    for row in rows {
        let commodity = &model.commodities[row.commodity.index()];
        let node = |id: thalweg_model::ids::NodeId| model.nodes[id.index()].key.clone();
        let actor = |id: Option<thalweg_model::ids::ActorId>| {
            id.map_or_else(String::new, |id| model.actors[id.index()].key.clone())
        };
        let end = |end: Option<f64>| end.map_or_else(String::new, |end| end.to_string());
        let day = |day: Option<thalweg_model::validity::Date>| day.map_or_else(String::new, |day| day.to_string());
        let vehicles: Vec<&str> = row.vehicles.iter().map(|id| model.vehicles[id.index()].key.as_str()).collect();
        let sources: Vec<&str> =
            row.provenance.sources.iter().map(|id| model.sources[id.index()].key.as_str()).collect();
        let Ranged { value, low, high } = row.volume;
        writer.write_record([
            row.key.clone(),
            commodity.key.clone(),
            row.origin.map_or_else(String::new, node),
            node(row.destination),
            value.to_string(),
            end(low),
            end(high),
            format!("{}/yr", commodity.unit),
            row.period.clone(),
            actor(row.shipper),
            actor(row.consignee),
            actor(row.flag),
            vehicles.join("|"),
            end(row.unserved_cost.map(|cost| cost.value)),
            day(row.provenance.validity.from),
            day(row.provenance.validity.until),
            sources.join("|"),
            row.provenance.note.clone(),
            "estimate".to_owned(),
        ])?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}
