//! The engine's integration tests, one binary.

mod flow_cases;
mod flow_sioux_falls;
