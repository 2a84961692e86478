//! Trips between zones, kept sparse by origin.

/// Trips from one zone to another, zones counted from zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trip {
    /// Zone the trips leave.
    pub origin: u32,
    /// Zone they are bound for.
    pub destination: u32,
    /// How many, at least zero.
    pub volume: f64,
}

/// Why trips do not make a table.
#[derive(Clone, Debug, PartialEq)]
pub enum TripFault {
    /// A trip names a zone that there is not.
    ZoneOutside {
        /// The trip's place in the order given.
        trip: usize,
        /// The zone it names.
        zone: u32,
    },
    /// A volume is negative or no number.
    Volume {
        /// The trip's place in the order given.
        trip: usize,
    },
}

impl std::fmt::Display for TripFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TripFault::ZoneOutside { trip, zone } => {
                write!(f, "trip {} names zone {}, which is above the number of zones", trip + 1, u64::from(*zone) + 1)
            }
            TripFault::Volume { trip } => write!(f, "trip {}: the volume is not a number of at least zero", trip + 1),
        }
    }
}

impl std::error::Error for TripFault {}

/// Positive volumes between different zones, by origin then destination; pairs given twice are added.
#[derive(Clone, Debug)]
pub struct TripTable {
    zones: u32,
    origins: Vec<u32>,
    start: Vec<u32>,
    ends: Vec<TripEnd>,
    total: f64,
    intrazonal: f64,
}

/// One destination of an origin with its volume.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TripEnd {
    pub(crate) zone: u32,
    pub(crate) volume: f64,
}

impl TripTable {
    /// Sorts, adds up and checks the trips.
    ///
    /// # Errors
    /// The first trip with an unknown zone or a volume that is none.
    pub fn new(zones: u32, mut trips: Vec<Trip>) -> Result<TripTable, TripFault> {
        for (trip, row) in trips.iter().enumerate() {
            if let Some(&zone) = [row.origin, row.destination].iter().find(|zone| **zone >= zones) {
                return Err(TripFault::ZoneOutside { trip, zone });
            }
            if !row.volume.is_finite() || row.volume < 0.0 {
                return Err(TripFault::Volume { trip });
            }
        }
        if !trips.is_sorted_by_key(|row| (row.origin, row.destination)) {
            trips.sort_by_key(|row| (row.origin, row.destination));
        }
        let total = trips.iter().map(|row| row.volume).sum();
        let within = trips.iter().filter(|row| row.origin == row.destination);
        let intrazonal = within.fold(0.0, |sum, row| sum + row.volume);
        let mut table = TripTable { zones, origins: Vec::new(), start: vec![0], ends: Vec::new(), total, intrazonal };
        for row in trips.into_iter().filter(|row| row.volume > 0.0 && row.origin != row.destination) {
            table.push(row);
        }
        table.ends.shrink_to_fit();
        Ok(table)
    }

    fn push(&mut self, row: Trip) {
        let place = self.ends.len() as u32;
        if self.origins.last() != Some(&row.origin) {
            self.origins.push(row.origin);
            self.start.push(place);
        } else if let Some(last) = self.ends.last_mut()
            && last.zone == row.destination
        {
            last.volume += row.volume;
            return;
        }
        self.ends.push(TripEnd { zone: row.destination, volume: row.volume });
        if let Some(end) = self.start.last_mut() {
            *end = place + 1;
        }
    }

    /// Number of zones.
    #[must_use]
    pub fn zones(&self) -> u32 {
        self.zones
    }

    /// All trips given, intrazonal ones included.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.total
    }

    /// Trips that stay in their zone and never meet a link.
    #[must_use]
    pub fn intrazonal(&self) -> f64 {
        self.intrazonal
    }

    /// Zones that send trips elsewhere, in order.
    pub(crate) fn origins(&self) -> &[u32] {
        &self.origins
    }

    /// Destinations of the `row`-th of `origins`, in order.
    pub(crate) fn ends(&self, row: usize) -> &[TripEnd] {
        &self.ends[self.start[row] as usize..self.start[row + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_given_twice_are_added_and_intrazonal_ones_are_only_counted() {
        let trip = |origin, destination, volume| Trip { origin, destination, volume };
        let table = TripTable::new(
            3,
            vec![trip(2, 0, 1.0), trip(0, 1, 2.0), trip(0, 0, 9.0), trip(0, 1, 3.0), trip(1, 2, 0.0)],
        )
        .unwrap();
        assert_eq!(table.origins(), [0, 2]);
        let listed: Vec<(u32, f64)> =
            (0..2).flat_map(|row| table.ends(row)).map(|end| (end.zone, end.volume)).collect();
        assert_eq!(listed, [(1, 5.0), (0, 1.0)]);
        assert!((table.total() - 15.0).abs() < 1e-12 && (table.intrazonal() - 9.0).abs() < 1e-12);
    }
}
