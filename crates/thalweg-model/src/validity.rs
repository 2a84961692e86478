//! From when until when a row holds.
pub use jiff::civil::Date;

/// A span of dates, both ends included, open where `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// First day the row holds.
    pub from: Option<Date>,
    /// Last day the row holds.
    pub until: Option<Date>,
}

impl Validity {
    /// Holds on every date.
    pub const ALWAYS: Validity = Validity { from: None, until: None };

    /// Whether the row holds on `date`.
    pub fn holds(self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until)
    }

    /// Whether two spans share a day.
    pub fn overlaps(self, other: Validity) -> bool {
        let starts_before_end = |a: Validity, b: Validity| match (a.from, b.until) {
            (Some(from), Some(until)) => from <= until,
            _ => true,
        };
        starts_before_end(self, other) && starts_before_end(other, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_span_holds_on_both_its_end_days_and_not_outside() {
        let span = Validity { from: Some(date(2025, 9, 12)), until: Some(date(2025, 9, 25)) };
        assert!(span.holds(date(2025, 9, 12)) && span.holds(date(2025, 9, 25)));
        assert!(!span.holds(date(2025, 9, 11)) && !span.holds(date(2025, 9, 26)));
        assert!(Validity::ALWAYS.holds(date(1900, 1, 1)));
    }

    #[test]
    fn spans_that_only_touch_on_one_day_overlap() {
        let until = Validity { from: None, until: Some(date(2024, 5, 20)) };
        let from = Validity { from: Some(date(2024, 5, 20)), until: None };
        let later = Validity { from: Some(date(2024, 5, 21)), until: None };
        assert!(until.overlaps(from) && from.overlaps(until));
        assert!(!until.overlaps(later) && !later.overlaps(until));
    }
}
