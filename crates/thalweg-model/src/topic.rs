//! A topic a reader asks about, and the figures of a run that answer it.
use crate::claim::FigureName;
use crate::place::Place;

/// A figure that answers a topic, with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The figure.
    pub figure: FigureName,
    /// What it is, in words that follow the number.
    pub says: String,
    /// Unit it is shown in; the figure's own when empty.
    pub unit: String,
    /// Where it was read from.
    pub place: Place,
}

/// A topic: one row of the first page of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Key.
    pub key: String,
    /// Short name.
    pub title: String,
    /// The question in words.
    pub question: String,
    /// What the figures leave out, or why there are none.
    pub note: String,
    /// The figures that answer it.
    pub findings: Vec<Finding>,
    /// Keys of the questions that belong to it.
    pub asks: Vec<String>,
    /// Where it was read from.
    pub place: Place,
}
