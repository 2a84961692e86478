//! What is asked and waited for: what a change does, routes, why something is shut, whose consent a route needs.
use super::read::{Answered, Shared, question_of};
use crate::desk::{Deadline, Desk};
use crate::reply::{json, json_bytes};
use crate::request::Body;
use axum::body::Bytes;
use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use thalweg_engine::state::State as Asked;
use thalweg_formats::ask::Scene;
use thalweg_formats::ask::consent::ConsentRequest;
use thalweg_formats::ask::pair::{ExplainRequest, RouteRequest};
use thalweg_formats::ask::setting::Setting;
use thalweg_formats::ask::what_if;
use thalweg_formats::fault::Fault;

/// A question and its setting.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Set<T> {
    /// The question.
    #[serde(flatten)]
    pub question: T,
    /// Its setting.
    #[serde(flatten)]
    pub setting: Setting,
}

/// What a change is held against.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct WhatIfRequest {
    /// Scenario it is held against; the base when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
}

/// Answers a question on its stage, once for all who ask the same.
async fn answer<T: Serialize + Send + Sync + 'static>(
    desk: &Arc<Desk>,
    (name, set): (&str, Set<T>),
    work: impl FnOnce(Scene, &T, &Deadline) -> Result<Bytes, Fault> + Send + 'static,
) -> Answered {
    let question = format!("{name} {}", question_of(&set));
    let answer = desk.remembered(question, move |desk, deadline| {
        let stage = desk.stage(&set.setting)?;
        desk.compute(|| work(stage.scene(), &set.question, deadline))
    });
    Ok(json(answer.await?))
}

/// `POST /api/what-if`.
pub async fn what_if(State(desk): Shared, Body(set): Body<Set<WhatIfRequest>>) -> Answered {
    let question = format!("what-if {}", question_of(&set));
    let answer = desk.remembered(question, move |desk, deadline| {
        let stage = desk.stage(&set.setting)?;
        let scene = stage.scene();
        let against = match &set.question.against {
            None => Asked::base(),
            Some(name) => Asked::scenario(scene.opened.scenario_position("against", name)?),
        };
        desk.compute(|| {
            let before = stage.without_changes().value(&against, deadline)?;
            let after = scene.oracle.value(scene.state, deadline)?;
            Ok(json_bytes(&what_if::what_if(&before, &after)))
        })
    });
    Ok(json(answer.await?))
}

/// `POST /api/routes`.
pub async fn routes(State(desk): Shared, Body(set): Body<Set<RouteRequest>>) -> Answered {
    answer(&desk, ("routes", set), |scene, request, _| {
        let instance = scene.oracle.instance(&scene.state.scenarios)?;
        Ok(json_bytes(&request.answer(scene.opened, &instance)?))
    })
    .await
}

/// `POST /api/explain`.
pub async fn explain(State(desk): Shared, Body(set): Body<Set<ExplainRequest>>) -> Answered {
    answer(&desk, ("explain", set), |scene, request, _| {
        let instance = scene.oracle.instance(&scene.state.scenarios)?;
        Ok(json_bytes(&request.answer(scene.opened, &instance)?))
    })
    .await
}

/// `POST /api/consent`.
pub async fn consent(State(desk): Shared, Body(set): Body<Set<ConsentRequest>>) -> Answered {
    answer(&desk, ("consent", set), |scene, request, deadline| Ok(json_bytes(&request.answer(scene, deadline)?))).await
}
