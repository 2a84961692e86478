//! The project's own chores: `cargo xtask ci` runs every gate, `cargo xtask test` what the README names.
use std::process::{Command, ExitCode};

mod tidy;

const USAGE: &str = "\
cargo xtask <chore>
  test   install what the tests need and run them all
  ci     every gate: format, lints, tests, documents
  gen    write the generated documents under docs
  web    build the workbench that `thalweg serve` shows (needs Node and npm)
  bench  time the built-in study stage by stage, and the whole command";

fn main() -> ExitCode {
    let chore = std::env::args().nth(1).unwrap_or_default();
    let steps: Vec<&[&str]> = match chore.as_str() {
        "test" => vec![TEST],
        "ci" => vec![
            &["cargo", "fmt", "--all", "--check"],
            &["cargo", "clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
            TEST,
            &["cargo", "doc", "--workspace", "--no-deps", "--quiet"],
        ],
        "gen" => vec![&["cargo", "test", "--workspace", "--quiet", "documents", "--", "--nocapture"]],
        "web" => vec![
            &["npm", "--prefix", "web", "ci", "--no-audit", "--no-fund", "--loglevel", "error"],
            &["npm", "--prefix", "web", "run", "build"],
        ],
        "bench" => vec![
            &["cargo", "build", "--release", "--package", "thalweg-cli", "--package", "thalweg-bench-spine"],
            &["cargo", "run", "--release", "--quiet", "--package", "thalweg-bench-spine"],
        ],
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    for step in steps {
        eprintln!("$ {}", step.join(" "));
        let mut command = Command::new(step[0]);
        command.args(&step[1..]);
        if chore == "gen" {
            command.env("THALWEG_BLESS", "1");
        }
        if step[1] == "doc" {
            command.env("RUSTDOCFLAGS", "-D warnings");
        }
        match command.status() {
            Ok(status) if status.success() => {}
            Ok(status) => return ExitCode::from(status.code().map_or(1, |code| code.clamp(1, 255) as u8)),
            Err(error) => {
                eprintln!("{}: {error}", step[0]);
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

const TEST: &[&str] = &["cargo", "test", "--workspace", "--no-fail-fast"];
