//! The methods: assignment, value oracle, measures, studies.
