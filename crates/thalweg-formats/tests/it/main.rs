//! The readers against whole studies and against files that are wrong in one way each.
mod equilibrium_published;
mod road_files;
mod studies;
