//! A study over HTTP: the interface of the workbench and of programs.
mod api;
mod assets;
mod desk;
pub mod document;
mod exports;
mod geopackage;
mod grounds;
mod guard;
mod kinds;
mod metrics;
mod reply;
mod request;
mod runs;
mod saving;
pub mod serve;
pub mod shelf;
pub mod state_folder;
mod store;
