//! Constants as the table `calibration.csv` they are read back from.
use std::io;
use thalweg_engine::elements::element_label;
use thalweg_model::calibration::{Constant, ConstantKind};
use thalweg_model::model::Model;

/// The columns written, in order; the rest of the table is empty.
const HEADER: [&str; 11] = [
    "parameter",
    "commodity",
    "mode",
    "element_type",
    "element",
    "value",
    "per",
    "standard_error",
    "predicted",
    "fitted",
    "run",
];

/// The text of the table; reading it gives the same constants.
pub fn write_calibration(model: &Model, constants: &[Constant]) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for row in constants {
        let commodity = row.commodity.map_or("", |id| model.commodities[id.index()].key.as_str());
        let number = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
        let (parameter, mode, gate, per) = match &row.kind {
            ConstantKind::Dispersion => ("dispersion", "", String::new(), ""),
            ConstantKind::Mode(mode) => ("mode", mode.name(), String::new(), ""),
            ConstantKind::Gate { element, per } => ("gate", "", element_label(model, element), per.name()),
        };
        let (element_type, element) = gate.split_once(' ').unwrap_or(("", ""));
        writer.write_record([
            parameter,
            commodity,
            mode,
            element_type,
            element,
            &row.value.to_string(),
            per,
            &number(row.standard_error),
            &number(row.predicted),
            &row.fitted.to_string(),
            &row.run,
        ])?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}
