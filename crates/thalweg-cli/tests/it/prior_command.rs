//! `thalweg prior` as a user runs it: totals met, a table that reads back, and mistakes by flag.
use crate::command::{json, thalweg};
use std::collections::BTreeMap;
use std::path::PathBuf;

fn refused(words: &[&str]) -> String {
    let output = thalweg(words);
    assert_eq!(output.status.code(), Some(2), "{words:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn fresh(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("thalweg-prior-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    path
}

const TOTALS: &str = "place,produces,attracts,unit,confidence,note
aldermouth,40,5,kTEU/yr,estimate,a test
graywick,10,10,kTEU/yr,estimate,a test
lindmark,5,15,kTEU/yr,estimate,a test
estwell,0,25000,TEU/yr,estimate,a test
";

#[test]
fn totals_of_a_file_are_met_and_the_table_reads_back_as_demand_of_the_study() {
    let folder = fresh("reads");
    let study = folder.to_str().unwrap();
    assert_eq!(thalweg(&["new", study, "--from", "own-network"]).status.code(), Some(0));
    let (totals, out) = (folder.join("totals.txt"), folder.join("prior.rows"));
    std::fs::write(&totals, TOTALS).unwrap();
    let (file, table) = (totals.to_str().unwrap(), out.to_str().unwrap());
    let words = ["prior", study, "--commodity", "boxes", "--totals", file, "--beta", "0.002", "--out", table, "--json"];
    let report = json(&words);
    let mut sent: BTreeMap<&str, f64> = BTreeMap::new();
    let mut received: BTreeMap<&str, f64> = BTreeMap::new();
    for row in report["pairs"].as_array().unwrap() {
        let volume = row["volume"].as_f64().unwrap();
        *sent.entry(row["origin"].as_str().unwrap()).or_default() += volume;
        *received.entry(row["destination"].as_str().unwrap()).or_default() += volume;
        assert_ne!(row["origin"], row["destination"]);
    }
    let close = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-9 * wanted, "{found} for {wanted}");
    close(sent["aldermouth"], 40_000.0);
    close(sent["lindmark"], 5_000.0);
    close(received["estwell"], 25_000.0);
    close(received["graywick"], 10_000.0);
    // The odds of four pairs are those of their costs.
    let pair = |from: &str, to: &str, what: &str| {
        let rows = report["pairs"].as_array().unwrap();
        let found = rows.iter().find(|row| row["origin"] == from && row["destination"] == to).unwrap();
        found[what].as_f64().unwrap()
    };
    let of = |what: &str| {
        let ends =
            [("aldermouth", "estwell"), ("graywick", "lindmark"), ("aldermouth", "lindmark"), ("graywick", "estwell")];
        ends.map(|(from, to)| pair(from, to, what))
    };
    let ([a, b, c, d], [e, f, g, h]) = (of("volume"), of("cost"));
    let odds = (a * b / (c * d)).ln();
    assert!((odds + 0.002 * (e + f - g - h)).abs() < 1e-6, "{odds}");
    let asked = report["mean_cost"].as_f64().unwrap().to_string();
    let again = ["prior", study, "--commodity", "boxes", "--totals", file, "--mean-cost", &asked, "--json"];
    assert!((json(&again)["beta"].as_f64().unwrap() - 0.002).abs() < 1e-8);
    // In the place of the study's own demand the rows are demand like any other.
    std::fs::write(folder.join("demand.csv"), std::fs::read(&out).unwrap()).unwrap();
    std::fs::remove_file(&out).unwrap();
    std::fs::remove_file(&totals).unwrap();
    let run = thalweg(&["check", study]);
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stdout));
    let close = json(&["close", study, "--each", "territory", "--json"]);
    let served = close["head"]["base_served"]["boxes"].as_f64().unwrap();
    assert!(served > 0.0 && served <= 55_000.0 + 1e-6, "{served}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn without_a_file_the_totals_are_those_of_the_study_s_own_demand() {
    let report = json(&["prior", "own-network", "--commodity", "boxes", "--beta", "0", "--json"]);
    assert_eq!(report["stated"], 52_000.0);
    assert!(report["misplaced"].as_f64().unwrap() < 1e-9, "one place sends all: there is one table");
    let caspian = json(&["prior", "--commodity", "container", "--beta", "0.001", "--json"]);
    assert!(caspian["error"].as_f64().unwrap() < 1e-9 && !caspian["pairs"].as_array().unwrap().is_empty());
}

#[test]
fn mistakes_name_the_flag_and_what_was_reached() {
    let prior = |words: &[&str]| refused(&[&["prior", "own-network", "--commodity", "boxes"], words].concat());
    assert!(prior(&[]).contains("--mean-cost"));
    assert!(prior(&["--beta=-1"]).contains("--beta"));
    let far = prior(&["--mean-cost", "1e9"]);
    assert!(far.contains("--mean-cost: no table with these totals has a mean cost of 1000000000; from "), "{far}");
    assert!(refused(&["prior", "own-network", "--commodity", "gold", "--beta", "1"]).contains("--commodity"));
    let totals = fresh("totals.csv");
    let file = totals.to_str().unwrap();
    let with = |text: &str, more: &[&str]| {
        std::fs::write(&totals, text).unwrap();
        prior(&[&["--beta", "0.001", "--totals", file], more].concat())
    };
    let unknown = with("place,produces\naldermoth,5\n", &[]);
    assert!(unknown.contains("no node is called `aldermoth`; the nearest name is `aldermouth`"), "{unknown}");
    assert!(
        with("place,produces,attracts\naldermouth,5,\nestwell,,4\n", &[]).contains("--scale makes one side give way")
    );
    let short = with("place,produces,attracts\naldermouth,5,9\nestwell,5,1\n", &[]);
    assert!(short.contains("aldermouth") || short.contains("estwell"), "{short}");
    let twice = with("place,produces,attracts\naldermouth,5,\naldermouth,5,\nestwell,,10\n", &[]);
    assert!(twice.contains("the place has a row already"), "{twice}");
    assert!(
        with("place,produces,attracts,unit\naldermouth,5,,kb/d\nestwell,,5,kb/d\n", &[]).contains("does not convert")
    );
    std::fs::remove_file(&totals).unwrap();
}
