//! A study over HTTP: the interface of the workbench and of programs.
mod api;
mod assets;
mod desk;
pub mod document;
mod grounds;
mod guard;
mod metrics;
mod reply;
mod request;
mod saving;
pub mod serve;
pub mod shelf;
pub mod state_folder;
