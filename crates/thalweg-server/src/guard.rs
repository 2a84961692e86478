//! What every request passes: whose it is, how many there are, and the headers of every response.
use crate::desk::Desk;
use crate::reply::plain_error;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;

/// Requests answered at once; streams of events do not count once they have begun.
const AT_ONCE: usize = 512;
/// Name of the cookie that holds the token.
const COOKIE: &str = "thalweg_token";

const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
         worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Who may ask.
pub struct Door {
    /// What requests are counted on.
    pub desk: Arc<Desk>,
    /// Address listened on.
    pub bound: SocketAddr,
    /// Token to be shown, where one is asked for.
    pub token: Option<String>,
    places: Semaphore,
}

impl Door {
    /// A door in front of a desk.
    pub fn new(desk: Arc<Desk>, bound: SocketAddr, token: Option<String>) -> Self {
        Self { desk, bound, token, places: Semaphore::new(AT_ONCE) }
    }
}

/// Lets a request through or says why not; counts it, and sets the headers of the response.
pub async fn pass(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let matched = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = matched.unwrap_or_else(|| "other".to_owned());
    let mut response = match refuse(&door, &request) {
        Some(refusal) => refusal,
        None => match door.places.try_acquire() {
            Ok(_place) => next.run(request).await,
            Err(_) => plain_error(StatusCode::SERVICE_UNAVAILABLE, "too many ask at once; ask again"),
        },
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if path.starts_with("/api/") && !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let took = began.elapsed();
    let status = response.status().as_u16();
    door.desk.metrics.request(&route, status, took);
    tracing::info!(%method, %path, status, ms = took.as_secs_f64() * 1e3, "request");
    response
}

fn refuse(door: &Door, request: &Request) -> Option<Response> {
    let host = host_of(request);
    if door.bound.ip().is_loopback() && !is_loopback_name(host) {
        // A name that an attacker's page points at this machine would make the browser a stranger's hands.
        return Some(plain_error(StatusCode::FORBIDDEN, "this server answers to localhost only"));
    }
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if !reads && !is_own_origin(request.headers(), host) {
        return Some(plain_error(StatusCode::FORBIDDEN, "another site's page asks for this"));
    }
    let token = door.token.as_ref()?;
    if request.uri().path() == "/health" {
        return None;
    }
    if let Some(given) = query_token(request.uri()) {
        return Some(match same(&given, token) {
            true => remember(token, request.uri()),
            false => unknown(),
        });
    }
    let shown = bearer(request.headers()).or_else(|| cookie(request.headers()));
    match shown {
        Some(shown) if same(shown, token) => None,
        _ => Some(unknown()),
    }
}

fn unknown() -> Response {
    let mut response =
        plain_error(StatusCode::UNAUTHORIZED, "a token is needed: `Authorization: Bearer`, or ?token= in a browser");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

fn host_of(request: &Request) -> &str {
    let named = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    named.or_else(|| request.uri().authority().map(|authority| authority.as_str())).unwrap_or_default()
}

fn is_loopback_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a page that asks is one of this server's; programs send no origin.
fn is_own_origin(headers: &HeaderMap, host: &str) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    origin.to_str().ok().and_then(|origin| origin.split_once("://")).is_some_and(|(_, name)| name == host)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

fn query_token(uri: &Uri) -> Option<String> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
    pairs.0.into_iter().find(|(name, _)| name == "token").map(|(_, value)| value)
}

/// Compares without telling by the time it takes how much was right.
fn same(given: &str, token: &str) -> bool {
    let (given, token) = (given.as_bytes(), token.as_bytes());
    let differences = given.iter().zip(token).fold(0, |found, (one, other)| found | (one ^ other));
    given.len() == token.len() && differences == 0
}

/// Keeps the token in a cookie and leads to the same address without it.
fn remember(token: &str, uri: &Uri) -> Response {
    let kept = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.starts_with("token="));
    let query = kept.collect::<Vec<_>>().join("&");
    // One slash at the start: two would lead to another host.
    let path = format!("/{}", uri.path().trim_start_matches('/'));
    let place = if query.is_empty() { path } else { format!("{path}?{query}") };
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict");
    let headers = [(header::LOCATION, place), (header::SET_COOKIE, cookie)];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Whether a token can be sent as it is in a header and a cookie.
pub fn is_token(token: &str) -> bool {
    token.len() >= 16 && token.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_pass_on_loopback() {
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1:7878", "[::1]:7878", "127.9.9.9"] {
            assert!(is_loopback_name(host), "{host}");
        }
        for host in ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]", "10.0.0.1"] {
            assert!(!is_loopback_name(host), "{host}");
        }
    }

    #[test]
    fn a_token_in_the_address_is_kept_in_a_cookie_and_never_leads_to_another_host() {
        let response = remember("secret-secret-secret", &Uri::from_static("//evil.example/x?a=1&token=t&b=2"));
        assert_eq!(response.headers()["location"], "/evil.example/x?a=1&b=2");
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    }

    #[test]
    fn tokens_are_compared_whole() {
        assert!(same("abc", "abc") && !same("ab", "abc") && !same("abd", "abc") && !same("", "abc"));
    }
}
