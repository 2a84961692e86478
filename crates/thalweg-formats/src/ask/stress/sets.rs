//! Two failures at once with their synergy, and the worst few within a budget.
use super::{Asked, Failures, kinds_of};
use crate::ask::Scene;
use crate::fault::Fault;
use crate::wire::losses::losses_head;
use crate::wire::stress::{PairsReport, WorstReport, pairs_report, worst_report};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thalweg_engine::stress::losses::Remembered;
use thalweg_engine::stress::pairs::pairs;
use thalweg_engine::stress::worst::{Budget, worst};
use thalweg_engine::watch::Watch;
use thalweg_model::nearest::nearest;

/// What fails, two at a time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct PairsRequest {
    /// Kinds, as for each alone.
    pub pairs: Vec<String>,
    /// How.
    #[serde(flatten)]
    pub failures: Failures,
    /// Only so many, the costliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<usize>,
}

impl PairsRequest {
    /// The question with all it needs.
    pub fn asked<'a>(&self, scene: Scene<'a>) -> Result<Asked<'a>, Fault> {
        let kinds = kinds_of("pairs", &self.pairs)?;
        self.failures.may_name("pairs", &kinds)?;
        self.failures.of_kinds(scene, kinds)
    }

    /// The pairs, the costliest first.
    pub fn answer(&self, asked: &Asked, watch: &dyn Watch) -> Result<PairsReport, Fault> {
        let losses = asked.losses();
        let found = pairs(&Remembered { losses: &losses, ledger: &asked.ledger }, self.top, watch)?;
        let head = losses_head(asked.scene.oracle, asked.scene.state)?;
        Ok(pairs_report(head, asked.question.clone(), &found, &asked.labels))
    }
}

/// Among what the worst are looked for, and within which budget.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct WorstRequest {
    /// The budget; each element takes 1 of it unless `price` says otherwise.
    #[schemars(range(min = 1))]
    pub worst: u32,
    /// Kinds of which the worst are looked for.
    #[serde(default = "states_firms_passages")]
    pub among: Vec<String>,
    /// What elements take of the budget, as `territory RUS=2`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub price: Vec<String>,
    /// Sets worked out at most; the answer then has a bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets_max: Option<usize>,
    /// How they fail.
    #[serde(flatten)]
    pub failures: Failures,
}

fn states_firms_passages() -> Vec<String> {
    ["territory", "operator", "passage"].map(str::to_owned).to_vec()
}

impl WorstRequest {
    /// The question with all it needs.
    pub fn asked<'a>(&self, scene: Scene<'a>) -> Result<Asked<'a>, Fault> {
        let kinds = kinds_of("among", &self.among)?;
        self.failures.may_name("among", &kinds)?;
        self.failures.of_kinds(scene, kinds)
    }

    /// The worst set, those as bad, and what a heuristic finds.
    pub fn answer(&self, asked: &Asked, watch: &dyn Watch) -> Result<WorstReport, Fault> {
        let losses = asked.losses();
        let price = self.prices(&asked.labels)?;
        let budget = Budget { price, sets_max: self.sets_max, ..Budget::of_number(self.worst, 0) };
        let found = worst(&Remembered { losses: &losses, ledger: &asked.ledger }, &budget, watch)?;
        let head = losses_head(asked.scene.oracle, asked.scene.state)?;
        Ok(worst_report(head, asked.question.clone(), (&budget, &found), &asked.labels))
    }

    /// What each element takes of the budget.
    fn prices(&self, labels: &[String]) -> Result<Vec<u32>, Fault> {
        let mut prices = vec![1; labels.len()];
        for text in &self.price {
            let (label, price) = text.rsplit_once('=').unwrap_or((text, ""));
            let price: u32 = price.trim().parse().ok().filter(|price| *price > 0).ok_or_else(|| {
                Fault::at("price", format!("`{text}` is not an element and a whole number, as 'territory RUS=2'"))
            })?;
            let Some(element) = labels.iter().position(|known| known == label.trim()) else {
                let near = nearest(label, labels.iter().map(String::as_str));
                let hint = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
                return Err(Fault::at("price", format!("nothing that may fail is called `{label}`{hint}")));
            };
            prices[element] = price;
        }
        Ok(prices)
    }
}
