//! The built command, run as a user runs it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod assign_command;
mod calibrate_command;
mod caspian_routes;
mod command;
mod congested_run;
mod dependence_commands;
mod killed_server;
mod prior_command;
mod resumed_commands;
mod run_report;
mod stress_commands;
mod study_commands;
mod watch_command;
