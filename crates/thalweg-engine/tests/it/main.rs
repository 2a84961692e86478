//! Tests of the engine through its public doors.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "tests stop at what they did not expect, read cases and say what they skip"
)]
mod access_properties;
mod adjusted_demand;
mod broker_costs;
mod calibration;
mod congested_studies;
mod consent_losses;
mod contracts;
mod dependence_curves;
mod equilibrium_by_hand;
mod exposure_intervals;
mod flow_cases;
mod flow_choice;
mod flow_corridor;
mod flow_dispersed;
mod flow_even_shares;
mod flow_face;
mod flow_min_cost;
mod flow_oracle;
mod flow_sioux_falls;
mod flow_small;
mod limits_and_quotas;
mod mini_corridor_study;
mod newcomer_sizes;
mod pair_stakes;
mod periods_run;
mod places_and_borders;
mod power_values;
mod prior_tables;
mod ranges;
mod scenario_changes;
mod stress_cascade;
mod stress_chance;
mod stress_golden;
mod stress_properties;
mod stress_repair;
mod stress_worst;
mod supply_indices;
mod watch_changes;
