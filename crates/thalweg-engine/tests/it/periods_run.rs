//! A period of the year is a run of its own at its own rate.
use std::sync::Arc;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::model::Model;
use thalweg_model::period::in_period;
use thalweg_model::sketch::sketch;
use thalweg_model::units::{Ranged, RateUnit};
use thalweg_network::instance::Instance;

fn unserved(model: Model) -> f64 {
    let model = Arc::new(model);
    let instance = Instance::base(model.clone(), model.head.as_of, &[]).unwrap();
    let oracle = Oracle::new(instance, Vec::new());
    oracle.value(&State::base(), &Silent).unwrap().flow.unserved.iter().sum()
}

#[test]
fn a_peak_day_meets_a_daily_capacity_that_the_annual_average_does_not() {
    // 10 t a day fit, on average 8 are wanted, on the peak day 12.
    let mut model =
        sketch("node A; node B; link A-B rail cost=1 cap=1; demand A>B goods 2920 key=a; demand A>B goods 4380 key=a");
    let capacity = model.links[0].capacity.as_mut().unwrap();
    capacity.value = Ranged::exactly(10.0);
    capacity.unit = RateUnit::parse("t/d").unwrap();
    model.demands[1].period = "peak day".to_owned();
    assert!(unserved(model.clone()).abs() < 1e-9);
    let peak = in_period(model, "peak day").unwrap();
    assert!((unserved(peak) - 2.0 * 365.0).abs() < 1e-6);
}
