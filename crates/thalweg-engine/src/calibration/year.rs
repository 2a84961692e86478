//! One year of a calibration: its instance and path sets, and the fit on its counts.
use crate::assign::describe;
use crate::calibration::counts::{Standing, demand_sources, objection, soft_count, uses, year_of};
use crate::calibration::dispersion::{Alternatives, estimate_dispersion};
use crate::calibration::gates::{Met, SoftCount, meet};
use crate::calibration::{DispersionFit, FitRow, Plan, constant};
use crate::capacitated::{Ground, PathChanges, StudyPricing};
use crate::constants::{Constants, arcs_of, main_mode};
use crate::descriptive::{Choices, arcs_of_path, commodity_of};
use crate::elements::{element_label, rate_name};
use crate::flow::FlowError;
use crate::flow::solver::Solver;
use crate::limits::Limits;
use crate::observed::observed;
use crate::oracle::OracleError;
use crate::path_sets::{PathSets, VARIETY};
use crate::remaining_costs::RemainingCosts;
use crate::watch::Watch;
use std::collections::BTreeMap;
use std::sync::Arc;
use thalweg_model::calibration::{Constant, ConstantKind};
use thalweg_model::element::Element;
use thalweg_model::ids::CommodityId;
use thalweg_model::mode::Mode;
use thalweg_model::model::Model;
use thalweg_model::validity::Date;
use thalweg_network::instance::Instance;

/// A study on the day of a year.
pub(super) struct Year {
    pub instance: Instance,
    pub sets: PathSets,
}

impl Year {
    pub fn of(model: &Arc<Model>, as_of: Date) -> Result<Self, OracleError> {
        let instance = Instance::base(model.clone(), as_of, &[])?;
        let sets = PathSets::over(&[&instance], VARIETY);
        Ok(Self { instance, sets })
    }

    /// Modelled volumes of all observations, in their own units.
    pub fn volumes(&self, constants: &Constants, watch: &dyn Watch) -> Result<Vec<f64>, FlowError> {
        let assignment = describe(&self.instance, &self.sets, constants, watch)?;
        Ok(observed(&self.instance, &assignment).into_iter().map(|row| row.modelled).collect())
    }
}

/// A count that is fitted: its position among the observations, and its equality.
type Fitted = (usize, SoftCount);

/// The fit on one year's counts.
pub(super) struct Fitting<'a> {
    instance: &'a Instance,
    choices: Choices,
    standings: Vec<Standing>,
    errors: Vec<f64>,
    fitted: Vec<Fitted>,
}

impl<'a> Fitting<'a> {
    /// Sorts the counts by what they may do in the fit.
    pub fn new(year: &'a Year, plan: &Plan, watch: &dyn Watch) -> Result<Self, OracleError> {
        let instance = &year.instance;
        let limits = Limits::of(instance);
        let remaining = RemainingCosts::of(instance);
        let changes = PathChanges::default();
        let pricing =
            StudyPricing::new(Ground { instance, limits: &limits, remaining: &remaining, proofs: &[] }, &changes);
        let choices = Choices::of((instance, &pricing), &year.sets, &Constants::none(instance));
        let base = choices.solve(&vec![0.0; choices.paths.len()], watch)?;
        let exact = crate::flow::Settings { relative_gap: 0.0, rounds_max: u32::MAX };
        let least_cost = Solver::new(&choices.problem)?.solve(&pricing, &exact, watch)?;
        let priced = |limit: usize| base.flow.group_price[limit] > 1e-6 || least_cost.group_price[limit] > 1e-6;
        let full: Vec<(usize, String)> = (0..limits.limits.len())
            .filter(|&limit| priced(limit))
            .map(|limit| (limit, limits.limits[limit].label.clone()))
            .collect();
        let flows = choices.flows(&base);
        let sources = demand_sources(instance);
        let observations = &instance.model.observations;
        let errors: Vec<f64> = observations.iter().map(|row| plan.errors.of(row)).collect();
        let (mut standings, mut fitted) = (Vec::new(), Vec::new());
        for (position, row) in observations.iter().enumerate() {
            let year = year_of(&row.period);
            let held =
                plan.hold_out_keys.contains(&row.key) || year.is_some_and(|year| plan.hold_out_years.contains(&year));
            let standing = match objection(&instance.model, row, &sources) {
                Some(objection) => objection,
                None if plan.hold_out_keys.contains(&row.key) => Standing::HeldOut,
                None if year == Some(plan.as_of.year()) => {
                    match soft_count((instance, &choices), row, errors[position], (&flows, &full)) {
                        Ok(count) => {
                            fitted.push((position, count));
                            Standing::Fitted
                        }
                        Err(standing) => standing,
                    }
                }
                None if held => Standing::HeldOut,
                None => Standing::OtherYear,
            };
            standings.push(standing);
        }
        Ok(Self { instance, choices, standings, errors, fitted })
    }

    /// Dispersions by commodity, and the constants that follow; the fit goes on with them.
    pub fn estimate_dispersions(
        &mut self,
        plan: &Plan,
        watch: &dyn Watch,
    ) -> Result<(Vec<DispersionFit>, Vec<Constant>), OracleError> {
        let (mut fits, mut constants) = (Vec::new(), Vec::new());
        for (position, row) in self.instance.model.commodities.iter().enumerate() {
            let commodity = CommodityId::from(position);
            let chosen = self.alternatives(commodity);
            if !row.dispersion.is_finite() || chosen.is_empty() {
                continue;
            }
            let alternatives = self.as_alternatives(commodity, &chosen);
            let estimate = estimate_dispersion(&self.choices, &alternatives.0, watch)?;
            let key = |at: &usize| self.instance.model.observations[self.fitted[*at].0].key.clone();
            let value = |factor: f64| factor * row.dispersion;
            fits.push(DispersionFit {
                commodity,
                alternatives: chosen.iter().map(key).collect(),
                stated: row.dispersion,
                estimate: estimate.as_ref().map(|e| (value(e.factor), value(e.factor) * e.log_error)).map_err(|e| *e),
            });
            let Ok(estimate) = estimate else { continue };
            let found = (value(estimate.factor), Some(value(estimate.factor) * estimate.log_error));
            constants.push(constant((ConstantKind::Dispersion, Some(commodity)), found, plan));
            for (mode, (amount, error)) in alternatives.1.iter().zip(&estimate.modes) {
                constants.push(constant((ConstantKind::Mode(*mode), Some(commodity)), (*amount, Some(*error)), plan));
            }
            for (dispersion, concerned) in self.choices.dispersion.iter_mut().zip(&alternatives.0.concerns) {
                *dispersion *= if *concerned { estimate.factor } else { 1.0 };
            }
            for (_, count) in &mut self.fitted {
                let of_it = count.uses.iter().zip(&self.choices.paths);
                let mut of_it = of_it.filter(|(uses, _)| **uses > 0.0);
                if of_it.all(|(_, path)| commodity_of(self.instance, path) == commodity) {
                    count.softness *= estimate.factor;
                }
            }
        }
        Ok((fits, constants))
    }

    /// Fitted counts of one commodity of which no path passes two, in the order of the table.
    fn alternatives(&self, commodity: CommodityId) -> Vec<usize> {
        let mut taken = vec![false; self.choices.paths.len()];
        let mut chosen = Vec::new();
        for (at, (position, count)) in self.fitted.iter().enumerate() {
            let row = &self.instance.model.observations[*position];
            let passes = |path: usize| count.uses[path] > 0.0;
            let clash = (0..taken.len()).any(|path| taken[path] && passes(path));
            if row.commodity == Some(commodity) && !clash {
                (0..taken.len()).for_each(|path| taken[path] |= passes(path));
                chosen.push(at);
            }
        }
        chosen
    }

    /// The counts as alternatives, with the modes that get a constant.
    fn as_alternatives(&self, commodity: CommodityId, chosen: &[usize]) -> (Alternatives, Vec<Mode>) {
        let model = &self.instance.model;
        let rows: Vec<_> = chosen.iter().map(|&at| &model.observations[self.fitted[at].0]).collect();
        // One unit for all: the counts of a commodity may be in Mt a year and kb a day.
        let in_base = |row: &&thalweg_model::element::Observation| row.volume.unit.base_per_year();
        let same_dimension = rows.iter().all(|row| row.volume.dimension() == rows[0].volume.dimension());
        let kept: Vec<usize> = if same_dimension { (0..rows.len()).collect() } else { vec![0] };
        let counts: Vec<f64> = kept.iter().map(|&at| rows[at].volume.base_per_year()).collect();
        let variance: f64 =
            kept.iter().map(|&at| (self.errors[self.fitted[chosen[at]].0] * in_base(&rows[at])).powi(2)).sum();
        let total: f64 = counts.iter().sum();
        let modes_at: Vec<Option<Mode>> = kept.iter().map(|&at| gate_mode(self.instance, &rows[at].element)).collect();
        let mut modes: Vec<Mode> = modes_at.iter().flatten().copied().collect();
        modes.sort_unstable();
        modes.dedup();
        // The first mode is the one the others are measured against; a constant needs a count more than a dispersion.
        let sought: Vec<Mode> = modes.into_iter().skip(1).take(counts.len().saturating_sub(2)).collect();
        let is_mode = |mode: &Mode| -> Vec<bool> {
            let paths = self.choices.paths.iter();
            paths
                .map(|path| {
                    commodity_of(self.instance, path) == commodity
                        && main_mode(self.instance, &arcs_of_path(path)) == Some(*mode)
                })
                .collect()
        };
        let alternatives = Alternatives {
            uses: kept
                .iter()
                .map(|&at| {
                    let uses = &self.fitted[chosen[at]].1.uses;
                    uses.iter().map(|uses| uses * in_base(&rows[at])).collect()
                })
                .collect(),
            counts,
            weight: if variance > 0.0 { total * total / variance } else { 1.0 },
            concerns: self.instance.demand.segments.iter().map(|row| row.commodity == commodity).collect(),
            modes: sought.iter().map(is_mode).collect(),
        };
        (alternatives, sought)
    }

    /// Gate constants that meet the counts softly, those of one gate left out if asked.
    pub fn meet_counts(
        &self,
        constants: &[Constant],
        without: Option<&(Element, Option<CommodityId>)>,
        watch: &dyn Watch,
    ) -> Result<Met, OracleError> {
        let added = self.choices.added(self.instance, &Constants::from_rows(self.instance, not_gates(constants)));
        let kept = self.fitted.iter().filter(|(position, _)| Some(&self.at(*position)) != without);
        let counts: Vec<SoftCount> = kept.map(|(_, count)| count.clone()).collect();
        Ok(meet(&self.choices, &added, &counts, watch)?)
    }

    fn at(&self, position: usize) -> (Element, Option<CommodityId>) {
        let row = &self.instance.model.observations[position];
        (row.element.clone(), row.commodity)
    }

    /// Rows of the table, one a gate: several counts of one gate add up.
    pub fn gate_constants(&self, met: &Met, plan: &Plan) -> Vec<Constant> {
        let mut sums: BTreeMap<(Element, Option<CommodityId>, &str), f64> = BTreeMap::new();
        let mut units = BTreeMap::new();
        for ((position, _), multiplier) in self.fitted.iter().zip(&met.constants) {
            let row = &self.instance.model.observations[*position];
            let per = row.volume.dimension().base_unit();
            let (element, commodity) = self.at(*position);
            units.insert(per.name(), per);
            *sums.entry((element, commodity, per.name())).or_default() += multiplier / row.volume.unit.base_per_year();
        }
        sums.into_iter()
            .map(|((element, commodity, per), value)| {
                constant((ConstantKind::Gate { element, per: units[per] }, commodity), (value, None), plan)
            })
            .collect()
    }

    /// All counts, with the multipliers of those fitted.
    pub fn rows(&self, met: &Met) -> Vec<FitRow> {
        let mut rows = self.rows_of_table();
        for ((position, _), multiplier) in self.fitted.iter().zip(&met.constants) {
            let unit = self.instance.model.observations[*position].volume.unit;
            rows[*position].constant = Some(multiplier / unit.base_per_year());
        }
        rows
    }

    /// All counts, nothing modelled yet.
    pub fn rows_of_table(&self) -> Vec<FitRow> {
        let model = &self.instance.model;
        let row = |(position, row): (usize, &thalweg_model::element::Observation)| FitRow {
            key: row.key.clone(),
            gate: element_label(model, &row.element),
            at: (row.element.clone(), row.commodity),
            mode: gate_mode(self.instance, &row.element),
            year: year_of(&row.period),
            observed: row.volume.value.value,
            error: self.errors[position],
            unit: rate_name(&row.volume),
            spans_per_year: row.volume.unit.spans_per_year,
            before: None,
            after: None,
            left_out: None,
            constant: None,
            standing: self.standings[position].clone(),
        };
        model.observations.iter().enumerate().map(row).collect()
    }

    /// Predicts each fitted gate from the counts of all others.
    pub fn leave_each_out(
        &self,
        rows: &mut [FitRow],
        constants: &[Constant],
        watch: &dyn Watch,
    ) -> Result<(), OracleError> {
        let mut gates: Vec<(Element, Option<CommodityId>)> = self.fitted.iter().map(|row| self.at(row.0)).collect();
        gates.sort();
        gates.dedup();
        for gate in gates {
            if watch.cancelled() {
                return Ok(());
            }
            let met = self.meet_counts(constants, Some(&gate), watch)?;
            let flows = self.choices.flows(&met.dispersed);
            for (position, count) in self.fitted.iter().filter(|(position, _)| self.at(*position) == gate) {
                rows[*position].left_out = Some(count.volume(&flows));
            }
        }
        Ok(())
    }

    /// What the program reads.
    pub fn choices(&self) -> &Choices {
        &self.choices
    }

    /// Takes the dispersions of given constants.
    pub fn disperse_as(&mut self, constants: &Constants) {
        for (dispersion, row) in self.choices.dispersion.iter_mut().zip(&self.instance.demand.segments) {
            let commodity = row.commodity;
            let stated = self.instance.model.commodities[commodity.index()].dispersion;
            if stated.is_finite() && stated > 0.0 {
                *dispersion *= constants.dispersion(commodity) / stated;
            }
        }
    }

    /// Flow on each path at given constants.
    pub fn flows_at(&self, constants: &[Constant], watch: &dyn Watch) -> Result<Vec<f64>, OracleError> {
        let added = self.choices.added(self.instance, &Constants::from_rows(self.instance, constants.iter()));
        Ok(self.choices.flows(&self.choices.solve(&added, watch)?))
    }

    /// Modelled volumes of some counts, in their own units, when each demand has the volume given.
    pub fn volumes_at(
        &self,
        constants: &[Constant],
        demands: &[f64],
        counts: &[usize],
        watch: &dyn Watch,
    ) -> Result<Vec<f64>, OracleError> {
        let mut choices = self.choices.clone();
        for (segment, demand) in choices.problem.segments.iter_mut().zip(demands) {
            segment.demand = *demand;
        }
        let added = choices.added(self.instance, &Constants::from_rows(self.instance, constants.iter()));
        let flows = choices.flows(&choices.solve(&added, watch)?);
        let modelled = |&at: &usize| -> f64 {
            let uses = uses(self.instance, &choices, &self.instance.model.observations[at]);
            uses.iter().zip(&flows).map(|(uses, flow)| uses * flow).sum()
        };
        Ok(counts.iter().map(modelled).collect())
    }

    /// Calls with the program at given constants.
    pub fn with<T>(
        &self,
        constants: &[Constant],
        call: impl Fn(&Instance, &Choices, &[f64]) -> Result<T, FlowError>,
    ) -> Result<T, OracleError> {
        let added = self.choices.added(self.instance, &Constants::from_rows(self.instance, constants.iter()));
        Ok(call(self.instance, &self.choices, &added)?)
    }
}

/// Constants that are no gate's.
fn not_gates(constants: &[Constant]) -> impl Iterator<Item = &Constant> {
    constants.iter().filter(|row| !matches!(row.kind, ConstantKind::Gate { .. }))
}

/// The one mode of the movements of an element, if it has one.
fn gate_mode(instance: &Instance, element: &Element) -> Option<Mode> {
    let arcs = arcs_of(instance, element);
    let mut modes: Vec<Mode> = arcs.ones().filter_map(|arc| instance.network.arcs()[arc].gates.mode).collect();
    modes.sort_unstable();
    modes.dedup();
    (modes.len() == 1).then(|| modes[0])
}
