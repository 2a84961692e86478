//! Constants of the descriptive program, each with the run that gave it.
use crate::element::Element;
use crate::ids::CommodityId;
use crate::mode::Mode;
use crate::units::Unit;
use crate::validity::{Date, Validity};

/// What a constant is.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstantKind {
    /// Dispersion of path choice, 1/(study currency per commodity unit), in place of the commodity's.
    Dispersion,
    /// Added to every path that goes farthest by a mode, study currency per commodity unit.
    Mode(Mode),
    /// Added once to every path that passes an element, study currency per unit.
    Gate {
        /// Where.
        element: Element,
        /// The unit, which other commodities convert to.
        per: Unit,
    },
}

/// A row of the calibration table.
#[derive(Debug, Clone, PartialEq)]
pub struct Constant {
    /// What it is.
    pub kind: ConstantKind,
    /// Of which commodity; `None` for all.
    pub commodity: Option<CommodityId>,
    /// The number; its unit follows from the kind.
    pub value: f64,
    /// Standard error in the same unit, where one was estimated.
    pub standard_error: Option<f64>,
    /// Volume a year in the unit of a gate that was predicted when its own count was left out of the fit.
    pub predicted: Option<f64>,
    /// Day whose rows the fit read.
    pub fitted: Date,
    /// The command that gave it.
    pub run: String,
    /// Dates on which it is applied.
    pub validity: Validity,
}
