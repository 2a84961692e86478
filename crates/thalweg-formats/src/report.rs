//! The report of a run: one folder with a page for people and the same figures for programs.
mod basemap;
mod charts;
mod claims_page;
mod fit_page;
mod flow_page;
mod folder;
mod geojson;
mod headlines;
mod html;
mod intervals;
mod map;
mod number;
mod page;
mod power_page;
mod projection;
mod proof_page;
mod scenario_page;
mod tables;
mod traffic;

pub use folder::{ReportFolder, fresh_folder};
pub use geojson::flows_geojson;
pub use headlines::headlines;
pub use map::flow_map_svg;
pub use number::short;
pub use page::report_html;
pub use tables::{figures_csv, figures_xlsx};
