//! A claim somebody made, what others say of the same thing, and the figure of a study it can be held against.
use crate::ids::SourceId;
use crate::place::Place;
use crate::units::Ranged;

/// A range that may be open on a side.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Interval {
    /// Low end; `None` is open.
    pub low: Option<f64>,
    /// High end; `None` is open.
    pub high: Option<f64>,
}

/// One figure of one state of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureName {
    /// Name of the scenario, or `base`.
    pub scenario: String,
    /// What is measured, as results name it.
    pub measure: String,
    /// Of whom or what, as results name it.
    pub subject: String,
    /// The figure itself, or what it is above the base's.
    pub of: FigurePart,
    /// Which program's; `None` is the descriptive one for a value and the exact one for a change, where both give it.
    pub program: Option<FigureProgram>,
}

/// Which program gives a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureProgram {
    /// Exact.
    LeastCost,
    /// Descriptive.
    PathSizeLogit,
}

impl FigureProgram {
    /// Words of files and results.
    pub const NAMES: &'static [&'static str] = &["least_cost", "path_size_logit"];

    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            FigureProgram::LeastCost => "least_cost",
            FigureProgram::PathSizeLogit => "path_size_logit",
        }
    }

    /// The program of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [FigureProgram::LeastCost, FigureProgram::PathSizeLogit].into_iter().find(|program| program.name() == word)
    }
}

/// What is taken of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigurePart {
    /// The figure.
    Value,
    /// Its difference against the base.
    Change,
}

impl FigurePart {
    /// Words of files.
    pub const NAMES: &'static [&'static str] = &["value", "change"];
}

/// What another source says of the same thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Who says it.
    pub sources: Vec<SourceId>,
    /// What it says, in the claim's unit.
    pub value: Ranged,
    /// Exactly what it counts.
    pub note: String,
    /// Where it was read from.
    pub place: Place,
}

/// A claim. It carries no verdict: that is computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Key.
    pub key: String,
    /// What is claimed, in a sentence.
    pub statement: String,
    /// Who claims it.
    pub sources: Vec<SourceId>,
    /// What it implies for the figure.
    pub implied: Interval,
    /// Unit of the implied range and of the evidence.
    pub unit: String,
    /// The figure it can be held against; `None` where the study has none.
    pub figure: Option<FigureName>,
    /// What other sources say.
    pub evidence: Vec<Evidence>,
    /// Why the figure stands for the claim, or why there is none.
    pub note: String,
    /// Where it was read from.
    pub place: Place,
}
