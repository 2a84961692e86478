//! Totals by place as they were written, resolved against a model.
use super::build_trade::Measures;
use super::desk::Desk;
use super::index::Index;
use super::money::Money;
use crate::draft::{Row, Sheet, rows_of_sheet};
use crate::ids::{CommodityId, NodeId};
use crate::model::{Model, Provenance};
use crate::problem::Problem;
use crate::schema::Target;

/// What a place sends and receives, commodity units a year.
#[derive(Debug, Clone, PartialEq)]
pub struct TotalRow {
    /// The place.
    pub node: NodeId,
    /// What it sends.
    pub produces: f64,
    /// What it receives.
    pub attracts: f64,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Resolves a sheet of totals of one commodity, and everything wrong with it.
pub fn resolve_totals(sheet: &Sheet, model: &Model, commodity: CommodityId) -> (Vec<TotalRow>, Vec<Problem>) {
    let index = Index::of_model(model);
    let money = Money::of_head(&model.head);
    let sources_required = model.head.sources_required;
    let mut desk = Desk { index: &index, money: &money, sources_required, problems: Vec::new() };
    let rows = rows_of_sheet(sheet, &mut desk.problems);
    let measures = Measures::of_model(model);
    let mut found: Vec<TotalRow> = Vec::new();
    for row in &rows {
        let provenance = desk.provenance(row);
        let node = desk.optional(row, "place", Target::Node);
        let factor = factor(&mut desk, row, (&measures, commodity));
        let volume = |column: &str| Some(row.number(column)?.value * factor?);
        let (produces, attracts) = (volume("produces"), volume("attracts"));
        let (Some(node), Some(produces), Some(attracts)) = (node, produces, attracts) else { continue };
        let clash = |other: &&TotalRow| other.node == node && other.provenance.validity.overlaps(provenance.validity);
        if let Some(other) = found.iter().find(clash) {
            let hint = "a place has one row, or rows whose dates do not overlap";
            desk.error(row.at("place"), format!("the place has a row already, {}", other.provenance.place), hint);
        }
        found.push(TotalRow { node, produces, attracts, provenance });
    }
    desk.problems.sort();
    (found, desk.problems)
}

/// Commodity units a year in one of the row's unit.
fn factor(desk: &mut Desk, row: &Row, (measures, commodity): (&Measures, CommodityId)) -> Option<f64> {
    let Some(unit) = row.rate_unit("unit") else { return row.is_blank("unit").then_some(1.0) };
    let factor = measures.per_base(commodity, unit.unit.dimension).map(|factor| factor * unit.base_per_year());
    if factor.is_none() {
        let hint = "use its unit, or add a row to the study's table conversion";
        desk.error(row.at("unit"), format!("{} does not convert to the unit of the commodity", unit.unit), hint);
    }
    factor
}
