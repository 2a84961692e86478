//! The machine's form of a study: one arc per operation, policy classes with masks, shortest paths.
pub mod access;
pub mod alternatives;
pub mod class;
pub mod compile;
pub mod consent;
pub mod contraction;
pub mod costs;
pub mod demand;
pub mod dijkstra;
pub mod gates;
pub mod instance;
pub mod network;
pub mod openings;
pub mod remaining;
pub mod supply;
pub mod totals;
