//! `thalweg assign`: a trip table on a congested road network, from TNTP or GMNS files.

use crate::exit::{Ended, Failure, Outcome};
use crate::output::{grouped, print_json, print_text, short, table};
use crate::watching::Terminal;
use clap::{Parser, ValueEnum};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;
use thalweg_engine::equilibrium::closures::{EquilibriumClosure, close_at_fixed_cost, close_under_equilibrium};
use thalweg_engine::equilibrium::road_network::{RoadLink, RoadNetwork};
use thalweg_engine::equilibrium::trip_table::TripTable;
use thalweg_engine::equilibrium::volume_delay::VolumeDelay;
use thalweg_engine::equilibrium::{Ended as SolveEnded, Equilibrium, Method, solve};
use thalweg_engine::watch::Watch;
use thalweg_formats::wire::assign::{AssignReport, LeftOutWire, RoadClosureWire};
use thalweg_formats::{gmns, tntp};

/// Puts trips on a road network until nobody can gain, or at least total cost.
///
/// Exit code 3 when the rounds are used up before the gap is reached; the flows are then those with the smallest gap.
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
    /// How times grow with flow: `bpr` reads factor and power from the files; `conical` (Spiess 1990) takes the power
    /// column for its steepness. Links whose factor is zero keep their time.
    #[arg(long, value_enum, default_value = "bpr")]
    delay: Curve,
    /// With least-cost: what a trip costs that finds no capacity, in the unit of time.
    #[arg(long, default_value_t = 100.0)]
    unserved_cost: f64,
    /// Write from, to, flow and cost of every link to this file.
    #[arg(long)]
    flows: Option<PathBuf>,
    /// One JSON object on standard output.
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Curve {
    /// free-flow time x (1 + factor x (flow / capacity) ^ power).
    Bpr,
    /// Spiess' conical function: twice the free-flow time at capacity.
    Conical,
}

impl Goal {
    fn name(self) -> &'static str {
        match self {
            Goal::Ue => "ue",
            Goal::So => "so",
            Goal::Aon => "aon",
            Goal::LeastCost => "least-cost",
        }
    }
}

/// A network with the names its file gives to nodes.
struct Case {
    network: RoadNetwork,
    trips: TripTable,
    names: Vec<String>,
    /// Trips the file declares less those it gives.
    declared_less_given: Option<f64>,
}

/// Runs `assign`.
pub fn run(args: &Args) -> Ended {
    let began = Instant::now();
    let method = method(args)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads.max(1))
        .build()
        .map_err(|error| Failure::new(format!("--threads {}: {error}", args.threads)))?;
    let case = read(args)?;
    let watch = Terminal::new();
    let found = pool.install(|| solve(&case.network, &case.trips, method, &watch));
    let closures = args.closures.then(|| pool.install(|| close_all(&case, args, &found, &watch)));
    let interrupted = watch.cancelled();
    drop(watch);
    if let Some(file) = &args.flows {
        write_flows(file, &case, &found)
            .map_err(|error| Failure::new(format!("--flows {}: {error}", file.display())))?;
    }
    let extent = case.network.extent();
    let report = AssignReport {
        method: args.method.name(),
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
        converged: found.ended == SolveEnded::Converged,
        interrupted,
        left_out: LeftOutWire {
            intrazonal: found.left_out.intrazonal,
            unreachable: found.left_out.unreachable,
            unreachable_pairs: found.left_out.unreachable_pairs,
            unserved: found.left_out.unserved,
            closed_links: case.network.closed().len(),
            declared_less_given: case.declared_less_given,
        },
        closures,
    };
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&report));
    }
    Ok(match (interrupted, report.converged) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::Answered,
        (false, false) => Outcome::NothingFound,
    })
}

fn method(args: &Args) -> Result<Method, Failure> {
    let numbers = [
        ("--gap", args.gap),
        ("--toll-weight", args.toll_weight),
        ("--distance-weight", args.distance_weight),
        ("--unserved-cost", args.unserved_cost),
    ];
    if let Some((flag, value)) = numbers.iter().find(|(_, value)| !value.is_finite() || *value < 0.0) {
        return Err(Failure::new(format!("{flag} is {value}, not a number of at least zero")));
    }
    if args.closures && matches!(args.method, Goal::So | Goal::LeastCost) {
        return Err(Failure::new(format!("--closures goes with --method ue or aon, not {}", args.method.name())));
    }
    let (relative_gap, iterations_max) = (args.gap, args.iterations.max(1));
    Ok(match args.method {
        Goal::Ue => Method::UserEquilibrium { relative_gap, iterations_max },
        Goal::So => Method::SystemOptimum { relative_gap, iterations_max },
        Goal::Aon => Method::AllOrNothing,
        Goal::LeastCost => Method::LeastCost { unserved_cost: args.unserved_cost, iterations_max },
    })
}

fn read(args: &Args) -> Result<Case, Failure> {
    if args.net.is_dir() { read_gmns(args) } else { read_tntp(args) }
}

fn read_gmns(args: &Args) -> Result<Case, Failure> {
    let net = gmns::read_network(&args.net).map_err(failure)?;
    let demand = gmns::read_demand(&args.trips, &net).map_err(failure)?;
    let trips = TripTable::new(net.extent.zones, demand).map_err(|fault| failure_in(&args.trips, fault))?;
    let links = net.links.iter().map(|link| RoadLink {
        from: link.from,
        to: link.to,
        delay: args.delay_of(link.free_flow_time, (link.coefficient, link.power), link.capacity),
        fixed_cost: args.fixed_cost(link.toll, link.length),
    });
    let network = RoadNetwork::new(net.extent, links.collect()).map_err(|fault| failure_in(&args.net, fault))?;
    Ok(Case { network, trips, names: net.node_ids, declared_less_given: None })
}

fn read_tntp(args: &Args) -> Result<Case, Failure> {
    let net = tntp::read_net(&args.net).map_err(failure)?;
    let read = tntp::read_trips(&args.trips).map_err(failure)?;
    if read.zones > net.extent.zones {
        let (given, known) = (read.zones, net.extent.zones);
        return Err(failure_in(&args.trips, format!("{given} zones are more than the network's {known}")));
    }
    let trips = TripTable::new(read.zones, read.trips).map_err(|fault| failure_in(&args.trips, fault))?;
    let links = net.links.iter().map(|link| RoadLink {
        from: link.from,
        to: link.to,
        delay: args.delay_of(link.free_flow_time, (link.b, link.power), link.capacity),
        fixed_cost: args.fixed_cost(link.toll, link.length),
    });
    let network = RoadNetwork::new(net.extent, links.collect()).map_err(|fault| failure_in(&args.net, fault))?;
    let names = (1..=net.extent.nodes).map(|node| node.to_string()).collect();
    let declared_less_given = read.declared_total.map(|declared| declared - trips.total());
    Ok(Case { network, trips, names, declared_less_given })
}

fn failure(fault: impl std::fmt::Display) -> Failure {
    Failure::new(fault.to_string())
}

fn failure_in(file: &Path, fault: impl std::fmt::Display) -> Failure {
    Failure::new(format!("{}: {fault}", file.display()))
}

impl Args {
    fn fixed_cost(&self, toll: f64, length: f64) -> f64 {
        self.toll_weight * toll + self.distance_weight * length
    }

    fn delay_of(&self, free_flow_time: f64, (coefficient, power): (f64, f64), capacity: f64) -> VolumeDelay {
        match self.delay {
            Curve::Bpr => VolumeDelay::Bpr { free_flow_time, coefficient, power, capacity },
            Curve::Conical if coefficient == 0.0 => VolumeDelay::Constant { time: free_flow_time },
            Curve::Conical => VolumeDelay::Conical { free_flow_time, steepness: power, capacity },
        }
    }
}

fn close_all(case: &Case, args: &Args, found: &Equilibrium, watch: &dyn Watch) -> Vec<RoadClosureWire> {
    let links = case.network.links();
    let row = |link: usize, cost_change, unreachable, relative_gap| RoadClosureWire {
        from: case.names[links[link].from as usize].clone(),
        to: case.names[links[link].to as usize].clone(),
        cost_change,
        unreachable,
        relative_gap,
    };
    if args.method == Goal::Aon {
        let empty: Vec<f64> = links.iter().map(|link| link.delay.at(0.0) + link.fixed_cost).collect();
        let closures = close_at_fixed_cost(&case.network, &case.trips, &empty, watch);
        if watch.cancelled() {
            // Origins are missing from every sum, so no row is whole.
            return Vec::new();
        }
        return closures.iter().enumerate().map(|(link, c)| row(link, c.cost_change, c.unreachable, None)).collect();
    }
    let all: Vec<u32> = (0..links.len() as u32).collect();
    let goal = (args.gap, args.iterations.max(1));
    let closures = close_under_equilibrium(&case.network, &case.trips, &all, goal, watch).1;
    let lost = |closure: f64| closure - found.left_out.unreachable;
    let row_of = |c: &EquilibriumClosure| {
        row(c.link as usize, c.tstt_change, lost(c.left_out.unreachable), Some(c.relative_gap))
    };
    closures.iter().map(row_of).collect()
}

fn write_flows(file: &Path, case: &Case, found: &Equilibrium) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "from,to,flow,cost")?;
    for (link, (flow, cost)) in case.network.links().iter().zip(found.flow.iter().zip(&found.cost)) {
        writeln!(out, "{},{},{flow},{cost}", case.names[link.from as usize], case.names[link.to as usize])?;
    }
    out.flush()
}

/// Closures shown to people; JSON has all.
const CLOSURES_SHOWN: usize = 20;

fn describe(report: &AssignReport) -> String {
    let AssignReport { zones, nodes, links, trips, relative_gap, beckmann, tstt, iterations, seconds, .. } = report;
    let mut lines = vec![
        format!("{zones} zones, {nodes} nodes, {links} links, {} trips", grouped(*trips, 1)),
        format!("relative gap {relative_gap:.3e} after {iterations} rounds of shortest paths, {seconds:.3} s"),
        format!(
            "total cost {} for the trips carried; Beckmann's objective {}",
            grouped(*tstt, 4),
            grouped(*beckmann, 4)
        ),
    ];
    if report.interrupted {
        lines.push("stopped: these are the best flows so far".to_owned());
    } else if !report.converged {
        lines.push("the gap asked for was not reached: more --iterations, or a larger --gap".to_owned());
    }
    let left_out = &report.left_out;
    let amounts = [
        (left_out.intrazonal, "trips within zones".to_owned()),
        (left_out.unreachable, format!("trips of {} pairs that no path joins", left_out.unreachable_pairs)),
        (left_out.unserved, "trips that found no capacity".to_owned()),
        (left_out.closed_links as f64, "links without capacity, or with both ends at one node".to_owned()),
    ];
    let present = amounts.iter().filter(|(amount, _)| *amount > 0.0);
    lines.extend(present.map(|(amount, what)| format!("left out: {} {what}", short(*amount))));
    if let Some(difference) = left_out.declared_less_given.filter(|amount| amount.abs() > 1e-6 * trips) {
        lines.push(format!("the trips file declares {} trips more than it gives", short(difference)));
    }
    if let Some(closures) = &report.closures {
        lines.push(describe_closures(closures));
    }
    lines.join("\n")
}

fn describe_closures(closures: &[RoadClosureWire]) -> String {
    let mut costliest: Vec<&RoadClosureWire> = closures.iter().collect();
    costliest.sort_by(|a, b| b.unreachable.total_cmp(&a.unreachable).then(b.cost_change.total_cmp(&a.cost_change)));
    costliest.truncate(CLOSURES_SHOWN);
    let cells =
        |row: &&RoadClosureWire| vec![row.from.clone(), row.to.clone(), short(row.cost_change), short(row.unreachable)];
    let shown = table(&["from", "to", "total cost", "trips without a path"], costliest.iter().map(cells).collect());
    format!("each link closed in turn, the {} worst of {}:\n{shown}", costliest.len(), closures.len())
}

/// Largest resident memory so far, where the system tells.
fn peak_memory_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}
