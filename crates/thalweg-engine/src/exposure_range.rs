//! How far exposures can vary while the cost stays least: both ends over the face of all least-cost flows.
//!
//! By complementary slackness every least-cost flow uses only paths whose price equals the delivered price at any one
//! set of optimal prices. Where all such paths of the segments concerned touch, or none does, the exposure is one
//! number; elsewhere two tilted programs give its ends (`flow::face`).
use crate::assignment::Assignment;
use crate::capacitated::{Ground, PathChanges, StudyPricing, TouchCharge};
use crate::exposure::{Exposure, actors_on, demands, exposures, sharing};
use crate::flow::face::{Figure, Lean, range};
use crate::flow::solver::Solver;
use crate::flow::{Flow, FlowError, Pricing, Settings};
use crate::oracle::{Oracle, OracleError};
use crate::watch::Watch;
use fixedbitset::FixedBitSet;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::Lever;
use thalweg_network::demand::Segment;
use thalweg_network::instance::Instance;

/// Both ends of one exposure over all least-cost flows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExposureRange {
    /// Least volume that touches, commodity units a year.
    pub min: f64,
    /// Greatest volume that touches, commodity units a year.
    pub max: f64,
    /// Whether the volume it is a share of is the same in all these flows. A supplier's sales need not be.
    pub share_is_fixed: bool,
    /// Whether both ends are proven; else they are those of flows that cost a little more than the least.
    pub exact: bool,
}

/// Relative distance within which two prices are one.
const SAME_PRICE: f64 = 1e-9;

/// What the ranges of one instance are read from.
struct Face<'a> {
    instance: &'a Instance,
    ground: Ground<'a>,
    solver: Solver,
    flow: Flow,
    on_arc: Vec<BTreeSet<(Lever, ActorId)>>,
}

/// Cheapest price by segment and variant: of a path that touches, and of one that does not.
type Split = Vec<Vec<(f64, f64)>>;

/// An exposure with its range; `None` where the work was stopped before.
pub type RangedExposure = (Exposure, Option<ExposureRange>);

/// Exposures of the least-cost assignment of some scenarios with their ranges: those to whom the flow at hand does not
/// touch, but an equally cheap one may, included with a volume of 0. Only the wanted ones are worked out.
pub fn ranged_exposures(
    (oracle, scenarios): (&Oracle, &[usize]),
    assignment: &Assignment,
    wanted: &(dyn Fn(&Exposure) -> bool + Sync),
    watch: &dyn Watch,
) -> Result<Vec<RangedExposure>, OracleError> {
    let (prepared, start) = oracle.started(scenarios, watch)?;
    let instance = prepared.instance.as_ref();
    let known = exposures(instance, assignment);
    let changes = PathChanges::default();
    let ground = prepared.ground(&prepared.limits, &start.proofs);
    let pricing = StudyPricing::new(ground, &changes);
    let exact = Settings { relative_gap: 0.0, rounds_max: u32::MAX };
    let mut solver = start.solver.clone();
    let flow = solver.solve(&pricing, &exact, watch)?;
    if watch.cancelled() {
        return Ok(known.into_iter().filter(wanted).map(|row| (row, None)).collect());
    }
    let on_arc: Vec<BTreeSet<(Lever, ActorId)>> =
        instance.network.arcs().iter().map(|arc| actors_on(instance, arc)).collect();
    let face = Face { instance, ground, solver, flow, on_arc };
    let who: BTreeSet<(ActorId, Lever)> = face.on_arc.iter().flatten().map(|&(lever, actor)| (actor, lever)).collect();
    let splits: BTreeMap<(ActorId, Lever), Split> =
        who.into_par_iter().map(|(actor, lever)| ((actor, lever), face.split(actor, lever))).collect();
    let rows = face.with_possible(known, &demands(instance, assignment), &splits);
    rows.into_par_iter()
        .filter(wanted)
        .map(|row| {
            if watch.cancelled() {
                return Ok((row, None));
            }
            let range = face.range(&row, &splits[&(row.actor, row.lever)])?;
            Ok((row, Some(range)))
        })
        .collect()
}

impl Face<'_> {
    fn met_at(&self, actor: ActorId, lever: Lever) -> FixedBitSet {
        let mut arcs = FixedBitSet::with_capacity(self.on_arc.len());
        arcs.extend((0..self.on_arc.len()).filter(|&arc| self.on_arc[arc].contains(&(lever, actor))));
        arcs
    }

    fn split(&self, actor: ActorId, lever: Lever) -> Split {
        let segments = &self.instance.demand.segments;
        let touch = TouchCharge {
            met_at: self.met_at(actor, lever),
            concerns: segments.iter().map(|row| vec![true; row.variants.len()]).collect(),
            amount: 0.0,
            untouched: 0.0,
        };
        let changes = PathChanges { touch: Some(touch), ..PathChanges::default() };
        let pricing = StudyPricing::new(self.ground, &changes);
        let mut split = vec![Vec::new(); segments.len()];
        for batch in pricing.batches() {
            for (&segment, found) in batch.iter().zip(pricing.touch_split(&self.flow.group_price, batch)) {
                split[segment as usize] = found;
            }
        }
        split
    }

    /// The exposures known, and those of volume 0 that an equally cheap flow could raise.
    fn with_possible(
        &self,
        known: Vec<Exposure>,
        demand: &BTreeMap<(ActorId, CommodityId), f64>,
        splits: &BTreeMap<(ActorId, Lever), Split>,
    ) -> Vec<Exposure> {
        let key = |row: &Exposure| (row.beneficiary, row.actor, row.lever, row.commodity);
        let mut rows: BTreeMap<_, Exposure> = known.into_iter().map(|row| (key(&row), row)).collect();
        for (&(beneficiary, commodity), &demand) in demand {
            let concerned = self.concerned(beneficiary, commodity);
            for (&(actor, lever), split) in splits.iter().filter(|((actor, _), _)| *actor != beneficiary) {
                let may_touch = |segment: usize| {
                    self.instance.demand.segments[segment].volume > 0.0
                        && self.tight(segment, (&split[segment], &concerned[segment])).touching.some
                };
                let row = Exposure { beneficiary, actor, lever, commodity, touching: 0.0, demand };
                if !rows.contains_key(&key(&row)) && (0..split.len()).any(may_touch) {
                    rows.insert(key(&row), row);
                }
            }
        }
        rows.into_values().collect()
    }

    /// By segment and variant: whether what it delivers counts as the beneficiary's.
    fn concerned(&self, beneficiary: ActorId, commodity: CommodityId) -> Vec<Vec<bool>> {
        let counts = |segment: &Segment, variant| {
            segment.commodity == commodity && sharing(self.instance, segment, variant).contains(&beneficiary)
        };
        let segments = self.instance.demand.segments.iter();
        segments.map(|row| (0..row.variants.len()).map(|variant| counts(row, variant)).collect()).collect()
    }

    fn range(&self, row: &Exposure, split: &Split) -> Result<ExposureRange, FlowError> {
        let concerned = self.concerned(row.beneficiary, row.commodity);
        let met_at = self.met_at(row.actor, row.lever);
        let mut share_is_fixed = true;
        let mut fixed = true;
        for (segment, demand) in self.instance.demand.segments.iter().enumerate() {
            if demand.volume <= 0.0 || !concerned[segment].contains(&true) {
                continue;
            }
            let tight = self.tight(segment, (&split[segment], &concerned[segment]));
            fixed &= !tight.touching.are_both();
            let own = demand.beneficiaries.contains(&row.beneficiary);
            share_is_fixed &= own || !tight.own.are_both();
        }
        if fixed {
            return Ok(ExposureRange { min: row.touching, max: row.touching, share_is_fixed, exact: true });
        }
        let figure = TouchFigure { ground: self.ground, met_at, concerned };
        let ends = range(&self.solver, &self.flow, &figure)?;
        // The flow at hand is one of the least-cost flows.
        let (min, max) = (ends.min.min(row.touching), ends.max.max(row.touching));
        Ok(ExposureRange { min, max, share_is_fixed, exact: ends.exact })
    }

    /// What kinds of way are as cheap as the delivered price of a segment.
    fn tight(&self, segment: usize, (split, concerned): (&[(f64, f64)], &[bool])) -> Tight {
        let delivered = self.flow.delivered_price[segment];
        let most = delivered + SAME_PRICE * delivered.abs();
        let given_up = self.solver.unserved_cost(segment) <= most;
        let mut found = Tight::default();
        found.touching.others = given_up;
        found.own.others = given_up;
        for (&(touching, not), &concerned) in split.iter().zip(concerned) {
            found.touching.some |= concerned && touching <= most;
            found.touching.others |= not <= most || (!concerned && touching <= most);
            let any = touching.min(not) <= most;
            found.own.some |= concerned && any;
            found.own.others |= !concerned && any;
        }
        found
    }
}

/// Kinds of way that some least-cost flow may use.
#[derive(Default)]
struct Tight {
    /// The beneficiary's that touch, and all else: not touching, not its own, or going without.
    touching: Kinds,
    /// The beneficiary's, and all else.
    own: Kinds,
}

/// Whether some way is of a kind, and some is not.
#[derive(Default)]
struct Kinds {
    some: bool,
    others: bool,
}

impl Kinds {
    fn are_both(&self) -> bool {
        self.some && self.others
    }
}

/// One for a path of the beneficiary's that touches, zero for any other.
struct TouchFigure<'a> {
    ground: Ground<'a>,
    met_at: FixedBitSet,
    concerned: Vec<Vec<bool>>,
}

impl Figure for TouchFigure<'_> {
    fn most(&self) -> f64 {
        1.0
    }

    fn of(&self, segment: u32, path: &[u32]) -> f64 {
        let touches = path.split_first().is_some_and(|(&variant, arcs)| {
            self.concerned[segment as usize][variant as usize]
                && arcs.iter().any(|&arc| self.met_at.contains(arc as usize))
        });
        f64::from(u8::from(touches))
    }

    fn tilted(&self, lean: Lean, weight: f64) -> Box<dyn Pricing + '_> {
        let (amount, untouched) = match lean {
            Lean::Least => (weight, 0.0),
            Lean::Most => (0.0, weight),
        };
        let concerns = self.concerned.clone();
        let touch = TouchCharge { met_at: self.met_at.clone(), concerns, amount, untouched };
        let changes = PathChanges { touch: Some(touch), ..PathChanges::default() };
        Box::new(StudyPricing::under(self.ground, Cow::Owned(changes)))
    }
}
