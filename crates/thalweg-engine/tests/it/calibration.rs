//! Calibration: closed forms, a round trip through known constants, and counts that must be left out.
use std::collections::BTreeSet;
use std::sync::Arc;
use thalweg_engine::assign::describe;
use thalweg_engine::calibration::counts::{DataErrors, Standing};
use thalweg_engine::calibration::dispersion::Unidentified;
use thalweg_engine::calibration::{Calibration, Plan, calibrate, misfits_of_study};
use thalweg_engine::constants::Constants;
use thalweg_engine::logit::{Situation, estimate};
use thalweg_engine::observed::observed;
use thalweg_engine::path_sets::{PathSets, VARIETY};
use thalweg_engine::watch::Silent;
use thalweg_model::calibration::{Constant, ConstantKind};
use thalweg_model::element::{Element, Observation};
use thalweg_model::ids::CommodityId;
use thalweg_model::model::{Capacity, Model};
use thalweg_model::sketch::{provenance, sketch};
use thalweg_model::units::{Ranged, RateUnit, Unit};
use thalweg_model::validity::{Date, Validity};
use thalweg_network::instance::Instance;

pub(crate) const DAY: Date = Date::constant(2025, 6, 30);

/// Two ways of 10 and 12 a unit, dispersion 0.5.
const TWO_WAYS: &str = "state AAA; node A in=AAA; node B in=AAA; commodity goods theta=0.5 unserved=1000
    link A-B rail key=north corridor=north cost=10; link A-B road key=south corridor=south cost=12; demand A>B goods 100";

pub(crate) fn count(corridor: &str, year: &str, volume: f64) -> Observation {
    Observation {
        key: format!("{corridor} {year}"),
        element: Element::Corridor(corridor.to_owned()),
        commodity: None,
        period: year.to_owned(),
        volume: Capacity { value: Ranged::exactly(volume), unit: RateUnit::parse("t/yr").unwrap(), delay: None },
        counts: "tonnes".to_owned(),
        feeds_demand: false,
        provenance: provenance(),
    }
}

pub(crate) fn counted(text: &str, counts: impl IntoIterator<Item = Observation>) -> Arc<Model> {
    let mut model = sketch(text);
    model.observations.extend(counts);
    Arc::new(model)
}

pub(crate) fn plan(error: f64) -> Plan {
    Plan {
        as_of: DAY,
        hold_out_years: Vec::new(),
        hold_out_keys: BTreeSet::new(),
        errors: DataErrors { high: error, medium: error, low: error },
        run: "a test".to_owned(),
    }
}

fn gates(found: &Calibration) -> Vec<f64> {
    let is_gate = |row: &&Constant| matches!(row.kind, ConstantKind::Gate { .. });
    found.constants.iter().filter(is_gate).map(|row| row.value).collect()
}

fn gate(corridor: &str, value: f64) -> Constant {
    Constant {
        kind: ConstantKind::Gate { element: Element::Corridor(corridor.to_owned()), per: Unit::parse("t").unwrap() },
        commodity: None,
        value,
        standard_error: None,
        predicted: None,
        fitted: DAY,
        run: "a test".to_owned(),
        validity: Validity::ALWAYS,
    }
}

/// Volumes of all observations at given constants.
fn volumes(model: &Arc<Model>, constants: &[Constant]) -> Vec<f64> {
    let instance = Instance::base(model.clone(), DAY, &[]).unwrap();
    let sets = PathSets::over(&[&instance], VARIETY);
    let constants = Constants::from_rows(&instance, constants.iter());
    let assignment = describe(&instance, &sets, &constants, &Silent).unwrap();
    observed(&instance, &assignment).iter().map(|row| row.modelled).collect()
}

#[test]
fn the_constant_of_one_of_two_ways_is_the_misfit_in_data_errors_over_the_dispersion() {
    // At a constant of 3 the first way has 100 / (1 + exp(0.5 (10 + 3 - 12))). With an error of a tenth of the count T
    // the volume is T + 0.5 (T / 10) 3.
    let volume = 100.0 / (1.0 + 0.5_f64.exp());
    let target = volume / 1.15;
    let found = calibrate(&counted(TWO_WAYS, [count("north", "2025", target)]), &plan(0.1), &Silent).unwrap();
    let constant = gates(&found)[0];
    assert!((constant - 3.0).abs() < 1e-7, "{constant}");
    let after = found.rows[0].after.unwrap();
    assert!((after - volume).abs() < 1e-6, "{after}");
    assert!((found.rows[0].before.unwrap() - 100.0 / (1.0 + (-1.0_f64).exp())).abs() < 1e-6);
    assert!(found.residual < 1e-9);
}

#[test]
fn a_count_with_a_larger_error_pulls_less() {
    let misfit = |error: f64| {
        let model = counted(TWO_WAYS, [count("north", "2025", 20.0)]);
        let found = calibrate(&model, &plan(error), &Silent).unwrap();
        (found.rows[0].after.unwrap() - 20.0).abs()
    };
    assert!(misfit(0.01) < misfit(0.1) && misfit(0.1) < misfit(0.5));
    assert!(misfit(0.001) < 0.2);
}

const THREE_CORRIDORS: &str = "state AAA; node A in=AAA; node B in=AAA; node C in=AAA; node D in=AAA
    commodity goods theta=0.3 unserved=1000; commodity ore theta=0.1 unserved=1000
    link A-D rail key=n corridor=north cost=10 km=10; link A-D road key=m corridor=middle cost=11 km=11
    link A-D sea key=s corridor=south cost=14 km=12; link B-A rail key=ba cost=1 km=1; link C-A rail key=ca cost=2 km=1
    demand A>D goods 100; demand B>D goods 70; demand C>D ore 50";

#[test]
fn a_count_in_another_unit_gives_the_same_constant() {
    let in_tonnes = calibrate(&counted(TWO_WAYS, [count("north", "2025", 30.0)]), &plan(0.1), &Silent).unwrap();
    let volume = Capacity { value: Ranged::exactly(0.03 / 365.0), unit: RateUnit::parse("kt/d").unwrap(), delay: None };
    let row = Observation { volume, ..count("north", "2025", 0.0) };
    let in_kilotonnes = calibrate(&counted(TWO_WAYS, [row]), &plan(0.1), &Silent).unwrap();
    assert!((gates(&in_tonnes)[0] - gates(&in_kilotonnes)[0]).abs() < 1e-7);
}

#[test]
fn constants_that_made_the_counts_are_found_again() {
    let known = [gate("middle", -2.5), gate("north", 1.75)];
    let empty = counted(THREE_CORRIDORS, ["middle", "north", "south"].map(|corridor| count(corridor, "2025", 1.0)));
    let made = volumes(&empty, &known);
    assert!((made.iter().sum::<f64>() - 220.0).abs() < 1e-6, "{made:?}");
    let counts = [count("middle", "2025", made[0]), count("north", "2025", made[1])];
    let found = calibrate(&counted(THREE_CORRIDORS, counts), &plan(1e-7), &Silent).unwrap();
    for (constant, known) in gates(&found).iter().zip(&known) {
        assert!((constant - known.value).abs() < 1e-4, "{constant}, {}", known.value);
    }
}

#[test]
fn a_negative_constant_greater_than_the_cost_of_a_path_is_carried_through() {
    let known = [gate("north", -40.0), gate("south", -47.0)];
    let model = counted(THREE_CORRIDORS, [count("north", "2025", 1.0), count("south", "2025", 1.0)]);
    let made = volumes(&model, &known);
    let counts = [count("north", "2025", made[0]), count("south", "2025", made[1])];
    let after = volumes(&counted(THREE_CORRIDORS, counts), &known);
    assert!((after[0] - made[0]).abs() < 1e-9 && made[0] > 1.0 && made[1] > 1.0, "{made:?}");
}

#[test]
fn a_dispersion_that_made_the_shares_is_found_again_and_is_that_of_the_conditional_logit() {
    let share = 1.0 / (1.0 + (-0.8_f64 * 2.0).exp());
    let of_goods = |corridor: &str, volume: f64| Observation {
        commodity: Some(CommodityId(0)),
        ..count(corridor, "2025", volume)
    };
    let counts = [of_goods("north", 100.0 * share), of_goods("south", 100.0 * (1.0 - share))];
    let found = calibrate(&counted(TWO_WAYS, counts), &plan(0.05), &Silent).unwrap();
    let (dispersion, error) = found.dispersions[0].estimate.unwrap();
    assert!((dispersion - 0.8).abs() < 1e-4, "{dispersion}");
    assert!(error > 0.0);
    let situation = Situation { attributes: vec![vec![10.0], vec![12.0]], chosen: vec![share, 1.0 - share] };
    let logit = estimate(&[situation], 1).unwrap();
    assert!((dispersion + logit.parameters[0]).abs() < 1e-4);
    // What the dispersion explains leaves nothing to the gates.
    assert!(gates(&found).iter().all(|constant| constant.abs() < 1e-3), "{:?}", gates(&found));
}

#[test]
fn one_counted_alternative_tells_no_dispersion() {
    let row = Observation { commodity: Some(CommodityId(0)), ..count("north", "2025", 60.0) };
    let found = calibrate(&counted(TWO_WAYS, [row]), &plan(0.05), &Silent).unwrap();
    assert_eq!(found.dispersions[0].estimate, Err(Unidentified::TooFew));
}

#[test]
fn a_full_gate_gets_no_constant() {
    let text = TWO_WAYS.replace("cost=10", "cost=10 cap=30");
    let found = calibrate(&counted(&text, [count("north", "2025", 25.0)]), &plan(0.05), &Silent).unwrap();
    assert_eq!(found.rows[0].standing, Standing::CapacityBinds(vec!["link north".to_owned()]));
    assert!(found.constants.is_empty());
}

#[test]
fn a_count_beyond_all_demand_says_how_much_could_pass() {
    let found = calibrate(&counted(TWO_WAYS, [count("north", "2025", 500.0)]), &plan(0.05), &Silent).unwrap();
    assert_eq!(found.rows[0].standing, Standing::OutOfReach(0.0, 100.0));
    assert!(found.rows[0].standing.reason().contains("0.0000 to 100.0000"));
    assert!(found.constants.is_empty());
}

#[test]
fn a_commodity_at_least_cost_gets_no_constant() {
    let text = TWO_WAYS.replace("theta=0.5", "");
    let found = calibrate(&counted(&text, [count("north", "2025", 50.0)]), &plan(0.05), &Silent).unwrap();
    assert_eq!(found.rows[0].standing, Standing::NoDispersion);
}

#[test]
fn counts_that_feed_demand_or_are_of_part_of_a_year_are_left_out() {
    let feeding = Observation { feeds_demand: true, ..count("north", "2025", 50.0) };
    let part = count("south", "2025-01..2025-06", 20.0);
    let elsewhere = count("south", "2019", 20.0);
    let found = calibrate(&counted(TWO_WAYS, [feeding, part, elsewhere]), &plan(0.05), &Silent).unwrap();
    let standings: Vec<Standing> = found.rows.iter().map(|row| row.standing.clone()).collect();
    assert_eq!(standings, [Standing::FeedsDemand, Standing::PartOfYear, Standing::OtherYear]);
    assert!(found.misfits.iter().all(|(_, _, after)| after.counts == 0));
}

#[test]
fn a_gate_held_out_is_predicted_from_the_others() {
    let known = [gate("middle", -2.5)];
    let model = counted(THREE_CORRIDORS, ["middle", "north"].map(|corridor| count(corridor, "2025", 1.0)));
    let made = volumes(&model, &known);
    let counts = [count("middle", "2025", made[0]), count("north", "2025", made[1])];
    let mut held = plan(1e-7);
    held.hold_out_keys.insert("north 2025".to_owned());
    let found = calibrate(&counted(THREE_CORRIDORS, counts.clone()), &held, &Silent).unwrap();
    let north = &found.rows[1];
    assert_eq!(north.standing, Standing::HeldOut);
    assert!((north.after.unwrap() - made[1]).abs() < 1e-3, "{:?}", north.after);
    // The same by leaving it out of a fit on both.
    let found = calibrate(&counted(THREE_CORRIDORS, counts), &plan(1e-7), &Silent).unwrap();
    assert!((found.rows[1].left_out.unwrap() - made[1]).abs() < 1e-3);
}

#[test]
fn a_later_year_is_predicted_with_the_constants_of_the_first() {
    let known = [gate("north", 2.0)];
    let mut base = sketch(TWO_WAYS);
    base.demands[0].provenance.validity.until = Some(Date::constant(2025, 12, 31));
    let mut later = base.demands[0].clone();
    later.volume = Ranged::exactly(200.0);
    later.provenance.validity = Validity { from: Some(Date::constant(2026, 1, 1)), until: None };
    base.demands.push(later);
    base.observations = vec![count("north", "2025", 1.0), count("north", "2026", 1.0)];
    let made = volumes(&Arc::new(base.clone()), &known)[0];
    base.observations = vec![count("north", "2025", made), count("north", "2026", 1.5 * made)];
    let mut held = plan(1e-7);
    held.hold_out_years.push(2026);
    let found = calibrate(&Arc::new(base.clone()), &held, &Silent).unwrap();
    assert!((found.rows[1].after.unwrap() - 2.0 * made).abs() < 1e-3);
    assert!((found.changes[0].after - 2.0).abs() < 1e-5 && (found.changes[0].observed - 1.5).abs() < 1e-12);
    // A study that carries the table finds the same misfits.
    base.calibration = found.constants;
    let rows = misfits_of_study(&Arc::new(base), &Silent).unwrap();
    assert_eq!(rows[0].standing, Standing::Fitted);
    assert!((rows[0].after.unwrap() - made).abs() < 1e-3 && (rows[1].after.unwrap() - 2.0 * made).abs() < 1e-3);
}

#[test]
fn a_finite_dispersion_fits_tonnes_and_tonne_kilometres_better_than_either_all_or_nothing_fit() {
    // Jourquin 2005, table 1: six rows of demand by length and tonnes; the second mode is cheaper beyond some length.
    let rows = [(100.0, 4.0), (150.0, 7.0), (200.0, 6.0), (300.0, 4.0), (400.0, 6.0), (500.0, 6.0)];
    let by_road = |share: &dyn Fn(f64) -> f64| {
        rows.iter().fold((0.0, 0.0), |sum, (km, t)| (sum.0 + t * share(*km), sum.1 + t * share(*km) * km))
    };
    let far = |(t, tkm): (f64, f64)| ((t - 17.0) / 17.0_f64).abs() + ((tkm - 3850.0) / 3850.0_f64).abs();
    let on_tonnes = far(by_road(&|km| f64::from(u8::from(km < 250.0))));
    let on_tonne_km = far(by_road(&|km| f64::from(u8::from(km < 350.0))));
    assert_eq!(by_road(&|km| f64::from(u8::from(km < 250.0))), (17.0, 2650.0));
    assert_eq!(by_road(&|km| f64::from(u8::from(km < 350.0))), (21.0, 3850.0));
    // One dispersion and one constant in the log of length, on the two totals.
    let mut best = f64::INFINITY;
    for slope in (1..80).map(|step| f64::from(step) * 0.05) {
        for middle in (150..450).step_by(2).map(f64::from) {
            best = best.min(far(by_road(&|km: f64| 1.0 / (1.0 + (slope * (km / middle).ln()).exp()))));
        }
    }
    assert!(best < 0.02 && best < on_tonnes && best < on_tonne_km, "{best}, {on_tonnes}, {on_tonne_km}");
}
