//! The project's own chores: `cargo xtask <gate>`.
fn main() {}
