//! The built command, run as a user runs it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod study_commands;
