//! The folder of a report: never an existing one, every file whole or absent.
use crate::report::geojson::flows_geojson;
use crate::report::map::flow_map_svg;
use crate::report::page::report_html;
use crate::report::tables::{figures_csv, figures_xlsx};
use crate::wire::run::{RunReport, scenario_report};
use serde::Serialize;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thalweg_engine::states::Run;
use thalweg_engine::study::StudyResults;

/// A folder that this run made and fills.
#[derive(Debug)]
pub struct ReportFolder {
    folder: PathBuf,
}

/// Makes `wanted`, or the first of `wanted-2`, `wanted-3` and so on that does not exist.
pub fn fresh_folder(wanted: &Path) -> io::Result<PathBuf> {
    if let Some(parent) = wanted.parent() {
        fs::create_dir_all(parent)?;
    }
    let name = wanted.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the folder needs a name"))?;
    let mut number = 1;
    loop {
        let folder = if number == 1 { wanted.to_owned() } else { wanted.with_file_name(format!("{name}-{number}")) };
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

impl ReportFolder {
    /// A fresh folder of this name, with a number added where the name is taken.
    pub fn create(wanted: &Path) -> io::Result<Self> {
        let folder = fresh_folder(wanted)?;
        fs::create_dir(folder.join("scenarios"))?;
        Ok(Self { folder })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Writes a finished state, so that an interruption afterwards does not lose it.
    pub fn write_run(&self, run: &Run) -> io::Result<()> {
        let name: String =
            run.scenario.name.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
        self.write(&format!("scenarios/{name}.json"), &json(&scenario_report(run))?)
    }

    /// Writes the page, the tables, the JSON, the flows and the picture.
    pub fn write_report(&self, results: &StudyResults, report: &RunReport) -> io::Result<()> {
        if results.ranges.draws > 0 {
            for run in std::iter::once(&results.base).chain(&results.scenarios) {
                self.write_run(run)?;
            }
        }
        self.write("results.json", &json(report)?)?;
        self.write("figures.csv", &figures_csv(report)?)?;
        self.write("figures.xlsx", &figures_xlsx(report).map_err(io::Error::other)?)?;
        self.write("flows.geojson", &json(&flows_geojson(results))?)?;
        self.write("flows.svg", flow_map_svg(&results.base, &results.base.instance.model.head.title).as_bytes())?;
        self.write("report.html", report_html(results, report).as_bytes())
    }

    /// Writes beside the final name and renames: readers see all of a file or none of it.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.folder.join(name);
        let unfinished = path.with_extension("unfinished");
        let mut file = File::create(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&unfinished, &path)
    }
}

fn json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
