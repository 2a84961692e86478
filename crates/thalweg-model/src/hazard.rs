//! What may go wrong, how likely and for how long; and what cannot work without what.
use crate::element::Element;
use crate::mode::Cause;
use crate::model::Provenance;
use crate::units::Ranged;

/// Where a hazard strikes.
#[derive(Debug, Clone, PartialEq)]
pub enum Struck {
    /// One element.
    Element(Element),
    /// The links within a distance of a point.
    Area {
        /// Longitude, degrees east.
        longitude: f64,
        /// Latitude, degrees north.
        latitude: f64,
        /// Distance, km.
        radius_km: f64,
    },
}

/// A hazard: what it may shut, and what the risk costs while nothing happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Hazard {
    /// Key.
    pub key: String,
    /// Where.
    pub struck: Struck,
    /// By what cause.
    pub cause: Cause,
    /// Probability that it happens in a year, as the study's author says; `None` where it shuts nothing.
    pub probability: Option<f64>,
    /// Days it lasts then, with a range.
    pub duration_d: Ranged,
    /// Share of stated capacities left then, 0 to 1.
    pub share_left: f64,
    /// Standard deviation it adds to the time of each passing, h.
    pub time_sd_h: f64,
    /// What each passing costs more, study currency per unit of the shipment: insurance, escort.
    pub premium: f64,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A need: something works only while enough of what supports it works.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Key that the rows of one need share.
    pub key: String,
    /// What needs it.
    pub dependent: Element,
    /// What supports it.
    pub supports: Vec<Element>,
    /// How many of the supports must work.
    pub at_least: usize,
    /// How long the dependent works on without, h.
    pub backup_h: f64,
    /// Where its first row comes from.
    pub provenance: Provenance,
}
