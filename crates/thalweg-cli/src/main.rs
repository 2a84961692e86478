//! The `thalweg` command.
mod assign;

use clap::Parser;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "thalweg", version)]
enum Command {
    Assign(assign::Args),
}

fn main() -> ExitCode {
    let Command::Assign(args) = Command::parse();
    assign::run(&args).unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}
