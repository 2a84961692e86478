//! The engine's integration tests, one binary.

mod flow_cases;
mod flow_choice;
mod flow_corridor;
mod flow_dispersed;
mod flow_oracle;
mod flow_sioux_falls;
mod flow_small;
