//! Demand that no chain of links and transfers could serve, whatever the rules say.
use crate::ids::{CommodityId, NodeId};
use crate::mode::{Mode, Operation, Status};
use crate::model::{Link, Model, Transfer};
use crate::problem::Problem;
use crate::validity::{Date, Validity};
use std::collections::BTreeMap;

/// A place as one mode and gauge see it.
type Platform = (NodeId, Mode, Option<u32>);

/// Reports demand without a route on the study's date, links shut or planned left out, rules and borders ignored.
pub(crate) fn check(model: &Model, problems: &mut Vec<Problem>) {
    let as_of = model.head.as_of;
    let mut parts: BTreeMap<CommodityId, Parts> = BTreeMap::new();
    for demand in model.demands.iter().filter(|demand| demand.provenance.validity.holds(as_of)) {
        let parts = parts.entry(demand.commodity).or_insert_with(|| Parts::of(model, demand.commodity));
        let holds = |validity: Validity| validity.holds(as_of);
        let origins: Vec<NodeId> = match demand.origin {
            Some(origin) => vec![origin],
            None => {
                let supplies = model.supplies.iter().filter(|row| row.commodity == demand.commodity);
                supplies.filter(|row| holds(row.provenance.validity)).map(|row| row.node).collect()
            }
        };
        let place = &demand.provenance.place;
        let commodity = &model.commodities[demand.commodity.index()].name;
        if origins.is_empty() {
            let message = format!("has no origin, and nobody supplies {commodity} on {as_of}");
            let hint = "name an origin, or add suppliers to the table supply";
            problems.push(Problem::warning(place.column("origin"), message).hint(hint));
        } else if !origins.iter().any(|&origin| parts.joined(origin, demand.destination)) {
            let destination = &model.nodes[demand.destination.index()].name;
            let from = demand.origin.map_or("any supplier", |origin| &model.nodes[origin.index()].name);
            let message = format!("no open route carries {commodity} from {from} to {destination}, even without rules");
            let hint = "a link, a transfer between modes or a gauge change may be missing, or shut";
            problems.push(Problem::warning(place.column("destination"), message).hint(hint));
        }
    }
}

/// The platforms of a commodity, those that are connected under one root.
struct Parts {
    roots: BTreeMap<Platform, usize>,
    parents: Vec<usize>,
    loads: BTreeMap<(NodeId, Operation), Vec<Mode>>,
}

impl Parts {
    fn of(model: &Model, commodity: CommodityId) -> Self {
        let as_of: Date = model.head.as_of;
        let mut parts = Parts { roots: BTreeMap::new(), parents: Vec::new(), loads: BTreeMap::new() };
        let modes = &model.commodities[commodity.index()].modes;
        let usable = |named: &[CommodityId], status: Status, validity: Validity| {
            (named.is_empty() || named.contains(&commodity)) && status == Status::Open && validity.holds(as_of)
        };
        let link_usable = |link: &&Link| {
            modes.contains(&link.mode) && usable(&link.commodities, link.status, link.provenance.validity)
        };
        for link in model.links.iter().filter(link_usable) {
            parts.join((link.from, link.mode, link.gauge_mm), (link.to, link.mode, link.gauge_mm));
        }
        for row in model.transfers.iter().filter(|row| usable(&row.commodities, row.status, row.provenance.validity)) {
            parts.add_transfer(row);
        }
        parts
    }

    fn add_transfer(&mut self, row: &Transfer) {
        match (row.operation, row.from_mode, row.to_mode) {
            (Operation::Load, _, Some(mode)) | (Operation::Unload, Some(mode), _) => {
                self.loads.entry((row.node, row.operation)).or_default().push(mode);
            }
            (_, from, to) => {
                let mode = |mode: Option<Mode>| mode.unwrap_or(Mode::Rail);
                let before = self.platforms(row.node, mode(from), row.from_gauge_mm);
                let after = self.platforms(row.node, mode(to), row.to_gauge_mm);
                for &a in &before {
                    after.iter().for_each(|&b| self.join(a, b));
                }
            }
        }
    }

    fn platforms(&self, node: NodeId, mode: Mode, gauge: Option<u32>) -> Vec<Platform> {
        let here = self.roots.range((node, mode, None)..=(node, mode, Some(u32::MAX)));
        here.map(|(platform, _)| *platform).filter(|platform| gauge.is_none() || platform.2 == gauge).collect()
    }

    fn slot(&mut self, platform: Platform) -> usize {
        let parents = &mut self.parents;
        *self.roots.entry(platform).or_insert_with(|| {
            parents.push(parents.len());
            parents.len() - 1
        })
    }

    fn join(&mut self, a: Platform, b: Platform) {
        let (a, b) = (self.slot(a), self.slot(b));
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }

    fn root(&self, mut slot: usize) -> usize {
        while self.parents[slot] != slot {
            slot = self.parents[slot];
        }
        slot
    }

    /// Roots of the platforms where a shipment can be loaded or unloaded.
    fn ends(&self, node: NodeId, operation: Operation) -> Vec<usize> {
        let listed = self.loads.get(&(node, operation));
        let here = self.roots.range((node, Mode::ALL[0], None)..);
        here.take_while(|((at, _, _), _)| *at == node)
            .filter(|((_, mode, _), _)| listed.is_none_or(|modes| modes.contains(mode)))
            .map(|(_, slot)| self.root(*slot))
            .collect()
    }

    fn joined(&self, origin: NodeId, destination: NodeId) -> bool {
        let starts = self.ends(origin, Operation::Load);
        origin == destination || self.ends(destination, Operation::Unload).iter().any(|end| starts.contains(end))
    }
}
