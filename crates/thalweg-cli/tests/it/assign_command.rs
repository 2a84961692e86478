//! `thalweg assign` on small road networks: figures, flows, what is left out, how it ends and how it is stopped.
use serde_json::Value;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn assign(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thalweg")).arg("assign").args(words).output().unwrap()
}

/// A file of this test's own.
fn write(name: &str, text: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
    std::fs::write(&file, text).unwrap();
    file
}

fn text_of(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A net file of rows `from to capacity length time b power speed toll`.
fn net((zones, nodes): (u32, u32), rows: &[String]) -> String {
    let links = rows.len();
    let mut text = format!("<NUMBER OF ZONES> {zones}\n<NUMBER OF NODES> {nodes}\n<FIRST THRU NODE> 1\n");
    writeln!(text, "<NUMBER OF LINKS> {links}\n<END OF METADATA>").unwrap();
    rows.iter().for_each(|row| writeln!(text, "{row} ;").unwrap());
    text
}

/// Braess (1968) with zones 1 and 2, and six trips; the cost of an empty steep link is a millionth of a minute.
fn braess(name: &str) -> (PathBuf, PathBuf) {
    let rows =
        ["1 3 1 0 1e-6 1e7 1", "1 4 1 0 50 0.02 1", "3 2 1 0 50 0.02 1", "3 4 1 0 10 0.1 1", "4 2 1 0 1e-6 1e7 1"];
    let net = net((2, 4), &rows.map(str::to_owned));
    let trips = "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 6\n<END OF METADATA>\nOrigin 1\n 2 : 6;\n";
    (write(&format!("{name}_net.tntp"), &net), write(&format!("{name}_trips.tntp"), trips))
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

fn near(value: &Value, expected: f64) -> bool {
    (value.as_f64().unwrap() - expected).abs() < 1e-4 * expected.abs().max(1.0)
}

#[test]
fn assign_gives_the_figures_scripts_rely_on_and_writes_flows_and_costs() {
    let (net, trips) = braess("figures");
    let flows = write("figures_flows.csv", "");
    let words = [text_of(&net), text_of(&trips), "--flows", text_of(&flows), "--json"];
    let output = assign(&words);
    assert_eq!(output.status.code(), Some(0));
    let found = json(&output);
    for field in ["zones", "nodes", "links", "trips", "iterations", "seconds", "peak_memory_mb"] {
        assert!(found.get(field).is_some(), "no {field} in {found:#}");
    }
    assert!(near(&found["beckmann"], 386.0) && near(&found["tstt"], 552.0), "{found:#}");
    assert!(found["relative_gap"].as_f64().unwrap() <= 1e-8 && found["converged"] == true);
    let written = std::fs::read_to_string(&flows).unwrap();
    let rows: Vec<Vec<f64>> =
        written.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect();
    assert_eq!(written.lines().next(), Some("from,to,flow,cost"));
    let expected = [[1.0, 3.0, 4.0, 40.0], [1.0, 4.0, 2.0, 52.0], [3.0, 2.0, 2.0, 52.0], [3.0, 4.0, 2.0, 12.0]];
    for (row, expected) in rows.iter().zip(expected) {
        assert!(row.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-3), "{row:?}");
    }
    let optimum = json(&assign(&[text_of(&net), text_of(&trips), "--method", "so", "--json"]));
    assert!(near(&optimum["tstt"], 498.0), "{optimum:#}");
}

#[test]
fn closures_show_that_users_gain_when_braess_bridge_goes() {
    let (net, trips) = braess("closures");
    let found = json(&assign(&[text_of(&net), text_of(&trips), "--closures", "--json"]));
    let bridge = &found["closures"][3];
    assert_eq!((bridge["from"].as_str(), bridge["to"].as_str()), (Some("3"), Some("4")));
    assert!(near(&bridge["cost_change"], -54.0), "{bridge:#}");
    let shown = String::from_utf8(assign(&[text_of(&net), text_of(&trips), "--closures"]).stdout).unwrap();
    assert!(shown.contains("each link closed in turn, the 5 worst of 5"), "{shown}");
}

#[test]
fn a_toll_a_distance_and_a_conical_time_move_trips() {
    // Two links in parallel: 10 min + toll 4 + 2 km, and 15 min; only weights make the second the cheaper one.
    let rows = ["1 2 100 2 10 1 4 0 4", "1 2 100 0 15 0 4 0 0"].map(str::to_owned);
    let net = write("weights_net.tntp", &net((2, 2), &rows));
    let trips = write("weights_trips.tntp", "<NUMBER OF ZONES> 2\n<END OF METADATA>\nOrigin 1\n 1 : 3; 2 : 40;\n");
    let solve = |words: &[&str]| {
        let all = [&[text_of(&net), text_of(&trips), "--json"], words].concat();
        json(&assign(&all))
    };
    assert!(near(&solve(&["--method", "aon"])["tstt"], 40.0 * 10.0 * (1.0 + 0.4_f64.powi(4))));
    assert!(near(&solve(&["--method", "aon", "--toll-weight", "1", "--distance-weight", "0.6"])["tstt"], 600.0));
    let conical = solve(&["--delay", "conical"]);
    // At flow 40 of 100 the conical time with steepness 4 is 10 x (2 + sqrt(2.4^2 + b^2) - 2.4 - b), b = 7/6.
    let b = 7.0 / 6.0_f64;
    assert!(near(&conical["tstt"], 400.0 * (2.0 + 2.4_f64.hypot(b) - 2.4 - b)), "{conical:#}");
    assert_eq!(conical["left_out"]["intrazonal"], 3.0);
}

#[test]
fn what_is_left_out_is_said_and_a_gap_not_reached_ends_with_three() {
    let rows = ["1 2 100 1 10 0.15 4", "2 3 0 1 10 0.15 4"].map(str::to_owned);
    let net_file = write("left_net.tntp", &net((3, 3), &rows));
    let trips_text = "<NUMBER OF ZONES> 3\n<TOTAL OD FLOW> 9\n<END OF METADATA>\nOrigin 1\n 2 : 1; 3 : 2; 1 : 4;\n";
    let trips = write("left_trips.tntp", trips_text);
    let output = assign(&[text_of(&net_file), text_of(&trips)]);
    let shown = String::from_utf8(output.stdout).unwrap();
    for line in [
        "left out: 4.00 trips within zones",
        "left out: 2.00 trips of 1 pairs that no path joins",
        "left out: 1.00 links without capacity, or with both ends at one node",
        "the trips file declares 2.00 trips more than it gives",
    ] {
        assert!(shown.contains(line), "no `{line}` in\n{shown}");
    }
    let (net, trips) = braess("short");
    let words = [text_of(&net), text_of(&trips), "--iterations", "1", "--gap", "1e-12", "--json"];
    let output = assign(&words);
    assert_eq!((output.status.code(), &json(&output)["converged"]), (Some(3), &Value::Bool(false)));
}

#[test]
fn a_gmns_folder_is_read_and_its_nodes_keep_their_names_in_the_flows() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("gmns-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let table = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).unwrap();
        folder.join(name)
    };
    table("node.csv", "node_id,zone_id\nwest,1\neast,2\n");
    let head = "link_id,from_node_id,to_node_id,directed,length,capacity,lanes,free_speed,vdf_alpha,vdf_beta";
    // 10 min x (1 + x / 100) and 15 min: they agree at 50 of 80.
    table("link.csv", &format!("{head}\n1,west,east,1,10,50,2,60,1,1\n2,west,east,1,15,1000,1,60,0,4\n"));
    let demand = table("demand.csv", "o_zone_id,d_zone_id,volume\n1,2,80\n");
    let flows = folder.join("flows.csv");
    let output = assign(&[text_of(&folder), text_of(&demand), "--flows", text_of(&flows), "--json"]);
    assert!(near(&json(&output)["tstt"], 1200.0), "{output:?}");
    let written = std::fs::read_to_string(&flows).unwrap();
    let first: Vec<&str> = written.lines().nth(1).unwrap().split(',').collect();
    assert_eq!(first[..2], ["west", "east"]);
    assert!((first[2].parse::<f64>().unwrap() - 50.0).abs() < 1e-4, "{written}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn bad_flags_and_files_are_named() {
    let (net, trips) = braess("bad");
    let said = |words: &[&str]| {
        let output = assign(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let (net, trips) = (text_of(&net), text_of(&trips));
    assert!(said(&[net, trips, "--gap=-1"]).contains("--gap is -1"));
    assert!(said(&[net, trips, "--method", "so", "--closures"]).contains("--closures goes with --method ue or aon"));
    assert!(said(&[net, trips, "--method", "eu"]).contains("possible values: ue"));
    assert!(said(&[trips, net]).contains(trips), "the file at fault is named");
}

/// Streets of a square town, every fifth node a zone.
fn town(side: u32) -> (PathBuf, PathBuf) {
    let mut rows = Vec::new();
    let mut street = |from: u32, to: u32| {
        let time = 2 + (from * 7 + to * 3) % 5;
        rows.extend([(from, to), (to, from)].map(|(from, to)| format!("{from} {to} 90 1 {time} 0.15 4")));
    };
    for node in 1..=side * side {
        if node % side != 0 {
            street(node, node + 1);
        }
        if node + side <= side * side {
            street(node, node + side);
        }
    }
    let zones = side * side / 5;
    let mut trips = format!("<NUMBER OF ZONES> {zones}\n<END OF METADATA>\n");
    for origin in 1..=zones {
        writeln!(trips, "Origin {origin}").unwrap();
        (1..=zones).for_each(|zone| write!(trips, "{zone} : 1; ").unwrap());
        trips.push('\n');
    }
    (write("town_net.tntp", &net((zones, side * side), &rows)), write("town_trips.tntp", &trips))
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_in_the_middle_of_the_closures_keeps_those_that_are_done() {
    let (net, trips) = town(30);
    let child = Command::new(env!("CARGO_BIN_EXE_thalweg"))
        .args(["assign", text_of(&net), text_of(&trips), "--closures", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let listens = || {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        caught.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).is_some_and(|bits| bits & 2 != 0)
    };
    let patience = Instant::now();
    while !listens() && patience.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let found = json(&output);
    assert_eq!(found["interrupted"], true);
    assert!(found["closures"].as_array().unwrap().len() < found["links"].as_u64().unwrap() as usize);
}
