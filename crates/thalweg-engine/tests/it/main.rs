//! Tests of the engine through its public doors.
mod access_properties;
mod flow_cases;
mod flow_sioux_falls;
mod mini_corridor_study;
