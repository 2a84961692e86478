//! Flows as GeoJSON: one line a state, link and commodity, WGS 84.
use crate::report::traffic::{course, traffic};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::io::{self, Write};
use thalweg_engine::states::Run;
use thalweg_engine::study::StudyResults;

/// A GeoJSON feature collection (RFC 7946) whose lines are made as they are written.
#[derive(Serialize)]
struct FeatureCollection<'a> {
    r#type: &'static str,
    name: String,
    #[serde(serialize_with = "all_lines")]
    features: &'a StudyResults,
}

#[derive(Debug, Serialize)]
struct Feature {
    r#type: &'static str,
    geometry: Geometry,
    properties: Properties,
}

#[derive(Debug, Serialize)]
struct Geometry {
    r#type: &'static str,
    coordinates: Vec<[f64; 2]>,
}

/// Attributes of a line; those of links without traffic have no commodity.
#[derive(Debug, Serialize)]
struct Properties {
    scenario: String,
    program: &'static str,
    link: String,
    name: String,
    mode: &'static str,
    status: &'static str,
    corridor: String,
    territory: String,
    operator: String,
    confidence: &'static str,
    commodity: String,
    unit: String,
    volume: f64,
    forward: f64,
    backward: f64,
}

/// Writes the lines of all states, the base first: descriptive flows, and idle links of the base with volume 0.
pub fn write_flows_geojson(results: &StudyResults, to: &mut dyn Write) -> io::Result<()> {
    let name = format!("{} flows", results.base.instance.model.head.name);
    let collection = FeatureCollection { r#type: "FeatureCollection", name, features: results };
    Ok(serde_json::to_writer(to, &collection)?)
}

fn all_lines<S: Serializer>(results: &&StudyResults, serializer: S) -> Result<S::Ok, S::Error> {
    let scenarios = results.scenarios.iter().flat_map(|run| lines(run, false));
    serializer.collect_seq(lines(&results.base, true).into_iter().chain(scenarios))
}

fn lines(run: &Run, idle_too: bool) -> Vec<Feature> {
    let instance = &run.instance;
    let model = &instance.model;
    let flows = traffic(instance, &run.described);
    let mut found = Vec::new();
    for (position, link) in model.links.iter().enumerate() {
        if !link.provenance.validity.holds(instance.as_of) {
            continue;
        }
        let actor = |id: Option<thalweg_model::ids::ActorId>| {
            id.map_or_else(String::new, |id| model.actors[id.index()].key.clone())
        };
        let feature = |commodity: Option<&thalweg_model::model::Commodity>, forward: f64, backward: f64| Feature {
            r#type: "Feature",
            geometry: Geometry {
                r#type: "LineString",
                coordinates: course(instance, link).into_iter().map(|(x, y)| [x, y]).collect(),
            },
            properties: Properties {
                scenario: run.scenario.name.clone(),
                program: thalweg_engine::figures::PATH_SIZE_LOGIT,
                link: link.key.clone(),
                name: link.name.clone(),
                mode: link.mode.name(),
                status: link.status.name(),
                corridor: link.corridor.clone(),
                territory: actor(link.territory),
                operator: actor(link.operator),
                confidence: link.provenance.confidence.name(),
                commodity: commodity.map_or_else(String::new, |row| row.key.clone()),
                unit: commodity.map_or_else(String::new, |row| format!("{}/yr", row.unit)),
                volume: forward + backward,
                forward,
                backward,
            },
        };
        match flows.get(&position.into()) {
            Some(flow) => {
                let mut sides: BTreeMap<_, (f64, f64)> = BTreeMap::new();
                flow.forward.iter().for_each(|(id, volume)| sides.entry(*id).or_default().0 += volume);
                flow.backward.iter().for_each(|(id, volume)| sides.entry(*id).or_default().1 += volume);
                let row = |(id, (forward, backward)): (thalweg_model::ids::CommodityId, (f64, f64))| {
                    feature(Some(&model.commodities[id.index()]), forward, backward)
                };
                found.extend(sides.into_iter().map(row));
            }
            None if idle_too => found.push(feature(None, 0.0, 0.0)),
            None => {}
        }
    }
    found
}
