//! The wire shape of stress answers: each failure in turn, pairs, the worst few.
use crate::wire::losses::{LossRow, LossesHead, loss_row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thalweg_engine::stress::detail::Detail;
use thalweg_engine::stress::failing::Failing;
use thalweg_engine::stress::losses::Loss;
use thalweg_engine::stress::monte_carlo::{Forecast, Tail};
use thalweg_engine::stress::pairs::{Decided, Pairs};
use thalweg_engine::stress::singles::Singles;
use thalweg_engine::stress::tail::Estimate;
use thalweg_engine::stress::worst::{Budget, FailedSet, Worst};
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
    /// What falls with it, with the hours after which; empty unless cascades are asked for.
    pub falls: Vec<FallRow>,
    /// Cost, volumes, delay, receipts.
    #[serde(flatten)]
    pub change: LossRow,
    /// Loss over the days asked for; with cascades, while backups last included.
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

/// Something that falls with what fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FallRow {
    /// Kind and key.
    pub what: String,
    /// Hours after the first failure.
    pub after_h: f64,
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
        falls: Vec::new(),
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
    EachReport {
        head,
        worked_out: found.worked_out,
        idle: found.idle,
        rest_at_most: found.rest_at_most,
        stopped: found.stopped,
        failures: rows,
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

/// Answer of `thalweg stress --worst`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WorstReport {
    /// Units and base.
    pub head: LossesHead,
    /// What may fail.
    pub question: Question,
    /// What may be spent on failures.
    pub budget: u32,
    /// What an element takes of it, where that is not 1.
    pub prices: BTreeMap<String, u32>,
    /// The worst set found.
    pub worst: SetRow,
    /// Other sets that lose as much, as far as the search met them.
    pub equals: Vec<SetRow>,
    /// No set within the budget loses more a year than this.
    pub at_most: f64,
    /// What the best heuristic finds: the worst next element each time, then exchanges.
    pub heuristic: SetRow,
    /// How far the heuristic may be from the worst, as a share of `at_most`.
    pub heuristic_gap: f64,
    /// Sets worked out.
    pub worked_out: usize,
    /// Whether the search ended before it was sure; then `at_most` is above the loss found.
    pub stopped: bool,
}

/// A set of failures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SetRow {
    /// What fails.
    pub elements: Vec<String>,
    /// Loss a year.
    pub loss: f64,
    /// Loss over the days asked for.
    pub loss_of_duration: Option<f64>,
}

/// The report of the worst failures within a budget.
pub fn worst_report(
    head: LossesHead,
    question: Question,
    (budget, found): (&Budget, &Worst),
    labels: &[String],
) -> WorstReport {
    let set = |set: &FailedSet| SetRow {
        elements: set.elements.iter().map(|element| labels[*element].clone()).collect(),
        loss: set.loss,
        loss_of_duration: question.days.map(|days| set.loss * days / DAYS_A_YEAR),
    };
    let priced = budget.price.iter().enumerate().filter(|(_, price)| **price != 1);
    let missing = (found.at_most - found.greedy.loss).max(0.0);
    WorstReport {
        head,
        budget: budget.total,
        prices: priced.map(|(element, price)| (labels[element].clone(), *price)).collect(),
        worst: set(&found.worst),
        equals: found.equals.iter().map(set).collect(),
        at_most: found.at_most,
        heuristic: set(&found.greedy),
        heuristic_gap: if found.at_most > 0.0 { missing / found.at_most } else { 0.0 },
        worked_out: found.worked_out,
        stopped: found.stopped,
        question,
    }
}

/// Answer of `thalweg stress --monte-carlo`. Amounts are of one year, study currency.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ForecastReport {
    /// Units and base.
    pub head: LossesHead,
    /// What a year may cost.
    #[serde(flatten)]
    pub found: ForecastRow,
}

/// What a year by chance may cost, study currency.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ForecastRow {
    /// Seed of the draws.
    pub seed: u64,
    /// Years drawn among those with two events or more.
    pub drawn: usize,
    /// Different sets of elements that were down at once.
    pub sets: usize,
    /// Probability of a year with no event, one, two, and more.
    pub mass: [f64; 4],
    /// Expected loss of a year.
    pub expected: EstimateRow,
    /// Part of it from years with one or two events, exact.
    pub exact: f64,
    /// Probability of a year with a loss.
    pub chance_of_loss: EstimateRow,
    /// Tails.
    pub tails: Vec<TailRow>,
    /// By cause: expected loss of its events, each alone.
    pub by_cause: BTreeMap<String, f64>,
    /// The events; losses are conditional on the event.
    pub events: Vec<EventRow>,
    /// Whether the work was stopped before its end.
    pub stopped: bool,
}

/// An estimate with its interval of 95 %.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EstimateRow {
    /// The estimate.
    pub value: f64,
    /// Lower end of the interval.
    pub min: f64,
    /// Upper end of the interval.
    pub max: f64,
}

impl From<Estimate> for EstimateRow {
    fn from(row: Estimate) -> Self {
        Self { value: row.value, min: row.value - row.half_width, max: row.value + row.half_width }
    }
}

/// The tail at one level.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TailRow {
    /// Level, such as 0.95.
    pub level: f64,
    /// Loss of a year not exceeded with that probability.
    pub value_at_risk: EstimateRow,
    /// Mean loss of the worst share 1 - level of years.
    pub conditional: EstimateRow,
}

/// Something that may happen.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EventRow {
    /// What fails.
    pub element: String,
    /// By what cause; empty where the question did not say.
    pub cause: String,
    /// Probability a year, as given.
    pub probability: f64,
    /// Shortest duration, days.
    pub days_low: f64,
    /// Longest duration, days.
    pub days_high: f64,
    /// Loss given that it happens alone, at its mean duration.
    pub loss_if_alone: f64,
}

/// A forecast as it is written; `events` say what is known of each beside its loss.
pub fn forecast_row(seed: u64, found: &Forecast, mut events: Vec<EventRow>) -> ForecastRow {
    let mut by_cause: BTreeMap<String, f64> = BTreeMap::new();
    for (row, loss) in events.iter_mut().zip(&found.given) {
        row.loss_if_alone = *loss;
        *by_cause.entry(row.cause.clone()).or_default() += row.probability * loss;
    }
    events.sort_by(|one, other| other.loss_if_alone.total_cmp(&one.loss_if_alone));
    let tail = |tail: &Tail| TailRow {
        level: tail.level,
        value_at_risk: tail.value_at_risk.into(),
        conditional: tail.conditional.into(),
    };
    ForecastRow {
        seed,
        drawn: found.drawn,
        sets: found.sets,
        mass: found.mass,
        expected: found.expected.into(),
        exact: found.exact,
        chance_of_loss: found.chance_of_loss.into(),
        tails: found.tails.iter().map(tail).collect(),
        by_cause,
        events,
        stopped: found.stopped,
    }
}
