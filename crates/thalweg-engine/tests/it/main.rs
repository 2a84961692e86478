//! Tests of the engine through its public doors.
mod access_properties;
mod flow_cases;
mod flow_sioux_falls;
mod limits_and_quotas;
mod mini_corridor_study;
mod places_and_borders;
mod scenario_changes;
