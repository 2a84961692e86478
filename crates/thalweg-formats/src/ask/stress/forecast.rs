//! A year of failures by chance, from the study's hazards or probabilities given in the question.
use super::{Asked, Failures, kind_of};
use crate::ask::Scene;
use crate::fault::Fault;
use crate::wire::losses::losses_head;
use crate::wire::stress::{EventRow, ForecastReport, forecast_row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thalweg_engine::stress::failing::{Failing, all_shut};
use thalweg_engine::stress::hazards::{events_of, shutting};
use thalweg_engine::stress::losses::Remembered;
use thalweg_engine::stress::monte_carlo::{Event, Plan, forecast};
use thalweg_engine::watch::Watch;
use thalweg_network::instance::Instance;

/// Levels of value at risk an answer gives.
const LEVELS: [f64; 2] = [0.95, 0.99];

/// What may happen, and how many years are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ForecastRequest {
    /// Years drawn.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub monte_carlo: usize,
    /// Each element of a kind fails with this probability a year, for so many days, as `passage=0.05:7-90`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chance: Vec<String>,
    /// Seed of the draws.
    #[serde(default = "one")]
    pub seed: u64,
    /// How things fail.
    #[serde(flatten)]
    pub failures: Failures,
}

fn one() -> u64 {
    1
}

/// Most years drawn.
const DRAWS_MAX: usize = 10_000_000;

/// What may happen, with causes.
pub struct Chances {
    elements: Vec<Failing>,
    events: Vec<Event>,
    causes: Vec<String>,
}

impl ForecastRequest {
    /// The question with all it needs, and what may happen.
    pub fn asked<'a>(&self, scene: Scene<'a>) -> Result<(Asked<'a>, Chances), Fault> {
        if !(1..=DRAWS_MAX).contains(&self.monte_carlo) {
            return Err(Fault::at("monte_carlo", format!("a number of years from 1 to {DRAWS_MAX}")));
        }
        let chances = self.chances(scene.oracle.base())?;
        if chances.events.is_empty() {
            let hint = "add rows with a probability to the table hazard, or give a chance as passage=0.05:7-90";
            return Err(Fault::at("monte_carlo", format!("nothing may happen: {hint}")));
        }
        let setting = format!("chance {}", self.chance.join(" "));
        let elements = chances.elements.clone();
        let asked = self.failures.ask(scene, (Vec::new(), setting), |_| Ok((elements, Vec::new())))?;
        Ok((asked, chances))
    }

    /// What a year may cost.
    pub fn answer(&self, (asked, chances): (&Asked, Chances), watch: &dyn Watch) -> Result<ForecastReport, Fault> {
        let losses = asked.losses();
        let Chances { events, causes, .. } = chances;
        let plan = Plan { events, draws: self.monte_carlo, seed: self.seed, levels: LEVELS.to_vec() };
        let found = forecast(&Remembered { losses: &losses, ledger: &asked.ledger }, &plan, watch)?;
        let rows = plan.events.iter().zip(causes).map(|(event, cause)| EventRow {
            element: asked.labels[event.element].clone(),
            cause,
            probability: event.probability,
            days_low: event.days.0,
            days_high: event.days.1,
            loss_if_alone: 0.0,
        });
        let head = losses_head(asked.scene.oracle, asked.scene.state)?;
        Ok(ForecastReport { head, found: forecast_row(self.seed, &found, rows.collect()) })
    }

    /// The study's hazards, and what `chance` adds.
    fn chances(&self, instance: &Instance) -> Result<Chances, Fault> {
        let (elements, events) = events_of(instance);
        let causes = shutting(instance).map(|hazard| hazard.cause.name().to_owned()).collect();
        let mut found = Chances { elements, events, causes };
        for text in &self.chance {
            let message = format!("`{text}` is not KIND=PROBABILITY:DAYS or KIND=PROBABILITY:LOW-HIGH");
            let wrong = || Fault::at("chance", message.clone());
            let (kind, rest) = text.split_once('=').ok_or_else(wrong)?;
            let kind = kind_of("chance", kind)?;
            let (probability, days) = rest.split_once(':').ok_or_else(wrong)?;
            let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
            let (low, high) = days.split_once('-').unwrap_or((days, days));
            let (probability, days) = (number(probability)?, (number(low)?, number(high)?));
            let sound = (0.0..=1.0).contains(&probability) && 0.0 <= days.0 && days.0 <= days.1 && days.1 <= 365.0;
            if !sound {
                let message = format!("`{text}`: a probability from 0 to 1, days from 0 to 365");
                return Err(Fault::at("chance", message));
            }
            for element in all_shut(instance, &[kind]) {
                found.events.push(Event { element: found.elements.len(), probability, days });
                found.elements.push(element);
                found.causes.push(String::new());
            }
        }
        Ok(found)
    }
}
