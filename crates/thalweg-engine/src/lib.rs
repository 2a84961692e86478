//! The methods: assignment, value oracle, measures, studies.

pub mod flow;
pub mod furness;
pub mod logit;
pub mod watch;
