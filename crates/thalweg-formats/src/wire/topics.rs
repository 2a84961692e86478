//! The wire shape of topics: each with the figures that answer it and how much of them rests on weak rows.
use crate::measures::{CLAIMS_BY_VERDICT, Found, RELATION_PAIRS_BETWEEN, find};
use crate::wire::claims::factor;
use crate::wire::run::RunReport;
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::figures::{LEAST_COST, PATH_SIZE_LOGIT};
use thalweg_model::claim::{FigureName, FigurePart};
use thalweg_model::topic::{Finding, Topic};

/// A topic with its answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TopicRow {
    /// Key.
    pub key: String,
    /// Short name.
    pub title: String,
    /// The question in words.
    pub question: String,
    /// What the figures leave out, or why there are none.
    pub note: String,
    /// The figures that answer it.
    pub findings: Vec<FindingRow>,
    /// Keys of the study's questions that belong to it.
    pub asks: Vec<String>,
}

/// A figure that answers a topic.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingRow {
    /// What it is, in words that follow the number.
    pub says: String,
    /// State it is of, or key of the question whose answer holds it.
    pub scenario: String,
    /// Measure.
    pub measure: String,
    /// Subject.
    pub subject: String,
    /// Whether it is a difference against the base.
    pub is_change: bool,
    /// The number; null where the run has none.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// 5th percentile over draws, null where none were made or none moves it.
    pub low: Option<f64>,
    /// 95th percentile.
    pub high: Option<f64>,
    /// The count beside it, where it stands for an observed volume.
    pub observed: Option<f64>,
    /// Which program gave it.
    pub program: Option<&'static str>,
    /// Share of the delivery cost it concerns that is incurred on rows of low confidence or our estimate, 0 to 1; null where
    /// it concerns no flow.
    pub weak_share: Option<f64>,
    /// Why the run has no such figure; null where it has.
    pub missing: Option<String>,
}

/// How a figure came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Counted in tables of the study; no flow stands behind it.
    Tables,
    /// By the descriptive program.
    Descriptive,
    /// At least cost.
    LeastCost,
}

impl FindingRow {
    /// How the figure came about.
    pub fn basis(&self) -> Basis {
        match self.program {
            _ if is_of_tables(&self.measure) => Basis::Tables,
            Some(PATH_SIZE_LOGIT) => Basis::Descriptive,
            _ => Basis::LeastCost,
        }
    }
}

/// Whether a measure counts rows of the study, whatever flows.
fn is_of_tables(measure: &str) -> bool {
    [CLAIMS_BY_VERDICT, RELATION_PAIRS_BETWEEN].contains(&measure)
}

/// How many figures of its questions answer a topic that picks none.
const FIRST_FIGURES: usize = 2;

/// The topics of a study answered by a run.
pub fn topic_rows(report: &RunReport, topics: &[Topic]) -> Vec<TopicRow> {
    topics.iter().map(|topic| topic_row(report, topic)).collect()
}

fn topic_row(report: &RunReport, topic: &Topic) -> TopicRow {
    let mut findings: Vec<FindingRow> = topic.findings.iter().map(|finding| finding_row(report, finding)).collect();
    if findings.is_empty() {
        findings = topic.asks.iter().flat_map(|key| first_figures(report, topic, key)).collect();
    }
    TopicRow {
        key: topic.key.clone(),
        title: topic.title.clone(),
        question: topic.question.clone(),
        note: topic.note.clone(),
        findings,
        asks: topic.asks.clone(),
    }
}

/// The first figures of an answer, each with its measure for words.
fn first_figures(report: &RunReport, topic: &Topic, key: &str) -> Vec<FindingRow> {
    let answers = report.answers.iter().filter(|answer| answer.key == key);
    let figures = answers.flat_map(|answer| answer.figures.iter().take(FIRST_FIGURES));
    let finding = |row: &crate::wire::run::FigureRow| Finding {
        figure: FigureName {
            scenario: key.to_owned(),
            measure: row.measure.to_owned(),
            subject: row.subject.clone(),
            of: FigurePart::Value,
            program: None,
        },
        says: format!("{}, {}", row.measure.replace('_', " "), row.subject),
        unit: String::new(),
        place: topic.place.clone(),
    };
    figures.map(|row| finding_row(report, &finding(row))).collect()
}

fn finding_row(report: &RunReport, finding: &Finding) -> FindingRow {
    let name = &finding.figure;
    let found = find(report, name).and_then(|found| {
        let unit = if finding.unit.is_empty() { found.unit.clone() } else { finding.unit.clone() };
        let factor = if finding.unit.is_empty() { 1.0 } else { factor(&found.unit, &finding.unit)? };
        Ok((found, unit, factor))
    });
    let (found, unit, factor, missing) = match found {
        Ok((found, unit, factor)) => (Some(found), unit, factor, None),
        Err(why) => (None, finding.unit.clone(), 1.0, Some(why)),
    };
    let scaled = |end: fn(&Found) -> Option<f64>| found.as_ref().and_then(end).map(|end| end * factor);
    FindingRow {
        says: finding.says.clone(),
        scenario: name.scenario.clone(),
        measure: name.measure.clone(),
        subject: name.subject.clone(),
        is_change: name.of == FigurePart::Change,
        value: scaled(|found| Some(found.value)),
        low: scaled(|found| found.low),
        high: scaled(|found| found.high),
        observed: observed(report, name).map(|count| count * factor),
        program: found.as_ref().map(|found| found.program),
        weak_share: weak_share(report, name),
        unit,
        missing,
    }
}

/// The count that a modelled volume of the base stands beside.
fn observed(report: &RunReport, name: &FigureName) -> Option<f64> {
    let state = Some(report.base()).filter(|base| base.name == name.scenario && name.of == FigurePart::Value)?;
    let mut rows =
        state.observed.iter().filter(|row| name.measure == "volume_at_observation" && row.key == name.subject);
    rows.next().map(|row| row.observed)
}

fn is_weak(confidence: &str) -> bool {
    ["low", "estimate"].contains(&confidence)
}

/// How much of the cost that a figure concerns rests on weak rows: of the rows an answer rests on; of a commodity where the
/// subject ends in one; of all that is delivered otherwise.
fn weak_share(report: &RunReport, name: &FigureName) -> Option<f64> {
    if is_of_tables(&name.measure) {
        return None;
    }
    if let Some(answer) = report.answers.iter().find(|answer| answer.key == name.scenario) {
        let whole: f64 = answer.rests_on.iter().map(|row| row.cost).sum();
        let weak: f64 = answer.rests_on.iter().filter(|row| is_weak(row.confidence)).map(|row| row.cost).sum();
        return (whole > 0.0).then_some(weak / whole);
    }
    let of = |key: &str| -> Option<f64> {
        let mut rows = report.confidence.iter().filter(|row| row.commodity == key).peekable();
        rows.peek()?;
        Some(rows.filter(|row| is_weak(row.confidence)).map(|row| row.cost_share).sum())
    };
    let counted = report.base().observed.iter().find(|row| row.key == name.subject).map(|row| row.commodity.clone());
    let commodity = counted.unwrap_or_else(|| name.subject.rsplit(' ').next().unwrap_or_default().to_owned());
    of(&commodity).or_else(|| {
        let costs = report.base().of("delivered_cost_by_commodity", LEAST_COST);
        let (weak, whole) = costs.fold((0.0, 0.0), |(weak, whole), row| {
            (weak + row.value * of(&row.subject).unwrap_or(0.0), whole + row.value)
        });
        (whole > 0.0).then_some(weak / whole)
    })
}
