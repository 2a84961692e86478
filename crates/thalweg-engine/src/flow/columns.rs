//! The columns of the restricted master: not being served first, then the paths found so far.

use crate::flow::Column;

/// No column, no place, no group.
pub(crate) const NONE: u32 = u32::MAX;

/// Flat storage of all columns; column `d` below the number of segments is "segment d unserved".
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub segment: Vec<u32>,
    pub cost: Vec<f64>,
    /// False for a path that the present state forbids.
    pub open: Vec<bool>,
    usage_end: Vec<u32>,
    group: Vec<u32>,
    weight: Vec<f64>,
    path_end: Vec<u32>,
    path: Vec<u32>,
    first: Vec<u32>,
    next: Vec<u32>,
}

impl Columns {
    pub fn new(unserved_cost: &[f64]) -> Self {
        let count = unserved_cost.len();
        Self {
            segment: (0..count as u32).collect(),
            cost: unserved_cost.to_vec(),
            open: vec![true; count],
            usage_end: vec![0; count],
            group: Vec::new(),
            weight: Vec::new(),
            path_end: vec![0; count],
            path: Vec::new(),
            first: (0..count as u32).collect(),
            next: vec![NONE; count],
        }
    }

    pub fn len(&self) -> usize {
        self.segment.len()
    }

    pub fn segments(&self) -> usize {
        self.first.len()
    }

    pub fn usage(&self, column: u32) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.usage_range(column);
        let groups = self.group[range.clone()].iter();
        groups.zip(&self.weight[range]).map(|(&group, &weight)| (group as usize, weight))
    }

    pub fn path(&self, column: u32) -> &[u32] {
        let column = column as usize;
        let start = if column == 0 { 0 } else { self.path_end[column - 1] };
        &self.path[start as usize..self.path_end[column] as usize]
    }

    /// The columns of a segment, the newest first.
    pub fn of_segment(&self, segment: usize) -> impl Iterator<Item = u32> + '_ {
        let step = |&column: &u32| Some(self.next[column as usize]).filter(|&next| next != NONE);
        std::iter::successors(Some(self.first[segment]), step)
    }

    pub fn has_choice(&self, segment: usize) -> bool {
        self.next[self.first[segment] as usize] != NONE
    }

    /// Puts a path behind the others, or opens the one already here that equals it.
    pub fn add(&mut self, column: &Column) -> Added {
        if let Some(same) = self.find(column) {
            let reopened = !self.open[same as usize];
            self.open[same as usize] = true;
            self.cost[same as usize] = column.cost;
            return if reopened { Added::Reopened(same) } else { Added::Known(same) };
        }
        let index = self.len() as u32;
        self.segment.push(column.segment);
        self.cost.push(column.cost);
        self.open.push(true);
        for &(group, weight) in &column.usage {
            self.group.push(group);
            self.weight.push(weight);
        }
        self.usage_end.push(self.group.len() as u32);
        self.path.extend_from_slice(&column.path);
        self.path_end.push(self.path.len() as u32);
        self.next.push(self.first[column.segment as usize]);
        self.first[column.segment as usize] = index;
        Added::Fresh(index)
    }

    fn find(&self, column: &Column) -> Option<u32> {
        let unserved = self.segments() as u32;
        self.of_segment(column.segment as usize)
            .find(|&known| known >= unserved && *self.path(known) == *column.path && self.same_usage(known, column))
    }

    fn same_usage(&self, known: u32, column: &Column) -> bool {
        let usage = column.usage.iter().map(|&(group, weight)| (group as usize, weight));
        self.usage(known).eq(usage)
    }

    fn usage_range(&self, column: u32) -> std::ops::Range<usize> {
        let column = column as usize;
        let start = if column == 0 { 0 } else { self.usage_end[column - 1] };
        start as usize..self.usage_end[column] as usize
    }
}

/// What became of a path offered to the master.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// It stands at this place now.
    Fresh(u32),
    /// It had been forbidden and is open again.
    Reopened(u32),
    /// It was here already.
    Known(u32),
}
