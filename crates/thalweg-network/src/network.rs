//! The virtual network: places split by mode, gauge and territory, joined by one arc per operation.
//!
//! After Jourquin and Beuthe (1996), with border, gauge, passage and supply operations as arcs of their own.
//! It never changes once compiled; what a scenario changes stands in `Supply`.
use thalweg_model::ids::{
    ActorId, AssetId, CommodityId, CrossingId, LimitId, LinkId, NodeId, PassageId, SideId, SupplyId, TransferId,
};
use thalweg_model::mode::{Mode, Operation};

/// Position of an arc in a `Network`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArcId(pub u32);

/// Position of a virtual node in a `Network`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VertexId(pub u32);

impl ArcId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl VertexId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where along an operation a shipment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vertex {
    /// Still with the supplier, before it is taken.
    Supplier(SupplyId),
    /// At a place, not loaded yet.
    Source(NodeId),
    /// On a vehicle or in a pipe at a place.
    Station(Station),
    /// Between leaving one territory and entering the next.
    Border(NodeId, Mode, Option<u32>, Option<ActorId>, Option<ActorId>),
    /// In front of a passage, having run the link that leads through it.
    Passage(LinkId, bool),
    /// At a place, unloaded.
    Sink(NodeId),
}

/// A place as one mode, gauge and territory see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Station {
    /// The place.
    pub node: NodeId,
    /// Mode.
    pub mode: Mode,
    /// Gauge, mm, for rail with a stated gauge.
    pub gauge_mm: Option<u32>,
    /// Territory of the links that meet here; `None` on the high sea.
    pub territory: Option<ActorId>,
}

/// The row an arc came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArcRow {
    /// A link run forwards (`true`) or backwards.
    Link(LinkId, bool),
    /// The passage on a link run forwards (`true`) or backwards.
    Passage(PassageId, LinkId, bool),
    /// A transfer run forwards (`true`) or backwards.
    Transfer(TransferId, bool),
    /// Leaving by one side of a crossing.
    Exit(SideId),
    /// Entering by one side of a crossing.
    Entry(SideId),
    /// A border without a listed crossing, in a mode whose borders the study implies.
    ImpliedBorder,
    /// Loading or unloading at a place that lists no row for it.
    Unlisted(NodeId),
    /// A supplier.
    Supply(SupplyId),
}

/// Whatever can say no to a shipment on an arc, besides its operator's and owners' states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArcGates {
    /// State on whose territory it happens.
    pub territory: Option<ActorId>,
    /// Who runs it; for supply arcs, who sells.
    pub operator: Option<ActorId>,
    /// Asset whose blocking holders can stop it.
    pub asset: Option<AssetId>,
    /// Border crossing.
    pub crossing: Option<CrossingId>,
    /// State whose side of a border it is.
    pub side: Option<ActorId>,
    /// Terminal.
    pub terminal: Option<NodeId>,
    /// Passage.
    pub passage: Option<PassageId>,
    /// Link.
    pub link: Option<LinkId>,
    /// Mode (the mode entered, for transfers).
    pub mode: Option<Mode>,
}

impl ArcGates {
    /// No gate at all.
    pub const NONE: ArcGates = ArcGates {
        territory: None,
        operator: None,
        asset: None,
        crossing: None,
        side: None,
        terminal: None,
        passage: None,
        link: None,
        mode: None,
    };
}

/// One operation on a shipment.
#[derive(Debug, Clone, PartialEq)]
pub struct Arc {
    /// From.
    pub tail: VertexId,
    /// To.
    pub head: VertexId,
    /// What it does.
    pub operation: Operation,
    /// The row it came from.
    pub row: ArcRow,
    /// Who can say no.
    pub gates: ArcGates,
    /// Size limit.
    pub limit: Option<LimitId>,
    /// Length, km; 0 for what is not movement.
    pub length_km: f64,
    /// Commodities it takes; empty means all.
    pub commodities: Vec<CommodityId>,
}

/// The compiled network.
#[derive(Debug, Clone)]
pub struct Network {
    vertices: Vec<Vertex>,
    arcs: Vec<Arc>,
    /// Where each arc leads: all that a search reads of it.
    heads: Vec<VertexId>,
    first_out: Vec<u32>,
    first_in: Vec<u32>,
    arriving: Vec<ArcId>,
}

impl Network {
    /// Sorts arcs by their tails; `arcs` and `vertices` in any order, tails and heads as positions in `vertices`.
    pub(crate) fn new(vertices: Vec<Vertex>, mut arcs: Vec<Arc>) -> Self {
        arcs.sort_by_key(|arc| (arc.tail, arc.head, arc.operation, arc.row));
        let mut first_out = vec![0u32; vertices.len() + 1];
        for arc in &arcs {
            first_out[arc.tail.index() + 1] += 1;
        }
        for vertex in 0..vertices.len() {
            first_out[vertex + 1] += first_out[vertex];
        }
        let mut arriving: Vec<ArcId> = (0..arcs.len() as u32).map(ArcId).collect();
        arriving.sort_by_key(|arc| (arcs[arc.index()].head, *arc));
        let mut first_in = vec![0u32; vertices.len() + 1];
        for arc in &arcs {
            first_in[arc.head.index() + 1] += 1;
        }
        for vertex in 0..vertices.len() {
            first_in[vertex + 1] += first_in[vertex];
        }
        let heads = arcs.iter().map(|arc| arc.head).collect();
        Self { vertices, arcs, heads, first_out, first_in, arriving }
    }

    /// All virtual nodes.
    pub fn vertices(&self) -> &[Vertex] {
        &self.vertices
    }

    /// All arcs, sorted by tail.
    pub fn arcs(&self) -> &[Arc] {
        &self.arcs
    }

    /// One arc.
    pub fn arc(&self, arc: ArcId) -> &Arc {
        &self.arcs[arc.index()]
    }

    /// Where an arc leads.
    pub fn head(&self, arc: usize) -> VertexId {
        self.heads[arc]
    }

    /// One virtual node.
    pub fn vertex(&self, vertex: VertexId) -> Vertex {
        self.vertices[vertex.index()]
    }

    /// Arcs that leave a virtual node.
    pub fn out(&self, vertex: VertexId) -> impl Iterator<Item = (ArcId, &Arc)> {
        let span = self.out_span(vertex);
        self.arcs[span.clone()].iter().zip(span).map(|(arc, id)| (ArcId(id as u32), arc))
    }

    /// Positions of the arcs that leave a virtual node.
    pub fn out_span(&self, vertex: VertexId) -> std::ops::Range<usize> {
        self.first_out[vertex.index()] as usize..self.first_out[vertex.index() + 1] as usize
    }

    /// Arcs that arrive at a virtual node.
    pub fn arriving(&self, vertex: VertexId) -> &[ArcId] {
        &self.arriving[self.first_in[vertex.index()] as usize..self.first_in[vertex.index() + 1] as usize]
    }

    /// The virtual node, if the study has such a one.
    pub fn find(&self, vertex: Vertex) -> Option<VertexId> {
        self.vertices.binary_search(&vertex).ok().map(|position| VertexId(position as u32))
    }

    /// The place a virtual node stands at, `None` inside a link.
    pub fn place(&self, vertex: VertexId) -> Option<NodeId> {
        match self.vertex(vertex) {
            Vertex::Source(node) | Vertex::Sink(node) | Vertex::Border(node, ..) => Some(node),
            Vertex::Station(station) => Some(station.node),
            Vertex::Supplier(_) | Vertex::Passage(..) => None,
        }
    }

    /// All arc positions.
    pub fn arc_ids(&self) -> impl Iterator<Item = ArcId> + use<> {
        (0..self.arcs.len() as u32).map(ArcId)
    }
}
