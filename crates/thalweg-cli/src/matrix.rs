//! `thalweg depend --matrix`: actors against beneficiaries, one grid for each layer, commodity and lever.
use crate::output::{short, table};
use std::collections::{BTreeMap, BTreeSet};
use thalweg_engine::dependence::Dependence;
use thalweg_model::ids::ActorId;
use thalweg_model::model::Model;

/// A grid for each layer, commodity and lever: share that touches, and cost of refusal in millions.
pub fn matrices(model: &Model, found: &[Dependence]) -> String {
    let mut grids: BTreeMap<(String, String, String), Vec<&Dependence>> = BTreeMap::new();
    for row in found.iter().filter(|row| row.relation.of.is_some()) {
        let commodity = row.relation.commodity.map(|id| &model.commodities[id.index()]);
        let (layer, name) = commodity.map_or_else(Default::default, |row| (row.layer.clone(), row.key.clone()));
        let levers: Vec<&str> = row.relation.levers.iter().map(|lever| lever.name()).collect();
        grids.entry((layer, name, levers.join(" or "))).or_default().push(row);
    }
    let text = grids
        .into_iter()
        .map(|((layer, commodity, lever), rows)| format!("\n{commodity} ({layer}) by {lever}\n{}", grid(model, &rows)));
    let head = "Rows: whose gates; columns: whose shipments. Share that touches, %, and cost of refusal, M a year";
    format!("{head}{}", text.collect::<String>())
}

fn grid(model: &Model, rows: &[&Dependence]) -> String {
    let key = |actor: &ActorId| model.actors[actor.index()].key.as_str();
    let by: BTreeSet<ActorId> = rows.iter().map(|row| row.relation.by).collect();
    let of: BTreeSet<ActorId> = rows.iter().filter_map(|row| row.relation.of).collect();
    let cell = |by: ActorId, of: ActorId| {
        let found = rows.iter().find(|row| row.relation.by == by && row.relation.of == Some(of));
        found.map_or_else(String::new, |row| {
            let refusal = if row.refusal.abs() < 1.0 { 0.0 } else { row.refusal / 1e6 };
            format!("{} % {}", short(100.0 * row.exposure()), short(refusal))
        })
    };
    let line = |by: &ActorId| std::iter::once(key(by).to_owned()).chain(of.iter().map(|of| cell(*by, *of))).collect();
    let header: Vec<&str> = std::iter::once("").chain(of.iter().map(key)).collect();
    table(&header, by.iter().map(line).collect())
}
