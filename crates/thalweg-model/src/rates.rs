//! Which `rate` row fills a blank: the one that binds most of what is asked.
use crate::ids::{ActorId, CommodityId};
use crate::mode::{Mode, Operation};
use crate::model::Rate;

/// What is asked of the rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateQuestion {
    /// The operation.
    pub operation: Operation,
    /// Mode, or mode before a transfer.
    pub mode: Option<Mode>,
    /// Mode after a transfer.
    pub to_mode: Option<Mode>,
    /// Where.
    pub territory: Option<ActorId>,
    /// What.
    pub commodity: CommodityId,
}

/// The rate that binds most of what is asked; commodity before territory before modes where the count ties.
pub fn most_specific<'a>(rates: impl Iterator<Item = &'a Rate>, asked: &RateQuestion) -> Option<&'a Rate> {
    fn fits<T: PartialEq>(wanted: Option<T>, found: Option<T>) -> bool {
        wanted.is_none() || wanted == found
    }
    let rank = |rate: &&Rate| {
        let bound = [rate.commodity.is_some(), rate.territory.is_some(), rate.mode.is_some(), rate.to_mode.is_some()];
        (bound.iter().filter(|&&bound| bound).count(), bound)
    };
    let fitting = rates.filter(|rate| {
        rate.operation == asked.operation
            && fits(rate.mode, asked.mode)
            && fits(rate.to_mode, asked.to_mode)
            && fits(rate.territory, asked.territory)
            && fits(rate.commodity, Some(asked.commodity))
    });
    fitting.max_by_key(rank)
}
