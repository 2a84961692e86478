//! The workbench: built by npm, tried in Debian's Chromium; what a machine lacks is installed, or said and skipped.
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs the packages that `web/package-lock.json` names.
const INSTALL: [&str; 8] = ["npm", "--prefix", "web", "ci", "--no-audit", "--no-fund", "--loglevel", "error"];
const BUILD: [&str; 5] = ["npm", "--prefix", "web", "run", "build"];
const TRY: [&str; 5] = ["npm", "--prefix", "web", "run", "test"];
const PICTURES: [&str; 2] = ["node", "web/tests/pictures.mjs"];
const CHROMIUM: &str = "/usr/bin/chromium";
/// The least Node that Vite runs on.
const NODE: (u32, u32) = (20, 19);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands in the workspace").to_owned()
}

fn run(words: &[&str]) -> Result<(), String> {
    eprintln!("$ {}", words.join(" "));
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir(root());
    if words == TRY || words == PICTURES {
        command.env("THALWEG_BIN", program());
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{}` ended with {status}", words.join(" "))),
        Err(error) => Err(format!("{}: {error}", words[0])),
    }
}

/// The command `thalweg` as `cargo test` builds it.
fn program() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    root().join(target).join("debug").join("thalweg")
}

/// Why the workbench cannot be built here, if it cannot.
fn lacking_node() -> Option<String> {
    let output = Command::new("node").arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().trim_start_matches('v').to_owned();
    let mut parts = text.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    (version < NODE).then(|| format!("Node {text} is older than {}.{}", NODE.0, NODE.1))
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Whether Node and npm are here, and what to say where they are not.
fn node() -> Result<(), String> {
    match (is_there("node") && is_there("npm"), lacking_node()) {
        (false, _) => Err("Node and npm are not installed".to_owned()),
        (true, Some(why)) => Err(why),
        (true, None) => Ok(()),
    }
}

/// Builds the workbench; fails where Node is missing.
pub fn build() -> Result<(), String> {
    node()?;
    run(&INSTALL)?;
    run(&BUILD)
}

/// Builds the workbench where Node is here; says so where it is not.
pub fn build_if_possible() -> Result<(), String> {
    match node() {
        Ok(()) => build(),
        Err(why) => {
            eprintln!("the workbench is not built: {why}; `thalweg serve` will say so");
            Ok(())
        }
    }
}

fn chromium() -> Result<(), String> {
    if Path::new(CHROMIUM).exists() {
        return Ok(());
    }
    if !is_there("apt-get") {
        return Err(format!("{CHROMIUM} is missing and there is no apt-get to install it"));
    }
    run(&["apt-get", "update", "-qq"])?;
    // With what it recommends: fonts, and the libraries that draw without a graphics card.
    run(&["apt-get", "install", "-y", "-qq", "chromium"])
}

/// Tries the workbench in a browser; says how many tests are skipped where there is none.
pub fn try_in_browser() -> Result<(), String> {
    match node().and_then(|()| chromium()) {
        Ok(()) => {
            run(&["cargo", "build", "--quiet", "--package", "thalweg-cli"])?;
            run(&TRY)
        }
        Err(why) => {
            println!("browser tests: 0 passed, 0 failed, {} skipped: {why}", browser_tests());
            Ok(())
        }
    }
}

/// Takes the pictures of the README anew.
pub fn take_pictures() -> Result<(), String> {
    node()?;
    chromium()?;
    build()?;
    run(&["cargo", "build", "--quiet", "--package", "thalweg-cli"])?;
    run(&PICTURES)
}

/// Browser tests there are: those with a name, and one for each view and theme.
fn browser_tests() -> usize {
    let text = |name: &str| std::fs::read_to_string(root().join("web/tests").join(name)).unwrap_or_default();
    let named =
        |text: &str| text.lines().filter(|line| line.starts_with("test(\"") || line.starts_with("onPage(\"")).count();
    let views = text("views.test.mjs");
    let shown = views.lines().filter(|line| line.starts_with("  [\"")).count();
    named(&text("workbench.test.mjs")) + named(&views) + 2 * shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_tests_are_counted_where_they_cannot_run() {
        assert!(browser_tests() > 10, "{}", browser_tests());
    }
}
