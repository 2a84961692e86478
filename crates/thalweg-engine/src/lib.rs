//! The methods: assignment, value oracle, measures, studies.

pub mod flow;
pub mod watch;
