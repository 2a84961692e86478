//! The built command, and the one JSON object it prints.
use serde_json::Value;
use std::process::{Command, Output};

/// Runs the command.
pub fn thalweg(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thalweg")).args(words).output().unwrap()
}

/// What it prints when it answers.
pub fn json(words: &[&str]) -> Value {
    let output = thalweg(words);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
