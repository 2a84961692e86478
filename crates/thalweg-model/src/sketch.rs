//! A model from a few lines of text, for tests and examples: `link A-B rail in=KAZ cost=1; demand A>B goods 10`.
//!
//! Statements end with `;` or a line end. Names come into being when first used; all borders are implied and every
//! operation but movement is free, so a sketch says only what matters to it.
//!
//! ```text
//! state KAZ RUS              firm KTZ of=KAZ           bloc EU members=DEU|FRA
//! node A in=KAZ              commodity crude unserved=120 modes=pipeline|sea vot=0
//! link A-B rail in=KAZ km=10 h=2 sd=1 cost=1 toll=2>KAZ by=KTZ asset=X cap=100 gauge=1520 only=crude
//!      late=3 power=4 (3 h more at capacity by a bpr curve; conical: the other one)
//!      passage=suez limit=small status=planned oneway key=my_link corridor=middle row=valley
//! relate KAZ RUS friendly    hold X KTZ 100 block       demand A>B goods 10 unserved=100 shipper=KAZ key=d1
//! supply A crude cost=3 by=KAZ cap=50 key=s1           demand *>B crude 10
//! deny KAZ territory=KAZ mode=rail origin=RUS after=territory:RUS key=r1     (permit, surcharge 5, delay 3 too)
//! transfer A rail ferry h=10 cost=2                    gauge A 1435 1520 h=10
//! limit small beam=32        vehicle big sea beam=60
//! Rules, links, transfers, holdings, demands, suppliers and ties of actors hold since=2022-03-01 until=2023-01-31
//! ```
use crate::ids::{ActorId, AssetId, CommodityId, LimitId, NodeId, PassageId, VehicleId};
use crate::mode::{
    ActorKind, Confidence, DelayFunction, Effect, HoldingKind, Lever, Mode, Operation, RelationMatter, RelationSign,
    Status,
};
use crate::model::{
    Actor, Asset, Capacity, Charge, Commodity, Delay, Demand, Head, Held, Holding, Limit, Link, Membership, Model,
    Node, Passage, Provenance, Rate, Sizes, Supply, Toll, Transfer, Vehicle,
};
use crate::place::Place;
use crate::relation::Relation;
use crate::rule::{GateSelector, Rule, ShipmentPredicate};
use crate::units::{Ranged, RateUnit, Unit};
use crate::validity::Validity;
use jiff::civil::date;
use std::collections::BTreeMap;

/// Builds the model a sketch describes.
///
/// # Panics
/// On text it does not understand: a sketch is written by a programmer.
pub fn sketch(text: &str) -> Model {
    let mut draft = Draft { model: empty() };
    for statement in text.split([';', '\n']).map(str::trim).filter(|statement| !statement.is_empty()) {
        draft.statement(statement);
    }
    draft.model
}

fn empty() -> Model {
    Model {
        head: Head {
            name: "sketch".to_owned(),
            title: "Sketch".to_owned(),
            question: String::new(),
            as_of: date(2025, 1, 1),
            currency: "USD".to_owned(),
            price_year: 2025,
            implied_borders: Mode::ALL.to_vec(),
            sources_required: false,
            licence: String::new(),
            period: String::new(),
        },
        sources: Vec::new(),
        actors: Vec::new(),
        memberships: Vec::new(),
        relations: Vec::new(),
        assets: Vec::new(),
        holdings: Vec::new(),
        nodes: Vec::new(),
        links: Vec::new(),
        transfers: Vec::new(),
        crossings: Vec::new(),
        sides: Vec::new(),
        passages: Vec::new(),
        limits: Vec::new(),
        vehicles: Vec::new(),
        commodities: Vec::new(),
        conversions: Vec::new(),
        rates: [
            Operation::Move,
            Operation::Load,
            Operation::Unload,
            Operation::Transfer,
            Operation::GaugeChange,
            Operation::Passage,
        ]
        .map(|operation| Rate {
            operation,
            mode: None,
            to_mode: None,
            territory: None,
            commodity: None,
            cost: charge(0.0),
            speed_km_h: Some(Ranged::exactly(f64::INFINITY)),
            time_h: Some(Ranged::exactly(0.0)),
            time_sd_share: None,
            provenance: provenance(),
        })
        .to_vec(),
        demands: Vec::new(),
        supplies: Vec::new(),
        rules: Vec::new(),
        groups: Vec::new(),
        backgrounds: Vec::new(),
        observations: Vec::new(),
        hazards: Vec::new(),
        needs: Vec::new(),
        calibration: Vec::new(),
    }
}

/// A provenance that holds always and claims nothing.
pub fn provenance() -> Provenance {
    Provenance {
        place: Place::default(),
        validity: Validity::ALWAYS,
        sources: Vec::new(),
        confidence: Confidence::Estimate,
        note: String::new(),
    }
}

fn charge(amount: f64) -> Charge {
    Charge { amount: Ranged::exactly(amount), per: None }
}

fn tonnes_a_year(value: f64) -> Capacity {
    Capacity { value: Ranged::exactly(value), unit: RateUnit::parse("t/yr").expect("t/yr is a unit"), delay: None }
}

/// The words of a statement: bare ones in order, `key=value` ones by key.
struct Words<'a> {
    bare: Vec<&'a str>,
    named: BTreeMap<&'a str, &'a str>,
}

impl<'a> Words<'a> {
    fn of(statement: &'a str) -> Self {
        let mut words = Words { bare: Vec::new(), named: BTreeMap::new() };
        for word in statement.split_whitespace().skip(1) {
            match word.split_once('=') {
                Some((key, value)) => {
                    words.named.insert(key, value);
                }
                None => words.bare.push(word),
            }
        }
        words
    }

    fn capacity(&self) -> Option<Capacity> {
        let capacity = self.number("cap").map(tonnes_a_year)?;
        let delay = self.ranged("late").map(|at_capacity_h| Delay {
            function: if self.says("conical") { DelayFunction::Conical } else { DelayFunction::Bpr },
            at_capacity_h,
            power: self.ranged("power").unwrap_or(Ranged::exactly(Delay::USUAL_POWER)),
        });
        Some(Capacity { delay, ..capacity })
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.named.get(key).map(|text| text.parse().expect("a number"))
    }

    fn ranged(&self, key: &str) -> Option<Ranged> {
        self.number(key).map(Ranged::exactly)
    }

    fn provenance(&self) -> Provenance {
        let date = |key: &str| self.named.get(key).map(|text| text.parse().expect("a date"));
        Provenance { validity: Validity { from: date("since"), until: date("until") }, ..provenance() }
    }

    fn says(&self, word: &str) -> bool {
        self.bare.contains(&word)
    }

    fn sizes(&self) -> Sizes {
        Sizes {
            draught_m: self.number("draught"),
            beam_m: self.number("beam"),
            length_m: self.number("length"),
            deadweight_t: self.number("deadweight"),
            axle_load_t: self.number("axle"),
        }
    }

    fn status(&self) -> Status {
        self.named.get("status").map_or(Status::Open, |text| Status::parse(text).expect("a status"))
    }
}

struct Draft {
    model: Model,
}

fn position<T>(rows: &[T], fits: impl Fn(&T) -> bool) -> Option<usize> {
    rows.iter().position(fits)
}

impl Draft {
    fn statement(&mut self, statement: &str) {
        let words = Words::of(statement);
        match statement.split_whitespace().next().unwrap_or_default() {
            "state" => words.bare.iter().for_each(|key| {
                self.actor(key);
            }),
            "firm" => {
                let nationality = words.named.get("of").map(|key| self.actor(key));
                let firm = self.actor(words.bare[0]);
                self.model.actors[firm.index()].kind = ActorKind::Firm;
                self.model.actors[firm.index()].nationality = nationality;
            }
            "bloc" => self.bloc(&words),
            "relate" => self.relation(&words),
            "node" => {
                let node = self.node(words.bare[0]);
                self.model.nodes[node.index()].territory = words.named.get("in").map(|key| self.actor(key));
            }
            "commodity" => self.commodity_row(&words),
            "link" => self.link(&words),
            "transfer" | "gauge" => self.transfer(&words, statement.starts_with("gauge")),
            "hold" => self.holding(&words),
            "demand" => self.demand(&words),
            "supply" => self.supply(&words),
            "limit" => {
                let key = words.bare[0].to_owned();
                self.model.limits.push(Limit { key, sizes: words.sizes(), provenance: words.provenance() });
            }
            "vehicle" => self.vehicle(&words),
            "deny" => self.rule(&words, Effect::Deny),
            "permit" => self.rule(&words, Effect::Permit),
            "surcharge" => self.rule(&words, Effect::Surcharge),
            "delay" => self.rule(&words, Effect::Delay),
            other => panic!("a sketch knows no `{other}`"),
        }
    }

    fn actor(&mut self, key: &str) -> ActorId {
        let known = position(&self.model.actors, |actor| actor.key == key);
        ActorId::from(known.unwrap_or_else(|| {
            self.model.actors.push(Actor {
                key: key.to_owned(),
                name: key.to_owned(),
                aliases: Vec::new(),
                kind: ActorKind::State,
                nationality: None,
                provenance: provenance(),
            });
            self.model.actors.len() - 1
        }))
    }

    fn bloc(&mut self, words: &Words) {
        let bloc = self.actor(words.bare[0]);
        self.model.actors[bloc.index()].kind = ActorKind::Bloc;
        for member in words.named.get("members").into_iter().flat_map(|list| list.split('|')) {
            let member = self.actor(member);
            self.model.memberships.push(Membership { member, bloc, provenance: words.provenance() });
        }
    }

    fn relation(&mut self, words: &Words) {
        let (one, other) = (self.actor(words.bare[0]), self.actor(words.bare[1]));
        let sign = RelationSign::parse(words.bare[2]).expect("a sign");
        let matter = RelationMatter::Diplomatic;
        self.model.relations.push(Relation { one, other, matter, sign, provenance: words.provenance() });
    }

    fn node(&mut self, key: &str) -> NodeId {
        let known = position(&self.model.nodes, |node| node.key == key);
        NodeId::from(known.unwrap_or_else(|| {
            self.model.nodes.push(Node {
                key: key.to_owned(),
                name: key.to_owned(),
                locode: String::new(),
                aliases: Vec::new(),
                node_type: String::new(),
                longitude: self.model.nodes.len() as f64,
                latitude: 0.0,
                territory: None,
                region: String::new(),
                asset: None,
                provenance: provenance(),
            });
            self.model.nodes.len() - 1
        }))
    }

    fn asset(&mut self, key: &str) -> AssetId {
        let known = position(&self.model.assets, |asset| asset.key == key);
        AssetId::from(known.unwrap_or_else(|| {
            self.model.assets.push(Asset { key: key.to_owned(), name: key.to_owned() });
            self.model.assets.len() - 1
        }))
    }

    fn passage(&mut self, key: &str) -> PassageId {
        let known = position(&self.model.passages, |passage| passage.key == key);
        PassageId::from(known.unwrap_or_else(|| {
            self.model.passages.push(Passage {
                key: key.to_owned(),
                name: key.to_owned(),
                aliases: Vec::new(),
                territory: None,
                operator: None,
                time_h: None,
                time_sd_h: None,
                toll: None,
                capacity: None,
                limit: None,
                status: Status::Open,
                provenance: provenance(),
            });
            self.model.passages.len() - 1
        }))
    }

    fn limit(&self, key: &str) -> LimitId {
        LimitId::from(position(&self.model.limits, |limit| limit.key == key).expect("the limit is sketched before"))
    }

    fn vehicle_id(&self, key: &str) -> VehicleId {
        let known = position(&self.model.vehicles, |vehicle| vehicle.key == key);
        VehicleId::from(known.expect("the vehicle is sketched before"))
    }

    fn vehicle(&mut self, words: &Words) {
        self.model.vehicles.push(Vehicle {
            key: words.bare[0].to_owned(),
            name: words.bare[0].to_owned(),
            mode: Mode::parse(words.bare[1]).expect("a mode"),
            sizes: words.sizes(),
            cost_factor: words.number("factor").unwrap_or(1.0),
            provenance: provenance(),
        });
    }

    fn commodity(&mut self, key: &str) -> CommodityId {
        let known = position(&self.model.commodities, |commodity| commodity.key == key);
        CommodityId::from(known.unwrap_or_else(|| {
            self.model.commodities.push(Commodity {
                key: key.to_owned(),
                name: key.to_owned(),
                hs_code: String::new(),
                unit: Unit::parse("t").expect("t is a unit"),
                modes: Mode::ALL.to_vec(),
                vehicles: Vec::new(),
                homogeneous: false,
                value_of_time: Ranged::exactly(0.0),
                value_of_reliability: Ranged::exactly(0.0),
                dispersion: f64::INFINITY,
                unserved_cost: Ranged::exactly(1000.0),
                layer: "containers".to_owned(),
                provenance: provenance(),
            });
            self.model.commodities.len() - 1
        }))
    }

    fn commodity_row(&mut self, words: &Words) {
        let commodity = self.commodity(words.bare[0]);
        let row = &mut self.model.commodities[commodity.index()];
        if let Some(list) = words.named.get("modes") {
            row.modes = list.split('|').map(|mode| Mode::parse(mode).expect("a mode")).collect();
        }
        row.unserved_cost = words.ranged("unserved").unwrap_or(row.unserved_cost);
        row.value_of_time = words.ranged("vot").unwrap_or(row.value_of_time);
        row.value_of_reliability = words.ranged("vor").unwrap_or(row.value_of_reliability);
        row.dispersion = words.number("theta").unwrap_or(row.dispersion);
    }

    fn link(&mut self, words: &Words) {
        let (from, to) = words.bare[0].split_once('-').expect("a link is written A-B");
        let (from, to) = (self.node(from), self.node(to));
        let toll = words.named.get("toll").map(|text| {
            let (amount, actor) = text.split_once('>').expect("a toll is written 2>KAZ");
            Toll { charge: charge(amount.parse().expect("a number")), to: self.actor(actor) }
        });
        let commodities = words.named.get("only").map(|list| list.split('|').map(|key| self.commodity(key)).collect());
        let key = words.named.get("key").map_or_else(|| words.bare[0].to_owned(), |&key| key.to_owned());
        let row = Link {
            name: key.clone(),
            key,
            from,
            to,
            directed: words.says("oneway"),
            mode: Mode::parse(words.bare[1]).expect("a mode"),
            length_km: words.ranged("km").unwrap_or(Ranged::exactly(1.0)),
            time_h: Some(words.ranged("h").unwrap_or(Ranged::exactly(0.0))),
            time_sd_h: words.ranged("sd"),
            cost: Some(charge(words.number("cost").unwrap_or(0.0))),
            toll,
            capacity: words.capacity(),
            gauge_mm: words.number("gauge").map(|gauge| gauge as u32),
            territory: words.named.get("in").map(|key| self.actor(key)),
            operator: words.named.get("by").map(|key| self.actor(key)),
            asset: words.named.get("asset").map(|key| self.asset(key)),
            passage: words.named.get("passage").map(|key| self.passage(key)),
            limit: words.named.get("limit").map(|key| self.limit(key)),
            commodities: commodities.unwrap_or_default(),
            status: words.status(),
            corridor: words.named.get("corridor").map_or_else(String::new, |&name| name.to_owned()),
            right_of_way: words.named.get("row").map_or_else(String::new, |&name| name.to_owned()),
            shape: Vec::new(),
            provenance: words.provenance(),
        };
        self.model.links.push(row);
    }

    fn transfer(&mut self, words: &Words, gauge: bool) {
        let node = self.node(words.bare[0]);
        let modes = |position: usize| {
            if gauge { Some(Mode::Rail) } else { Mode::parse(words.bare[position]) }
        };
        let gauges = |position: usize| words.bare[position].parse().ok().filter(|_| gauge);
        let row = Transfer {
            key: format!("{}-{}", words.bare[0], self.model.transfers.len()),
            node,
            operation: if gauge { Operation::GaugeChange } else { Operation::Transfer },
            from_mode: modes(1),
            to_mode: modes(2),
            from_gauge_mm: gauges(1),
            to_gauge_mm: gauges(2),
            directed: words.says("oneway"),
            time_h: words.ranged("h"),
            time_sd_h: words.ranged("sd"),
            cost: words.number("cost").map(charge),
            toll: None,
            capacity: words.capacity(),
            operator: words.named.get("by").map(|key| self.actor(key)),
            asset: words.named.get("asset").map(|key| self.asset(key)),
            commodities: Vec::new(),
            status: words.status(),
            provenance: words.provenance(),
        };
        self.model.transfers.push(row);
    }

    fn holding(&mut self, words: &Words) {
        let firm = position(&self.model.actors, |actor| actor.key == words.bare[0]).map(ActorId::from);
        let held = match firm {
            Some(firm) => Held::Firm(firm),
            None => Held::Asset(self.asset(words.bare[0])),
        };
        let holder = self.actor(words.bare[1]);
        self.model.holdings.push(Holding {
            held,
            holder,
            share: words.bare[2].parse::<f64>().expect("a percentage") / 100.0,
            kind: HoldingKind::Equity,
            can_block: words.says("block"),
            provenance: words.provenance(),
        });
    }

    fn demand(&mut self, words: &Words) {
        let (from, to) = words.bare[0].split_once('>').expect("a demand is written A>B");
        let row = Demand {
            key: words.named.get("key").map_or_else(|| words.bare[0].to_owned(), |&key| key.to_owned()),
            commodity: self.commodity(words.bare[1]),
            origin: (from != "*").then(|| self.node(from)),
            destination: self.node(to),
            volume: Ranged::exactly(words.bare[2].parse().expect("a volume")),
            period: String::new(),
            shipper: words.named.get("shipper").map(|key| self.actor(key)),
            consignee: words.named.get("consignee").map(|key| self.actor(key)),
            flag: words.named.get("flag").map(|key| self.actor(key)),
            vehicles: words.named.get("vehicle").map(|key| self.vehicle_id(key)).into_iter().collect(),
            unserved_cost: words.ranged("unserved"),
            provenance: words.provenance(),
        };
        self.model.demands.push(row);
    }

    fn supply(&mut self, words: &Words) {
        let row = Supply {
            key: words.named.get("key").map_or_else(|| words.bare[0].to_owned(), |&key| key.to_owned()),
            commodity: self.commodity(words.bare[1]),
            node: self.node(words.bare[0]),
            supplier: words.named.get("by").map(|key| self.actor(key)),
            capacity: words.capacity(),
            cost: words.number("cost").map(charge),
            minimum: words.number("min").unwrap_or(0.0),
            provenance: words.provenance(),
        };
        self.model.supplies.push(row);
    }

    fn selector(&mut self, named: &BTreeMap<&str, &str>) -> GateSelector {
        GateSelector {
            territory: named.get("territory").map(|key| self.actor(key)),
            operator: named.get("operator").map(|key| self.actor(key)),
            owner: named.get("owner").map(|key| self.actor(key)),
            crossing: None,
            side: named.get("side").map(|key| self.actor(key)),
            terminal: named.get("terminal").map(|key| self.node(key)),
            passage: named.get("passage").map(|key| self.passage(key)),
            asset: named.get("asset").map(|key| self.asset(key)),
            link: named.get("link").map(|&key| key.to_owned()),
            mode: named.get("mode").map(|text| Mode::parse(text).expect("a mode")),
            operation: named.get("operation").map(|text| Operation::parse(text).expect("an operation")),
        }
    }

    fn rule(&mut self, words: &Words, effect: Effect) {
        let after = words.named.get("after").map(|text| {
            let (field, value) = text.split_once(':').expect("history is written after=territory:RUS");
            self.selector(&BTreeMap::from([(field, value)]))
        });
        let amount = words.bare.get(1).map_or(0.0, |text| text.parse().expect("an amount"));
        let row = Rule {
            key: words
                .named
                .get("key")
                .map_or_else(|| format!("rule {}", self.model.rules.len()), |&key| key.to_owned()),
            actor: self.actor(words.bare[0]),
            lever: words.named.get("lever").map_or(Lever::Territory, |text| Lever::parse(text).expect("a lever")),
            gate: self.selector(&words.named),
            shipment: ShipmentPredicate {
                commodity: words.named.get("commodity").map(|key| self.commodity(key)),
                origin: words.named.get("origin").map(|key| self.actor(key)),
                destination: words.named.get("destination").map(|key| self.actor(key)),
                shipper: words.named.get("shipper").map(|key| self.actor(key)),
                consignee: words.named.get("consignee").map(|key| self.actor(key)),
                flag: words.named.get("flag").map(|key| self.actor(key)),
                vehicle: words.named.get("vehicle").map(|key| self.vehicle_id(key)),
                beneficiary: words.named.get("beneficiary").map(|key| self.actor(key)),
            },
            after,
            effect,
            value: Ranged::exactly(amount),
            unit: None,
            provenance: words.provenance(),
        };
        self.model.rules.push(row);
    }
}
