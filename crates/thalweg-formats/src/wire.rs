//! The one wire shape of `--json`, the report and whoever else asks.
pub mod losses;
