//! The one wire shape of `--json`, the report and whoever else asks.
pub mod assign;
pub mod calibrate;
pub mod claims;
pub mod consents;
pub mod dependence;
pub mod evidence;
pub mod exposure;
pub mod losses;
pub mod power;
pub mod prices;
pub mod questions;
pub mod repair;
pub mod risk;
pub mod run;
pub mod schemas;
pub mod stress;
