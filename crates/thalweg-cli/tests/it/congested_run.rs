//! `thalweg run` on a study with a delay curve: the user equilibrium stands beside the other programs.
use crate::command::thalweg;
use serde_json::Value;
use std::path::Path;

#[test]
fn a_ferry_with_a_delay_curve_gets_its_delay_at_equilibrium_and_none_in_the_exact_program() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("congested-{}", std::process::id()));
    let path = folder.to_str().unwrap();
    assert_eq!(thalweg(&["new", path, "--from", "own-network"]).status.code(), Some(0));
    let table = folder.join("link.csv");
    let text = std::fs::read_to_string(&table).unwrap();
    let curve = |row: &str| match row.split(',').next() {
        Some("link_id") => format!("{row},delay_function,delay_at_capacity,delay_power\n"),
        Some("ferry_1") => format!("{row},bpr,500,1\n"),
        _ => format!("{row},,,\n"),
    };
    std::fs::write(&table, text.lines().map(curve).collect::<String>()).unwrap();
    let report = folder.join("report");
    let output = thalweg(&["run", path, "--out", report.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let figures = answer["scenarios"][0]["figures"].as_array().unwrap();
    let value = |program: &str, measure: &str, subject: &str| {
        let is_it = |row: &&Value| row["program"] == program && row["measure"] == measure && row["subject"] == subject;
        figures.iter().find(is_it).and_then(|row| row["value"].as_f64())
    };
    let delay_h = value("user_equilibrium", "delay", "link ferry_1").unwrap();
    let fullness = value("user_equilibrium", "volume_over_capacity", "link ferry_1").unwrap();
    assert!(fullness > 0.0 && (delay_h - 500.0 * fullness).abs() < 1e-6 * delay_h, "{delay_h} h at {fullness}");
    assert!(value("user_equilibrium", "relative_gap", "study").unwrap() <= 1e-9);
    assert_eq!(value("least_cost", "delay", "link ferry_1"), None);
    let time = |program| value(program, "mean_time", "boxes").unwrap();
    assert!(time("user_equilibrium") > time("least_cost"));
    assert!(value("system_optimum", "relative_gap", "study").unwrap() <= 1e-9);
    let charge = value("system_optimum", "congestion_charge", "link ferry_1").unwrap();
    assert!(charge > 0.0 && value("user_equilibrium", "congestion_charge", "link ferry_1").is_none());
    std::fs::remove_dir_all(&folder).unwrap();
}
