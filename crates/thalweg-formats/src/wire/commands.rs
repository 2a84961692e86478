//! The command that asks a study's question by itself.
use thalweg_model::element::Element;
use thalweg_model::ids::{ActorId, NodeId};
use thalweg_model::mode::GateKind;
use thalweg_model::model::Model;
use thalweg_model::question::{Agreement, Ask, Between, PlacePair, Question, Works};

/// The command, `None` where only a run answers it.
pub fn command_of(model: &Model, question: &Question) -> Option<String> {
    let flags = match &question.ask {
        Ask::Depend(between) => format!("depend{}", between_flags(model, between)),
        Ask::Refusal(between) => format!("refuse{}", actors(model, between)),
        Ask::Route(pair) => format!("route{} -k {}", pair_flags(model, pair), pair.count),
        Ask::Each { kinds, top } => format!("stress --each {} --top {top}", joined(kinds)),
        Ask::Pairs { kinds, top } => format!("stress --pairs {} --top {top}", joined(kinds)),
        Ask::Worst { kinds, most } => format!("stress --worst {most} --among {}", joined(kinds)),
        Ask::Newcomer { between, project, annual_cost } => {
            let cost = annual_cost.map_or_else(String::new, |cost| format!(" --annual-cost {cost}"));
            format!("depend --new {project}{}{cost}", between_flags(model, between))
        }
        Ask::Incidence { .. } => "incidence".to_owned(),
        Ask::Power { players, levers, top } => {
            let mut flags = "power".to_owned();
            players.iter().for_each(|player| flags += &format!(" --player {}", actor(model, *player)));
            levers.iter().for_each(|lever| flags += &format!(" --lever {}", lever.name()));
            flags + &if players.is_empty() { format!(" --players {top}") } else { String::new() }
        }
        Ask::Broker { top } => format!("broker --top {top}"),
        Ask::Repair(works) => format!("repair{}", works_flags(model, works)),
        Ask::Consent(Agreement::Route(pair)) => format!("consent{}", pair_flags(model, pair)),
        Ask::Consent(Agreement::Project(name)) => format!("consent --project {name}"),
        Ask::Consent(Agreement::Undoing(asset)) => format!("consent --undo {}", model.assets[asset.index()].key),
        Ask::Chance { draws, seed, .. } => format!("stress --monte-carlo {draws} --seed {seed}"),
        Ask::Risk { within_km, .. } => format!("stress --risk={within_km}"),
        Ask::Reach { .. } => return None,
    };
    let (verb, flags) = flags.split_once(' ').unwrap_or((&flags, ""));
    let state = question.scenario.as_ref().map_or_else(String::new, |name| format!(" --scenario {name}"));
    let gap = if flags.is_empty() { "" } else { " " };
    Some(format!("thalweg {verb} {}{gap}{flags}{state}", model.head.name))
}

fn actor(model: &Model, id: ActorId) -> &str {
    &model.actors[id.index()].key
}

fn joined(kinds: &[GateKind]) -> String {
    kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(",")
}

fn actors(model: &Model, between: &Between) -> String {
    let by = between.by.map_or_else(String::new, |id| format!(" --by {}", actor(model, id)));
    by + &between.of.map_or_else(String::new, |id| format!(" --of {}", actor(model, id)))
}

fn between_flags(model: &Model, between: &Between) -> String {
    let mut flags = actors(model, between);
    between.levers.iter().for_each(|lever| flags += &format!(" --lever {}", lever.name()));
    flags
        + &between
            .commodity
            .map_or_else(String::new, |id| format!(" --commodity {}", model.commodities[id.index()].key))
}

fn pair_flags(model: &Model, pair: &PlacePair) -> String {
    let node = |id: NodeId| &model.nodes[id.index()].key;
    let commodity = &model.commodities[pair.commodity.index()].key;
    format!(" --from {} --to {} --commodity {commodity}", node(pair.from), node(pair.to))
}

fn works_flags(model: &Model, works: &Works) -> String {
    let timed = |what: &str, days: u32, cost: f64| {
        if cost > 0.0 { format!("'{what}={days}:{cost}'") } else { format!("'{what}={days}'") }
    };
    let label = |element: &Element| thalweg_engine::elements::element_label(model, element);
    let mut flags = String::new();
    for (element, days, cost) in &works.mend {
        flags += &format!(" --mend {}", timed(&label(element), *days, *cost));
    }
    for (name, days, cost) in &works.open {
        flags += &format!(" --open {}", timed(name, *days, *cost));
    }
    let opened = works.opened.as_ref().map_or_else(String::new, |name| format!(" --opened {name}"));
    format!("{flags}{opened} --horizon {}", works.horizon_days)
}
