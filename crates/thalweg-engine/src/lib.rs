//! The methods: assignment, what follows from it, and the study that asks for both.
pub mod assignment;
pub mod closures;
pub mod comparison;
pub mod equilibrium;
pub mod exposure;
pub mod figures;
pub mod observed;
pub mod path_sets;
pub mod reach;
pub mod refusal;
pub mod routes;
pub mod study;
pub mod watch;
