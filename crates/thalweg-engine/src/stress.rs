//! What breaks: failures one by one, in pairs, the worst few, by chance, in cascades, and repair in order.
pub mod detail;
pub mod failing;
pub mod losses;
pub mod oracle_losses;
pub mod pairs;
pub mod singles;
