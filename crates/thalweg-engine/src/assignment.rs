//! Flows of an instance by segment and path, whatever program found them; what is not served is said.
use thalweg_network::class::ClassId;
use thalweg_network::network::ArcId;

/// What runs along one path.
#[derive(Debug, Clone, PartialEq)]
pub struct PathFlow {
    /// Position of the variant in its segment.
    pub variant: usize,
    /// Class it travels in.
    pub class: ClassId,
    /// Its arcs.
    pub arcs: Vec<ArcId>,
    /// Generalised cost, study currency per unit.
    pub cost: f64,
    /// Commodity units a year.
    pub volume: f64,
}

/// How one segment is served.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SegmentFlow {
    /// Paths with a volume, the largest first where shares decide.
    pub paths: Vec<PathFlow>,
    /// Commodity units a year not delivered.
    pub unserved: f64,
    /// Study currency per unit not delivered.
    pub unserved_cost: f64,
    /// Delivered price: least or logsum cost, at most the cost of not being served.
    pub price: f64,
    /// Entropy term of the program, study currency a year; 0 at least cost. Never part of a cost.
    pub entropy: f64,
    /// Whether any route exists at all.
    pub reachable: bool,
}

impl SegmentFlow {
    /// Commodity units a year delivered.
    pub fn served(&self) -> f64 {
        self.paths.iter().map(|path| path.volume).sum()
    }

    /// What is spent on delivery and lost by non-delivery, study currency a year.
    pub fn loss(&self) -> f64 {
        self.paths.iter().map(|path| path.volume * path.cost).sum::<f64>() + self.unserved * self.unserved_cost
    }
}

/// Flows of a whole instance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assignment {
    /// In the order of the demand's segments.
    pub segments: Vec<SegmentFlow>,
}

impl Assignment {
    /// Generalised cost of what is delivered plus the cost of what is not, study currency a year.
    pub fn loss(&self) -> f64 {
        self.segments.iter().map(SegmentFlow::loss).sum()
    }
}
