//! What a line holds of a part: amounts by the study's keys, and back.
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thalweg_engine::comparison::Comparison;
use thalweg_engine::curve::{Curve, Step};
use thalweg_engine::dependence::{Dependence, Relation};
use thalweg_engine::newcomer::Size;
use thalweg_engine::stress::risk::Burden;
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::model::Model;

type Amounts = BTreeMap<String, f64>;

fn by_commodity(model: &Model, rows: &BTreeMap<CommodityId, f64>) -> Amounts {
    rows.iter().map(|(id, amount)| (model.commodities[id.index()].key.clone(), *amount)).collect()
}

fn commodity(model: &Model, key: &str) -> Option<CommodityId> {
    model.commodities.iter().position(|row| row.key == key).map(CommodityId::from)
}

fn commodities(model: &Model, rows: Amounts) -> Option<BTreeMap<CommodityId, f64>> {
    rows.into_iter().map(|(key, amount)| Some((commodity(model, &key)?, amount))).collect()
}

/// A comparison.
#[derive(Serialize, Deserialize)]
struct ComparisonLine {
    loss: f64,
    rerouting: f64,
    unserved: f64,
    unserved_volume: Amounts,
    rerouted_volume: Amounts,
    delay_h: Amounts,
    receipts: Amounts,
}

impl ComparisonLine {
    fn of(model: &Model, part: &Comparison) -> Self {
        let receipts = part.receipts.iter();
        Self {
            loss: part.loss,
            rerouting: part.rerouting,
            unserved: part.unserved,
            unserved_volume: by_commodity(model, &part.unserved_volume),
            rerouted_volume: by_commodity(model, &part.rerouted_volume),
            delay_h: by_commodity(model, &part.delay_h),
            receipts: receipts.map(|(id, amount)| (model.actors[id.index()].key.clone(), *amount)).collect(),
        }
    }

    fn part(self, model: &Model) -> Option<Comparison> {
        let actor = |key: &str| model.actors.iter().position(|row| row.key == key).map(ActorId::from);
        let receipts = self.receipts.into_iter().map(|(key, amount)| Some((actor(&key)?, amount)));
        Some(Comparison {
            loss: self.loss,
            rerouting: self.rerouting,
            unserved: self.unserved,
            unserved_volume: commodities(model, self.unserved_volume)?,
            rerouted_volume: commodities(model, self.rerouted_volume)?,
            delay_h: commodities(model, self.delay_h)?,
            receipts: receipts.collect::<Option<_>>()?,
        })
    }
}

/// A dependence; its relation is what the line is of.
#[derive(Serialize, Deserialize)]
pub struct DependenceLine {
    demand: f64,
    touching_in_base_flow: f64,
    /// From, to (none for the last), touching.
    steps: Vec<(f64, Option<f64>, f64)>,
    curve_samples: u32,
    exact: bool,
    refusal: f64,
    change: ComparisonLine,
    indispensable: f64,
    own_loss: Option<f64>,
    by_unserved_cost: Vec<(f64, f64)>,
    samples: u32,
}

impl DependenceLine {
    /// A dependence as a line.
    pub fn of(model: &Model, part: &Dependence) -> Self {
        let step = |step: &Step| (step.from, step.to.is_finite().then_some(step.to), step.touching);
        Self {
            demand: part.demand,
            touching_in_base_flow: part.touching_in_base_flow,
            steps: part.curve.steps.iter().map(step).collect(),
            curve_samples: part.curve.samples,
            exact: part.curve.exact,
            refusal: part.refusal,
            change: ComparisonLine::of(model, &part.change),
            indispensable: part.indispensable,
            own_loss: part.own_loss,
            by_unserved_cost: part.by_unserved_cost.clone(),
            samples: part.samples,
        }
    }

    /// A line as the dependence of a relation; `None` where it names what the study has not.
    pub fn part(self, model: &Model, relation: &Relation) -> Option<Dependence> {
        let step =
            |(from, to, touching): (f64, Option<f64>, f64)| Step { from, to: to.unwrap_or(f64::INFINITY), touching };
        let steps = self.steps.into_iter().map(step).collect();
        Some(Dependence {
            relation: relation.clone(),
            demand: self.demand,
            touching_in_base_flow: self.touching_in_base_flow,
            curve: Curve { steps, samples: self.curve_samples, exact: self.exact },
            refusal: self.refusal,
            change: self.change.part(model)?,
            indispensable: self.indispensable,
            own_loss: self.own_loss,
            by_unserved_cost: self.by_unserved_cost,
            samples: self.samples,
        })
    }
}

/// What a newcomer of one size changes.
#[derive(Serialize, Deserialize)]
pub struct SizeLine {
    cost: f64,
    refused_cost: f64,
    undelivered: f64,
    carried: f64,
    exposure: f64,
    concentration: f64,
}

impl SizeLine {
    /// A size as a line.
    pub fn of(part: &Size) -> Self {
        let &Size { cost, refused_cost, undelivered, carried, exposure, concentration, .. } = part;
        Self { cost, refused_cost, undelivered, carried, exposure, concentration }
    }

    /// A line as a size.
    pub fn part(self, share: f64) -> Size {
        let Self { cost, refused_cost, undelivered, carried, exposure, concentration } = self;
        Size { share, cost, refused_cost, undelivered, carried, exposure, concentration }
    }
}

/// A burden of hazards.
#[derive(Serialize, Deserialize)]
pub struct BurdenLine {
    change: ComparisonLine,
    through: BTreeMap<String, (f64, f64)>,
}

impl BurdenLine {
    /// A burden as a line.
    pub fn of(model: &Model, part: &Burden) -> Self {
        let through = part.through.iter();
        Self {
            change: ComparisonLine::of(model, &part.change),
            through: through.map(|(id, both)| (model.commodities[id.index()].key.clone(), *both)).collect(),
        }
    }

    /// A line as a burden; `None` where it names what the study has not.
    pub fn part(self, model: &Model) -> Option<Burden> {
        let through = self.through.into_iter().map(|(key, both)| Some((commodity(model, &key)?, both)));
        Some(Burden { change: self.change.part(model)?, through: through.collect::<Option<_>>()? })
    }
}
