//! Whom the server lets in, and what it refuses at the door.
use crate::client::{caspian, folder, settings, start};
use thalweg_formats::builtin;
use thalweg_server::serve::{Settings, serve};
use thalweg_server::shelf::Source;

const TOKEN: &str = "a-token-of-some-length";

fn own_network() -> Source {
    Source::BuiltIn(builtin::files("own-network").unwrap())
}

#[test]
fn a_name_that_is_not_of_this_machine_is_refused_on_loopback() {
    assert_eq!(caspian().send("GET", "/api/study", &["host: evil.example"], "").status, 403);
    assert_eq!(caspian().send("GET", "/", &["host: evil.example:80"], "").status, 403);
    assert_eq!(caspian().send("GET", "/api/study", &["host: localhost:1"], "").status, 200);
}

#[test]
fn another_sites_page_can_change_nothing() {
    let from = |origin: &str| {
        let headers = ["content-type: application/json", &format!("origin: {origin}")];
        caspian().send("POST", "/api/what-if", &headers, "{}").status
    };
    assert_eq!(from("http://evil.example"), 403);
    assert_eq!(from("null"), 403);
    assert_eq!(from(&format!("http://{}", caspian().0)), 200);
    // A form of another site can send text without asking first, so only JSON that says it is JSON is read.
    assert_eq!(caspian().send("POST", "/api/what-if", &["content-type: text/plain"], "{}").status, 415);
    let answer = caspian().get("/api/study");
    assert!(!answer.headers.to_lowercase().contains("access-control"), "{}", answer.headers);
}

#[test]
fn every_response_has_the_headers_that_keep_other_sites_out() {
    for path in ["/", "/api/study", "/api/nothing", "/health", "/metrics", "/api/openapi.json"] {
        let answer = caspian().get(path);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options").as_deref(), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy").as_deref(), Some("no-referrer"), "{path}");
    }
}

#[test]
fn a_token_is_asked_for_by_header_cookie_or_once_in_the_address() {
    let server = start(own_network(), &folder("token"), Some(TOKEN));
    assert_eq!(server.get("/health").status, 200);
    for path in ["/", "/api/study", "/metrics"] {
        assert_eq!(server.get(path).status, 401, "{path}");
    }
    let with = |header: String| server.send("GET", "/api/study", &[&header], "").status;
    assert_eq!(with(format!("authorization: Bearer {TOKEN}")), 200);
    assert_eq!(with(format!("authorization: Bearer {TOKEN}x")), 401);
    assert_eq!(with(format!("cookie: other=1; thalweg_token={TOKEN}")), 200);
    assert_eq!(with("cookie: thalweg_token=wrong".to_owned()), 401);
    let answer = server.get(&format!("/api/network?token={TOKEN}&as_of=2021-06-30"));
    assert_eq!((answer.status, answer.header("location").as_deref()), (303, Some("/api/network?as_of=2021-06-30")));
    assert!(answer.header("set-cookie").unwrap().contains("HttpOnly"));
    assert_eq!(server.get("/api/study?token=wrong").status, 401);
}

#[test]
fn an_address_that_others_reach_needs_a_token_of_some_length() {
    let asked = |bind: &str, token: Option<&str>| Settings {
        bind: bind.parse().unwrap(),
        token: token.map(str::to_owned),
        ..settings(own_network(), &folder("refused"))
    };
    for (bind, token) in [("0.0.0.0:0", None), ("[::]:0", None), ("127.0.0.1:0", Some("short"))] {
        let fault = serve(asked(bind, token), |address| panic!("listens on {address}")).unwrap_err();
        assert_eq!(fault.field, "token", "{bind}: {fault}");
    }
}

#[test]
fn two_servers_do_not_share_a_state_folder() {
    let data = folder("held");
    start(own_network(), &data, None);
    let fault = serve(settings(own_network(), &data), |address| panic!("listens on {address}")).unwrap_err();
    assert_eq!(fault.field, "data", "{fault}");
}

#[test]
fn bodies_that_are_too_large_or_no_questions_are_refused() {
    let post = |body: &str| caspian().send("POST", "/api/routes", &["content-type: application/json"], body);
    assert_eq!(post(&"x".repeat((1 << 20) + 1)).status, 413);
    assert_eq!(post("{").status, 400);
    assert_eq!(post("[]").status, 422);
    assert_eq!(post("{\"from\":1,\"to\":2}").status, 422);
    let answer = post("{\"from\":\"Baku\",\"to\":\"Poti\",\"avoit\":[\"ARM\"]}");
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("the nearest is `avoid`"), "{}", answer.body);
    assert_eq!(caspian().get("/api/network?as-of=2021-01-01").status, 422);
}

#[test]
fn numbers_outside_the_bounds_of_the_document_are_refused_and_whole_ones_may_have_a_point() {
    let run = |body: serde_json::Value| caspian().post("/api/runs", &body);
    let answer = run(serde_json::json!({ "kind": "stress_each", "each": ["passage"], "share_left": -1 }));
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("share_left: is a number from 0 to 1"), "{}", answer.body);
    assert_eq!(run(serde_json::json!({ "kind": "run", "ranges": 1 })).status, 422);
    let top = |top: serde_json::Value| run(serde_json::json!({ "kind": "close", "each": "passage", "top": top }));
    assert_eq!(top(3.5.into()).status, 422);
    assert_eq!(top(3.0.into()).json()["id"], top(3.into()).json()["id"]);
}

#[test]
fn no_path_leads_into_the_file_system() {
    for path in ["/../Cargo.toml", "/..%2f..%2fetc%2fpasswd", "/assets/..%2f..%2fCargo.toml", "/etc/passwd.txt"] {
        assert_eq!(caspian().get(path).status, 404, "{path}");
    }
    for name in ["..%2fstudy", "%2e%2e", "a%2fb"] {
        let body = "{\"title\":\"x\",\"change\":[]}";
        let path = format!("/api/scenarios/{name}");
        let answer = caspian().send("PUT", &path, &["content-type: application/json"], body);
        assert!([404, 422].contains(&answer.status), "{name}: {}", answer.status);
    }
}
