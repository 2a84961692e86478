//! The figures as one CSV and as sheets of a workbook.
use crate::wire::losses::LossRow;
use crate::wire::run::{RunReport, ScenarioReport};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use std::collections::BTreeMap;
use std::io;

enum Cell {
    Text(String),
    Number(f64),
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Cell::Text(text.clone())
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        if value.is_finite() { Cell::Number(value) } else { Cell::Text(value.to_string()) }
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Cell::Empty, Cell::from)
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Cell::from(if value { "yes" } else { "no" })
    }
}

struct Sheet {
    name: &'static str,
    header: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

macro_rules! cells {
    ($($cell:expr),* $(,)?) => { vec![$(Cell::from($cell)),*] };
}

/// All figures of all states, one a line.
pub fn figures_csv(report: &RunReport) -> io::Result<Vec<u8>> {
    let sheet = figures(report);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&sheet.header)?;
    for row in sheet.rows {
        writer.write_record(row.iter().map(|cell| match cell {
            Cell::Text(text) => text.clone(),
            Cell::Number(value) => value.to_string(),
            Cell::Empty => String::new(),
        }))?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// The figures and the analyses, one table a sheet.
pub fn figures_xlsx(report: &RunReport) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The date of the study, not of the run: same inputs, same bytes.
    let created = ExcelDateTime::parse_from_str(&report.head.as_of)?;
    workbook.set_properties(&DocProperties::new().set_title(&report.head.title).set_creation_datetime(&created));
    let bold = Format::new().set_bold();
    let sheets = [about(report), figures(report), observed(report), unmet(report), loads(report), scenarios(report)];
    for sheet in sheets.into_iter().chain([bottlenecks(report), exposures(report), refusals(report), closures(report)])
    {
        let page = workbook.add_worksheet();
        page.set_name(sheet.name)?;
        for (column, title) in (0u16..).zip(&sheet.header) {
            page.write_string_with_format(0, column, *title, &bold)?;
            page.set_column_width(column, if column < 4 { 22 } else { 14 })?;
        }
        page.set_freeze_panes(1, 0)?;
        for (line, row) in (1u32..).zip(&sheet.rows) {
            for (column, cell) in (0u16..).zip(row) {
                match cell {
                    Cell::Text(text) => page.write_string(line, column, text)?,
                    Cell::Number(value) => page.write_number(line, column, *value)?,
                    Cell::Empty => page,
                };
            }
        }
    }
    workbook.save_to_buffer()
}

fn about(report: &RunReport) -> Sheet {
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
    Sheet { name: "About", header: vec!["item", "value"], rows }
}

fn figures(report: &RunReport) -> Sheet {
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
    let row = |state: &ScenarioReport, row: &crate::wire::run::FigureRow| {
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
    };
    let rows = report.scenarios.iter().flat_map(|state| state.figures.iter().map(move |figure| row(state, figure)));
    Sheet { name: "Figures", header: header.into(), rows: rows.collect() }
}

fn observed(report: &RunReport) -> Sheet {
    let header = ["scenario", "gate", "commodity", "period", "observed", "modelled", "unit", "counts", "feeds demand"];
    let rows = report.scenarios.iter().flat_map(|state| {
        state.observed.iter().map(|row| {
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
    Sheet { name: "Observed", header: header.into(), rows: rows.collect() }
}

fn unmet(report: &RunReport) -> Sheet {
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
        state.unmet.iter().map(|row| {
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
    Sheet { name: "Not delivered", header: header.into(), rows: rows.collect() }
}

fn loads(report: &RunReport) -> Sheet {
    let header = ["scenario", "element", "volume", "background", "capacity", "ratio", "unit"];
    let rows = report.scenarios.iter().flat_map(|state| {
        state.loads.iter().map(|row| {
            cells![&state.name, &row.element, row.volume, row.background, row.capacity, row.ratio, &row.unit]
        })
    });
    Sheet { name: "Loads", header: header.into(), rows: rows.collect() }
}

fn scenarios(report: &RunReport) -> Sheet {
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
        let mut row = cells![&state.name, &state.title, state.cost, &amounts(&state.served)];
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
    Sheet { name: "Scenarios", header: header.into(), rows: rows.collect() }
}

fn loss_cells(change: &LossRow) -> Vec<Cell> {
    cells![change.loss, change.rerouting, change.unserved, &amounts(&change.unserved_volume), &amounts(&change.delay_h)]
}

fn amounts(amounts: &BTreeMap<String, f64>) -> String {
    amounts.iter().map(|(key, amount)| format!("{key} {amount}")).collect::<Vec<_>>().join("; ")
}

fn exposures(report: &RunReport) -> Sheet {
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
    Sheet { name: "Exposure", header: header.into(), rows: rows.collect() }
}

fn bottlenecks(report: &RunReport) -> Sheet {
    let header = ["scenario", "limits", "shadow price", "per", "capacity"];
    let rows = report.scenarios.iter().flat_map(|state| {
        let row = |row: &crate::wire::prices::BottleneckRow| {
            cells![&state.name, &row.limits.join("; "), row.shadow_price, row.unit, row.capacity]
        };
        state.bottlenecks.iter().map(row).collect::<Vec<_>>()
    });
    Sheet { name: "Shadow prices", header: header.into(), rows: rows.collect() }
}

fn refusals(report: &RunReport) -> Sheet {
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
    Sheet { name: "Refusals", header: header.into(), rows: rows.collect() }
}

fn closures(report: &RunReport) -> Sheet {
    let header = ["kind", "closed", "loss", "rerouting", "unserved", "not delivered", "delay, h"];
    let rows = report.closures.iter().flat_map(|(kind, rows)| {
        rows.iter().map(move |row| {
            let mut cells = cells![*kind, &row.subject];
            cells.extend(loss_cells(&row.change));
            cells
        })
    });
    Sheet { name: "Closures", header: header.into(), rows: rows.collect() }
}
