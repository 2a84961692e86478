//! What breaks: failures one by one, in pairs, the worst few, by chance, in cascades, and repair in order.
pub mod cascade;
pub mod chance;
pub mod detail;
pub mod failing;
pub mod hazards;
pub mod losses;
pub mod monte_carlo;
pub mod oracle_losses;
pub mod pairs;
pub mod repair;
pub mod risk;
pub mod singles;
pub mod tail;
pub mod worst;
