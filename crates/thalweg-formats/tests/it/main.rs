//! The readers against whole studies and against files that are wrong in one way each.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::inconsistent_digit_grouping,
    clippy::excessive_precision,
    reason = "published values stand as their sources print them"
)]
mod answers;
mod caspian_flows;
mod caspian_scenarios;
mod claims;
mod documents;
mod energy;
mod equilibrium_published;
mod faults;
mod hazard_answers;
mod mutations;
mod questions;
mod road_files;
mod scenarios;
mod second_region;
mod studies;
mod topics;
mod validation;
mod watch_lists;
