//! The analyst's words: tables, units, dates, a validated Model, scenarios.
