//! The attribute table of calibrated constants.
use super::access::ELEMENT_TYPES;
use super::{Attribute, Kind, Table, Target, choice, number, reference, text};
use crate::mode::Mode;

/// Words for what a constant is.
pub const PARAMETERS: &[&str] = &["dispersion", "mode", "gate"];

/// Calibrated constants.
pub const CALIBRATION: Table = Table {
    name: "calibration",
    about: "A constant of the descriptive program, with the run of `thalweg calibrate` that gave it.",
    parts: &[&[
        choice("parameter", PARAMETERS, "What the constant is.").required(),
        reference("commodity", Target::Commodity, "Of what.").blank_means("all commodities; never for a dispersion"),
        choice("mode", Mode::NAMES, "Mode by which a path goes farthest, for a mode constant."),
        choice("element_type", ELEMENT_TYPES, "What the gate is, for a gate constant."),
        reference("element", Target::Element, "Key of the gate, for a gate constant."),
        number("value", "1/(money per unit), or money per `per`", "The constant, in the study's currency.")
            .legal(f64::MIN, f64::MAX)
            .required(),
        Attribute::new("per", Kind::Unit, "Unit a gate constant is charged on.")
            .blank_means("the commodity's unit, for dispersion and mode; an error for a gate"),
        number("standard_error", "as `value`", "Standard error of the constant.").blank_means("not estimated"),
        number(
            "predicted",
            "`per` a year",
            "Volume the program gave this gate when its own count was left out of the fit.",
        )
        .blank_means("not worked out"),
        Attribute::new("fitted", Kind::Date, "Day whose rows the fit read.").required(),
        text("run", "The command that gave it.").required(),
        Attribute::new("valid_from", Kind::Date, "First day it is applied.").blank_means("since ever"),
        Attribute::new("valid_until", Kind::Date, "Last day it is applied.").blank_means("until further notice"),
        text("note", "Free text."),
    ]],
};
