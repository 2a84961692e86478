//! A sound study: every row typed, every reference resolved, every amount in the study's currency and base units.
//!
//! A `Model` is only built by `validate` (or by hand in tests). Rows of all dates stand side by side; whoever
//! reads a table keeps the rows whose `validity` holds on the date asked for.
use crate::calibration::Constant;
use crate::element::{Background, CapacityGroup, Observation};
use crate::hazard::{Hazard, Need};
use crate::ids::{ActorId, AssetId, CommodityId, CrossingId, LimitId, NodeId, PassageId, SourceId, VehicleId};
use crate::mode::{ActorKind, Confidence, DelayFunction, HoldingKind, Mode, Operation, Status};
use crate::place::Place;
use crate::relation::Relation;
use crate::rule::Rule;
use crate::units::{Dimension, Ranged, RateUnit, Unit};
use crate::validity::{Date, Validity};

/// What every row of fact carries besides its facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Provenance {
    /// File and row it was read from.
    pub place: Place,
    /// When it holds.
    pub validity: Validity,
    /// Where it comes from; empty only in studies that do not ask for sources.
    pub sources: Vec<SourceId>,
    /// How well it is supported.
    pub confidence: Confidence,
    /// Free text.
    pub note: String,
}

/// The head of a study: `study.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Short key.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// The question the study answers.
    pub question: String,
    /// Date whose rules, capacities and demands are used unless another is asked for.
    pub as_of: Date,
    /// ISO 4217 code every amount is converted to.
    pub currency: String,
    /// Year whose prices amounts are in.
    pub price_year: i16,
    /// Modes whose links may meet across a territory's edge without a listed crossing.
    pub implied_borders: Vec<Mode>,
    /// Whether every row of fact must name a source.
    pub sources_required: bool,
    /// Licence of the tables, for the report.
    pub licence: String,
    /// Period of the year whose demand holds; empty for the annual average.
    pub period: String,
}

/// An original publication.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Key.
    pub key: String,
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// Year of publication.
    pub year: Option<i16>,
    /// Licence of derived data, empty for single facts.
    pub licence: String,
}

/// A state, firm or bloc.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// Key; ISO 3166 alpha-3 for states.
    pub key: String,
    /// English name.
    pub name: String,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// What it is.
    pub kind: ActorKind,
    /// The state a firm answers to.
    pub nationality: Option<ActorId>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A state's membership of a bloc.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    /// The member.
    pub member: ActorId,
    /// The bloc.
    pub bloc: ActorId,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// An asset that can be held: a pipeline, a port company, a railway concession.
#[derive(Debug, Clone, PartialEq)]
pub struct Asset {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
}

/// What a holding is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// A physical asset.
    Asset(AssetId),
    /// A firm, through which other things are held.
    Firm(ActorId),
}

/// A holder's share of an asset or firm.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// What is held.
    pub held: Held,
    /// Who holds it.
    pub holder: ActorId,
    /// Share between 0 and 1.
    pub share: f64,
    /// How.
    pub kind: HoldingKind,
    /// Whether this holder alone can stop the asset for a shipment.
    pub can_block: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// UN/LOCODE, empty where there is none.
    pub locode: String,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// City, port, terminal, border, junction, field, refinery: free word for the map.
    pub node_type: String,
    /// Longitude, degrees east, WGS 84.
    pub longitude: f64,
    /// Latitude, degrees north, WGS 84.
    pub latitude: f64,
    /// State under whose control it stands; `None` at sea.
    pub territory: Option<ActorId>,
    /// Part of that state, for reachability by part; empty for the main part.
    pub region: String,
    /// Asset it belongs to.
    pub asset: Option<AssetId>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Money per unit, as the tables give it: the amount, and the unit it is charged on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Charge {
    /// Study currency per unit.
    pub amount: Ranged,
    /// Unit the amount is charged on; `None` means the shipment's own unit, whatever it is.
    pub per: Option<Unit>,
}

/// A toll and the actor it is paid to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Toll {
    /// How much.
    pub charge: Charge,
    /// Who receives it.
    pub to: ActorId,
}

/// A capacity, in base units of `unit` a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Capacity {
    /// Amount in `unit`, as the table gives it.
    pub value: Ranged,
    /// The rate unit of the table.
    pub unit: RateUnit,
    /// How the time grows with the volume; `None` where it does not.
    pub delay: Option<Delay>,
}

/// How the time of a row grows with the volume on it, background included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delay {
    /// The form of the curve.
    pub function: DelayFunction,
    /// Time added when the volume equals the capacity, h.
    pub at_capacity_h: Ranged,
    /// Power of a `bpr` curve; steepness of a `conical` one, above 1.
    pub power: Ranged,
}

impl Capacity {
    /// Dimension counted.
    pub fn dimension(&self) -> Dimension {
        self.unit.unit.dimension
    }

    /// Base units (t, TEU, bbl, m3, MWh) a year.
    pub fn base_per_year(&self) -> f64 {
        self.value.value * self.unit.base_per_year()
    }
}

impl Delay {
    /// Power or steepness of a curve that states none.
    pub const USUAL_POWER: f64 = 4.0;
}

/// A link between two nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Key; rows of one key hold at different dates.
    pub key: String,
    /// English name.
    pub name: String,
    /// From.
    pub from: NodeId,
    /// To.
    pub to: NodeId,
    /// Whether it runs only from `from` to `to`.
    pub directed: bool,
    /// Mode.
    pub mode: Mode,
    /// Length, km.
    pub length_km: Ranged,
    /// Running time, h; `None` means length over the rate's speed.
    pub time_h: Option<Ranged>,
    /// Standard deviation of the time, h; `None` means the rate's share of the time.
    pub time_sd_h: Option<Ranged>,
    /// Resource cost; `None` means length times the rate's cost.
    pub cost: Option<Charge>,
    /// Toll.
    pub toll: Option<Toll>,
    /// Capacity over both directions unless directed.
    pub capacity: Option<Capacity>,
    /// Track gauge, mm, for rail.
    pub gauge_mm: Option<u32>,
    /// State on whose territory it stands; `None` on the high sea.
    pub territory: Option<ActorId>,
    /// Who runs the service.
    pub operator: Option<ActorId>,
    /// Asset it belongs to.
    pub asset: Option<AssetId>,
    /// Strait, canal or pass it goes through.
    pub passage: Option<PassageId>,
    /// Size limit.
    pub limit: Option<LimitId>,
    /// Commodities it carries; empty means all its mode carries.
    pub commodities: Vec<CommodityId>,
    /// In use, shut or planned.
    pub status: Status,
    /// Corridor it is counted under, empty for none.
    pub corridor: String,
    /// Right of way it shares with links of other layers, empty for its own.
    pub right_of_way: String,
    /// Intermediate points (longitude, latitude) for drawing.
    pub shape: Vec<(f64, f64)>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// An operation at a terminal.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    /// Key.
    pub key: String,
    /// Where.
    pub node: NodeId,
    /// What: load, unload, transfer or gauge change.
    pub operation: Operation,
    /// Mode before, `None` for loading.
    pub from_mode: Option<Mode>,
    /// Mode after, `None` for unloading.
    pub to_mode: Option<Mode>,
    /// Gauge before, mm, where it matters.
    pub from_gauge_mm: Option<u32>,
    /// Gauge after, mm, where it matters.
    pub to_gauge_mm: Option<u32>,
    /// Whether only from before to after, not back.
    pub directed: bool,
    /// Time, h; `None` means the rate's.
    pub time_h: Option<Ranged>,
    /// Standard deviation of the time, h; `None` means the rate's share of the time.
    pub time_sd_h: Option<Ranged>,
    /// Resource cost; `None` means the rate's.
    pub cost: Option<Charge>,
    /// Toll.
    pub toll: Option<Toll>,
    /// Capacity.
    pub capacity: Option<Capacity>,
    /// Who runs it.
    pub operator: Option<ActorId>,
    /// Asset it belongs to.
    pub asset: Option<AssetId>,
    /// Commodities it handles; empty means all.
    pub commodities: Vec<CommodityId>,
    /// In use, shut or planned.
    pub status: Status,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A border crossing: the key its sides share.
#[derive(Debug, Clone, PartialEq)]
pub struct Crossing {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// Where.
    pub node: NodeId,
    /// Mode it serves.
    pub mode: Mode,
}

/// Time, spread and money of leaving or entering a territory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BorderStep {
    /// Time, h; `None` means the rate's.
    pub time_h: Option<Ranged>,
    /// Standard deviation of the time, h; `None` means the rate's share of the time.
    pub time_sd_h: Option<Ranged>,
    /// Resource cost; `None` means the rate's.
    pub cost: Option<Charge>,
}

/// One side of a border crossing.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// The crossing.
    pub crossing: CrossingId,
    /// State whose side this is.
    pub territory: ActorId,
    /// Leaving it here.
    pub exit: BorderStep,
    /// Entering it here.
    pub entry: BorderStep,
    /// Toll of passing this side, either way.
    pub toll: Option<Toll>,
    /// Capacity.
    pub capacity: Option<Capacity>,
    /// Who runs it.
    pub operator: Option<ActorId>,
    /// In use, shut or planned.
    pub status: Status,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A strait, canal or pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// State that controls it, if one does.
    pub territory: Option<ActorId>,
    /// Who runs it.
    pub operator: Option<ActorId>,
    /// Time beyond the link's own, h.
    pub time_h: Option<Ranged>,
    /// Standard deviation of that time, h.
    pub time_sd_h: Option<Ranged>,
    /// Toll.
    pub toll: Option<Toll>,
    /// Capacity.
    pub capacity: Option<Capacity>,
    /// Size limit.
    pub limit: Option<LimitId>,
    /// Open, shut or planned.
    pub status: Status,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// The sizes a link or passage takes, or a vehicle has; `None` where it does not bind.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sizes {
    /// Draught, m.
    pub draught_m: Option<f64>,
    /// Beam or width, m.
    pub beam_m: Option<f64>,
    /// Length, m.
    pub length_m: Option<f64>,
    /// Deadweight, t.
    pub deadweight_t: Option<f64>,
    /// Axle load, t.
    pub axle_load_t: Option<f64>,
}

impl Sizes {
    /// Whether a vehicle of size `self` fits a limit; a size the vehicle does not state fits everything.
    pub fn fits(&self, limit: &Sizes) -> bool {
        let within = |size: Option<f64>, most: Option<f64>| match (size, most) {
            (Some(size), Some(most)) => size <= most,
            _ => true,
        };
        within(self.draught_m, limit.draught_m)
            && within(self.beam_m, limit.beam_m)
            && within(self.length_m, limit.length_m)
            && within(self.deadweight_t, limit.deadweight_t)
            && within(self.axle_load_t, limit.axle_load_t)
    }
}

/// The largest vehicle a link or passage takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// Key.
    pub key: String,
    /// Sizes not to be exceeded.
    pub sizes: Sizes,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A class of ship, train or truck.
#[derive(Debug, Clone, PartialEq)]
pub struct Vehicle {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// Mode it travels by.
    pub mode: Mode,
    /// Its sizes.
    pub sizes: Sizes,
    /// Factor on the rate's cost per unit-km: large ships are cheaper.
    pub cost_factor: f64,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// What is shipped.
#[derive(Debug, Clone, PartialEq)]
pub struct Commodity {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// Harmonised System code, empty where none fits.
    pub hs_code: String,
    /// Unit volumes and unit costs are reported in.
    pub unit: Unit,
    /// Modes that can carry it.
    pub modes: Vec<Mode>,
    /// Default vehicle class by mode, at most one a mode.
    pub vehicles: Vec<VehicleId>,
    /// Whether buyers take any supplier's.
    pub homogeneous: bool,
    /// Study currency per unit and hour.
    pub value_of_time: Ranged,
    /// Study currency per unit and hour of standard deviation.
    pub value_of_reliability: Ranged,
    /// Dispersion of path choice, 1/(study currency per unit); infinite means least cost.
    pub dispersion: f64,
    /// Study currency per unit not delivered.
    pub unserved_cost: Ranged,
    /// Group of layers on the map: containers, oil, gas, power, fibre, passengers.
    pub layer: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// How many of a commodity's own unit one base unit of another dimension is.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversion {
    /// The commodity.
    pub commodity: CommodityId,
    /// The other dimension.
    pub dimension: Dimension,
    /// Commodity units per base unit of `dimension`.
    pub factor: f64,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// What an operation costs and takes where a row does not say.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// The operation.
    pub operation: Operation,
    /// Mode (before, for a transfer); `None` fits all.
    pub mode: Option<Mode>,
    /// Mode after a transfer; `None` fits all.
    pub to_mode: Option<Mode>,
    /// Territory; `None` fits all.
    pub territory: Option<ActorId>,
    /// Commodity; `None` fits all.
    pub commodity: Option<CommodityId>,
    /// Cost per unit-km when moving, per unit otherwise.
    pub cost: Charge,
    /// Speed, km/h, when moving.
    pub speed_km_h: Option<Ranged>,
    /// Time, h, otherwise.
    pub time_h: Option<Ranged>,
    /// Standard deviation of the time as a share of the time.
    pub time_sd_share: Option<f64>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// What somebody wants moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Key; rows of one key hold at different dates.
    pub key: String,
    /// What.
    pub commodity: CommodityId,
    /// From where; `None` lets every supplier compete.
    pub origin: Option<NodeId>,
    /// To where.
    pub destination: NodeId,
    /// Volume, commodity units a year.
    pub volume: Ranged,
    /// Period of the year it belongs to; empty for the annual average.
    pub period: String,
    /// Whose shipment it is.
    pub shipper: Option<ActorId>,
    /// Who receives it.
    pub consignee: Option<ActorId>,
    /// State whose flag or carrier moves it.
    pub flag: Option<ActorId>,
    /// Vehicle classes that differ from the commodity's defaults.
    pub vehicles: Vec<VehicleId>,
    /// Study currency per unit not delivered; `None` means the commodity's.
    pub unserved_cost: Option<Ranged>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Who can deliver a homogeneous commodity.
#[derive(Debug, Clone, PartialEq)]
pub struct Supply {
    /// Key; rows of one key are steps of one cost curve or hold at different dates.
    pub key: String,
    /// What.
    pub commodity: CommodityId,
    /// Where.
    pub node: NodeId,
    /// Who sells it.
    pub supplier: Option<ActorId>,
    /// The most it can deliver at this cost.
    pub capacity: Option<Capacity>,
    /// Cost at the node.
    pub cost: Option<Charge>,
    /// Volume that must be taken, commodity units a year.
    pub minimum: f64,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A sound study.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "each field is the table of its row type")]
pub struct Model {
    pub head: Head,
    pub sources: Vec<Source>,
    pub actors: Vec<Actor>,
    pub memberships: Vec<Membership>,
    /// Relations.
    pub relations: Vec<Relation>,
    pub assets: Vec<Asset>,
    pub holdings: Vec<Holding>,
    pub nodes: Vec<Node>,
    pub links: Vec<Link>,
    pub transfers: Vec<Transfer>,
    pub crossings: Vec<Crossing>,
    pub sides: Vec<Side>,
    pub passages: Vec<Passage>,
    pub limits: Vec<Limit>,
    pub vehicles: Vec<Vehicle>,
    pub commodities: Vec<Commodity>,
    pub conversions: Vec<Conversion>,
    pub rates: Vec<Rate>,
    pub demands: Vec<Demand>,
    pub supplies: Vec<Supply>,
    pub rules: Vec<Rule>,
    pub groups: Vec<CapacityGroup>,
    pub backgrounds: Vec<Background>,
    pub observations: Vec<Observation>,
    pub hazards: Vec<Hazard>,
    pub needs: Vec<Need>,
    pub calibration: Vec<Constant>,
}
