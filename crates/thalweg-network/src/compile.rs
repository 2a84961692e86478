//! From a model's rows to the virtual network.
use crate::network::{Arc, ArcGates, ArcRow, Network, Station, Vertex, VertexId};
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::ids::{ActorId, LinkId, NodeId, SideId, SupplyId, TransferId};
use thalweg_model::mode::{Mode, Operation};
use thalweg_model::model::{Crossing, Link, Model, Provenance, Side, Supply, Transfer};
use thalweg_model::validity::Date;

/// Builds the network of the rows that hold on `as_of`; closed and planned rows are arcs too, shut in `Supply`.
///
/// `extra_supplies` are suppliers that only scenarios bring; they get arcs, numbered after the model's own.
pub fn compile(model: &Model, as_of: Date, extra_supplies: &[Supply]) -> Network {
    let mut draft = NetworkDraft { model, as_of, drafts: Vec::new(), stations: BTreeSet::new() };
    draft.add_links();
    draft.add_listed_borders();
    draft.add_gauge_changes();
    for mode in &model.head.implied_borders {
        draft.add_implied_borders(*mode);
    }
    draft.add_transfers();
    draft.add_terminals();
    draft.add_supplies(extra_supplies);
    draft.finish()
}

struct ArcDraft {
    tail: Vertex,
    head: Vertex,
    operation: Operation,
    row: ArcRow,
    gates: ArcGates,
    link: Option<LinkId>,
    transfer: Option<TransferId>,
}

struct NetworkDraft<'a> {
    model: &'a Model,
    as_of: Date,
    drafts: Vec<ArcDraft>,
    stations: BTreeSet<Station>,
}

impl NetworkDraft<'_> {
    fn holds(&self, provenance: &Provenance) -> bool {
        provenance.validity.holds(self.as_of)
    }

    fn station(&mut self, station: Station) -> Vertex {
        self.stations.insert(station);
        Vertex::Station(station)
    }

    fn stations_at(&self, node: NodeId, mode: Mode) -> Vec<Station> {
        self.stations.iter().filter(|station| station.node == node && station.mode == mode).copied().collect()
    }

    fn push(&mut self, ends: (Vertex, Vertex), operation: Operation, row: ArcRow, gates: ArcGates) {
        let link = match row {
            ArcRow::Link(link, _) | ArcRow::Passage(_, link, _) => Some(link),
            _ => None,
        };
        let transfer = match row {
            ArcRow::Transfer(transfer, _) => Some(transfer),
            _ => None,
        };
        let (tail, head) = ends;
        self.drafts.push(ArcDraft { tail, head, operation, row, gates, link, transfer });
    }

    fn add_links(&mut self) {
        let model = self.model;
        for (position, link) in model.links.iter().enumerate() {
            if !self.holds(&link.provenance) {
                continue;
            }
            let id = LinkId::from(position);
            self.add_link(id, link, true);
            if !link.directed {
                self.add_link(id, link, false);
            }
        }
    }

    fn add_link(&mut self, id: LinkId, link: &Link, forward: bool) {
        let end = |node| Station { node, mode: link.mode, gauge_mm: link.gauge_mm, territory: link.territory };
        let (from, to) = if forward { (link.from, link.to) } else { (link.to, link.from) };
        let (from, to) = (self.station(end(from)), self.station(end(to)));
        let gates = ArcGates {
            territory: link.territory,
            operator: link.operator,
            asset: link.asset,
            link: Some(id),
            mode: Some(link.mode),
            ..ArcGates::NONE
        };
        let Some(passage) = link.passage else {
            self.push((from, to), Operation::Move, ArcRow::Link(id, forward), gates);
            return;
        };
        let strait = &self.model.passages[passage.index()];
        let middle = Vertex::Passage(id, forward);
        self.push((from, middle), Operation::Move, ArcRow::Link(id, forward), gates);
        if !self.holds(&strait.provenance) {
            return;
        }
        let gates = ArcGates {
            territory: strait.territory,
            operator: strait.operator,
            passage: Some(passage),
            mode: Some(link.mode),
            ..ArcGates::NONE
        };
        self.push((middle, to), Operation::Passage, ArcRow::Passage(passage, id, forward), gates);
    }

    /// Listed crossings come before changes of gauge, which need the stations they make; implied borders come after,
    /// where no crossing is listed for that place and mode, as a train changes gauge before it crosses.
    fn add_listed_borders(&mut self) {
        let model = self.model;
        for (position, crossing) in model.crossings.iter().enumerate() {
            let sides: Vec<SideId> = (0..model.sides.len())
                .filter(|&side| model.sides[side].crossing.index() == position)
                .filter(|&side| self.holds(&model.sides[side].provenance))
                .map(SideId::from)
                .collect();
            for &from in &sides {
                for &to in sides.iter().filter(|&&to| to != from) {
                    self.add_listed_border(crossing, from, to);
                }
            }
        }
    }

    fn add_listed_border(&mut self, crossing: &Crossing, from: SideId, to: SideId) {
        let model = self.model;
        let (exit, entry) = (&model.sides[from.index()], &model.sides[to.index()]);
        let gauges: BTreeSet<Option<u32>> = self
            .stations_at(crossing.node, crossing.mode)
            .iter()
            .filter(|station| [Some(exit.territory), Some(entry.territory)].contains(&station.territory))
            .map(|station| station.gauge_mm)
            .collect();
        for gauge_mm in gauges {
            let at = |territory| Station { node: crossing.node, mode: crossing.mode, gauge_mm, territory };
            let tail = self.station(at(Some(exit.territory)));
            let head = self.station(at(Some(entry.territory)));
            let between =
                Vertex::Border(crossing.node, crossing.mode, gauge_mm, Some(exit.territory), Some(entry.territory));
            self.push((tail, between), Operation::BorderExit, ArcRow::Exit(from), side_gates(exit, crossing));
            self.push((between, head), Operation::BorderEntry, ArcRow::Entry(to), side_gates(entry, crossing));
        }
    }

    fn add_implied_borders(&mut self, mode: Mode) {
        let listed: BTreeSet<NodeId> = self
            .model
            .crossings
            .iter()
            .filter(|crossing| crossing.mode == mode)
            .map(|crossing| crossing.node)
            .collect();
        let stations: Vec<Station> = self
            .stations
            .iter()
            .filter(|station| station.mode == mode && !listed.contains(&station.node))
            .copied()
            .collect();
        for from in &stations {
            for to in stations
                .iter()
                .filter(|to| to.node == from.node && to.gauge_mm == from.gauge_mm && to.territory != from.territory)
            {
                let between = Vertex::Border(from.node, mode, from.gauge_mm, from.territory, to.territory);
                let gates = |side| ArcGates { territory: side, side, mode: Some(mode), ..ArcGates::NONE };
                let (tail, head) = (Vertex::Station(*from), Vertex::Station(*to));
                self.push((tail, between), Operation::BorderExit, ArcRow::ImpliedBorder, gates(from.territory));
                self.push((between, head), Operation::BorderEntry, ArcRow::ImpliedBorder, gates(to.territory));
            }
        }
    }

    fn transfers(&self, wanted: impl Fn(Operation) -> bool) -> Vec<TransferId> {
        (0..)
            .map(TransferId)
            .zip(&self.model.transfers)
            .filter(|(_, transfer)| wanted(transfer.operation) && self.holds(&transfer.provenance))
            .map(|(id, _)| id)
            .collect()
    }

    /// A break of gauge is changed on the territory the place stands on, so that a border adds no second way.
    fn add_gauge_changes(&mut self) {
        let model = self.model;
        for id in self.transfers(|operation| operation == Operation::GaugeChange) {
            let transfer = &model.transfers[id.index()];
            let mode = transfer.from_mode.unwrap_or(Mode::Rail);
            let (Some(before), Some(after)) = (transfer.from_gauge_mm, transfer.to_gauge_mm) else { continue };
            let home = model.nodes[transfer.node.index()].territory;
            let here = self.stations_at(transfer.node, mode);
            let territories: BTreeSet<Option<ActorId>> = here
                .iter()
                .map(|station| station.territory)
                .filter(|&territory| territory == home || !here.iter().any(|other| other.territory == home))
                .collect();
            for territory in territories {
                let at = |gauge| Station { node: transfer.node, mode, gauge_mm: Some(gauge), territory };
                let ends = (self.station(at(before)), self.station(at(after)));
                self.add_transfer_arcs(id, ends, Some(mode));
            }
        }
    }

    fn add_transfers(&mut self) {
        let model = self.model;
        for id in self.transfers(|operation| operation == Operation::Transfer) {
            let transfer = &model.transfers[id.index()];
            let (Some(from_mode), Some(to_mode)) = (transfer.from_mode, transfer.to_mode) else { continue };
            let fits = |station: &Station, gauge: Option<u32>| gauge.is_none() || station.gauge_mm == gauge;
            for from in self.stations_at(transfer.node, from_mode) {
                for to in self.stations_at(transfer.node, to_mode) {
                    let same_land =
                        from.territory == to.territory || from.territory.is_none() || to.territory.is_none();
                    let gauges_fit = fits(&from, transfer.from_gauge_mm) && fits(&to, transfer.to_gauge_mm);
                    if from != to && same_land && gauges_fit {
                        self.add_transfer_arcs(id, (Vertex::Station(from), Vertex::Station(to)), Some(to_mode));
                    }
                }
            }
        }
    }

    fn add_transfer_arcs(&mut self, id: TransferId, ends: (Vertex, Vertex), mode: Option<Mode>) {
        let transfer = &self.model.transfers[id.index()];
        let gates = transfer_gates(self.model, transfer, mode);
        self.push(ends, transfer.operation, ArcRow::Transfer(id, true), gates);
        if !transfer.directed {
            let gates = transfer_gates(self.model, transfer, transfer.from_mode);
            self.push((ends.1, ends.0), transfer.operation, ArcRow::Transfer(id, false), gates);
        }
    }

    /// Loading and unloading: by the rows a place lists, or, where it lists none, on every mode that serves it.
    ///
    /// It happens on the place's own territory, so that what starts at a border place still crosses the border; where
    /// a mode serves the place by foreign links only, on those.
    fn add_terminals(&mut self) {
        let model = self.model;
        let mut listed: BTreeMap<(NodeId, Operation), Vec<TransferId>> = BTreeMap::new();
        for id in self.transfers(|operation| matches!(operation, Operation::Load | Operation::Unload)) {
            let transfer = &model.transfers[id.index()];
            listed.entry((transfer.node, transfer.operation)).or_default().push(id);
        }
        let stations: Vec<Station> = self.stations.iter().filter(|station| self.is_home(station)).copied().collect();
        for operation in [Operation::Load, Operation::Unload] {
            for &station in &stations {
                let mut rows: Vec<ArcRow> = Vec::new();
                match listed.get(&(station.node, operation)) {
                    None => rows.push(ArcRow::Unlisted(station.node)),
                    Some(ids) => rows.extend(ids.iter().filter_map(|&id| {
                        let transfer = &model.transfers[id.index()];
                        let mode = if operation == Operation::Load { transfer.to_mode } else { transfer.from_mode };
                        (mode.is_none() || mode == Some(station.mode)).then_some(ArcRow::Transfer(id, true))
                    })),
                }
                for row in rows {
                    self.add_terminal_arc(operation, station, row);
                }
            }
        }
    }

    /// Whether a station stands on its place's own territory or at sea, or its mode has no station there that does.
    fn is_home(&self, station: &Station) -> bool {
        let home = self.model.nodes[station.node.index()].territory;
        let own = |station: &Station| home.is_none() || station.territory.is_none() || station.territory == home;
        own(station) || !self.stations_at(station.node, station.mode).iter().any(own)
    }

    fn add_terminal_arc(&mut self, operation: Operation, station: Station, row: ArcRow) {
        let model = self.model;
        let gates = match row {
            ArcRow::Transfer(id, _) => transfer_gates(model, &model.transfers[id.index()], Some(station.mode)),
            _ => ArcGates {
                territory: model.nodes[station.node.index()].territory,
                asset: model.nodes[station.node.index()].asset,
                terminal: Some(station.node),
                mode: Some(station.mode),
                ..ArcGates::NONE
            },
        };
        let loaded = Vertex::Station(station);
        let ends = match operation {
            Operation::Load => (Vertex::Source(station.node), loaded),
            _ => (loaded, Vertex::Sink(station.node)),
        };
        self.push(ends, operation, row, gates);
    }

    fn add_supplies(&mut self, extra: &[Supply]) {
        for (position, supply) in self.model.supplies.iter().chain(extra).enumerate() {
            if self.holds(&supply.provenance) {
                let id = SupplyId::from(position);
                let gates = ArcGates {
                    territory: self.model.nodes[supply.node.index()].territory,
                    operator: supply.supplier,
                    ..ArcGates::NONE
                };
                let ends = (Vertex::Supplier(id), Vertex::Source(supply.node));
                self.push(ends, Operation::Supply, ArcRow::Supply(id), gates);
            }
        }
    }

    fn finish(self) -> Network {
        let model = self.model;
        let mut vertices: Vec<Vertex> = self.drafts.iter().flat_map(|arc| [arc.tail, arc.head]).collect();
        vertices.sort_unstable();
        vertices.dedup();
        let position =
            |vertex: Vertex| VertexId(vertices.binary_search(&vertex).expect("every end of an arc is a vertex") as u32);
        let arcs = self
            .drafts
            .iter()
            .map(|draft| {
                let link = draft.link.map(|link| &model.links[link.index()]);
                let moves = draft.operation == Operation::Move;
                let transfer = draft.transfer.map(|transfer| &model.transfers[transfer.index()]);
                Arc {
                    tail: position(draft.tail),
                    head: position(draft.head),
                    operation: draft.operation,
                    row: draft.row,
                    gates: draft.gates,
                    limit: match draft.row {
                        ArcRow::Passage(passage, ..) => model.passages[passage.index()].limit,
                        _ => link.and_then(|link| link.limit),
                    }
                    .filter(|limit| self.holds(&model.limits[limit.index()].provenance)),
                    length_km: link.filter(|_| moves).map_or(0.0, |link| link.length_km.value),
                    commodities: link
                        .map(|link| link.commodities.clone())
                        .or(transfer.map(|transfer| transfer.commodities.clone()))
                        .unwrap_or_default(),
                }
            })
            .collect();
        Network::new(vertices.clone(), arcs)
    }
}

fn side_gates(side: &Side, crossing: &Crossing) -> ArcGates {
    ArcGates {
        territory: Some(side.territory),
        operator: side.operator,
        crossing: Some(side.crossing),
        side: Some(side.territory),
        mode: Some(crossing.mode),
        ..ArcGates::NONE
    }
}

fn transfer_gates(model: &Model, transfer: &Transfer, mode: Option<Mode>) -> ArcGates {
    let node = &model.nodes[transfer.node.index()];
    ArcGates {
        territory: node.territory,
        operator: transfer.operator,
        asset: transfer.asset.or(node.asset),
        terminal: Some(transfer.node),
        mode,
        ..ArcGates::NONE
    }
}
