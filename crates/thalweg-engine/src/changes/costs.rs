//! What supply costs each beneficiary and what goes without, by commodity, on both sides.
use super::{Seen, differ};
use std::collections::BTreeMap;

/// What a beneficiary receives or sends of a commodity in a year, commodity units and study currency.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Supplied {
    /// What is wanted.
    pub wanted: f64,
    /// What is delivered.
    pub delivered: f64,
    /// Generalised cost of what is delivered.
    pub delivery: f64,
    /// Cost of what is not.
    pub unserved: f64,
}

impl Supplied {
    /// Generalised cost of one unit delivered; `None` where nothing is.
    pub fn unit_cost(&self) -> Option<f64> {
        (self.delivered > 0.0).then(|| self.delivery / self.delivered)
    }

    fn differs(&self, other: &Self) -> bool {
        differ(self.wanted, other.wanted)
            || differ(self.delivered, other.delivered)
            || differ(self.delivery, other.delivery)
            || differ(self.unserved, other.unserved)
    }
}

/// One beneficiary's supply of a commodity on both sides; `None` where a side wants none.
#[derive(Debug, Clone, PartialEq)]
pub struct CostChange {
    /// Key of the beneficiary.
    pub beneficiary: String,
    /// Key of the commodity.
    pub commodity: String,
    /// Before.
    pub before: Option<Supplied>,
    /// After.
    pub after: Option<Supplied>,
}

/// Supplies of watched beneficiaries that differ.
pub(super) fn cost_changes(sides: &[Seen; 2]) -> Vec<CostChange> {
    let [mut before, after] = [supplied(&sides[0]), supplied(&sides[1])];
    let mut found = Vec::new();
    for ((beneficiary, commodity), now) in after {
        let then = before.remove(&(beneficiary.clone(), commodity.clone()));
        if then.is_none_or(|then| then.differs(&now)) {
            found.push(CostChange { beneficiary, commodity, before: then, after: Some(now) });
        }
    }
    let gone =
        |((beneficiary, commodity), then)| CostChange { beneficiary, commodity, before: Some(then), after: None };
    found.extend(before.into_iter().map(gone));
    found.sort_by(|one, other| (&one.beneficiary, &one.commodity).cmp(&(&other.beneficiary, &other.commodity)));
    found
}

/// Supply of each watched beneficiary by commodity: of demands that run over a watched gate, where gates are.
fn supplied(seen: &Seen) -> BTreeMap<(String, String), Supplied> {
    let instance = seen.value.instance.as_ref();
    let model = &instance.model;
    let mut found: BTreeMap<(String, String), Supplied> = BTreeMap::new();
    for (segment, (row, flow)) in instance.demand.segments.iter().zip(&seen.value.assignment.segments).enumerate() {
        if !seen.lens.has_segment(&seen.value, segment, None) {
            continue;
        }
        let commodity = &model.commodities[row.commodity.index()].key;
        for beneficiary in row.beneficiaries.iter().filter(|state| seen.lens.has_actor(**state)) {
            let key = (model.actors[beneficiary.index()].key.clone(), commodity.clone());
            let sum = found.entry(key).or_default();
            sum.wanted += row.volume;
            sum.delivered += flow.served();
            sum.delivery += flow.paths.iter().map(|path| path.volume * path.cost).sum::<f64>();
            sum.unserved += flow.unserved * flow.unserved_cost;
        }
    }
    found
}
