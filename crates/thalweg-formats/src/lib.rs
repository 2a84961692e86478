//! Files in, reports out, one wire shape.
pub mod builtin;
pub mod csv_sheet;
pub mod format_pages;
pub mod gmns;
pub mod ledger;
pub mod read_study;
pub mod report;
pub mod scenario_files;
pub mod study_files;
pub mod templates;
pub mod tntp;
pub mod toml_entries;
pub mod wire;
pub mod wire_check;
pub mod wire_route;
pub mod write_scenario;
