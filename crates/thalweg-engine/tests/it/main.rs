//! Facts about the methods on instances small enough to solve by hand.
mod equilibrium_by_hand;
