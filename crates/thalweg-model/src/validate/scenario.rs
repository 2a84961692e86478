//! Scenarios as they were written, resolved against a model.
use super::build_access::rule;
use super::build_actors::holding;
use super::build_trade::{Measures, supply};
use super::desk::Desk;
use super::index::Index;
use super::money::Money;
use crate::draft::{Entry, Row};
use crate::element::Element;
use crate::model::Model;
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::Problem;
use crate::rule::GateSelector;
use crate::scenario::{Change, Improvement, Scenario, Target as Aim};
use crate::schema::scenario::{CHANGES, SCENARIO};
use crate::schema::{Table, Target};
use crate::validity::Validity;

/// A scenario file as entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioDraft {
    /// Short key, the file's name without extension.
    pub name: String,
    /// The file.
    pub file: String,
    /// Keys of the file itself.
    pub head: Vec<Entry>,
    /// Its changes, each with the line it starts on.
    pub changes: Vec<(u32, Vec<Entry>)>,
}

/// Resolves scenarios against a model; those with an error are left out, with every problem listed.
pub fn resolve_scenarios(drafts: &[ScenarioDraft], model: &Model) -> (Vec<Scenario>, Vec<Problem>) {
    let index = Index::of_model(model);
    let money = Money::of_head(&model.head);
    let measures = Measures::of_model(model);
    let mut problems = Vec::new();
    let mut scenarios = Vec::new();
    for draft in drafts {
        let mut desk = Desk { index: &index, money: &money, sources_required: false, problems: Vec::new() };
        let scenario = scenario(&mut desk, draft, &measures);
        let failed = desk.problems.iter().any(|problem| problem.severity == crate::problem::Severity::Error);
        scenarios.extend(scenario.filter(|_| !failed));
        desk.problems.sort();
        problems.append(&mut desk.problems);
    }
    (scenarios, problems)
}

fn scenario(desk: &mut Desk, draft: &ScenarioDraft, measures: &Measures) -> Option<Scenario> {
    let place = Place::file(&draft.file);
    let head = Row::of_entries(&SCENARIO, place.clone(), &draft.head, &mut desk.problems);
    let validity = Validity { from: head.date("from"), until: head.date("until") };
    if let (Some(from), Some(until)) = (validity.from, validity.until)
        && from > until
    {
        desk.error(head.at("until"), format!("ends on {until}, before it starts on {from}"), "");
    }
    if draft.changes.is_empty() {
        let hint = "add a table [[change]] with `do` and what it is done to";
        desk.problems.push(Problem::warning(place.clone(), "changes nothing").hint(hint));
    }
    let mut changes = Vec::new();
    for (line, entries) in &draft.changes {
        let place = Place { row: *line, ..place.clone() };
        changes.extend(change(desk, place, entries, measures));
    }
    Some(Scenario {
        name: draft.name.clone(),
        title: head.some_text("title")?.to_owned(),
        question: head.text("question").to_owned(),
        source: head.text("source").to_owned(),
        validity,
        days: head.number("days").map(|days| days.value),
        changes,
        place,
    })
}

fn change(desk: &mut Desk, place: Place, entries: &[Entry], measures: &Measures) -> Option<Change> {
    let table = verb(desk, &place, entries)?;
    let entries: Vec<Entry> = entries.iter().filter(|entry| entry.key != "do").cloned().collect();
    let row = Row::of_entries(table, place, &entries, &mut desk.problems);
    let number = |column: &str| row.number(column).map(|number| number.value);
    Some(match table.name {
        "close" => Change::Close(aim(desk, &row)?),
        "open" => Change::Open(aim(desk, &row)?),
        "derate" => Change::Derate { target: aim(desk, &row)?, factor: number("factor")? },
        "delay" => Change::Delay { target: aim(desk, &row)?, hours: number("hours")? },
        "surcharge" => Change::Surcharge {
            target: aim(desk, &row)?,
            amount: number("amount")?,
            to: desk.optional(&row, "to", Target::Actor),
        },
        "improve" => Change::Improve { target: aim(desk, &row)?, improvement: improvement(desk, &row)? },
        "add_rule" => Change::AddRule(Box::new(rule(desk, &row)?)),
        "drop_rule" => Change::DropRule(desk.key_of(&row, "rule", Target::Rule)?),
        "set_supply" => Change::SetSupply(Box::new(supply(desk, &row, measures)?)),
        "scale_demand" => Change::ScaleDemand {
            demand: desk.key_of(&row, "demand", Target::Demand),
            commodity: desk.optional(&row, "commodity", Target::Commodity),
            factor: number("factor")?,
        },
        "set_holding" => Change::SetHolding(Box::new(holding(desk, &row)?)),
        _ => Change::ScaleUnservedCost(number("factor")?),
    })
}

fn verb(desk: &mut Desk, place: &Place, entries: &[Entry]) -> Option<&'static Table> {
    let words = || CHANGES.iter().map(|table| table.name);
    let all = || words().collect::<Vec<_>>().join(", ");
    let Some(entry) = entries.iter().find(|entry| entry.key == "do") else {
        desk.error(place.column("do"), "is missing", format!("one of {}", all()));
        return None;
    };
    let table = CHANGES.iter().find(|table| table.name == entry.value).copied();
    if table.is_none() {
        let hint = match nearest(&entry.value, words()) {
            Some(word) => format!("the nearest is `{word}`"),
            None => format!("one of {}", all()),
        };
        let place = Place { row: entry.row, ..place.column("do") };
        desk.error(place, format!("`{}` is not something a change can do", entry.value), hint);
    }
    table
}

fn improvement(desk: &mut Desk, row: &Row) -> Option<Improvement> {
    let number = |column: &str| row.number(column).map(|number| number.value);
    let improvement = Improvement {
        time_factor: number("time_factor")?,
        cost_factor: number("cost_factor")?,
        capacity_factor: number("capacity_factor")?,
        time_h: number("time_h")?,
        spread_factor: number("spread_factor")?,
    };
    if improvement == Improvement::NONE {
        let hint = "give time_factor, cost_factor, capacity_factor, time_h or spread_factor";
        desk.problems.push(Problem::warning(row.place.clone(), "improves nothing").hint(hint));
    }
    Some(improvement)
}

/// What a change is applied to: one element, or every arc that fits all gates named.
fn aim(desk: &mut Desk, row: &Row) -> Option<Aim> {
    let elements: Vec<&str> =
        ["transfer", "group", "corridor"].into_iter().filter(|word| !row.is_blank(word)).collect();
    let before = desk.problems.len();
    let gates = desk.gates(row);
    let bound = gates.bound_fields();
    if desk.problems.len() > before {
        return None;
    }
    match (elements.as_slice(), bound) {
        ([], 0) => {
            let hint =
                "name a link, terminal, transfer, crossing, group, corridor, or gates such as territory or passage";
            desk.error(row.place.clone(), "names no target", hint);
            None
        }
        ([], 1) => Some(single(&gates).map_or(Aim::Gates(gates), Aim::Element)),
        ([], _) => Some(Aim::Gates(gates)),
        ([word], 0) => desk.named_element(word, row.text(word), row.at(word)).map(Aim::Element),
        ([word, ..], _) => {
            desk.error(row.at(word), "cannot be combined with other targets", "write one [[change]] for each");
            None
        }
    }
}

fn single(gates: &GateSelector) -> Option<Element> {
    match gates {
        GateSelector { link: Some(link), .. } => Some(Element::Link(link.clone())),
        GateSelector { terminal: Some(node), .. } => Some(Element::Terminal(*node)),
        GateSelector { crossing: Some(crossing), .. } => Some(Element::Crossing(*crossing)),
        _ => None,
    }
}
