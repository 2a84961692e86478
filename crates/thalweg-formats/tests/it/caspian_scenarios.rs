//! Scenarios of the built-in study that answer who is left without what: Georgia, gas and power of Armenia.
use std::sync::{Arc, OnceLock};
use thalweg_engine::oracle::{Oracle, Value};
use thalweg_engine::refusal::refuse;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_formats::builtin;
use thalweg_formats::read_study::read_study;
use thalweg_formats::scenario_files::read_scenarios;
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Lever;
use thalweg_model::scenario::Change;
use thalweg_network::instance::Instance;

fn caspian() -> &'static Oracle {
    static ORACLE: OnceLock<Oracle> = OnceLock::new();
    ORACLE.get_or_init(|| {
        let files = builtin::caspian();
        let (model, _) = read_study(&files).unwrap();
        let (scenarios, problems) = read_scenarios(&files, &model);
        assert!(problems.is_empty(), "{problems:#?}");
        let base = Instance::base(Arc::new(model), "2025-12-28".parse().unwrap(), &scenarios).unwrap();
        Oracle::new(base, scenarios)
    })
}

fn under(name: &str) -> Arc<Value> {
    let oracle = caspian();
    let state = match name {
        "base" => State::base(),
        _ => State::scenario(oracle.scenarios().iter().position(|scenario| scenario.name == name).unwrap()),
    };
    oracle.value(&state, &Silent).unwrap()
}

/// Volume delivered of the demands whose keys fit, and the volume they ask for, in base units.
fn delivered(value: &Value, fits: impl Fn(&str) -> bool) -> (f64, f64) {
    let model = &value.instance.model;
    let rows = value.instance.demand.segments.iter().zip(&value.assignment.segments);
    rows.filter(|(segment, _)| fits(&model.demands[segment.demand.index()].key)).fold((0.0, 0.0), |sum, (row, flow)| {
        (sum.0 + flow.paths.iter().map(|path| path.volume).sum::<f64>(), sum.1 + row.volume)
    })
}

#[test]
fn georgia_shut_to_transit_keeps_its_own_trade_and_strands_that_of_armenia_with_the_union() {
    let shut = under("georgia_closes");
    for own in ["geo_gas", "geo_power", "geo_data", "us_ge", "tr_ge"] {
        let (had, wanted) = delivered(&shut, |key| key == own);
        assert!(wanted > 0.0 && had > 0.999 * wanted, "{own}: {had} of {wanted}");
    }
    let (had, wanted) = delivered(&shut, |key| key == "eu_am");
    assert!(wanted > 30e3 && had == 0.0, "American sanctions bar the way by Iran: {had} of {wanted} TEU");
    let (gas, asked) = delivered(&shut, |key| key.starts_with("arm_gas"));
    assert!((gas / 1.28e9 - 1.0).abs() < 1e-6 && asked > 2.9e9, "only Iran is left: {gas} of {asked} m3");
}

#[test]
fn a_second_seller_by_georgia_gives_armenia_all_the_gas_that_russia_refuses() {
    let loss = |name: &str| under(name).value - under("base").value;
    let (alone, helped) = (loss("russia_refuses_gas_to_armenia"), loss("azerbaijan_replaces_russian_gas"));
    let gas = |name: &str| delivered(&under(name), |key| key.starts_with("arm_gas"));
    let ((left, asked), (back, _)) = (gas("russia_refuses_gas_to_armenia"), gas("azerbaijan_replaces_russian_gas"));
    assert!(left < 0.5 * asked && back > 0.999 * asked, "{left}, then {back} of {asked} m3");
    // The seller asks what the gas earns in Europe: dearer than Russia's, far cheaper than none.
    assert!(helped > 1e7 && helped < 0.2 * alone, "USD {helped} instead of {alone} a year");
    let sold = loss("azerbaijan_sells_gas_to_armenia");
    assert!(
        sold <= 0.0 && sold > -1e7,
        "while Russia sells, only what pipes and contracts leave over goes there: {sold}"
    );
}

#[test]
fn the_third_line_carries_the_power_for_iran_that_the_lines_of_today_cannot() {
    let power = |name: &str| delivered(&under(name), |key| key == "irn_barter_power");
    let ((today, owed), (joined, _)) = (power("armenia_iran_barter_grows"), power("third_line_armenia_iran"));
    assert!((owed / 6.9e6 - 1.0).abs() < 0.01, "3 kWh for each of 2.3 bcm: {owed} MWh");
    assert!(today < 0.75 * owed && joined > 0.999 * owed, "{today}, with the line {joined} of {owed} MWh");
}

#[test]
fn russia_refusing_kazakhstan_strands_most_of_its_oil_for_want_of_ships_wagons_and_pipes() {
    let base = under("base");
    let model = &base.instance.model;
    let actor = |key: &str| ActorId::from(model.actors.iter().position(|actor| actor.key == key).unwrap());
    for lever in [Lever::Territory, Lever::Operation] {
        let row = refuse(caspian(), &State::base(), (actor("RUS"), lever, actor("KAZ")), &Silent).unwrap();
        let oil = row.unsold.iter().map(|(commodity, volume)| (&model.commodities[commodity.index()].key, volume));
        let [(key, stranded)] = oil.collect::<Vec<_>>()[..] else { panic!("one commodity: {:?}", row.unsold) };
        // Of 70.5 Mt at most 7.5 leave Aktau by ship, 9 go by rail and 1.4 to China.
        assert!(key == "crude" && (70.5e6 - 17.9e6..=70.5e6).contains(stranded), "{key}: {stranded} t");
        assert_eq!(row.harm.unserved, 0.0, "others serve its customers");
        assert!(
            row.harm_to_refused() > 300.0 * stranded,
            "what oil earns above its lifting: {}",
            row.harm_to_refused()
        );
    }
}

#[test]
fn armenias_fuel_comes_by_georgia_and_what_iran_cannot_replace_is_greek() {
    let (base, shut) = (under("base"), under("georgia_closes"));
    let fuel = |value: &Value, key: &str| delivered(value, |demand| demand == key);
    for own in ["ru_ge_products", "az_ge_products"] {
        let (had, wanted) = fuel(&shut, own);
        assert!(wanted > 1e5 && had > 0.999 * wanted, "{own}: {had} of {wanted} t");
    }
    let (had, wanted) = fuel(&base, "ru_am_products");
    assert!((3.6e5..=6e5).contains(&wanted) && had > 0.999 * wanted, "414 million USD of 2022: {wanted} t");
    assert_eq!(fuel(&shut, "gr_am_products").0, 0.0, "American sanctions bar Greek fuel from the way by Iran");
}

#[test]
fn berths_and_a_larger_contract_take_something_off_what_russia_can_do_to_kazakhstan() {
    let base = under("base");
    let model = &base.instance.model;
    let actor = |key: &str| ActorId::from(model.actors.iter().position(|actor| actor.key == key).unwrap());
    let oracle = caspian();
    let grown = oracle.scenarios().iter().position(|scenario| scenario.name == "kazakh_oil_by_baku").unwrap();
    let harm = |state: &State| {
        let row = refuse(oracle, state, (actor("RUS"), Lever::Territory, actor("KAZ")), &Silent).unwrap();
        (row.harm_to_refused(), row.unsold.values().sum::<f64>())
    };
    let ((before, stranded), (after, left)) = (harm(&State::base()), harm(&State::scenario(grown)));
    // Two berths more load 5 Mt, but only Mangystau's oil comes by pipe; the other oil needs wagons, which are full.
    assert!((2e6..=5e6).contains(&(stranded - left)), "{stranded}, then {left} t");
    assert!(after < before && after > 0.7 * before, "modest beside {before}: {after} USD a year");
}

/// Scenarios that change nothing at least cost, for the reason their question gives.
const UNCHANGED: [&str; 1] = ["trans_caspian_fibre_opens"];

#[test]
fn every_scenario_has_a_question_a_source_and_an_effect_with_the_sign_of_what_it_does() {
    let base = under("base").value;
    for scenario in caspian().scenarios() {
        let name = scenario.name.as_str();
        assert!(scenario.question.ends_with(|end: char| end != ' ') && scenario.question.contains('?'), "{name}");
        assert!(!scenario.source.is_empty(), "{name} has no source");
        let loss = under(name).value - base;
        let shuts = scenario.changes.iter().any(|change| matches!(change, Change::Close(_) | Change::Derate { .. }));
        let opens = scenario.changes.iter().all(|change| matches!(change, Change::Open(_) | Change::DropRule(_)));
        match UNCHANGED.contains(&name) {
            true => assert!(loss.abs() < 1.0, "{name} changes something after all: {loss}"),
            false if shuts => assert!(loss > 1e5, "{name} shuts something: {loss}"),
            false if opens => assert!(loss < -1e5, "{name} opens something: {loss}"),
            false => assert!(loss.abs() > 1e5, "{name} changes nothing: {loss}"),
        }
    }
}
