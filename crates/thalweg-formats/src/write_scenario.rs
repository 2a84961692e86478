//! A scenario as the file it would be read from.
use std::fmt::Write as _;
use thalweg_model::element::Element;
use thalweg_model::ids::{ActorId, AssetId, CommodityId, NodeId, PassageId};
use thalweg_model::mode::Effect;
use thalweg_model::model::{Held, Holding, Model, Provenance, Supply};
use thalweg_model::rule::{GateSelector, Rule};
use thalweg_model::scenario::{Change, Improvement, Scenario, Target};
use thalweg_model::units::Ranged;

/// The TOML text of a scenario; reading it gives the same scenario.
pub fn write_scenario(scenario: &Scenario, model: &Model) -> String {
    let mut page = Page { text: String::new(), model };
    page.text("title", &scenario.title);
    page.text("question", &scenario.question);
    page.text("source", &scenario.source);
    page.date("from", scenario.validity.from);
    page.date("until", scenario.validity.until);
    if let Some(days) = scenario.days {
        page.number("days", days);
    }
    for change in &scenario.changes {
        page.text.push_str("\n[[change]]\n");
        page.change(change);
    }
    page.text
}

struct Page<'a> {
    text: String,
    model: &'a Model,
}

impl Page<'_> {
    fn text(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            let value = toml::Value::String(value.to_owned());
            writeln!(self.text, "{key} = {value}").expect("strings take text");
        }
    }

    fn number(&mut self, key: &str, value: f64) {
        writeln!(self.text, "{key} = {value:?}").expect("strings take text");
    }

    fn range(&mut self, key: &str, range: Ranged) {
        self.number(key, range.value);
        for (end, value) in [("low", range.low), ("high", range.high)] {
            if let Some(value) = value {
                self.number(&format!("{key}_{end}"), value);
            }
        }
    }

    fn date(&mut self, key: &str, date: Option<thalweg_model::validity::Date>) {
        if let Some(date) = date {
            writeln!(self.text, "{key} = {date}").expect("strings take text");
        }
    }

    fn actor(&mut self, key: &str, actor: Option<ActorId>) {
        if let Some(actor) = actor {
            self.text(key, &self.model.actors[actor.index()].key);
        }
    }

    fn commodity(&mut self, key: &str, commodity: Option<CommodityId>) {
        if let Some(commodity) = commodity {
            self.text(key, &self.model.commodities[commodity.index()].key);
        }
    }

    fn node(&mut self, key: &str, node: Option<NodeId>) {
        if let Some(node) = node {
            self.text(key, &self.model.nodes[node.index()].key);
        }
    }

    fn passage(&mut self, key: &str, passage: Option<PassageId>) {
        if let Some(passage) = passage {
            self.text(key, &self.model.passages[passage.index()].key);
        }
    }

    fn asset(&mut self, key: &str, asset: Option<AssetId>) {
        if let Some(asset) = asset {
            self.text(key, &self.model.assets[asset.index()].key);
        }
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::Close(target) => self.aimed("close", target),
            Change::Open(target) => self.aimed("open", target),
            Change::Derate { target, factor } => {
                self.aimed("derate", target);
                self.number("factor", *factor);
            }
            Change::Delay { target, hours } => {
                self.aimed("delay", target);
                self.number("hours", *hours);
            }
            Change::Surcharge { target, amount, to } => {
                self.aimed("surcharge", target);
                self.number("amount", *amount);
                self.actor("to", *to);
            }
            Change::Improve { target, improvement } => {
                self.aimed("improve", target);
                self.improvement(improvement);
            }
            Change::AddRule(rule) => self.rule(rule),
            Change::DropRule(rule) => {
                self.text("do", "drop_rule");
                self.text("rule", rule);
            }
            Change::SetSupply(supply) => self.supply(supply),
            Change::ScaleDemand { demand, commodity, factor } => {
                self.text("do", "scale_demand");
                self.text("demand", demand.as_deref().unwrap_or_default());
                self.commodity("commodity", *commodity);
                self.number("factor", *factor);
            }
            Change::SetHolding(holding) => self.holding(holding),
            Change::ScaleUnservedCost(factor) => {
                self.text("do", "scale_unserved_cost");
                self.number("factor", *factor);
            }
        }
    }

    fn aimed(&mut self, verb: &str, target: &Target) {
        self.text("do", verb);
        match target {
            Target::Gates(gates) => self.gates(gates),
            Target::Element(element) => self.element(element),
        }
    }

    fn element(&mut self, element: &Element) {
        let model = self.model;
        match element {
            Element::Link(key) => self.text("link", key),
            Element::Transfer(key) => self.text("transfer", key),
            Element::Corridor(key) => self.text("corridor", key),
            Element::Supply(key) => self.text("supply", key),
            Element::Terminal(node) => self.node("terminal", Some(*node)),
            Element::Crossing(crossing) => self.text("crossing", &model.crossings[crossing.index()].key),
            Element::Passage(passage) => self.passage("passage", Some(*passage)),
            Element::Group(group) => self.text("group", &model.groups[group.index()].key),
            Element::Territory(actor) => self.actor("territory", Some(*actor)),
        }
    }

    fn gates(&mut self, gates: &GateSelector) {
        self.actor("territory", gates.territory);
        self.actor("operator", gates.operator);
        self.actor("owner", gates.owner);
        if let Some(crossing) = gates.crossing {
            self.text("crossing", &self.model.crossings[crossing.index()].key);
        }
        self.actor("side", gates.side);
        self.node("terminal", gates.terminal);
        self.passage("passage", gates.passage);
        self.asset("asset", gates.asset);
        self.text("link", gates.link.as_deref().unwrap_or_default());
        self.text("mode", gates.mode.map_or("", |mode| mode.name()));
        self.text("operation", gates.operation.map_or("", |operation| operation.name()));
    }

    fn improvement(&mut self, improvement: &Improvement) {
        let none = Improvement::NONE;
        let fields = [
            ("time_factor", improvement.time_factor, none.time_factor),
            ("cost_factor", improvement.cost_factor, none.cost_factor),
            ("capacity_factor", improvement.capacity_factor, none.capacity_factor),
            ("time_h", improvement.time_h, none.time_h),
            ("spread_factor", improvement.spread_factor, none.spread_factor),
        ];
        for (key, value, same) in fields {
            if value != same {
                self.number(key, value);
            }
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.text("do", "add_rule");
        self.text("rule_id", &rule.key);
        self.actor("actor", Some(rule.actor));
        self.text("lever", rule.lever.name());
        self.gates(&rule.gate);
        let shipment = &rule.shipment;
        self.commodity("commodity", shipment.commodity);
        self.actor("origin", shipment.origin);
        self.actor("destination", shipment.destination);
        self.actor("shipper", shipment.shipper);
        self.actor("consignee", shipment.consignee);
        self.actor("flag", shipment.flag);
        if let Some(vehicle) = shipment.vehicle {
            self.text("vehicle", &self.model.vehicles[vehicle.index()].key);
        }
        self.actor("beneficiary", shipment.beneficiary);
        if let Some(after) = &rule.after {
            self.actor("after_territory", after.territory);
            self.actor("after_operator", after.operator);
            self.text("after_operation", after.operation.map_or("", |operation| operation.name()));
            self.node("after_terminal", after.terminal);
            self.passage("after_passage", after.passage);
            self.text("after_mode", after.mode.map_or("", |mode| mode.name()));
        }
        self.text("effect", rule.effect.name());
        if !matches!(rule.effect, Effect::Permit | Effect::Deny) {
            self.range("value", rule.value);
        }
        self.text("unit", rule.unit.map_or("", |unit| unit.name()));
        self.provenance(&rule.provenance);
    }

    fn supply(&mut self, supply: &Supply) {
        self.text("do", "set_supply");
        self.text("supply_id", &supply.key);
        self.commodity("commodity", Some(supply.commodity));
        self.node("node_id", Some(supply.node));
        self.actor("supplier", supply.supplier);
        if let Some(capacity) = supply.capacity {
            self.range("capacity_value", capacity.value);
            let unit = capacity.unit;
            let span = match unit.spans_per_year {
                1.0 => "yr",
                8760.0 => "h",
                _ => "d",
            };
            self.text("capacity_unit", &format!("{}/{span}", unit.unit));
        }
        if let Some(cost) = supply.cost {
            self.range("cost", cost.amount);
            self.text("per", cost.per.map_or("", |unit| unit.name()));
        }
        if supply.minimum > 0.0 {
            let per_year = supply.capacity.map_or(1.0, |capacity| self.commodity_units(supply, capacity.unit));
            self.number("minimum", supply.minimum / per_year);
        }
        self.provenance(&supply.provenance);
    }

    /// Commodity units a year in one of a rate unit.
    fn commodity_units(&self, supply: &Supply, unit: thalweg_model::units::RateUnit) -> f64 {
        let own = self.model.commodities[supply.commodity.index()].unit;
        let conversion = self
            .model
            .conversions
            .iter()
            .find(|row| row.commodity == supply.commodity && row.dimension == unit.unit.dimension);
        let per_base = if own.dimension == unit.unit.dimension {
            1.0 / own.factor
        } else {
            conversion.map_or(1.0, |row| row.factor)
        };
        per_base * unit.base_per_year()
    }

    fn holding(&mut self, holding: &Holding) {
        self.text("do", "set_holding");
        match holding.held {
            Held::Asset(asset) => self.text("held", &self.model.assets[asset.index()].key),
            Held::Firm(firm) => self.actor("held", Some(firm)),
        }
        self.actor("holder", Some(holding.holder));
        self.number("share_pct", holding.share * 100.0);
        self.text("holding_type", holding.kind.name());
        if holding.can_block {
            self.text.push_str("can_block = true\n");
        }
        self.provenance(&holding.provenance);
    }

    fn provenance(&mut self, provenance: &Provenance) {
        self.date("valid_from", provenance.validity.from);
        self.date("valid_until", provenance.validity.until);
        let keys: Vec<&str> =
            provenance.sources.iter().map(|source| self.model.sources[source.index()].key.as_str()).collect();
        self.text("source", &keys.join("|"));
        self.text("confidence", provenance.confidence.name());
        self.text("note", &provenance.note);
    }
}
