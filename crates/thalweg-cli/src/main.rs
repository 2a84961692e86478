//! The `thalweg` command.
mod assign;
mod broker;
mod calibrate;
mod check;
mod claims;
mod close;
mod consent;
mod depend;
mod exit;
mod explain;
mod incidence;
mod indices;
mod matrix;
mod new;
mod newcomer;
mod output;
mod power;
mod prior;
mod refuse;
mod repair;
mod route;
mod run;
mod serve;
mod show;
mod stress;
mod study;
mod watch;
mod watching;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Who can reach what, through whom, at what cost, and what happens when somebody says no.
///
/// Exit codes: 0 answered, 2 bad input, 3 nothing found, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "thalweg", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a folder with the files of a study to fill in, or a copy of a built-in one
    New(new::NewArgs),
    /// List everything wrong or odd in a study
    Check(check::CheckArgs),
    /// Show the rows of a study that hold on a date
    Show(show::ShowArgs),
    /// Run the base and every scenario of a study; write a report
    Run(run::RunArgs),
    /// Serve a study in the browser and over HTTP
    Serve(serve::ServeArgs),
    /// Fit the descriptive program's constants to counts and predict those held out
    Calibrate(calibrate::CalibrateArgs),
    /// A demand table from totals by place and what the ways between them cost
    Prior(prior::PriorArgs),
    /// Routes between two places, or what would open one
    Route(route::RouteArgs),
    /// Why something is shut to a shipment, what would open it, whose consent a route needs
    Explain(explain::ExplainArgs),
    /// Trips on a congested road network at equilibrium, from TNTP or GMNS files
    Assign(assign::Args),
    /// Each claim of a study beside other sources and the modelled figure, with the verdict computed from them
    Claims(claims::ClaimsArgs),
    /// Close each territory, operator, passage, terminal, crossing or link in turn
    Close(close::CloseArgs),
    /// What each beneficiary loses when an actor refuses it, and what that costs the actor
    Refuse(refuse::RefuseArgs),
    /// What breaks: each failure in turn, every pair, the worst few, a year by chance
    Stress(stress::StressArgs),
    /// How much of each beneficiary's trade needs an actor's gates, and what that is worth
    Depend(depend::DependArgs),
    /// In which order to mend what is broken and to open what is shut
    Repair(repair::RepairArgs),
    /// Whose consent a route, a project or an arrangement needs, and what each would lose by refusing
    Consent(consent::ConsentArgs),
    /// Whose gates trade between states that do not meet directly needs, and who stands between whom
    Broker(broker::BrokerArgs),
    /// Who pays and who earns, in the base and under a scenario
    Incidence(incidence::IncidenceArgs),
    /// Where each state's imports come from, and what one loss leaves; descriptions
    Indices(indices::IndicesArgs),
    /// What each player adds to coalitions of the others, beside what its leaving costs
    Power(power::PowerArgs),
    /// What changed for an actor, corridor or commodity between two dates or two versions of a study
    Watch(watch::WatchArgs),
}

fn main() -> ExitCode {
    let ended = match Cli::parse().command {
        Command::New(args) => new::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Calibrate(args) => calibrate::run(&args),
        Command::Prior(args) => prior::run(&args),
        Command::Route(args) => route::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Assign(args) => assign::run(&args),
        Command::Claims(args) => claims::run(&args),
        Command::Close(args) => close::run(&args),
        Command::Refuse(args) => refuse::run(&args),
        Command::Stress(args) => stress::run(&args),
        Command::Depend(args) => depend::run(&args),
        Command::Repair(args) => repair::run(&args),
        Command::Consent(args) => consent::run(&args),
        Command::Broker(args) => broker::run(&args),
        Command::Incidence(args) => incidence::run(&args),
        Command::Indices(args) => indices::run(&args),
        Command::Power(args) => power::run(&args),
        Command::Watch(args) => watch::run(&args),
    };
    match ended {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(exit::BAD_INPUT)
        }
    }
}
