//! The figures as one CSV and as sheets of a workbook.
use crate::wire::losses::LossRow;
use crate::wire::run::{RunReport, ScenarioReport};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

enum Cell<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    Empty,
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Cell::Text(Cow::Owned(text))
    }
}

impl From<f64> for Cell<'_> {
    fn from(value: f64) -> Self {
        if value.is_finite() { Cell::Number(value) } else { Cell::from(value.to_string()) }
    }
}

impl From<Option<f64>> for Cell<'_> {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Cell::Empty, Cell::from)
    }
}

impl From<bool> for Cell<'_> {
    fn from(value: bool) -> Self {
        Cell::from(if value { "yes" } else { "no" })
    }
}

/// A table whose rows are made as they are written: the figures are too many to stand in memory twice.
struct Sheet<'a> {
    name: &'static str,
    header: Vec<&'static str>,
    rows: Box<dyn Iterator<Item = Vec<Cell<'a>>> + 'a>,
}

macro_rules! cells {
    ($($cell:expr),* $(,)?) => { vec![$(Cell::from($cell)),*] };
}

/// Writes all figures of all states, one a line.
pub fn write_figures_csv(report: &RunReport, to: &mut dyn Write) -> io::Result<()> {
    let sheet = figures(report);
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(&sheet.header)?;
    for row in sheet.rows {
        for cell in row {
            match cell {
                Cell::Text(text) => writer.write_field(text.as_ref())?,
                Cell::Number(value) => writer.write_field(value.to_string())?,
                Cell::Empty => writer.write_field("")?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

/// Writes the figures and the analyses, one table a sheet.
pub fn write_figures_xlsx(report: &RunReport, to: impl Write + Seek + Send) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    // The date of the study, not of the run: same inputs, same bytes.
    let created = ExcelDateTime::parse_from_str(&report.head.as_of)?;
    workbook.set_properties(&DocProperties::new().set_title(&report.head.title).set_creation_datetime(&created));
    let bold = Format::new().set_bold();
    let sheets = [about(report), figures(report), observed(report), unmet(report), loads(report), scenarios(report)];
    for sheet in sheets.into_iter().chain([bottlenecks(report), exposures(report), refusals(report), closures(report)])
    {
        let page = workbook.add_worksheet_with_constant_memory();
        page.set_name(sheet.name)?;
        page.set_freeze_panes(1, 0)?;
        for (column, title) in (0u16..).zip(&sheet.header) {
            page.set_column_width(column, if column < 4 { 22 } else { 14 })?;
            page.write_string_with_format(0, column, *title, &bold)?;
        }
        for (line, row) in (1u32..).zip(sheet.rows) {
            for (column, cell) in (0u16..).zip(row) {
                match cell {
                    Cell::Text(text) => page.write_string(line, column, text)?,
                    Cell::Number(value) => page.write_number(line, column, value)?,
                    Cell::Empty => page,
                };
            }
        }
    }
    workbook.save_to_writer(to)
}

fn about(report: &RunReport) -> Sheet<'_> {
    let head = &report.head;
    let rows = vec![
        cells!["study", &head.study],
        cells!["title", &head.title],
        cells!["question", &head.question],
        cells!["as of", &head.as_of],
        cells!["currency", &head.currency],
        cells!["price year", f64::from(head.price_year)],
        cells!["engine", head.engine],
        cells!["inputs", &head.inputs],
        cells!["licence of the tables", &head.licence],
        cells!["draws of ranged inputs", head.draws as f64],
        cells!["ranged inputs", head.ranged_inputs as f64],
        cells!["seed", head.seed.map(|seed| seed as f64)],
        cells!["low, high", "5th and 95th percentile over the draws; empty where none were made or none moves it"],
        cells!["least_cost", "exact program under capacities: differences, exposure, refusals, closures"],
        cells!["path_size_logit", "descriptive program for shares, under the same capacities"],
    ];
    Sheet { name: "About", header: vec!["item", "value"], rows: Box::new(rows.into_iter()) }
}

fn figures(report: &RunReport) -> Sheet<'_> {
    let header = [
        "scenario",
        "measure",
        "subject",
        "value",
        "unit",
        "low",
        "high",
        "change",
        "change_low",
        "change_high",
        "min",
        "max",
        "program",
    ];
    fn row<'a>(state: &'a ScenarioReport, row: &'a crate::wire::run::FigureRow) -> Vec<Cell<'a>> {
        cells![
            &state.name,
            row.measure,
            &row.subject,
            row.value,
            &row.unit,
            row.low,
            row.high,
            row.change,
            row.change_low,
            row.change_high,
            row.min,
            row.max,
            row.program
        ]
    }
    let rows = report.scenarios.iter().flat_map(|state| state.figures.iter().map(move |figure| row(state, figure)));
    Sheet { name: "Figures", header: header.into(), rows: Box::new(rows) }
}

fn observed(report: &RunReport) -> Sheet<'_> {
    let header = ["scenario", "gate", "commodity", "period", "observed", "modelled", "unit", "counts", "feeds demand"];
    let rows = report.scenarios.iter().flat_map(|state| {
        state.observed.iter().map(move |row| {
            cells![
                &state.name,
                &row.gate,
                &row.commodity,
                &row.period,
                row.observed,
                row.modelled,
                &row.unit,
                &row.counts,
                row.feeds_demand
            ]
        })
    });
    Sheet { name: "Observed", header: header.into(), rows: Box::new(rows) }
}

fn unmet(report: &RunReport) -> Sheet<'_> {
    let header = [
        "scenario",
        "demand",
        "commodity",
        "from",
        "to",
        "not delivered",
        "delivered",
        "unit",
        "reachable",
        "cost per unit",
    ];
    let rows = report.scenarios.iter().flat_map(|state| {
        state.unmet.iter().map(move |row| {
            cells![
                &state.name,
                &row.demand,
                &row.commodity,
                &row.from,
                &row.to,
                row.volume,
                row.served,
                &row.unit,
                row.reachable,
                row.unserved_cost
            ]
        })
    });
    Sheet { name: "Not delivered", header: header.into(), rows: Box::new(rows) }
}

fn loads(report: &RunReport) -> Sheet<'_> {
    let header = ["scenario", "element", "volume", "background", "capacity", "ratio", "unit"];
    let rows = report.scenarios.iter().flat_map(|state| {
        state.loads.iter().map(move |row| {
            cells![&state.name, &row.element, row.volume, row.background, row.capacity, row.ratio, &row.unit]
        })
    });
    Sheet { name: "Loads", header: header.into(), rows: Box::new(rows) }
}

fn scenarios(report: &RunReport) -> Sheet<'_> {
    let header = [
        "scenario",
        "title",
        "cost a year",
        "served a year",
        "loss a year",
        "rerouting a year",
        "unserved a year",
        "not delivered a year",
        "delay, h",
        "loss low",
        "loss high",
        "days",
        "loss a day",
        "loss over its days",
    ];
    let rows = report.scenarios.iter().map(|state| {
        let mut row = cells![&state.name, &state.title, state.cost, amounts(&state.served)];
        match &state.against_base {
            Some(change) => row.extend(loss_cells(change)),
            None => row.extend((0..5).map(|_| Cell::Empty)),
        }
        let loss = state.exact_of("loss", "total");
        let lasts = state.while_it_lasts.as_ref();
        row.extend(cells![
            loss.and_then(|figure| figure.low),
            loss.and_then(|figure| figure.high),
            state.days,
            lasts.map(|row| row.loss_per_day),
            lasts.map(|row| row.loss_over_days)
        ]);
        row
    });
    Sheet { name: "Scenarios", header: header.into(), rows: Box::new(rows) }
}

fn loss_cells(change: &LossRow) -> Vec<Cell<'_>> {
    cells![change.loss, change.rerouting, change.unserved, amounts(&change.unserved_volume), amounts(&change.delay_h)]
}

fn amounts(amounts: &BTreeMap<String, f64>) -> String {
    amounts.iter().map(|(key, amount)| format!("{key} {amount}")).collect::<Vec<_>>().join("; ")
}

fn exposures(report: &RunReport) -> Sheet<'_> {
    let header = [
        "beneficiary",
        "actor",
        "lever",
        "commodity",
        "touching",
        "min",
        "max",
        "demand",
        "unit",
        "share",
        "min",
        "max",
        "low",
        "high",
    ];
    let rows = report.exposures.iter().map(|row| {
        let who = cells![&row.beneficiary, &row.actor, row.lever, &row.commodity];
        let volume = cells![row.touching, row.touching_min, row.touching_max, row.demand, &row.unit];
        who.into_iter().chain(volume).chain(cells![row.share, row.min, row.max, row.low, row.high]).collect()
    });
    Sheet { name: "Exposure", header: header.into(), rows: Box::new(rows) }
}

fn bottlenecks(report: &RunReport) -> Sheet<'_> {
    let header = ["scenario", "limits", "shadow price", "per", "capacity"];
    let rows = report.scenarios.iter().flat_map(|state| {
        let rows = state.bottlenecks.iter();
        rows.map(move |row| cells![&state.name, row.limits.join("; "), row.shadow_price, row.unit, row.capacity])
    });
    Sheet { name: "Shadow prices", header: header.into(), rows: Box::new(rows) }
}

fn refusals(report: &RunReport) -> Sheet<'_> {
    let header = [
        "by",
        "of",
        "lever",
        "harm",
        "self cost",
        "system loss",
        "receipts lost",
        "shipments' loss",
        "rerouting",
        "unserved",
        "not delivered",
        "delay, h",
    ];
    let rows = report.refusals.iter().map(|row| {
        let mut cells =
            cells![&row.by, &row.of, row.lever, row.harm, row.self_cost, row.system_loss, row.receipts_lost];
        cells.extend(loss_cells(&row.shipments));
        cells
    });
    Sheet { name: "Refusals", header: header.into(), rows: Box::new(rows) }
}

fn closures(report: &RunReport) -> Sheet<'_> {
    let header = ["kind", "closed", "loss", "rerouting", "unserved", "not delivered", "delay, h"];
    let rows = report.closures.iter().flat_map(|(kind, rows)| {
        rows.iter().map(move |row| {
            let mut cells = cells![*kind, &row.subject];
            cells.extend(loss_cells(&row.change));
            cells
        })
    });
    Sheet { name: "Closures", header: header.into(), rows: Box::new(rows) }
}
