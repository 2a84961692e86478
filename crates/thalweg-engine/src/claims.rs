//! Claims held against evidence: a verdict computed from where each piece of evidence lies.
use thalweg_model::claim::Interval;

/// Where a piece of evidence lies against the range a claim implies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// All of it lies below.
    Below,
    /// It overlaps the range.
    Inside,
    /// All of it lies above.
    Above,
}

impl Stands {
    /// Where a value, or the range it may have, lies.
    pub fn of(implied: Interval, (low, high): (f64, f64)) -> Self {
        if implied.low.is_some_and(|least| high < least) {
            Stands::Below
        } else if implied.high.is_some_and(|most| low > most) {
            Stands::Above
        } else {
            Stands::Inside
        }
    }

    /// The word results use.
    pub fn name(self) -> &'static str {
        match self {
            Stands::Below => "below",
            Stands::Inside => "inside",
            Stands::Above => "above",
        }
    }
}

/// What the evidence says of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// At least half of the pieces overlap the implied range.
    Agrees,
    /// Some overlap it, more lie below it.
    UpperEnd,
    /// Some overlap it, more lie above it.
    LowerEnd,
    /// None overlaps it, or the rest lie on both sides alike; or one piece alone lies outside.
    Unsupported,
    /// None overlaps it, and at least two do not.
    Contradicted,
    /// There is no piece.
    NotCheckable,
}

impl Verdict {
    /// The verdict on a claim from where its pieces of evidence lie: the model's figure and each other source count as one.
    pub fn of(pieces: &[Stands]) -> Self {
        let count = |wanted: Stands| pieces.iter().filter(|piece| **piece == wanted).count();
        let (below, inside, above) = (count(Stands::Below), count(Stands::Inside), count(Stands::Above));
        match (inside, below + above) {
            (0, 0) => Verdict::NotCheckable,
            (0, 1) => Verdict::Unsupported,
            (0, _) => Verdict::Contradicted,
            (inside, outside) if inside >= outside => Verdict::Agrees,
            _ if below > above => Verdict::UpperEnd,
            _ if above > below => Verdict::LowerEnd,
            _ => Verdict::Unsupported,
        }
    }

    /// The words results use.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Agrees => "agrees",
            Verdict::UpperEnd => "upper end",
            Verdict::LowerEnd => "lower end",
            Verdict::Unsupported => "unsupported",
            Verdict::Contradicted => "contradicted",
            Verdict::NotCheckable => "not checkable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Stands::{Above, Below, Inside};

    #[test]
    fn evidence_stands_by_its_nearer_end() {
        let implied = Interval { low: Some(40.0), high: Some(50.0) };
        let stands = |low, high| Stands::of(implied, (low, high));
        assert_eq!([stands(16.0, 22.0), stands(41.0, 56.0), stands(60.0, 60.0)], [Below, Inside, Above]);
        assert_eq!([stands(30.0, 40.0), stands(50.0, 50.0)], [Inside, Inside], "the ends belong to the range");
        let open = Interval { low: Some(100.0), high: None };
        assert_eq!([Stands::of(open, (1e9, 1e9)), Stands::of(open, (99.0, 99.0))], [Inside, Below]);
    }

    #[test]
    fn a_verdict_follows_from_where_the_pieces_lie() {
        let cases: [(&[Stands], Verdict); 8] = [
            (&[], Verdict::NotCheckable),
            (&[Inside], Verdict::Agrees),
            (&[Inside, Above], Verdict::Agrees),
            (&[Below], Verdict::Unsupported),
            (&[Below, Above], Verdict::Contradicted),
            (&[Inside, Below, Below], Verdict::UpperEnd),
            (&[Inside, Above, Above, Below], Verdict::LowerEnd),
            (&[Inside, Above, Below], Verdict::Unsupported),
        ];
        for (pieces, verdict) in cases {
            assert_eq!(Verdict::of(pieces), verdict, "{pieces:?}");
        }
    }
}
