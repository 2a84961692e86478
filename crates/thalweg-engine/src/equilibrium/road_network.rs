//! The network an equilibrium is solved on: links with delays in the order given, and both directions of adjacency.

use super::volume_delay::VolumeDelay;

/// One link as its table gives it, nodes counted from zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoadLink {
    /// Node the link leaves.
    pub from: u32,
    /// Node the link enters.
    pub to: u32,
    /// Time as a function of flow.
    pub delay: VolumeDelay,
    /// Cost that does not depend on flow, in the unit of time: weighted toll and distance.
    pub fixed_cost: f64,
}

/// Sizes and the rule for centroids. Zones are the nodes `0..zones`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Number of zones.
    pub zones: u32,
    /// Number of nodes, zones included.
    pub nodes: u32,
    /// Nodes below this one can begin or end a path and are never passed.
    pub first_thru_node: u32,
}

/// Why links do not make a network.
#[derive(Clone, Debug, PartialEq)]
pub enum NetworkFault {
    /// A link names a node that the extent does not have.
    NodeOutside {
        /// The link's place in the order given.
        link: usize,
        /// The node it names.
        node: u32,
    },
    /// A link's delay or fixed cost is not a cost that a shortest path can use.
    Delay {
        /// The link's place in the order given.
        link: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// There are more zones than nodes, or more of either than an index holds.
    Extent,
}

impl std::fmt::Display for NetworkFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NetworkFault::NodeOutside { link, node } => {
                write!(f, "link {} names node {}, which is above the number of nodes", link + 1, u64::from(*node) + 1)
            }
            NetworkFault::Delay { link, what } => write!(f, "link {}: {what}", link + 1),
            NetworkFault::Extent => write!(f, "there are more zones than nodes"),
        }
    }
}

impl std::error::Error for NetworkFault {}

/// Links with delays and adjacency; immutable once made. A closed link keeps its place and is in no adjacency list.
#[derive(Clone, Debug)]
pub struct RoadNetwork {
    extent: Extent,
    links: Vec<RoadLink>,
    leaving: Adjacency,
    entering: Adjacency,
    closed: Vec<u32>,
}

/// For every node, the links at it, in the order given.
#[derive(Clone, Debug)]
pub(crate) struct Adjacency {
    start: Vec<u32>,
    arcs: Vec<Arc>,
}

/// A link seen from one of its nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arc {
    pub(crate) link: u32,
    pub(crate) node: u32,
}

impl Adjacency {
    fn new(nodes: u32, ends: impl Iterator<Item = (u32, Arc)> + Clone) -> Adjacency {
        let mut start = vec![0_u32; nodes as usize + 1];
        for (at, _) in ends.clone() {
            start[at as usize + 1] += 1;
        }
        for node in 0..nodes as usize {
            start[node + 1] += start[node];
        }
        let mut next = start.clone();
        let mut arcs = vec![Arc { link: 0, node: 0 }; start[nodes as usize] as usize];
        for (at, arc) in ends {
            arcs[next[at as usize] as usize] = arc;
            next[at as usize] += 1;
        }
        Adjacency { start, arcs }
    }

    #[inline]
    pub(crate) fn at(&self, node: u32) -> &[Arc] {
        &self.arcs[self.start[node as usize] as usize..self.start[node as usize + 1] as usize]
    }
}

impl RoadNetwork {
    /// Checks the links against the extent and builds the adjacency.
    ///
    /// # Errors
    /// The first link that names a node outside the extent or whose delay is no cost.
    pub fn new(extent: Extent, links: Vec<RoadLink>) -> Result<RoadNetwork, NetworkFault> {
        if extent.zones > extent.nodes || extent.nodes >= u32::MAX / 4 || links.len() >= (u32::MAX / 4) as usize {
            return Err(NetworkFault::Extent);
        }
        for (link, row) in links.iter().enumerate() {
            if let Some(&node) = [row.from, row.to].iter().find(|node| **node >= extent.nodes) {
                return Err(NetworkFault::NodeOutside { link, node });
            }
            if let Some(what) = row.delay.fault() {
                return Err(NetworkFault::Delay { link, what });
            }
            if !row.fixed_cost.is_finite() || row.fixed_cost < 0.0 {
                return Err(NetworkFault::Delay { link, what: "the fixed cost is not a number of at least zero" });
            }
        }
        let open = |row: &RoadLink| !row.delay.is_closed() && row.from != row.to;
        let closed = (0_u32..).zip(&links).filter(|(_, row)| !open(row)).map(|(link, _)| link).collect();
        let usable = (0_u32..).zip(&links).filter(|(_, row)| open(row));
        let leaving =
            Adjacency::new(extent.nodes, usable.clone().map(|(link, row)| (row.from, Arc { link, node: row.to })));
        let entering = Adjacency::new(extent.nodes, usable.map(|(link, row)| (row.to, Arc { link, node: row.from })));
        Ok(RoadNetwork { extent, links, leaving, entering, closed })
    }

    /// Sizes and the rule for centroids.
    #[must_use]
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// The links in the order given.
    #[must_use]
    pub fn links(&self) -> &[RoadLink] {
        &self.links
    }

    /// Links that can carry nothing: no capacity on a congestible link, or both ends at one node.
    #[must_use]
    pub fn closed(&self) -> &[u32] {
        &self.closed
    }

    /// The same network with one link taken out; link numbers stay as they were.
    #[must_use]
    pub fn without_link(&self, link: u32) -> RoadNetwork {
        let mut network = self.clone();
        let row = self.links[link as usize];
        network.leaving.remove(row.from, link);
        network.entering.remove(row.to, link);
        if let Err(place) = network.closed.binary_search(&link) {
            network.closed.insert(place, link);
        }
        network
    }

    #[inline]
    pub(crate) fn leaving(&self, node: u32) -> &[Arc] {
        self.leaving.at(node)
    }

    #[inline]
    pub(crate) fn entering(&self, node: u32) -> &[Arc] {
        self.entering.at(node)
    }

    /// May a path pass through this node?
    #[inline]
    pub(crate) fn is_thru(&self, node: u32) -> bool {
        node >= self.extent.first_thru_node
    }
}

impl Adjacency {
    fn remove(&mut self, node: u32, link: u32) {
        let range = self.start[node as usize] as usize..self.start[node as usize + 1] as usize;
        let Some(place) = self.arcs[range.clone()].iter().position(|arc| arc.link == link) else { return };
        self.arcs.remove(range.start + place);
        for start in &mut self.start[node as usize + 1..] {
            *start -= 1;
        }
    }
}
