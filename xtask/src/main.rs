//! The project's own chores: `cargo xtask ci` runs every gate, `cargo xtask test` what the README names.
use std::process::{Command, ExitCode};

mod tidy;
mod web;

const USAGE: &str = "\
cargo xtask <chore>
  test   install what the tests need and run them all, those in a browser too
  ci     every gate: format, lints, tests, documents
  gen    write the generated documents under docs
  pictures  take the pictures of the README from the workbench (needs Node and Chromium)
  web    build the workbench that `thalweg serve` shows (needs Node and npm)
  bench  time the built-in study stage by stage, and the whole command";

/// One step of a chore.
enum Step {
    /// A command with its arguments.
    Run(&'static [&'static str]),
    /// A chore of the workbench.
    Web(fn() -> Result<(), String>),
}

fn steps(chore: &str) -> Option<Vec<Step>> {
    use Step::{Run, Web};
    Some(match chore {
        "test" => vec![Web(web::build_if_possible), Run(TEST), Web(web::try_in_browser)],
        "ci" => vec![
            Run(&["cargo", "fmt", "--all", "--check"]),
            Web(web::build_if_possible),
            Run(&["cargo", "clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]),
            Run(TEST),
            Web(web::try_in_browser),
            Run(&["cargo", "doc", "--workspace", "--no-deps", "--quiet"]),
        ],
        "gen" => vec![Run(&["cargo", "test", "--workspace", "--quiet", "documents", "--", "--nocapture"])],
        "pictures" => vec![Web(web::take_pictures)],
        "web" => vec![Web(web::build)],
        "bench" => vec![
            Run(&["cargo", "build", "--release", "--package", "thalweg-cli", "--package", "thalweg-bench-spine"]),
            Run(&["cargo", "run", "--release", "--quiet", "--package", "thalweg-bench-spine"]),
        ],
        _ => return None,
    })
}

fn main() -> ExitCode {
    let chore = std::env::args().nth(1).unwrap_or_default();
    let Some(steps) = steps(&chore) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    for step in steps {
        let code = match step {
            Step::Run(words) => run(words, &chore),
            Step::Web(work) => work().err().map(|why| {
                eprintln!("{why}");
                1
            }),
        };
        if let Some(code) = code {
            return ExitCode::from(code);
        }
    }
    ExitCode::SUCCESS
}

/// Runs a command; its exit code where it fails.
fn run(words: &[&str], chore: &str) -> Option<u8> {
    eprintln!("$ {}", words.join(" "));
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    if chore == "gen" {
        command.env("THALWEG_BLESS", "1");
    }
    if words[1] == "doc" {
        command.env("RUSTDOCFLAGS", "-D warnings");
    }
    match command.status() {
        Ok(status) if status.success() => None,
        Ok(status) => Some(status.code().map_or(1, |code| u8::try_from(code.clamp(1, 255)).unwrap_or(1))),
        Err(error) => {
            eprintln!("{}: {error}", words[0]);
            Some(1)
        }
    }
}

const TEST: &[&str] = &["cargo", "test", "--workspace", "--no-fail-fast"];
