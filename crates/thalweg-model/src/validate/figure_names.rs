//! Figures of a run by name, as claims and topics write them.
use super::desk::Desk;
use crate::claim::{FigureName, FigurePart, FigureProgram};
use crate::draft::Row;
use crate::nearest::nearest;

/// The names a figure may use.
#[derive(Debug, Clone, Copy)]
pub struct FigureNames<'a> {
    /// Scenarios of the study and keys of its questions; `base` needs no mention.
    pub scenarios: &'a [&'a str],
    /// Measures.
    pub measures: &'a [&'a str],
}

/// The figure that `measure`, `subject`, `scenario` and `of` name; `None` where no measure is.
pub(super) fn figure_name(desk: &mut Desk, row: &Row, names: FigureNames) -> Option<FigureName> {
    let measure = row.some_text("measure")?.to_owned();
    let scenario = row.text("scenario").to_owned();
    let mut known = true;
    let mut need = |column: &str, name: &str, names: &[&str], noun: &str| {
        if !names.contains(&name) {
            known = false;
            let hint = nearest(name, names.iter().copied()).map_or_else(
                || format!("there are {}", names.join(", ")),
                |near| format!("the nearest name is `{near}`"),
            );
            desk.error(row.at(column), format!("no {noun} is called `{name}`"), hint);
        }
    };
    need("measure", &measure, names.measures, "measure");
    if scenario != "base" {
        need("scenario", &scenario, names.scenarios, "scenario");
    }
    let subject = row.text("subject").to_owned();
    if subject.is_empty() {
        desk.error(
            row.at("subject"),
            "the figure has no subject",
            "such as `AZBAK container`; results.json lists them",
        );
        return None;
    }
    let of = if row.text("of") == "change" { FigurePart::Change } else { FigurePart::Value };
    let program = FigureProgram::parse(row.text("program"));
    known.then_some(FigureName { scenario, measure, subject, of, program })
}
