//! The wire shape of `run`: every state with its figures, and the analyses of the base.
use crate::wire::calibrate::{CountRow, MisfitRow, count_row, misfit_row};
use crate::wire::claims::{ClaimRow, claim_rows};
use crate::wire::evidence::{
    ConfidenceShare, RuleRow, SourceRow, WeakRow, confidence_shares, rules, sources, weak_rows,
};
use crate::wire::exposure::{ExposureRow, exposure_rows};
use crate::wire::losses::{ClosureRow, LossRow, RefusalRow, closure_row, loss_row, refusal_row};
use crate::wire::prices::{BottleneckRow, ContractRow, bottleneck_rows, contract_rows};
use crate::wire::questions::{AnswerRow, answer_row};
use crate::wire::topics::TopicRow;
use crate::wire::undefined::{UndefinedRow, undefined_rows};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use thalweg_engine::calibration::misfits;
use thalweg_engine::figures::{Figure, LEAST_COST};
use thalweg_engine::reach::Reach;
use thalweg_engine::states::Run;
use thalweg_engine::study::StudyResults;
use thalweg_model::claim::Claim;
use thalweg_model::ids::ActorId;
use thalweg_model::model::Model;
use thalweg_model::units::DAYS_PER_YEAR;

/// Answer of `thalweg run`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RunReport {
    /// What was run.
    pub head: RunHead,
    /// English names of the keys used below, by table.
    pub names: BTreeMap<&'static str, BTreeMap<String, String>>,
    /// Every state, the base first.
    pub scenarios: Vec<ScenarioReport>,
    /// Share of each beneficiary's volume that meets another actor's gates, in the base at least cost.
    pub exposures: Vec<ExposureRow>,
    /// Refusals as pairs, the greatest system loss first.
    pub refusals: Vec<RefusalRow>,
    /// Single closures by kind, the costliest first.
    pub closures: BTreeMap<&'static str, Vec<ClosureRow>>,
    /// Every count beside the descriptive program before and after calibration; empty without a calibration table.
    pub fit: Vec<CountRow>,
    /// Misfits of these by set: fitted, held out by gate, held out in time, not fitted for a reason.
    pub misfits: Vec<MisfitRow>,
    /// Runs that gave the constants of the calibration table.
    pub calibrated_by: Vec<String>,
    /// Reach between the parts of divided countries.
    pub reach: Vec<ReachRow>,
    /// Access rules in force on the date.
    pub rules: Vec<RuleRow>,
    /// How much of the base's cost and demand rests on rows of each confidence.
    pub confidence: Vec<ConfidenceShare>,
    /// Commodities of which nobody knows how much is wanted: no single figure of them holds.
    pub undefined: Vec<UndefinedRow>,
    /// Rows of low confidence or our own estimate that carry the most cost.
    pub weak: Vec<WeakRow>,
    /// Publications the tables cite.
    pub sources: Vec<SourceRow>,
    /// The study's questions with their answers.
    pub answers: Vec<AnswerRow>,
    /// Claims of the study with their verdicts, computed from this run.
    pub claims: Vec<ClaimRow>,
    /// Topics of the study with the figures that answer them.
    pub topics: Vec<TopicRow>,
    /// Whether the work was stopped before its end: scenarios and analyses may be missing.
    pub interrupted: bool,
}

/// What was run, so that another can run it again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RunHead {
    /// Study key.
    pub study: String,
    /// Title for people.
    pub title: String,
    /// The question the study answers.
    pub question: String,
    /// Date of rules, capacities and demands.
    pub as_of: String,
    /// ISO 4217.
    pub currency: String,
    /// Year of the prices.
    pub price_year: i16,
    /// Version of the engine.
    pub engine: &'static str,
    /// Seed of random draws; null where none were drawn.
    pub seed: Option<u64>,
    /// Joint draws of all ranged inputs that `low` and `high` rest on; 0 where none were drawn.
    pub draws: usize,
    /// Inputs with a range that were drawn.
    pub ranged_inputs: usize,
    /// FNV-1a (64 bit) over the validated tables and scenarios.
    pub inputs: String,
    /// Licence of the tables.
    pub licence: String,
    /// Period of the year whose demand holds; empty for the annual average. Volumes and amounts are a year at its rate.
    pub period: String,
}

/// One state.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ScenarioReport {
    /// Short key; `base` for no change.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// The question it answers.
    pub question: String,
    /// Where it comes from.
    pub source: String,
    /// Days it lasts, null for the whole year. Every amount is a year at this state all the same, but for `while_it_lasts`.
    pub days: Option<f64>,
    /// The difference against the base a day and over its days; null where it lasts the whole year.
    pub while_it_lasts: Option<DurationRow>,
    /// Cost of delivery and of non-delivery at least cost, currency a year.
    pub cost: f64,
    /// Volume delivered at that cost, by commodity, units a year.
    pub served: BTreeMap<String, f64>,
    /// Volume not delivered, by commodity, units a year.
    pub unserved: BTreeMap<String, f64>,
    /// Relative gap of the least-cost program's certificate.
    pub relative_gap: f64,
    /// All figures, each with the program that gave it.
    pub figures: Vec<FigureRow>,
    /// Counts beside modelled volumes (descriptive program).
    pub observed: Vec<ObservedReport>,
    /// Demands not delivered in full (least cost).
    pub unmet: Vec<UnmetRow>,
    /// Volume over capacity (least cost).
    pub loads: Vec<LoadRow>,
    /// Shadow prices of full limits (least cost), the greatest rent first.
    pub bottlenecks: Vec<BottleneckRow>,
    /// Contract minima of suppliers, and what they cost at the margin (least cost).
    pub contracts: Vec<ContractRow>,
    /// What the state changes; null for the base.
    pub against_base: Option<LossRow>,
    /// Fall of welfare by actor, gains negative; empty for the base.
    pub welfare_loss: BTreeMap<String, f64>,
}

/// What a state of limited duration changes: solved at the closed state, so much a day, times its days.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DurationRow {
    /// Days it lasts.
    pub days: f64,
    /// Rise of cost, currency a day.
    pub loss_per_day: f64,
    /// Rise of cost over its days, currency.
    pub loss_over_days: f64,
    /// Volume no longer delivered a day, by commodity, units.
    pub unserved_per_day: BTreeMap<String, f64>,
    /// Volume no longer delivered over its days, by commodity, units.
    pub unserved_over_days: BTreeMap<String, f64>,
}

/// One number with what it measures.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FigureRow {
    /// What is measured.
    pub measure: &'static str,
    /// Of whom or what, in the study's keys.
    pub subject: String,
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// 5th percentile over joint draws of all ranged inputs; null where none were made, or none moves it.
    pub low: Option<f64>,
    /// 95th percentile.
    pub high: Option<f64>,
    /// What it is above the base's; null in the base, for what is a difference itself, and for a mean the base lacks.
    pub change: Option<f64>,
    /// 5th percentile of the change, both states drawn together.
    pub change_low: Option<f64>,
    /// 95th percentile of the change.
    pub change_high: Option<f64>,
    /// Least value over equally cheap flows, null where not worked out.
    pub min: Option<f64>,
    /// Greatest value over equally cheap flows.
    pub max: Option<f64>,
    /// `least_cost` (exact) or `path_size_logit` (descriptive).
    pub program: &'static str,
}

/// A count beside what the model says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ObservedReport {
    /// Key of the observation.
    pub key: String,
    /// Kind and key of the element.
    pub gate: String,
    /// Commodity key, empty for all that convert to the unit.
    pub commodity: String,
    /// Year or period of the count.
    pub period: String,
    /// The count.
    pub observed: f64,
    /// What flows amount to.
    pub modelled: f64,
    /// Unit of both.
    pub unit: String,
    /// Exactly what was counted.
    pub counts: String,
    /// Demand rests on the same source, so the fit leaves it out.
    pub feeds_demand: bool,
    /// The period is the year of the run.
    pub same_year: bool,
}

/// A demand that is not delivered in full.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnmetRow {
    /// Demand key.
    pub demand: String,
    /// Commodity key.
    pub commodity: String,
    /// Origin node, empty where suppliers compete.
    pub from: String,
    /// Destination node.
    pub to: String,
    /// Volume not delivered, a year.
    pub volume: f64,
    /// Volume delivered, a year.
    pub served: f64,
    /// Commodity unit.
    pub unit: String,
    /// Whether any route exists; if so it costs more than going without, or is full.
    pub reachable: bool,
    /// Cost of not being served, currency per unit.
    pub unserved_cost: f64,
}

/// How full a limited element is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LoadRow {
    /// Kind and key.
    pub element: String,
    /// Volume, background included.
    pub volume: f64,
    /// Background alone.
    pub background: f64,
    /// Capacity.
    pub capacity: f64,
    /// Volume over capacity; null where the capacity is 0.
    pub ratio: Option<f64>,
    /// Unit of all three.
    pub unit: String,
}

/// Reach between two parts of a country by one mode.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReachRow {
    /// The country.
    pub state: String,
    /// From this part, empty for the main part.
    pub from_region: String,
    /// To this part.
    pub to_region: String,
    /// By this mode alone.
    pub mode: &'static str,
    /// What is carried.
    pub commodity: String,
    /// `reached` or `unreachable`.
    pub status: &'static str,
    /// States passed through.
    pub through: Vec<String>,
    /// km of the cheapest way, null where there is none.
    pub length_km: Option<f64>,
}

/// Results in the study's keys, and its claims held against them.
pub fn run_report(results: &StudyResults, claims: &[Claim]) -> RunReport {
    let model = &results.base.instance.model;
    let runs = std::iter::once(&results.base).chain(&results.scenarios);
    let closures = results.closures.iter().map(|(kind, rows)| {
        let rows = rows.iter().map(|row| closure_row(model, row)).collect();
        (kind.name(), rows)
    });
    let mut report = RunReport {
        head: run_head(results),
        names: names(model),
        scenarios: runs.map(scenario_report).collect(),
        exposures: exposure_rows(results),
        refusals: results.refusals.iter().map(|row| refusal_row(model, row)).collect(),
        closures: closures.collect(),
        fit: results.fit.iter().map(|row| count_row(model, row)).collect(),
        misfits: if results.fit.is_empty() {
            Vec::new()
        } else {
            misfits(&results.fit).iter().map(misfit_row).collect()
        },
        calibrated_by: model
            .calibration
            .iter()
            .map(|row| row.run.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        reach: results.reach.iter().map(|row| reach_row(model, row)).collect(),
        rules: rules(model, results.as_of),
        confidence: confidence_shares(&results.base),
        undefined: undefined_rows(&results.base.instance),
        weak: weak_rows(&results.base),
        sources: sources(model),
        answers: results.answers.iter().map(answer_row).collect(),
        claims: Vec::new(),
        topics: Vec::new(),
        interrupted: results.interrupted,
    };
    report.claims = claim_rows(&report, model, claims);
    report
}

fn run_head(results: &StudyResults) -> RunHead {
    let head = &results.base.instance.model.head;
    let drawn = &results.ranges;
    RunHead {
        study: head.name.clone(),
        title: head.title.clone(),
        question: head.question.clone(),
        as_of: results.as_of.to_string(),
        currency: head.currency.clone(),
        price_year: head.price_year,
        engine: env!("CARGO_PKG_VERSION"),
        seed: (drawn.draws > 0).then_some(drawn.seed),
        draws: drawn.draws,
        ranged_inputs: drawn.numbers,
        inputs: inputs_hash(results),
        licence: head.licence.clone(),
        period: head.period.clone(),
    }
}

/// FNV-1a as text is written to it.
struct Fnv(u64);

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(())
    }
}

fn inputs_hash(results: &StudyResults) -> String {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    let mut write = |text: std::fmt::Arguments| hash.write_fmt(text).expect("the hash takes any text");
    write(format_args!("{:?} {}", results.base.instance.model, results.as_of));
    for run in &results.scenarios {
        write(format_args!("{:?}", run.scenario));
    }
    format!("{:016x}", hash.0)
}

fn names(model: &Model) -> BTreeMap<&'static str, BTreeMap<String, String>> {
    fn table<'a>(rows: impl Iterator<Item = (&'a String, &'a String)>) -> BTreeMap<String, String> {
        rows.map(|(key, name)| (key.clone(), name.clone())).collect()
    }
    BTreeMap::from([
        ("actors", table(model.actors.iter().map(|row| (&row.key, &row.name)))),
        ("nodes", table(model.nodes.iter().map(|row| (&row.key, &row.name)))),
        ("links", table(model.links.iter().map(|row| (&row.key, &row.name)))),
        ("passages", table(model.passages.iter().map(|row| (&row.key, &row.name)))),
        ("crossings", table(model.crossings.iter().map(|row| (&row.key, &row.name)))),
        ("commodities", table(model.commodities.iter().map(|row| (&row.key, &row.name)))),
        ("groups", table(model.groups.iter().map(|row| (&row.key, &row.name)))),
    ])
}

fn actor_key(model: &Model, actor: ActorId) -> String {
    model.actors[actor.index()].key.clone()
}

/// One state in the study's keys: also what is written as soon as it is finished.
pub fn scenario_report(run: &Run) -> ScenarioReport {
    let instance = &run.instance;
    let model = &instance.model;
    let mut served: BTreeMap<String, f64> = BTreeMap::new();
    let mut unserved: BTreeMap<String, f64> = BTreeMap::new();
    for (segment, flow) in instance.demand.segments.iter().zip(&run.least_cost.assignment.segments) {
        let key = &model.commodities[segment.commodity.index()].key;
        *served.entry(key.clone()).or_default() += flow.served();
        *unserved.entry(key.clone()).or_default() += flow.unserved;
    }
    ScenarioReport {
        name: run.scenario.name.clone(),
        title: run.scenario.title.clone(),
        question: run.scenario.question.clone(),
        source: run.scenario.source.clone(),
        days: run.scenario.days,
        while_it_lasts: duration(run),
        cost: run.least_cost.value,
        served,
        unserved,
        relative_gap: run.least_cost.certificate().relative_gap,
        figures: run.figures.iter().map(figure_row).collect(),
        observed: run.observed.iter().map(observed_row).collect(),
        unmet: unmet(run),
        loads: run.loads.iter().map(load_row).collect(),
        bottlenecks: bottleneck_rows(&run.least_cost),
        contracts: contract_rows(&run.least_cost),
        against_base: run.against_base.as_ref().map(|change| loss_row(model, change)),
        welfare_loss: run.welfare_loss.iter().map(|(actor, loss)| (actor_key(model, *actor), *loss)).collect(),
    }
}

fn duration(run: &Run) -> Option<DurationRow> {
    let (days, change) = run.scenario.days.zip(run.against_base.as_ref())?;
    let model = &run.instance.model;
    let lost = |days: f64| {
        let of_year = days / DAYS_PER_YEAR;
        let rows = change.unserved_volume.iter();
        rows.map(|(id, volume)| (model.commodities[id.index()].key.clone(), volume * of_year)).collect()
    };
    Some(DurationRow {
        days,
        loss_per_day: change.loss / DAYS_PER_YEAR,
        loss_over_days: change.loss / DAYS_PER_YEAR * days,
        unserved_per_day: lost(1.0),
        unserved_over_days: lost(days),
    })
}

/// A figure as it is written.
pub fn figure_row(figure: &Figure) -> FigureRow {
    FigureRow {
        measure: figure.measure,
        subject: figure.subject.clone(),
        value: figure.value,
        unit: figure.unit.clone(),
        low: figure.low,
        high: figure.high,
        change: figure.change,
        change_low: figure.change_low,
        change_high: figure.change_high,
        min: None,
        max: None,
        program: figure.program,
    }
}

fn observed_row(row: &thalweg_engine::observed::ObservedRow) -> ObservedReport {
    ObservedReport {
        key: row.key.clone(),
        gate: row.gate.clone(),
        commodity: row.commodity.clone(),
        period: row.period.clone(),
        observed: row.observed,
        modelled: row.modelled,
        unit: row.unit.clone(),
        counts: row.counts.clone(),
        feeds_demand: row.feeds_demand,
        same_year: row.same_year,
    }
}

fn load_row(load: &thalweg_engine::figures::Load) -> LoadRow {
    LoadRow {
        element: load.element.clone(),
        volume: load.volume,
        background: load.background,
        capacity: load.capacity,
        ratio: (load.capacity > 0.0).then(|| load.volume / load.capacity),
        unit: load.unit.clone(),
    }
}

fn unmet(run: &Run) -> Vec<UnmetRow> {
    let model = &run.instance.model;
    let pairs = run.instance.demand.segments.iter().zip(&run.least_cost.assignment.segments);
    pairs
        .filter(|(segment, flow)| flow.unserved > 1e-9 * segment.volume.max(1.0))
        .map(|(segment, flow)| {
            let demand = &model.demands[segment.demand.index()];
            let commodity = &model.commodities[segment.commodity.index()];
            UnmetRow {
                demand: demand.key.clone(),
                commodity: commodity.key.clone(),
                from: demand.origin.map_or_else(String::new, |node| model.nodes[node.index()].key.clone()),
                to: model.nodes[demand.destination.index()].key.clone(),
                volume: flow.unserved,
                served: flow.served(),
                unit: commodity.unit.to_string(),
                reachable: flow.reachable,
                unserved_cost: flow.unserved_cost,
            }
        })
        .collect()
}

/// Reach between two parts of a country in the study's keys.
pub fn reach_row(model: &Model, row: &Reach) -> ReachRow {
    ReachRow {
        state: actor_key(model, row.state),
        from_region: row.from_region.clone(),
        to_region: row.to_region.clone(),
        mode: row.mode.name(),
        commodity: model.commodities[row.commodity.index()].key.clone(),
        status: if row.length_km.is_some() { "reached" } else { "unreachable" },
        through: row.through.iter().map(|actor| actor_key(model, *actor)).collect(),
        length_km: row.length_km,
    }
}

impl RunReport {
    /// The base.
    pub fn base(&self) -> &ScenarioReport {
        &self.scenarios[0]
    }

    /// English name of a key of a table, the key where it has none.
    pub fn name<'a>(&'a self, table: &str, key: &'a str) -> &'a str {
        let found = self.names.get(table).and_then(|names| names.get(key)).map(String::as_str);
        found.filter(|name| !name.is_empty()).unwrap_or(key)
    }
}

impl ScenarioReport {
    /// Figures of one measure by the descriptive or the exact program.
    pub fn of<'a>(&'a self, measure: &'a str, program: &'a str) -> impl Iterator<Item = &'a FigureRow> {
        self.figures.iter().filter(move |row| row.measure == measure && row.program == program)
    }

    /// The figure of a measure and subject at least cost.
    pub fn exact_of(&self, measure: &str, subject: &str) -> Option<&FigureRow> {
        self.figures.iter().find(|row| (row.measure, row.program) == (measure, LEAST_COST) && row.subject == subject)
    }

    /// What the state costs above the base for as long as it lasts, currency: its days, or a year.
    pub fn loss_while_it_lasts(&self) -> Option<f64> {
        let change = self.against_base.as_ref()?;
        Some(self.while_it_lasts.as_ref().map_or(change.loss, |row| row.loss_over_days))
    }

    /// Figures of one measure at least cost.
    pub fn exact<'a>(&'a self, measure: &'a str) -> impl Iterator<Item = &'a FigureRow> {
        self.of(measure, LEAST_COST)
    }
}
