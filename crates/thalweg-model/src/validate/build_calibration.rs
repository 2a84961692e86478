//! Rows of calibrated constants.
use super::desk::Desk;
use crate::calibration::{Constant, ConstantKind};
use crate::draft::Row;
use crate::ids::CommodityId;
use crate::mode::Mode;
use crate::schema::Target;

pub(crate) fn constant(desk: &mut Desk, row: &Row) -> Option<Constant> {
    let commodity: Option<CommodityId> = desk.optional(row, "commodity", Target::Commodity);
    let kind = kind(desk, row)?;
    let value = row.number("value")?.value;
    if kind == ConstantKind::Dispersion {
        if row.is_blank("commodity") {
            desk.error(row.at("commodity"), "a dispersion has no commodity", "name the commodity it belongs to");
        }
        if value <= 0.0 {
            desk.error(
                row.at("value"),
                format!("a dispersion of {value} is not above zero"),
                "run `thalweg calibrate`",
            );
        }
    }
    Some(Constant {
        kind,
        commodity,
        value,
        standard_error: row.number("standard_error").map(|error| error.value),
        predicted: row.number("predicted").map(|volume| volume.value),
        fitted: row.date("fitted")?,
        run: row.some_text("run")?.to_owned(),
        validity: row.validity(),
    })
}

fn kind(desk: &mut Desk, row: &Row) -> Option<ConstantKind> {
    let mut need = |column: &str, what: &str| {
        if row.is_blank(column) {
            desk.error(row.at(column), format!("must not be empty for a {what} constant"), "");
        }
    };
    match row.text("parameter") {
        "dispersion" => Some(ConstantKind::Dispersion),
        "mode" => {
            need("mode", "mode");
            Some(ConstantKind::Mode(Mode::parse(row.text("mode"))?))
        }
        _ => {
            ["element_type", "element", "per"].iter().for_each(|column| need(column, "gate"));
            let element = desk.element(row);
            Some(ConstantKind::Gate { element: element?, per: row.unit("per")? })
        }
    }
}
