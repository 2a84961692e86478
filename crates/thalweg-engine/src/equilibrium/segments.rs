//! Paired alternative segments: two ways between the same two nodes, and the flow moved from the dearer to the cheaper.
//!
//! Bar-Gera (2010), "Traffic assignment by paired alternative segments", Transportation Research B 44(8-9). The search
//! for a segment follows the largest flow backwards: Xie & Xie (2016), "New insights and improvements of using paired
//! alternative segments for traffic assignment", Transportation Research B 93.

/// End of a chain.
const NONE: u32 = u32::MAX;

/// Which of a pair's two segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    First,
    Second,
}

impl Side {
    pub(crate) fn other(self) -> Side {
        match self {
            Side::First => Side::Second,
            Side::Second => Side::First,
        }
    }
}

/// All pairs in use, their links in one arena; a link finds the pairs of which it is a last link.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments {
    links: Vec<u32>,
    pairs: Vec<Pair>,
    chain_head: Vec<u32>,
    chain_next: Vec<[u32; 2]>,
}

/// Two segments with the same ends; links are listed from the merge backwards.
#[derive(Clone, Debug)]
struct Pair {
    start: u32,
    middle: u32,
    end: u32,
    /// Rows of the origins that use the pair.
    rows: Vec<u32>,
}

impl Segments {
    pub(crate) fn new(links: usize) -> Segments {
        Segments { chain_head: vec![NONE; links], ..Segments::default() }
    }

    pub(crate) fn len(&self) -> usize {
        self.pairs.len()
    }

    pub(crate) fn links(&self, pair: usize, side: Side) -> &[u32] {
        let Pair { start, middle, end, .. } = self.pairs[pair];
        match side {
            Side::First => &self.links[start as usize..middle as usize],
            Side::Second => &self.links[middle as usize..end as usize],
        }
    }

    pub(crate) fn rows(&self, pair: usize) -> &[u32] {
        &self.pairs[pair].rows
    }

    /// Notes that an origin uses the pair.
    pub(crate) fn add_row(&mut self, pair: usize, row: u32) {
        let rows = &mut self.pairs[pair].rows;
        if let Err(place) = rows.binary_search(&row) {
            rows.insert(place, row);
        }
    }

    /// Stores a pair; both lists run from the merge backwards.
    pub(crate) fn push(&mut self, first: &[u32], second: &[u32], row: u32) -> usize {
        let start = self.links.len() as u32;
        self.links.extend_from_slice(first);
        let middle = self.links.len() as u32;
        self.links.extend_from_slice(second);
        let end = self.links.len() as u32;
        self.pairs.push(Pair { start, middle, end, rows: vec![row] });
        self.chain_next.push([NONE; 2]);
        self.enchain(self.pairs.len() - 1);
        self.pairs.len() - 1
    }

    /// Pairs of which `link` is a last link, with the side it ends; the latest first.
    pub(crate) fn ending_with(&self, link: u32) -> impl Iterator<Item = (usize, Side)> {
        let mut at = self.chain_head[link as usize];
        std::iter::from_fn(move || {
            if at == NONE {
                return None;
            }
            let (pair, side) = ((at >> 1) as usize, (at & 1) as usize);
            at = self.chain_next[pair][side];
            Some((pair, if side == 0 { Side::First } else { Side::Second }))
        })
    }

    /// Drops from each pair the rows that `keeps` turns down, then the pairs without rows.
    pub(crate) fn retain(&mut self, mut keeps: impl FnMut(&[u32], &[u32], u32) -> bool) {
        let mut links = Vec::with_capacity(self.links.len());
        let mut pairs = Vec::with_capacity(self.pairs.len());
        for mut pair in std::mem::take(&mut self.pairs) {
            let first = &self.links[pair.start as usize..pair.middle as usize];
            let second = &self.links[pair.middle as usize..pair.end as usize];
            pair.rows.retain(|row| keeps(first, second, *row));
            if pair.rows.is_empty() {
                continue;
            }
            let start = links.len() as u32;
            links.extend_from_slice(first);
            let middle = links.len() as u32;
            links.extend_from_slice(second);
            pairs.push(Pair { start, middle, end: links.len() as u32, rows: pair.rows });
        }
        self.links = links;
        self.pairs = pairs;
        self.chain_head.fill(NONE);
        self.chain_next.clear();
        self.chain_next.resize(self.pairs.len(), [NONE; 2]);
        for pair in 0..self.pairs.len() {
            self.enchain(pair);
        }
    }

    fn enchain(&mut self, pair: usize) {
        for (bit, side) in [Side::First, Side::Second].into_iter().enumerate() {
            let last = self.links(pair, side)[0] as usize;
            self.chain_next[pair][bit] = self.chain_head[last];
            self.chain_head[last] = (pair as u32) << 1 | bit as u32;
        }
    }
}
