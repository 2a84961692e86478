//! Tests of the engine through its public doors.
mod access_properties;
mod mini_corridor_study;
