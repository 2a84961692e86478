//! `thalweg assign`: a trip table on a congested road network, from TNTP or GMNS files.

use clap::{Parser, ValueEnum};
use serde::Serialize;
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use thalweg_engine::equilibrium::closures::{close_at_fixed_cost, close_under_equilibrium};
use thalweg_engine::equilibrium::road_network::{RoadLink, RoadNetwork};
use thalweg_engine::equilibrium::trip_table::TripTable;
use thalweg_engine::equilibrium::volume_delay::VolumeDelay;
use thalweg_engine::equilibrium::{Ended, Equilibrium, Method, solve};
use thalweg_engine::watch::Watch;
use thalweg_formats::{gmns, tntp};

/// Puts trips on a road network until nobody can gain, or at least total cost.
#[derive(Debug, Parser)]
pub struct Args {
    /// A TNTP net file, or a folder with GMNS node.csv and link.csv.
    net: PathBuf,
    /// A TNTP trips file, or a GMNS demand table.
    trips: PathBuf,
    /// What to solve for.
    #[arg(long, value_enum, default_value = "ue")]
    method: Goal,
    /// (TSTT - SPTT) / TSTT at which to stop.
    #[arg(long, default_value_t = 1e-8)]
    gap: f64,
    /// Rounds of shortest paths after which to stop anyway.
    #[arg(long, default_value_t = 1000)]
    iterations: u32,
    /// Threads; the flows do not depend on them.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Cost of a toll unit, in the unit of time.
    #[arg(long, default_value_t = 0.0)]
    toll_weight: f64,
    /// Cost of a distance unit, in the unit of time.
    #[arg(long, default_value_t = 0.0)]
    distance_weight: f64,
    /// With least-cost: what a trip costs that finds no capacity, in the unit of time.
    #[arg(long, default_value_t = 100.0)]
    unserved_cost: f64,
    /// Write from, to, flow and cost of every link to this file.
    #[arg(long)]
    flows: Option<PathBuf>,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
    /// Also close every link in turn: at free-flow costs with aon, at equilibrium with ue.
    #[arg(long)]
    closures: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Goal {
    /// User equilibrium.
    Ue,
    /// System optimum.
    So,
    /// All or nothing on the empty network.
    Aon,
    /// Least cost under hard capacities.
    LeastCost,
}

#[derive(Serialize)]
struct Figures {
    zones: u32,
    nodes: u32,
    links: usize,
    trips: f64,
    relative_gap: f64,
    beckmann: f64,
    tstt: f64,
    iterations: u32,
    seconds: f64,
    peak_memory_mb: Option<f64>,
    converged: bool,
    intrazonal: f64,
    unreachable: f64,
    unreachable_pairs: u64,
    closed_links: usize,
    unserved: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    closures: Option<Vec<ClosureRow>>,
}

#[derive(Serialize)]
struct ClosureRow {
    from: String,
    to: String,
    cost_change: f64,
    unreachable: f64,
    relative_gap: Option<f64>,
}

/// A network with the names its file gives to nodes.
struct Case {
    network: RoadNetwork,
    trips: TripTable,
    names: Vec<String>,
}

struct Terminal {
    shows: bool,
}

impl Watch for Terminal {
    fn progress(&self, done: u64, _total: u64, what: &str) {
        if self.shows {
            eprint!("\r{done} {what}");
        }
    }
}

/// Runs the command and prints its errors.
pub fn exit(args: &Args) -> ExitCode {
    run(args).unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::from(2)
    })
}

/// Runs the command; exit code 3 when the gap was not reached.
///
/// # Errors
/// What is wrong with the files, the numbers or their combination.
pub fn run(args: &Args) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let began = Instant::now();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads.max(1)).build()?;
    let case = read(args)?;
    let terminal = Terminal { shows: std::io::stderr().is_terminal() };
    let method = method(args)?;
    let found = pool.install(|| solve(&case.network, &case.trips, method, &terminal));
    let closures = if args.closures { Some(pool.install(|| close_all(&case, args, &found, &terminal))?) } else { None };
    if terminal.shows {
        eprintln!();
    }
    if let Some(file) = &args.flows {
        write_flows(file, &case, &found)?;
    }
    let extent = case.network.extent();
    let figures = Figures {
        zones: extent.zones,
        nodes: extent.nodes,
        links: case.network.links().len(),
        trips: case.trips.total(),
        relative_gap: found.relative_gap,
        beckmann: found.beckmann,
        tstt: found.tstt,
        iterations: found.iterations,
        seconds: began.elapsed().as_secs_f64(),
        peak_memory_mb: peak_memory_mb(),
        converged: found.ended == Ended::Converged,
        intrazonal: found.left_out.intrazonal,
        unreachable: found.left_out.unreachable,
        unreachable_pairs: found.left_out.unreachable_pairs,
        closed_links: case.network.closed().len(),
        unserved: found.left_out.unserved,
        closures,
    };
    print(&figures, args)?;
    Ok(if figures.converged { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn method(args: &Args) -> Result<Method, String> {
    if !args.gap.is_finite() || args.gap < 0.0 {
        return Err(format!("--gap is {}, not a number of at least zero", args.gap));
    }
    let (relative_gap, iterations_max) = (args.gap, args.iterations.max(1));
    match args.method {
        Goal::Ue => Ok(Method::UserEquilibrium { relative_gap, iterations_max }),
        Goal::So => Ok(Method::SystemOptimum { relative_gap, iterations_max }),
        Goal::Aon => Ok(Method::AllOrNothing),
        Goal::LeastCost => Ok(Method::LeastCost { unserved_cost: args.unserved_cost, iterations_max }),
    }
}

fn read(args: &Args) -> Result<Case, Box<dyn std::error::Error>> {
    let fixed = |toll: f64, length: f64| args.toll_weight * toll + args.distance_weight * length;
    if args.net.is_dir() {
        let net = gmns::read_network(&args.net)?;
        let trips = TripTable::new(net.extent.zones, gmns::read_demand(&args.trips, &net)?)?;
        let links = net.links.iter().map(|link| RoadLink {
            from: link.from,
            to: link.to,
            delay: bpr(link.free_flow_time, link.coefficient, link.power, link.capacity),
            fixed_cost: fixed(link.toll, link.length),
        });
        let network = RoadNetwork::new(net.extent, links.collect())?;
        return Ok(Case { network, trips, names: net.node_ids });
    }
    let net = tntp::read_net(&args.net)?;
    let read = tntp::read_trips(&args.trips)?;
    if read.zones > net.extent.zones {
        return Err(format!("{}: {} zones are more than the network's", args.trips.display(), read.zones).into());
    }
    let trips = TripTable::new(read.zones, read.trips)?;
    let links = net.links.iter().map(|link| RoadLink {
        from: link.from,
        to: link.to,
        delay: bpr(link.free_flow_time, link.b, link.power, link.capacity),
        fixed_cost: fixed(link.toll, link.length),
    });
    let network = RoadNetwork::new(net.extent, links.collect())?;
    let names = (1..=net.extent.nodes).map(|node| node.to_string()).collect();
    Ok(Case { network, trips, names })
}

fn bpr(free_flow_time: f64, coefficient: f64, power: f64, capacity: f64) -> VolumeDelay {
    VolumeDelay::Bpr { free_flow_time, coefficient, power, capacity }
}

fn close_all(case: &Case, args: &Args, found: &Equilibrium, watch: &dyn Watch) -> Result<Vec<ClosureRow>, String> {
    let links = case.network.links();
    let row = |link: usize, cost_change, unreachable, relative_gap| ClosureRow {
        from: case.names[links[link].from as usize].clone(),
        to: case.names[links[link].to as usize].clone(),
        cost_change,
        unreachable,
        relative_gap,
    };
    match args.method {
        Goal::Aon => {
            let empty = links.iter().map(|link| link.delay.at(0.0) + link.fixed_cost).collect::<Vec<f64>>();
            let closures = close_at_fixed_cost(&case.network, &case.trips, &empty, watch);
            Ok(closures.iter().enumerate().map(|(link, c)| row(link, c.cost_change, c.unreachable, None)).collect())
        }
        Goal::Ue => {
            let all: Vec<u32> = (0..links.len() as u32).collect();
            let goal = (args.gap, args.iterations);
            let closures = close_under_equilibrium(&case.network, &case.trips, &all, goal, watch).1;
            let lost = |closure: f64| closure - found.left_out.unreachable;
            let rows = closures
                .iter()
                .map(|c| row(c.link as usize, c.tstt_change, lost(c.left_out.unreachable), Some(c.relative_gap)));
            Ok(rows.collect())
        }
        Goal::So | Goal::LeastCost => Err("--closures goes with --method ue or aon".to_owned()),
    }
}

fn write_flows(file: &Path, case: &Case, found: &Equilibrium) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "from,to,flow,cost")?;
    for (link, (flow, cost)) in case.network.links().iter().zip(found.flow.iter().zip(&found.cost)) {
        writeln!(out, "{},{},{flow},{cost}", case.names[link.from as usize], case.names[link.to as usize])?;
    }
    out.flush()
}

fn print(figures: &Figures, args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, figures)?;
        writeln!(out)?;
        return Ok(());
    }
    let Figures { zones, nodes, links, trips, .. } = figures;
    writeln!(out, "{zones} zones, {nodes} nodes, {links} links, {trips} trips")?;
    let Figures { relative_gap, beckmann, tstt, iterations, seconds, .. } = figures;
    writeln!(out, "relative gap {relative_gap:.3e} after {iterations} iterations, {seconds:.3} s")?;
    writeln!(out, "Beckmann {beckmann:.6}, total cost {tstt:.6}")?;
    if figures.intrazonal > 0.0 {
        writeln!(out, "left out: {} trips within zones", figures.intrazonal)?;
    }
    if figures.unreachable_pairs > 0 {
        let Figures { unreachable, unreachable_pairs, .. } = figures;
        writeln!(out, "left out: {unreachable} trips of {unreachable_pairs} pairs that no path joins")?;
    }
    if figures.unserved > 0.0 {
        writeln!(out, "left out: {} trips that found no capacity", figures.unserved)?;
    }
    if figures.closed_links > 0 {
        writeln!(out, "left out: {} links without capacity or with both ends at one node", figures.closed_links)?;
    }
    for closure in figures.closures.iter().flatten() {
        let ClosureRow { from, to, cost_change, unreachable, .. } = closure;
        writeln!(out, "{from} -> {to} closed: total cost {cost_change:+.3}, {unreachable} trips without a path")?;
    }
    Ok(())
}

/// Largest resident memory so far, where the system tells.
fn peak_memory_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}
