//! The analyst's words: what a study says, with units, dates, sources and places, free of any file format.
pub mod draft;
pub mod element;
pub mod ids;
pub mod mode;
pub mod model;
pub mod names;
pub mod nearest;
pub mod place;
pub mod problem;
pub mod rates;
pub mod rule;
pub mod scenario;
pub mod schema;
pub mod sketch;
pub mod units;
pub mod validate;
pub mod validity;
