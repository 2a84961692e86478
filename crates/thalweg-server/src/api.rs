//! The interface: one table of endpoints, from which the router and the document are made.
pub mod ask;
pub mod read;
pub mod runs;
pub mod scenarios;

use crate::assets::asset;
use crate::desk::Desk;
use crate::document::document;
use crate::reply::plain_error;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{get, post};
use std::sync::Arc;

/// Largest body that is read.
const BODY_MAX: usize = 1 << 20;

/// Every address of the server.
pub fn router(desk: Arc<Desk>) -> Router {
    let api = Router::new()
        .route("/openapi.json", get(async || ([("content-type", "application/json")], document())))
        .route("/study", get(read::study))
        .route("/network", get(read::network))
        .route("/tables", get(read::tables))
        .route("/tables/{table}", get(read::table))
        .route("/row/{kind}/{key}", get(read::row))
        .route("/flows", get(read::flows))
        .route("/scenarios", get(scenarios::list).post(scenarios::create))
        .route("/scenarios/{name}", get(scenarios::show).put(scenarios::replace).delete(scenarios::delete))
        .route("/what-if", post(ask::what_if))
        .route("/routes", post(ask::routes))
        .route("/explain", post(ask::explain))
        .route("/consent", post(ask::consent))
        .route("/runs", get(runs::list).post(runs::ask))
        .route("/runs/{id}", get(runs::show).delete(runs::cancel))
        .route("/runs/{id}/events", get(runs::events))
        .route("/runs/{id}/result", get(runs::result))
        .route("/runs/{id}/export/{form}", get(runs::exported))
        .fallback(async || plain_error(StatusCode::NOT_FOUND, "no such address; /api/openapi.json lists them"))
        .method_not_allowed_fallback(async || {
            plain_error(StatusCode::METHOD_NOT_ALLOWED, "not with this method; /api/openapi.json lists what there is")
        });
    Router::new()
        .nest("/api", api)
        .route("/health", get(read::health))
        .route("/metrics", get(read::metrics))
        .fallback(get(asset))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(desk)
}
