//! The machine's form: virtual network, access classes, shortest paths.
