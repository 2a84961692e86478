//! The wire shape of stress answers: each failure in turn, pairs.
use crate::wire::losses::{LossRow, LossesHead, loss_row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thalweg_engine::stress::detail::Detail;
use thalweg_engine::stress::failing::Failing;
use thalweg_engine::stress::losses::Loss;
use thalweg_engine::stress::pairs::{Decided, Pairs};
use thalweg_engine::stress::singles::Singles;
use thalweg_network::instance::Instance;

/// Days of a year, over which a year's amount is spread.
pub const DAYS_A_YEAR: f64 = 365.0;

/// What fails, and how.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Question {
    /// Kinds of what fails.
    pub kinds: Vec<&'static str>,
    /// Share of stated capacities left, 0 to 1; `null` where it is shut.
    pub share_left: Option<f64>,
    /// Days it lasts; `null` for a year. Amounts of a duration are a year's amounts times days over 365.
    pub days: Option<f64>,
    /// Elements of these kinds.
    pub elements: usize,
    /// Elements that state no capacity and so cannot be derated.
    pub unlimited: Vec<String>,
}

/// Answer of `thalweg stress --each`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EachReport {
    /// Units and base.
    pub head: LossesHead,
    /// What fails one at a time.
    pub question: Question,
    /// Elements whose failing was worked out.
    pub worked_out: usize,
    /// Elements that nothing runs through: their failing alone costs nothing.
    pub idle: usize,
    /// No element that is not listed loses more a year than this.
    pub rest_at_most: f64,
    /// Whether the work was stopped before its end.
    pub stopped: bool,
    /// The costliest first; those that lose nothing are left out.
    pub failures: Vec<FailureRow>,
}

/// One failure. Amounts are a year, unless they say otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailureRow {
    /// Kind of what fails.
    pub kind: String,
    /// Key of what fails.
    pub subject: String,
    /// Cost, volumes, delay, receipts.
    #[serde(flatten)]
    pub change: LossRow,
    /// Loss over the days asked for.
    pub loss_of_duration: Option<f64>,
    /// Lower bound on the loss known before it was worked out: shadow price times capacity.
    pub at_least: f64,
    /// Upper bound known before: all that runs through it not delivered.
    pub at_most: f64,
    /// Fall of welfare by state, and by firms that answer to none; gains are negative.
    pub welfare_loss: BTreeMap<String, f64>,
    /// Delivered prices that move.
    pub prices: Vec<PriceRow>,
    /// Shadow prices that move.
    pub scarcity: Vec<ScarcityRow>,
    /// Throughput that moves, the greatest gain first.
    pub volumes: Vec<VolumeRow>,
}

/// A delivered price before and after, study currency per commodity unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PriceRow {
    /// Key of the demand.
    pub demand: String,
    /// What it is for.
    pub commodity: String,
    /// Before.
    pub before: f64,
    /// After; the cost of not being served where the last unit goes undelivered.
    pub after: f64,
}

/// A shadow price before and after, study currency per base unit of the limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScarcityRow {
    /// Kind and key of the limit.
    pub limit: String,
    /// Before.
    pub before: f64,
    /// After.
    pub after: f64,
}

/// A change of throughput, commodity units a year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VolumeRow {
    /// Kind of what it runs through.
    pub kind: String,
    /// Key of what it runs through.
    pub subject: String,
    /// What.
    pub commodity: String,
    /// Rise.
    pub change: f64,
}

/// Answer of `thalweg stress --pairs`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PairsReport {
    /// Units and base.
    pub head: LossesHead,
    /// What fails two at a time.
    pub question: Question,
    /// Pairs there are.
    pub pairs_of_all: usize,
    /// Pairs decided by flow: with one failed nothing runs through the other.
    pub by_flow: usize,
    /// No pair that is not listed loses more a year than this.
    pub rest_at_most: f64,
    /// Whether the work was stopped before its end.
    pub stopped: bool,
    /// Loss of each alone, where it is above zero.
    pub alone: BTreeMap<String, f64>,
    /// The costliest first; those that lose nothing are left out.
    pub pairs: Vec<PairRow>,
}

/// Two failures at once, amounts a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PairRow {
    /// What fails.
    pub elements: [String; 2],
    /// Loss of both together.
    pub loss: f64,
    /// Loss of both together over the days asked for.
    pub loss_of_duration: Option<f64>,
    /// Loss beyond the sum of each alone.
    pub synergy: f64,
    /// Whether it took a solve, or the flows decided.
    pub solved: bool,
}

/// A failure in the study's keys; bounds are those of the state it fails in.
pub fn failure_row(instance: &Instance, element: &Failing, detail: &Detail, (least, most): (f64, f64)) -> FailureRow {
    let model = &instance.model;
    let commodity = |id: thalweg_model::ids::CommodityId| model.commodities[id.index()].key.clone();
    let price = |&(segment, before, after): &(usize, f64, f64)| {
        let row = &instance.demand.segments[segment];
        let demand = model.demands[row.demand.index()].key.clone();
        PriceRow { demand, commodity: commodity(row.commodity), before, after }
    };
    let mut volumes: Vec<VolumeRow> = detail
        .volumes
        .iter()
        .map(|((kind, subject, id), change)| VolumeRow {
            kind: kind.name().to_owned(),
            subject: subject.clone(),
            commodity: commodity(*id),
            change: *change,
        })
        .collect();
    volumes.sort_by(|one, other| other.change.total_cmp(&one.change));
    let scarcity = |(limit, before, after): &(String, f64, f64)| ScarcityRow {
        limit: limit.clone(),
        before: *before,
        after: *after,
    };
    FailureRow {
        kind: element.kind.name().to_owned(),
        subject: element.subject.clone(),
        change: loss_row(model, &detail.change),
        loss_of_duration: None,
        at_least: least,
        at_most: most,
        welfare_loss: detail
            .welfare_loss
            .iter()
            .map(|(actor, amount)| (model.actors[actor.index()].key.clone(), *amount))
            .collect(),
        prices: detail.prices.iter().map(price).collect(),
        scarcity: detail.scarcity.iter().map(scarcity).collect(),
        volumes,
    }
}

/// The bounds of an element in the state nothing has failed in.
pub fn bounds_of(base: &Loss, element: usize) -> (f64, f64) {
    (base.floor_of(element), base.harm_of(element))
}

/// The report of single failures.
pub fn each_report(head: LossesHead, question: Question, found: &Singles, rows: Vec<FailureRow>) -> EachReport {
    let over = |row: FailureRow| FailureRow {
        loss_of_duration: question.days.map(|days| row.change.loss * days / DAYS_A_YEAR),
        ..row
    };
    EachReport {
        head,
        worked_out: found.worked_out,
        idle: found.idle,
        rest_at_most: found.rest_at_most,
        stopped: found.stopped,
        failures: rows.into_iter().map(over).collect(),
        question,
    }
}

/// The report of pairs.
pub fn pairs_report(head: LossesHead, question: Question, found: &Pairs, labels: &[String]) -> PairsReport {
    let alone = found.single.iter().enumerate().filter(|(_, loss)| **loss > 0.0);
    let pair = |pair: &thalweg_engine::stress::pairs::Pair| PairRow {
        elements: pair.elements.map(|element| labels[element].clone()),
        loss: pair.loss,
        loss_of_duration: question.days.map(|days| pair.loss * days / DAYS_A_YEAR),
        synergy: pair.synergy,
        solved: pair.decided == Decided::Solved,
    };
    PairsReport {
        head,
        pairs_of_all: found.all,
        by_flow: found.by_flow,
        rest_at_most: found.rest_at_most,
        stopped: found.stopped,
        alone: alone.map(|(element, loss)| (labels[element].clone(), *loss)).collect(),
        pairs: found.rows.iter().map(pair).collect(),
        question,
    }
}
