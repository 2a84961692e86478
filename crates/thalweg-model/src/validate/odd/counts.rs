//! Volumes that cannot be right: far from their kind, from their neighbours, from the capacity, or copied.
use crate::element::{Element, Observation};
use crate::model::{Capacity, Model, Provenance};
use crate::problem::Problem;
use crate::schema::usual_volume;
use crate::units::Dimension;
use std::collections::{BTreeMap, BTreeSet};

/// A count this many times all others of the same gate is odd.
const TIMES_THE_OTHERS: f64 = 5.0;
/// A count this many times the capacity of its gate is odd.
const TIMES_THE_CAPACITY: f64 = 2.0;
/// Rounding to two digits changes a figure by no more than this share.
const ROUNDED_AWAY: f64 = 0.05;

/// Reports odd capacities, demands and counts.
pub(crate) fn check(model: &Model, problems: &mut Vec<Problem>) {
    capacities(model, problems);
    for row in &model.demands {
        let unit = model.commodities[row.commodity.index()].unit;
        let base = row.volume.value * unit.factor;
        problems.extend(unusual(&row.provenance, "volume", (base, unit.dimension)));
    }
    for row in &model.observations {
        let volume = (row.volume.base_per_year(), row.volume.dimension());
        problems.extend(unusual(&row.provenance, "volume", volume));
    }
    strays(model, problems);
    relabelled(model, problems);
}

fn capacities(model: &Model, problems: &mut Vec<Problem>) {
    let links = model.links.iter().map(|row| (&row.provenance, row.capacity));
    let transfers = model.transfers.iter().map(|row| (&row.provenance, row.capacity));
    let sides = model.sides.iter().map(|row| (&row.provenance, row.capacity));
    let passages = model.passages.iter().map(|row| (&row.provenance, row.capacity));
    let supplies = model.supplies.iter().map(|row| (&row.provenance, row.capacity));
    let groups = model.groups.iter().map(|row| (&row.provenance, Some(row.capacity)));
    let all = links.chain(transfers).chain(sides).chain(passages).chain(supplies).chain(groups);
    for (provenance, capacity) in all {
        let Some(capacity) = capacity else { continue };
        if capacity.value.value == 0.0 {
            let hint = "leave it empty for no limit, or use `status` for what is shut or planned";
            let place = provenance.place.column("capacity_value");
            problems.push(Problem::warning(place, "a capacity of 0 lets nothing pass").hint(hint));
        } else {
            let volume = (capacity.base_per_year(), capacity.dimension());
            problems.extend(unusual(provenance, "capacity_value", volume));
        }
    }
}

fn unusual(provenance: &Provenance, column: &str, (base, dimension): (f64, Dimension)) -> Option<Problem> {
    let (least, most) = usual_volume(dimension);
    if base == 0.0 || (least..=most).contains(&base) {
        return None;
    }
    let message = format!("{base} {} a year is far outside the usual {least} to {most}", dimension.base_name());
    Some(Problem::warning(provenance.place.column(column), message).hint("check the unit and the decimal point"))
}

/// Counts far above every other count of the same gate and unit, or far above its capacity.
fn strays(model: &Model, problems: &mut Vec<Problem>) {
    let mut gates: BTreeMap<(&Element, Dimension), Vec<&Observation>> = BTreeMap::new();
    for row in &model.observations {
        gates.entry((&row.element, row.volume.dimension())).or_default().push(row);
    }
    for ((element, dimension), rows) in gates {
        let capacity = capacity_of(model, element).filter(|capacity| capacity.dimension() == dimension);
        for row in &rows {
            let count = row.volume.base_per_year();
            let others = rows.iter().filter(|other| other.commodity == row.commodity && other.key != row.key);
            let most = others.map(|other| other.volume.base_per_year()).fold(0.0, f64::max);
            let place = row.provenance.place.column("volume");
            let unit = dimension.base_name();
            if most > 0.0 && count > TIMES_THE_OTHERS * most {
                let message = format!(
                    "{count} {unit} is {:.0} times the most that any other row counts here, {most}",
                    count / most
                );
                let hint = "check what the source counts and its unit; keep a doubtful figure out of the table";
                problems.push(Problem::warning(place, message).hint(hint));
            } else if let Some(limit) = capacity.map(|capacity| capacity.base_per_year())
                && limit > 0.0
                && count > TIMES_THE_CAPACITY * limit
            {
                let message = format!("{count} {unit} is {:.1} times the capacity, {limit}", count / limit);
                problems.push(Problem::warning(place, message).hint("check the count and the capacity"));
            }
        }
    }
}

fn capacity_of(model: &Model, element: &Element) -> Option<Capacity> {
    match element {
        Element::Link(key) => model.links.iter().find(|row| row.key == *key)?.capacity,
        Element::Transfer(key) => model.transfers.iter().find(|row| row.key == *key)?.capacity,
        Element::Passage(passage) => model.passages[passage.index()].capacity,
        Element::Group(group) => Some(model.groups[group.index()].capacity),
        _ => None,
    }
}

/// Counts of another gate or period that repeat a figure of another source, rounded or to the digit.
fn relabelled(model: &Model, problems: &mut Vec<Problem>) {
    let mut groups: BTreeMap<Dimension, Vec<&Observation>> = BTreeMap::new();
    for row in &model.observations {
        groups.entry(row.volume.dimension()).or_default().push(row);
    }
    for rows in groups.values() {
        for (position, row) in rows.iter().enumerate() {
            for other in &rows[..position] {
                if same_figure(row, other) {
                    let (copy, first) = if digits(row) <= digits(other) { (row, other) } else { (other, row) };
                    let message = format!(
                        "{} {} repeats `{}` ({}, {} {}), which counts something else",
                        copy.volume.value.value,
                        copy.volume.unit.unit,
                        first.key,
                        first.period,
                        first.volume.value.value,
                        first.volume.unit.unit,
                    );
                    let hint =
                        "one source may have relabelled the other's figure: check both, note it, lower the confidence";
                    let place = copy.provenance.place.column("volume");
                    problems.push(Problem::warning(place, message).hint(hint));
                }
            }
        }
    }
}

fn same_figure(a: &Observation, b: &Observation) -> bool {
    let (one, other) = (a.volume.base_per_year(), b.volume.base_per_year());
    if (one - other).abs() > ROUNDED_AWAY * one.max(other) {
        return false;
    }
    let sources = |row: &Observation| row.provenance.sources.iter().copied().collect::<BTreeSet<_>>();
    let elsewhere = a.element != b.element || a.period != b.period;
    let sourced = !a.provenance.sources.is_empty() && !b.provenance.sources.is_empty();
    let independent = sourced && sources(a).is_disjoint(&sources(b));
    if !elsewhere || !independent || a.commodity != b.commodity {
        return false;
    }
    let (rough, fine) = if digits(a) <= digits(b) { (a, b) } else { (b, a) };
    let shared = digits(rough);
    let equal = rounded(fine.volume.base_per_year(), shared) == rounded(rough.volume.base_per_year(), shared);
    let same_year = !years(a).is_disjoint(&years(b));
    equal && (shared >= 4 || (shared >= 2 && same_year && a.element != b.element))
}

/// Significant digits of a count, trailing zeros of a whole number left out.
fn digits(row: &Observation) -> u32 {
    let text = format!("{:e}", row.volume.value.value);
    let mantissa = text.split('e').next().unwrap_or_default();
    u32::try_from(mantissa.chars().filter(char::is_ascii_digit).count()).unwrap_or(0)
}

fn rounded(value: f64, digits: u32) -> String {
    format!("{value:.*e}", usize::try_from(digits.saturating_sub(1)).unwrap_or(0))
}

/// The years a period names.
fn years(row: &Observation) -> BTreeSet<&str> {
    let parts = row.period.split(|c: char| !c.is_ascii_digit());
    parts.filter(|part| part.len() == 4).collect()
}
