//! Who holds an asset in the end, firms looked through.
use std::collections::BTreeMap;
use thalweg_model::ids::{ActorId, AssetId};
use thalweg_model::model::Held;
use thalweg_network::instance::Instance;

/// Chains of holdings longer than this are not followed.
const CHAIN_MAX: usize = 8;

/// Final holders of an asset with their shares, firms looked through where their own holders are known.
pub fn look_through(instance: &Instance, asset: AssetId) -> Vec<(ActorId, f64)> {
    let mut shares: BTreeMap<ActorId, f64> = BTreeMap::new();
    let mut open = vec![(Held::Asset(asset), 1.0, 0)];
    while let Some((held, share, depth)) = open.pop() {
        let holdings: Vec<_> = instance
            .supply
            .holdings
            .iter()
            .filter(|row| row.held == held && row.provenance.validity.holds(instance.as_of))
            .collect();
        let known: f64 = holdings.iter().map(|row| row.share).sum();
        if let Held::Firm(firm) = held {
            let kept = share * (1.0 - known).max(0.0);
            if kept > 0.0 {
                *shares.entry(firm).or_default() += kept;
            }
        }
        for row in holdings {
            let part = share * row.share / known.max(1.0);
            if depth < CHAIN_MAX {
                open.push((Held::Firm(row.holder), part, depth + 1));
            } else {
                *shares.entry(row.holder).or_default() += part;
            }
        }
    }
    shares.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use thalweg_model::sketch::sketch;

    #[test]
    fn ten_percent_held_through_two_chains_is_seen_through_both() {
        // SOCAR's Tamar stake: 48.3 % of a holder of 14.5 % (7 %) and a direct 3 %.
        let text =
            "firm SOCAR of=AZE; firm Union; firm Rest; hold tamar Union 14.5; hold tamar Rest 82.5; hold tamar SOCAR 3
            hold Union SOCAR 48.3";
        let model = sketch(text);
        let instance = Instance::base(Arc::new(model.clone()), model.head.as_of, &[]).unwrap();
        let socar = model.actors.iter().position(|actor| actor.key == "SOCAR").unwrap();
        let shares = look_through(&instance, 0.into());
        let share = shares.iter().find(|(actor, _)| actor.index() == socar).unwrap().1;
        assert!((share - (0.145 * 0.483 + 0.03)).abs() < 1e-12, "{share}");
        assert!((shares.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
