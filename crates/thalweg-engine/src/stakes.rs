//! A refusal with everything that belongs to the pair: whose loss is what, who else is hurt, and what the other could do.
use crate::assignment::SegmentFlow;
use crate::exposure::LEVERS;
use crate::oracle::{Oracle, OracleError, Value};
use crate::refusal::{Refusal, RefusalFilter, refusals, refuse};
use crate::state::{Denial, Only, State};
use crate::watch::Watch;
use crate::welfare::ActorWelfare;
use std::collections::BTreeSet;
use thalweg_model::ids::{ActorId, AssetId, CommodityId};
use thalweg_model::mode::Lever;
use thalweg_network::demand::{Segment, state_of};
use thalweg_network::instance::Instance;

/// A refusal and what stands around it. Amounts are study currency a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Stakes {
    /// The pair.
    pub refusal: Refusal,
    /// What the refused's trade pays for delivery: volume times delivered price.
    pub trade_paid: f64,
    /// What its trade is worth: volume times the cost of not being served.
    pub trade_worth: f64,
    /// Fall of the refuser's own welfare by part: surplus of its shippers, rents by share, tolls.
    pub self_cost: ActorWelfare,
    /// Harm and self-cost at other costs of not being served: factor, harm, self-cost.
    pub by_unserved_cost: Vec<(f64, f64, f64)>,
    /// The most harmful refusal the refused has in turn.
    pub in_turn: Option<Box<Refusal>>,
    /// Assets both hold: each share, looked through firms, and what the traffic on it pays for delivery.
    pub shared_assets: Vec<SharedAsset>,
}

/// An asset two states both hold a part of.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedAsset {
    /// The asset.
    pub asset: AssetId,
    /// Share of the refuser and its firms, 0 to 1.
    pub refuser: f64,
    /// Share of the refused and its firms.
    pub refused: f64,
    /// Volume times delivered price of what passes it, study currency a year.
    pub paid: f64,
}

impl Stakes {
    /// What the refused could do in turn: harm of its most harmful refusal; 0 where it has none.
    pub fn harm_in_turn(&self) -> f64 {
        self.in_turn.as_ref().map_or(0.0, |turn| turn.harm_to_refused())
    }

    /// Asymmetry of the two harms, from -1 (the refuser is the one who depends) to 1; `None` where neither is harmed.
    pub fn asymmetry(&self) -> Option<f64> {
        let (own, other) = (self.refusal.harm_to_refused().max(0.0), self.harm_in_turn().max(0.0));
        (own + other > 0.0).then(|| (own - other) / (own + other))
    }

    /// What each can make the other lose, the smaller of the two: what binds them.
    pub fn mutual_stake(&self) -> f64 {
        self.refusal.harm_to_refused().min(self.harm_in_turn()).max(0.0)
    }

    /// Sum over shared assets of both shares times what passes, study currency a year.
    pub fn co_ownership(&self) -> f64 {
        self.shared_assets.iter().map(|row| row.refuser * row.refused * row.paid).sum()
    }

    /// Others who lose by the refusal, the greatest loss first.
    pub fn harmed(&self) -> Vec<(ActorId, f64)> {
        self.others(|loss| loss > 0.0)
    }

    /// Others who gain by it, the greatest gain first, as positive amounts.
    pub fn gainers(&self) -> Vec<(ActorId, f64)> {
        self.others(|loss| loss < 0.0).into_iter().map(|(actor, loss)| (actor, -loss)).collect()
    }

    fn others(&self, wanted: impl Fn(f64) -> bool) -> Vec<(ActorId, f64)> {
        let pair = [self.refusal.by, self.refusal.of];
        let rows = self.refusal.welfare_loss.iter().filter(|(actor, loss)| !pair.contains(actor) && wanted(**loss));
        let mut rows: Vec<(ActorId, f64)> = rows.map(|(actor, loss)| (*actor, *loss)).collect();
        rows.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()).then(one.0.cmp(&other.0)));
        rows
    }
}

/// The stakes of refusals already worked out, from the same state.
pub fn stakes(oracle: &Oracle, from: &State, found: &[Refusal], watch: &dyn Watch) -> Result<Vec<Stakes>, OracleError> {
    let mut rows = Vec::new();
    for (done, refusal) in found.iter().enumerate() {
        if watch.cancelled() {
            break;
        }
        rows.push(stake(oracle, from, refusal, watch)?);
        watch.progress(done as u64 + 1, found.len() as u64, "stakes");
    }
    Ok(rows)
}

fn stake(oracle: &Oracle, from: &State, refusal: &Refusal, watch: &dyn Watch) -> Result<Stakes, OracleError> {
    let base = oracle.value(from, watch)?;
    let after = oracle.value(&from.clone().denying(refusal.by, Some(refusal.of), refusal.lever), watch)?;
    let (trade_paid, trade_worth) = trade(&base, refusal.of);
    let own = |value: &Value| value.welfare.of_state(&value.instance, refusal.by);
    let (before, now) = (own(&base), own(&after));
    let by_unserved_cost = crate::dependence::UNSERVED_FACTORS
        .iter()
        .map(|&factor| {
            let state = from.clone().unserved_cost_times(factor * from.unserved_cost_factor());
            let row = refuse(oracle, &state, (refusal.by, refusal.lever, refusal.of), watch)?;
            Ok((factor, row.harm_to_refused(), row.self_cost()))
        })
        .collect::<Result<_, OracleError>>()?;
    let turned = RefusalFilter { by: Some(refusal.of), of: Some(refusal.by) };
    let in_turn = refusals(oracle, from, turned, &crate::watch::Silent)?
        .into_iter()
        .max_by(|one, other| one.harm_to_refused().total_cmp(&other.harm_to_refused()));
    Ok(Stakes {
        trade_paid,
        trade_worth,
        self_cost: ActorWelfare {
            consumer_surplus: before.consumer_surplus - now.consumer_surplus,
            rents: before.rents - now.rents,
            tolls: before.tolls - now.tolls,
        },
        by_unserved_cost,
        in_turn: in_turn.map(Box::new),
        shared_assets: shared_assets(&base, (refusal.by, refusal.of)),
        refusal: refusal.clone(),
    })
}

/// What a beneficiary's trade pays for delivery, and what it is worth.
fn trade(base: &Value, of: ActorId) -> (f64, f64) {
    let own = |row: &Segment| row.beneficiaries.contains(&of);
    let rows = base.instance.demand.segments.iter().zip(&base.assignment.segments).filter(|(row, _)| own(row));
    let sum = |(paid, worth): (f64, f64), (row, flow): (&Segment, &SegmentFlow)| {
        (paid + flow.served() * flow.price, worth + row.volume * flow.unserved_cost)
    };
    rows.fold((0.0, 0.0), sum)
}

/// Assets that both states hold a part of, firms looked through, with what passes each.
fn shared_assets(base: &Value, (one, other): (ActorId, ActorId)) -> Vec<SharedAsset> {
    let instance: &Instance = &base.instance;
    let mut paid = vec![0.0; instance.model.assets.len()];
    for row in &base.assignment.segments {
        for path in &row.paths {
            let assets: BTreeSet<AssetId> =
                path.arcs.iter().filter_map(|arc| instance.network.arc(*arc).gates.asset).collect();
            for asset in assets {
                paid[asset.index()] += path.volume * row.price;
            }
        }
    }
    let part = |asset: AssetId, state: ActorId| -> f64 {
        let holders = crate::holders::look_through(instance, asset);
        holders.iter().filter(|(holder, _)| state_of(&instance.model, *holder) == state).map(|(_, share)| share).sum()
    };
    let row = |position: usize| {
        let asset = AssetId::from(position);
        SharedAsset { asset, refuser: part(asset, one), refused: part(asset, other), paid: paid[position] }
    };
    (0..paid.len()).map(row).filter(|row| row.refuser > 0.0 && row.refused > 0.0).collect()
}

/// One commodity traded between two states, one way.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// From this state.
    pub from: ActorId,
    /// To this one.
    pub to: ActorId,
    /// What.
    pub commodity: CommodityId,
    /// Volume delivered, units a year.
    pub volume: f64,
    /// Volume times delivered price, study currency a year.
    pub paid: f64,
    /// Fall of the receiver's welfare when the sender stops it, study currency a year.
    pub receiver_loss: f64,
    /// Fall of the sender's welfare then.
    pub sender_loss: f64,
}

/// What two states trade with each other, both ways, and what each flow is worth to both sides.
pub fn exchanges(
    oracle: &Oracle,
    from: &State,
    (one, other): (ActorId, ActorId),
    watch: &dyn Watch,
) -> Result<Vec<Exchange>, OracleError> {
    let base = oracle.value(from, watch)?;
    let mut found: Vec<Exchange> = Vec::new();
    for (segment, row) in base.assignment.segments.iter().enumerate() {
        let demand = &base.instance.demand.segments[segment];
        for path in &row.paths {
            let shipment = &demand.variants[path.variant].shipment;
            let (Some(start), Some(end)) = (shipment.origin, shipment.destination) else { continue };
            if (start, end) != (one, other) && (start, end) != (other, one) {
                continue;
            }
            let known =
                found.iter().position(|row| (row.from, row.to, row.commodity) == (start, end, demand.commodity));
            let position = known.unwrap_or_else(|| {
                let (volume, paid, receiver_loss, sender_loss) = (0.0, 0.0, 0.0, 0.0);
                let commodity = demand.commodity;
                found.push(Exchange { from: start, to: end, commodity, volume, paid, receiver_loss, sender_loss });
                found.len() - 1
            });
            found[position].volume += path.volume;
            found[position].paid += path.volume * row.price;
        }
    }
    for row in &mut found {
        let only = Only { commodity: Some(row.commodity), between: Some((one, other)) };
        let denials = [LEVERS[0], Lever::Supply].map(|lever| Denial { only, ..Denial::new(row.from, None, lever) });
        let after = oracle.value(&from.clone().denying_all(denials), watch)?;
        let loss = crate::refusal::welfare_loss(&base, &after);
        let of = |actor: ActorId| loss.get(&actor).copied().unwrap_or(0.0);
        (row.receiver_loss, row.sender_loss) = (of(row.to), of(row.from));
    }
    found.sort_by_key(|row| (row.from, row.to, row.commodity));
    Ok(found)
}
