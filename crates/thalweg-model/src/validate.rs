//! From a draft to a model: every reference resolved, every amount converted, every problem listed at once.
mod blanks;
mod build_access;
mod build_actors;
mod build_calibration;
mod build_network;
mod build_stress;
mod build_trade;
pub mod claims;
mod desk;
pub mod figure_names;
mod index;
mod keys;
mod money;
mod odd;
pub mod questions;
pub mod scenario;
mod shares;
pub mod topics;
pub mod totals;
pub mod watch_lists;

use crate::draft::{ModelDraft, Row};
use crate::mode::Mode;
use crate::model::{Head, Model};
use crate::place::Place;
use crate::problem::{Problem, Severity};
use crate::schema::{Table, Target, access, actors, calibration, network, stress, trade};
use crate::validity::Date;
use desk::Desk;
use index::Index;
use money::Money;

/// Builds the model of a sound draft, with what is legal but odd; or lists everything that is wrong.
pub fn validate(draft: ModelDraft) -> Result<(Model, Vec<Problem>), Vec<Problem>> {
    let index = Index::of_draft(&draft);
    let money = Money::new(&draft.head, draft.rows(&actors::CURRENCY));
    let sources_required = draft.head.flag("sources_required");
    let mut desk = Desk { index: &index, money: &money, sources_required, problems: draft.problems.clone() };
    need_rows(&mut desk, &draft);
    keys::check(&mut desk, &draft);
    let model = build(&mut desk, &draft);
    let mut problems = desk.problems;
    let failed = |problems: &[Problem]| problems.iter().any(|problem| problem.severity == Severity::Error);
    if is_whole(&model, &draft, &index) {
        problems.extend(blanks::check(&model));
        problems.extend(shares::check(&model));
        problems.extend(odd::check(&model));
    }
    problems.sort();
    problems.dedup();
    match failed(&problems) {
        true => Err(problems),
        false => Ok((model, problems)),
    }
}

/// Whether no row was left out, so that positions are those of the draft and the model can be looked at as a whole.
fn is_whole(model: &Model, draft: &ModelDraft, index: &Index) -> bool {
    let built = [
        (model.actors.len(), &actors::ACTOR),
        (model.assets.len(), &actors::ASSET),
        (model.holdings.len(), &actors::HOLDING),
        (model.nodes.len(), &network::NODE),
        (model.links.len(), &network::LINK),
        (model.transfers.len(), &network::TRANSFER),
        (model.sides.len(), &network::BORDER_CROSSING),
        (model.passages.len(), &network::PASSAGE),
        (model.commodities.len(), &trade::COMMODITY),
        (model.rates.len(), &trade::RATE),
        (model.demands.len(), &trade::DEMAND),
        (model.supplies.len(), &trade::SUPPLY),
        (model.groups.len(), &access::CAPACITY_GROUP),
    ];
    built.iter().all(|(rows, table)| *rows == draft.rows(table).len())
        && model.crossings.len() == index.keys[&Target::Crossing].len()
}

fn need_rows(desk: &mut Desk, draft: &ModelDraft) {
    for table in [&actors::ACTOR, &network::NODE, &network::LINK, &trade::COMMODITY] {
        if !draft.tables.contains_key(table.name) {
            let file = format!("{}.csv", table.name);
            desk.error(Place::file(&file), "the table is missing", table.about);
        } else if draft.rows(table).is_empty() {
            let file = format!("{}.csv", table.name);
            desk.problems.push(Problem::warning(Place::file(&file), "the table has no rows").hint(table.about));
        }
    }
}

fn head(row: &Row) -> Option<Head> {
    Some(Head {
        name: row.some_text("name")?.to_owned(),
        title: row.some_text("title")?.to_owned(),
        question: row.text("question").to_owned(),
        as_of: row.date("as_of")?,
        currency: row.some_text("currency")?.to_owned(),
        price_year: i16::try_from(row.integer("price_year")?).ok()?,
        implied_borders: row.list("implied_borders").iter().filter_map(|mode| Mode::parse(mode)).collect(),
        sources_required: row.flag("sources_required"),
        licence: row.text("licence").to_owned(),
        period: String::new(),
    })
}

/// Stands in for a head that could not be read, so that the tables are checked all the same.
fn unreadable_head() -> Head {
    Head {
        name: String::new(),
        title: String::new(),
        question: String::new(),
        as_of: Date::constant(2000, 1, 1),
        currency: String::new(),
        price_year: 2000,
        implied_borders: Vec::new(),
        sources_required: false,
        licence: String::new(),
        period: String::new(),
    }
}

fn build(desk: &mut Desk, draft: &ModelDraft) -> Model {
    fn each<T>(
        desk: &mut Desk,
        draft: &ModelDraft,
        table: &Table,
        build: impl Fn(&mut Desk, &Row) -> Option<T>,
    ) -> Vec<T> {
        draft.rows(table).iter().filter_map(|row| build(desk, row)).collect()
    }
    let territory = |row: &Row| desk.index.position(Target::Actor, row.text("territory")).map(Into::into);
    let territories: Vec<_> = draft.rows(&network::NODE).iter().map(territory).collect();
    let measures = build_trade::Measures::of_rows(desk, draft.rows(&trade::COMMODITY), draft.rows(&trade::CONVERSION));
    each(desk, draft, &actors::CURRENCY, |desk, row| Some(desk.provenance(row)));
    let (crossings, sides) = build_network::crossings(desk, draft.rows(&network::BORDER_CROSSING));
    let mut groups = each(desk, draft, &access::CAPACITY_GROUP, build_access::group);
    build_access::members(desk, draft.rows(&access::CAPACITY_MEMBER), &mut groups);
    Model {
        head: head(&draft.head).unwrap_or_else(unreadable_head),
        sources: each(desk, draft, &actors::SOURCE, |_, row| build_actors::source(row)),
        actors: each(desk, draft, &actors::ACTOR, build_actors::actor),
        memberships: each(desk, draft, &actors::MEMBERSHIP, build_actors::membership),
        relations: each(desk, draft, &actors::RELATION, build_actors::relation),
        assets: each(desk, draft, &actors::ASSET, build_actors::asset),
        holdings: each(desk, draft, &actors::HOLDING, build_actors::holding),
        nodes: each(desk, draft, &network::NODE, build_network::node),
        links: each(desk, draft, &network::LINK, |desk, row| build_network::link(desk, row, &territories)),
        transfers: each(desk, draft, &network::TRANSFER, build_network::transfer),
        crossings,
        sides,
        passages: each(desk, draft, &network::PASSAGE, build_network::passage),
        limits: each(desk, draft, &network::LIMIT, build_network::limit),
        vehicles: each(desk, draft, &network::VEHICLE, build_network::vehicle),
        commodities: each(desk, draft, &trade::COMMODITY, build_trade::commodity),
        conversions: each(desk, draft, &trade::CONVERSION, build_trade::conversion),
        rates: each(desk, draft, &trade::RATE, build_trade::rate),
        demands: each(desk, draft, &trade::DEMAND, |desk, row| build_trade::demand(desk, row, &measures)),
        supplies: each(desk, draft, &trade::SUPPLY, |desk, row| build_trade::supply(desk, row, &measures)),
        rules: each(desk, draft, &access::RULE, build_access::rule),
        groups,
        backgrounds: each(desk, draft, &access::BACKGROUND, build_access::background),
        observations: each(desk, draft, &access::OBSERVED, build_access::observation),
        hazards: each(desk, draft, &stress::HAZARD, build_stress::hazard),
        needs: build_stress::needs(desk, draft.rows(&stress::DEPENDENCY)),
        calibration: each(desk, draft, &calibration::CALIBRATION, build_calibration::constant),
    }
}
