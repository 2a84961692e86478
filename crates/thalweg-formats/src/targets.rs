//! What a question closes or avoids: a passage, state, operator, place, crossing or link, by any of its names.
use crate::fault::Fault;
use thalweg_model::element::Element;
use thalweg_model::names::{NameError, Names};
use thalweg_model::rule::GateSelector;
use thalweg_model::scenario::Target;
use thalweg_model::schema::Target as Named;

/// Kinds that may stand before a colon when a name alone could mean several things.
const KINDS: [&str; 6] = ["passage", "territory", "operator", "terminal", "crossing", "link"];

/// The target a field's text names, as `suez`, or `territory:TUR` where a name alone is ambiguous.
pub fn target(names: &Names, field: &str, text: &str) -> Result<Target, Fault> {
    if let Some((kind, name)) = text.split_once(':').filter(|(kind, _)| KINDS.contains(kind)) {
        return of_kind(names, kind, name).map_err(|error| Fault::name(field, &error));
    }
    let found: Vec<(&str, Target)> = KINDS
        .iter()
        .filter(|kind| **kind != "operator")
        .filter_map(|kind| Some((*kind, of_kind(names, kind, text).ok()?)))
        .collect();
    let exact: Vec<(&str, Target)> =
        found.iter().filter(|(kind, _)| names.is_whole(kind_target(kind), text)).cloned().collect();
    let found = if exact.len() == 1 { exact } else { found };
    match found.as_slice() {
        [(_, target)] => Ok(target.clone()),
        [] => Err(Fault::at(field, nothing(names, text))),
        several => Err(Fault::at(
            field,
            format!(
                "`{text}` could be a {}; write {}",
                several.iter().map(|(kind, _)| *kind).collect::<Vec<_>>().join(" or a "),
                several.iter().map(|(kind, _)| format!("{kind}:{text}")).collect::<Vec<_>>().join(" or ")
            ),
        )),
    }
}

fn nothing(names: &Names, text: &str) -> String {
    let near = KINDS.iter().filter(|kind| **kind != "operator").filter_map(|kind| match of_kind(names, kind, text) {
        Err(NameError::Unknown { nearest, .. }) if (1..=3).contains(&nearest.len()) => {
            Some(format!("{kind} {}", nearest.join(" or ")))
        }
        Err(NameError::Ambiguous { candidates, .. }) => Some(format!("{kind} {}", candidates.join(" or "))),
        _ => None,
    });
    let near: Vec<String> = near.collect();
    let near = if near.is_empty() { String::new() } else { format!("; the nearest names are {}", near.join("; ")) };
    format!("no passage, territory, terminal, crossing or link is called `{text}`{near}")
}

fn kind_target(kind: &str) -> Named {
    match kind {
        "passage" => Named::Passage,
        "territory" | "operator" => Named::Actor,
        "terminal" => Named::Node,
        "crossing" => Named::Crossing,
        _ => Named::Link,
    }
}

fn of_kind(names: &Names, kind: &str, name: &str) -> Result<Target, NameError> {
    let none = GateSelector::default();
    Ok(match kind {
        "passage" => Target::Gates(GateSelector { passage: Some(names.passage(name)?), ..none }),
        "territory" => Target::Gates(GateSelector { territory: Some(names.actor(name)?), ..none }),
        "operator" => Target::Gates(GateSelector { operator: Some(names.actor(name)?), ..none }),
        "terminal" => Target::Element(Element::Terminal(names.node(name)?)),
        "crossing" => Target::Element(Element::Crossing(names.crossing(name)?)),
        _ => Target::Element(Element::Link(names.link(name)?.to_owned())),
    })
}
