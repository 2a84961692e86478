//! Nodes where something is missing: links at all, a border crossing, a gauge change, the other side.
use crate::ids::{ActorId, CrossingId, NodeId};
use crate::mode::{Mode, Operation};
use crate::model::Model;
use crate::place::Place;
use crate::problem::Problem;
use std::collections::{BTreeMap, BTreeSet};

/// Reports nodes no link touches, territories and gauges that cannot meet, and crossings with one side.
pub(crate) fn check(model: &Model, problems: &mut Vec<Problem>) {
    let mut meetings: BTreeMap<(NodeId, Mode), Meeting> = BTreeMap::new();
    let mut touched = vec![false; model.nodes.len()];
    for link in &model.links {
        for node in [link.from, link.to] {
            touched[node.index()] = true;
            let meeting = meetings.entry((node, link.mode)).or_default();
            meeting.territories.extend(link.territory);
            meeting.gauges.entry(link.gauge_mm).or_insert_with(|| link.provenance.place.clone());
        }
    }
    for (node, _) in model.nodes.iter().zip(&touched).filter(|(_, touched)| !**touched) {
        let message = format!("no link touches {}", node.name);
        problems
            .push(Problem::warning(node.provenance.place.clone(), message).hint("add a link, or leave the node out"));
    }
    for ((node, mode), meeting) in &meetings {
        missing_crossing(model, (*node, *mode), meeting, problems);
        if *mode == Mode::Rail {
            missing_gauge_change(model, *node, meeting, problems);
        }
    }
    lone_sides(model, problems);
}

/// What links of one mode bring to a node.
#[derive(Default)]
struct Meeting {
    territories: BTreeSet<ActorId>,
    gauges: BTreeMap<Option<u32>, Place>,
}

fn missing_crossing(model: &Model, (node, mode): (NodeId, Mode), meeting: &Meeting, problems: &mut Vec<Problem>) {
    if meeting.territories.len() < 2 || model.head.implied_borders.contains(&mode) {
        return;
    }
    let mut joined: BTreeMap<ActorId, BTreeSet<CrossingId>> = BTreeMap::new();
    for side in &model.sides {
        let crossing = &model.crossings[side.crossing.index()];
        if crossing.node == node && crossing.mode == mode {
            joined.entry(side.territory).or_default().insert(side.crossing);
        }
    }
    let alone: Vec<&str> = meeting
        .territories
        .iter()
        .filter(|territory| !joined.contains_key(territory))
        .map(|territory| model.actors[territory.index()].key.as_str())
        .collect();
    if !alone.is_empty() {
        let node = &model.nodes[node.index()];
        let all = meeting.territories.iter().map(|id| model.actors[id.index()].key.as_str());
        let all = all.collect::<Vec<_>>().join(", ");
        let message = format!(
            "{mode} links of {all} meet at {}, and no {mode} crossing there has a side of {}",
            node.name,
            alone.join(", ")
        );
        let hint = "add two rows to the table border_crossing, or correct a link's territory";
        problems.push(Problem::warning(node.provenance.place.clone(), message).hint(hint));
    }
}

fn missing_gauge_change(model: &Model, node: NodeId, meeting: &Meeting, problems: &mut Vec<Problem>) {
    if meeting.gauges.len() < 2 {
        return;
    }
    let changes: Vec<[Option<u32>; 2]> = model
        .transfers
        .iter()
        .filter(|row| row.node == node && (row.operation == Operation::GaugeChange || row.from_mode == row.to_mode))
        .map(|row| [row.from_gauge_mm, row.to_gauge_mm])
        .collect();
    let joined = |gauge: &Option<u32>| changes.iter().any(|ends| ends.contains(gauge));
    if let Some((gauge, place)) = meeting.gauges.iter().find(|(gauge, _)| !joined(gauge)) {
        let say = |gauge: &Option<u32>| gauge.map_or_else(|| "no gauge".to_owned(), |gauge| format!("{gauge} mm"));
        let all = meeting.gauges.keys().map(say).collect::<Vec<_>>().join(" and ");
        let name = &model.nodes[node.index()].name;
        let message = format!("rail of {all} meets at {name}, and no gauge change there takes {}", say(gauge));
        let hint = match gauge {
            None => "give every rail link its gauge",
            Some(_) => "add a row gauge_change to the table transfer, or correct the gauge",
        };
        problems.push(Problem::warning(place.column("gauge"), message).hint(hint));
    }
}

fn lone_sides(model: &Model, problems: &mut Vec<Problem>) {
    for (position, crossing) in model.crossings.iter().enumerate() {
        let sides = || model.sides.iter().filter(|side| side.crossing.index() == position);
        let territories: BTreeSet<ActorId> = sides().map(|side| side.territory).collect();
        if let (1, Some(side)) = (territories.len(), sides().next()) {
            let message =
                format!("the crossing `{}` has one side, {}", crossing.key, model.actors[side.territory.index()].key);
            let hint = "add a row for the other state's side";
            problems.push(Problem::warning(side.provenance.place.column("territory"), message).hint(hint));
        }
    }
}
