//! The built workbench as it was embedded, or a page that says how to build it.
use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/workbench.rs"));
}

const INDEX: &str = "index.html";
/// Folder whose files have a hash of their content in the name.
const HASHED: &str = "assets/";

const MISSING: &str = "<!doctype html>
<html lang=\"en\"><meta charset=\"utf-8\"><title>Thalweg</title>
<h1>The workbench is not part of this build</h1>
<p>The interface under <a href=\"api/study\">/api</a> works; <a href=\"api/openapi.json\">/api/openapi.json</a> describes it.</p>
<p>To have the workbench: install Node, run <code>cargo xtask web</code>, and build the program again.</p>
</html>
";

/// A file of the workbench; the page itself for addresses of its views.
pub async fn asset(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let find = |wanted: &str| embedded::FILES.iter().find(|(name, _)| *name == wanted);
    if let Some((name, bytes)) = find(path) {
        return file(name, bytes);
    }
    let is_view = !path.rsplit('/').next().unwrap_or_default().contains('.') && !path.starts_with("api/");
    match find(INDEX) {
        Some((name, bytes)) if is_view => file(name, bytes),
        None if path.is_empty() => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], MISSING).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn file(name: &str, bytes: &'static [u8]) -> Response {
    let kept = if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = Bytes::from_static(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" | "geojson" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
