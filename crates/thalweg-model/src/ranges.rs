//! Every number of a study that its sources leave a range, in one fixed order.
use crate::model::{BorderStep, Capacity, Charge, Model, Passage, Side, Supply, Toll};
use crate::scenario::{Change, Scenario};
use crate::units::Ranged;

/// Takes one number at a time.
type Visit<'a> = &'a mut dyn FnMut(&mut Ranged);

/// Hands every number of a model that has a range to `visit`, table by table and row by row.
///
/// What somebody counted is compared with the answer and is no input: observations are left out.
pub fn each_range(model: &mut Model, visit: Visit) {
    let visit: Visit = &mut |number: &mut Ranged| {
        if number.varies() {
            visit(number);
        }
    };
    network(model, visit);
    trade(model, visit);
}

/// The same for what a scenario brings: rules and suppliers.
pub fn each_range_of_scenario(scenario: &mut Scenario, visit: Visit) {
    let visit: Visit = &mut |number: &mut Ranged| {
        if number.varies() {
            visit(number);
        }
    };
    for change in &mut scenario.changes {
        match change {
            Change::AddRule(rule) => visit(&mut rule.value),
            Change::SetSupply(row) => supply(row, visit),
            Change::Close(_)
            | Change::Derate { .. }
            | Change::Delay { .. }
            | Change::Surcharge { .. }
            | Change::Improve { .. }
            | Change::Open(_)
            | Change::DropRule(_)
            | Change::ScaleDemand { .. }
            | Change::SetHolding(_)
            | Change::ScaleUnservedCost(_) => {}
        }
    }
}

fn network(model: &mut Model, visit: Visit) {
    for row in &mut model.links {
        visit(&mut row.length_km);
        numbers(&mut [&mut row.time_h, &mut row.time_sd_h], visit);
        charge(&mut row.cost, visit);
        toll(&mut row.toll, visit);
        capacity(&mut row.capacity, visit);
    }
    for row in &mut model.transfers {
        numbers(&mut [&mut row.time_h, &mut row.time_sd_h], visit);
        charge(&mut row.cost, visit);
        toll(&mut row.toll, visit);
        capacity(&mut row.capacity, visit);
    }
    for Side { exit, entry, toll: paid, capacity: room, .. } in &mut model.sides {
        for BorderStep { time_h, time_sd_h, cost } in [exit, entry] {
            numbers(&mut [time_h, time_sd_h], visit);
            charge(cost, visit);
        }
        toll(paid, visit);
        capacity(room, visit);
    }
    for Passage { time_h, time_sd_h, toll: paid, capacity: room, .. } in &mut model.passages {
        numbers(&mut [time_h, time_sd_h], visit);
        toll(paid, visit);
        capacity(room, visit);
    }
    for row in &mut model.groups {
        visit(&mut row.capacity.value);
    }
    for row in &mut model.backgrounds {
        visit(&mut row.volume.value);
    }
}

fn trade(model: &mut Model, visit: Visit) {
    for row in &mut model.commodities {
        visit(&mut row.value_of_time);
        visit(&mut row.value_of_reliability);
        visit(&mut row.unserved_cost);
    }
    for row in &mut model.rates {
        visit(&mut row.cost.amount);
        numbers(&mut [&mut row.speed_km_h, &mut row.time_h], visit);
    }
    for row in &mut model.demands {
        visit(&mut row.volume);
        numbers(&mut [&mut row.unserved_cost], visit);
    }
    for row in &mut model.supplies {
        supply(row, visit);
    }
    for row in &mut model.rules {
        visit(&mut row.value);
    }
}

fn supply(row: &mut Supply, visit: Visit) {
    capacity(&mut row.capacity, visit);
    charge(&mut row.cost, visit);
}

fn numbers(numbers: &mut [&mut Option<Ranged>], visit: Visit) {
    for number in numbers {
        number.iter_mut().for_each(&mut *visit);
    }
}

fn charge(charge: &mut Option<Charge>, visit: Visit) {
    charge.iter_mut().for_each(|charge| visit(&mut charge.amount));
}

fn toll(toll: &mut Option<Toll>, visit: Visit) {
    toll.iter_mut().for_each(|toll| visit(&mut toll.charge.amount));
}

fn capacity(capacity: &mut Option<Capacity>, visit: Visit) {
    if let Some(capacity) = capacity {
        visit(&mut capacity.value);
        if let Some(delay) = &mut capacity.delay {
            visit(&mut delay.at_capacity_h);
            visit(&mut delay.power);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::sketch;

    #[test]
    fn every_ranged_number_is_visited_once_and_the_others_never() {
        let mut model = sketch(
            "state A; link N-M rail in=A cost=2 toll=1>A cap=5 late=7; demand N>M goods 10; supply N oil cost=3",
        );
        let range = |value: f64| Ranged { value, low: Some(value / 2.0), high: None };
        model.links[0].toll.as_mut().unwrap().charge.amount = range(1.0);
        let capacity = model.links[0].capacity.as_mut().unwrap();
        capacity.value = range(5.0);
        capacity.delay.as_mut().unwrap().at_capacity_h = range(7.0);
        model.demands[0].volume = range(10.0);
        model.supplies[0].cost.as_mut().unwrap().amount = range(3.0);
        // Ends that equal the value are no range.
        model.links[0].length_km = Ranged { value: 1.0, low: Some(1.0), high: Some(1.0) };
        let mut seen = Vec::new();
        each_range(&mut model, &mut |number| seen.push(number.value));
        assert_eq!(seen, [1.0, 5.0, 7.0, 10.0, 3.0]);
    }
}
