//! The fit of the calibration: misfits of what was fitted and of what was held out, count by count.
use crate::report::html::{escaped, figure, paragraph, table};
use crate::report::page::Page;

/// Both misfits and every count; nothing for a study without a calibration table.
pub fn fit(page: &Page) -> String {
    let report = page.report;
    if report.fit.is_empty() {
        return paragraph(
            "The study has no calibration table: dispersions are those of the commodities, and no constant is added. \
             <code>thalweg calibrate</code> makes one.",
        );
    }
    let runs: Vec<String> = report.calibrated_by.iter().map(|run| format!("<code>{}</code>", escaped(run))).collect();
    let lead = paragraph(&format!(
        "Constants fitted to counts of one year, and what the program with them says of counts it was not fitted to: of each gate \
         when its own count is left out, and of other years, solved with the rules and demand of the day. Given by {}.",
        runs.join("; ")
    ));
    let percent = |share: f64| format!("{:.0}", 100.0 * share);
    let sets: Vec<Vec<String>> = report
        .misfits
        .iter()
        .map(|row| {
            vec![
                row.set.to_owned(),
                row.counts.to_string(),
                percent(row.mape_before),
                percent(row.mape_after),
                figure(row.geh_before),
                figure(row.geh_after),
                format!("{} to {}", row.within_factor_two_before, row.within_factor_two_after),
            ]
        })
        .collect();
    let header =
        ["Counts", "Number", "MAPE without, %", "with, %", "GEH a day without", "with", "Within a factor of two"];
    let summary = table("Misfit without and with the constants", &header, &sets, &[1, 2, 3, 4, 5]);
    let volume = |volume: Option<f64>| volume.map_or_else(|| "–".to_owned(), figure);
    let rows: Vec<Vec<String>> = report
        .fit
        .iter()
        .map(|row| {
            vec![
                escaped(&page.element(&row.gate)),
                row.year.map_or_else(|| "–".to_owned(), |year| year.to_string()),
                figure(row.observed),
                volume(row.before),
                volume(row.after),
                volume(row.left_out),
                escaped(&row.unit),
                escaped(&row.reason),
            ]
        })
        .collect();
    let header = ["Where", "Year", "Observed", "Without", "With", "Left out", "Unit", "Standing"];
    let counts = table("Counts, without and with the constants", &header, &rows, &[2, 3, 4, 5]);
    lead + &summary + "<details><summary>Every count</summary>" + &counts + "</details>"
}
