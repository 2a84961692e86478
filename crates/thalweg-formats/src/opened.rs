//! A study read and checked, with its scenarios, questions, claims and names: what every face asks its questions of.
use crate::claim_files::read_claims;
use crate::fault::Fault;
use crate::question_files::read_questions;
use crate::read_study::read_study;
use crate::scenario_files::read_scenarios;
use crate::study_files::StudyFiles;
use crate::topic_files::read_topics;
use crate::watch_files::read_watch_lists;
use std::sync::Arc;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_model::claim::Claim;
use thalweg_model::model::Model;
use thalweg_model::names::Names;
use thalweg_model::nearest::nearest;
use thalweg_model::period::in_period;
use thalweg_model::problem::{Problem, Severity};
use thalweg_model::question::Question;
use thalweg_model::scenario::Scenario;
use thalweg_model::topic::Topic;
use thalweg_model::validity::Date;
use thalweg_model::watch_list::WatchList;
use thalweg_network::instance::Instance;

/// A sound study on a date.
#[derive(Clone)]
pub struct Opened {
    /// The study.
    pub model: Arc<Model>,
    /// Its scenarios.
    pub scenarios: Vec<Scenario>,
    /// Questions it asks of every run.
    pub questions: Vec<Question>,
    /// Claims to be held against its figures.
    pub claims: Vec<Claim>,
    /// Topics its report opens with.
    pub topics: Vec<Topic>,
    /// What somebody watches.
    pub watch_lists: Vec<WatchList>,
    /// Date asked for.
    pub as_of: Date,
    /// Its names.
    pub names: Arc<Names>,
    /// Legal but odd.
    pub warnings: Vec<Problem>,
}

/// Reads and checks a study; every error at once. The study's own date holds until another is asked for.
pub fn open(files: &StudyFiles) -> Result<Opened, Fault> {
    let (model, mut warnings) = read_study(files).map_err(|problems| Fault::problems(&files.origin, problems))?;
    let (scenarios, mut problems) = read_scenarios(files, &model);
    let (questions, found) = read_questions(files, &model, &scenarios);
    problems.extend(found);
    let (claims, found) = read_claims(files, &model, (&scenarios, &questions));
    problems.extend(found);
    let (topics, found) = read_topics(files, &model, (&scenarios, &questions));
    problems.extend(found);
    let (watch_lists, found) = read_watch_lists(files, &model);
    problems.extend(found);
    let (errors, odd): (Vec<_>, Vec<_>) = problems.into_iter().partition(|problem| problem.severity == Severity::Error);
    if !errors.is_empty() {
        return Err(Fault::problems(&files.origin, errors));
    }
    warnings.extend(odd);
    let names = Arc::new(Names::of_model(&model));
    let (as_of, model) = (model.head.as_of, Arc::new(model));
    Ok(Opened { as_of, model, scenarios, questions, claims, topics, watch_lists, names, warnings })
}

impl Opened {
    /// The same on another date and in a period of the year; the study's own date and the annual average without.
    pub fn on(mut self, as_of: Option<Date>, period: Option<&str>) -> Result<Self, Fault> {
        if let Some(period) = period {
            let model = in_period(self.model.as_ref().clone(), period);
            self.model = Arc::new(model.map_err(|error| Fault::at("period", error.to_string()))?);
            self.names = Arc::new(Names::of_model(&self.model));
        }
        self.as_of = as_of.unwrap_or(self.as_of);
        Ok(self)
    }

    /// The base, with arcs for the suppliers its scenarios bring.
    pub fn base(&self) -> Result<Instance, Fault> {
        Ok(Instance::base(self.model.clone(), self.as_of, &self.scenarios)?)
    }

    /// The base, or the base under a scenario of the study.
    pub fn instance(&self, scenario: Option<&str>) -> Result<Instance, Fault> {
        let base = self.base()?;
        match scenario {
            None => Ok(base),
            Some(name) => Ok(base.apply(self.scenario(name)?)?),
        }
    }

    /// An oracle over the study.
    pub fn oracle(&self) -> Result<Oracle, Fault> {
        Ok(Oracle::new(self.base()?, self.scenarios.clone()))
    }

    /// The state a scenario's name means; the base without one.
    pub fn state(&self, scenario: Option<&str>) -> Result<State, Fault> {
        Ok(match scenario {
            None => State::base(),
            Some(name) => State::scenario(self.scenario_position("scenario", name)?),
        })
    }

    /// The scenario of a name.
    pub fn scenario(&self, name: &str) -> Result<&Scenario, Fault> {
        Ok(&self.scenarios[self.scenario_position("scenario", name)?])
    }

    /// The position of the scenario a field names.
    pub fn scenario_position(&self, field: &str, name: &str) -> Result<usize, Fault> {
        self.scenarios.iter().position(|scenario| scenario.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
            let near = nearest(name, known.iter().copied())
                .map_or_else(String::new, |near| format!("; the nearest name is `{near}`"));
            Fault::at(field, format!("the study has no `{name}`{near}; it has {}", known.join(", ")))
        })
    }
}
