//! The analyst's words: what a study says, with units, dates, sources and places, free of any file format.
pub mod ids;
pub mod mode;
pub mod model;
pub mod place;
pub mod problem;
pub mod scenario;
pub mod sketch;
pub mod units;
pub mod validity;
