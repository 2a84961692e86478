//! The folder of a report: never an existing one, every file whole or absent.
use crate::report::geojson::write_flows_geojson;
use crate::report::map::flow_map_svg;
use crate::report::page::report_html;
use crate::report::tables::{write_figures_csv, write_figures_xlsx};
use crate::wire::run::{RunReport, scenario_report};
use rayon::prelude::*;
use serde::Serialize;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
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
        self.write(&format!("scenarios/{name}.json"), |file| json(&scenario_report(run), file))
    }

    /// Writes the page, the tables, the JSON, the flows and the picture.
    pub fn write_report(&self, results: &StudyResults, report: &RunReport) -> io::Result<()> {
        if results.ranges.draws > 0 {
            for run in std::iter::once(&results.base).chain(&results.scenarios) {
                self.write_run(run)?;
            }
        }
        let title = &results.base.instance.model.head.title;
        let files: [Filling; 6] = [
            ("report.html", &|file| file.write_all(report_html(results, report).as_bytes())),
            ("figures.xlsx", &|file| write_figures_xlsx(report, file).map_err(io::Error::other)),
            ("flows.geojson", &|file| write_flows_geojson(results, file)),
            ("results.json", &|file| json(report, file)),
            ("figures.csv", &|file| write_figures_csv(report, file)),
            ("flows.svg", &|file| file.write_all(flow_map_svg(&results.base, title).as_bytes())),
        ];
        files.par_iter().with_max_len(1).try_for_each(|(name, fill)| self.write(name, fill))
    }

    /// Writes beside the final name and renames: readers see all of a file or none of it.
    fn write(&self, name: &str, fill: impl Fn(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
        let path = self.folder.join(name);
        // Two files may differ in their last part only.
        let unfinished = self.folder.join(format!("{name}.unfinished"));
        let mut file = BufWriter::new(File::create(&unfinished)?);
        fill(&mut file)?;
        file.into_inner()?.sync_all()?;
        fs::rename(&unfinished, &path)
    }
}

/// A file and what fills it.
type Filling<'a> = (&'a str, &'a (dyn Fn(&mut BufWriter<File>) -> io::Result<()> + Sync));

fn json(value: &impl Serialize, file: &mut BufWriter<File>) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *file, value)?;
    file.write_all(b"\n")
}
