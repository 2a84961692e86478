//! The server over real connections: what it answers, whom it lets in, what it keeps.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod asking;
mod client;
mod documents;
mod doors;
mod many;
mod reading;
mod runs;
mod scenarios;
mod watching;
