//! The readers against whole studies and against files that are wrong in one way each.
mod documents;
mod faults;
mod mutations;
mod scenarios;
mod studies;
