//! The kinds of link and of operation a corridor is made of.
use std::fmt;

macro_rules! named_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            /// The names a study uses for them.
            pub const NAMES: &'static [&'static str] = &[$($text),*];

            /// The name a study uses.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            /// The value of a name, `None` where no value has it.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

named_enum! {
    /// How the time of a row grows with the volume on it.
    DelayFunction {
        /// The delay at capacity times a power of volume over capacity (Bureau of Public Roads 1964).
        Bpr = "bpr",
        /// Spiess' conical function (1990): nearly straight above capacity.
        Conical = "conical",
    }
}

named_enum! {
    /// Transport mode of a link.
    Mode {
        /// Railway.
        Rail = "rail",
        /// Road.
        Road = "road",
        /// Sea lane sailed by ships of the shipper's choice.
        Sea = "sea",
        /// Scheduled ferry or feeder that carries wagons, trucks or boxes.
        Ferry = "ferry",
        /// Navigable river or canal.
        InlandWaterway = "inland_waterway",
        /// Oil or gas pipeline.
        Pipeline = "pipeline",
        /// Power line.
        Power = "power",
        /// Optical fibre.
        Fibre = "fibre",
        /// Air route.
        Air = "air",
    }
}

named_enum! {
    /// Why something goes wrong.
    Cause {
        /// Somebody means it.
        Deliberate = "deliberate",
        /// Somebody takes too little care.
        Negligent = "negligent",
        /// Nobody is to blame.
        Accident = "accident",
        /// Weather, water, earth.
        Nature = "nature",
    }
}

named_enum! {
    /// What questions shut one at a time or in pairs.
    GateKind {
        /// A state's territory.
        Territory = "territory",
        /// An operator.
        Operator = "operator",
        /// A holder that can block.
        Owner = "owner",
        /// A strait, canal or pass.
        Passage = "passage",
        /// Handling at a place.
        Terminal = "terminal",
        /// A border crossing.
        Crossing = "crossing",
        /// A link.
        Link = "link",
        /// A corridor.
        Corridor = "corridor",
        /// A supplier.
        Supply = "supply",
    }
}

named_enum! {
    /// What a question of a study asks.
    QuestionKind {
        /// Dependence curves.
        Depend = "depend",
        /// Refusals as pairs.
        Refusal = "refusal",
        /// Routes of a pair, what would open one, whose consent it needs.
        Route = "route",
        /// Each failure in turn.
        Each = "each",
        /// Every pair of failures.
        Pairs = "pairs",
        /// The worst few failures together.
        Worst = "worst",
        /// The cost of a refusal against the size of what a scenario brings.
        Newcomer = "newcomer",
        /// Who pays and who earns under a scenario.
        Incidence = "incidence",
        /// What players who can shut gates add to coalitions of the others.
        Power = "power",
        /// Who stands between states that do not meet directly.
        Broker = "broker",
        /// The order in which to mend and open.
        Repair = "repair",
        /// Who can stop a route, a project or the end of a shared asset.
        Consent = "consent",
        /// Which parts of a divided country can be reached from which.
        Reach = "reach",
        /// A year of the study's hazards by chance.
        Chance = "chance",
        /// What the study's hazards cost while nothing happens.
        Risk = "risk",
    }
}

named_enum! {
    /// What an arc of the virtual network does with a shipment.
    Operation {
        /// Moves it along a link.
        Move = "move",
        /// Puts it on a vehicle at the origin.
        Load = "load",
        /// Takes it off at the destination.
        Unload = "unload",
        /// Moves it between modes at a terminal.
        Transfer = "transfer",
        /// Carries it over a break of gauge.
        GaugeChange = "gauge_change",
        /// Leaves a territory at a crossing.
        BorderExit = "border_exit",
        /// Enters a territory at a crossing.
        BorderEntry = "border_entry",
        /// Goes through a strait, canal or pass.
        Passage = "passage",
        /// Comes from a supplier.
        Supply = "supply",
        /// Reaches the party that wants it.
        Demand = "demand",
    }
}

named_enum! {
    /// Whether a link or crossing can be used.
    Status {
        /// In use.
        Open = "open",
        /// Exists but is shut.
        Closed = "closed",
        /// Not built or not agreed yet; a scenario may open it.
        Planned = "planned",
    }
}

named_enum! {
    /// The way an actor says no.
    Lever {
        /// Over its land or water.
        Territory = "territory",
        /// As the operator of a service.
        Operation = "operation",
        /// As a holder who can block.
        Ownership = "ownership",
        /// As the seller.
        Supply = "supply",
        /// As the buyer.
        Demand = "demand",
        /// By flag, insurance or payment.
        Finance = "finance",
    }
}

named_enum! {
    /// What a rule does to a shipment at a gate.
    Effect {
        /// Lets it through where a less specific rule would not.
        Permit = "permit",
        /// Stops it.
        Deny = "deny",
        /// Charges `value` per unit, paid to the rule's actor.
        Surcharge = "surcharge",
        /// Costs `value` hours.
        Delay = "delay",
        /// Lets through `value` units a year, shared by all the rule matches.
        Quota = "quota",
    }
}

named_enum! {
    /// Kind of actor.
    ActorKind {
        /// A state; its key is its ISO 3166 alpha-3 code where it has one.
        State = "state",
        /// A firm, agency or consortium.
        Firm = "firm",
        /// A group of states.
        Bloc = "bloc",
    }
}

named_enum! {
    /// How a holder holds an asset.
    HoldingKind {
        /// Share of the capital.
        Equity = "equity",
        /// Right to run it for a term.
        Concession = "concession",
        /// Contract to operate it.
        Operation = "operation",
    }
}

named_enum! {
    /// How well a row is supported.
    Confidence {
        /// Official or primary.
        High = "high",
        /// Press or secondary.
        Medium = "medium",
        /// Inferred, or not checked against a second source.
        Low = "low",
        /// Ours; the note says how it was reached.
        Estimate = "estimate",
    }
}

named_enum! {
    /// Whether a relation brings two states together or sets them apart.
    RelationSign {
        /// They speak, trade or stand together in it.
        Friendly = "friendly",
        /// They do not, or stand against each other.
        Hostile = "hostile",
    }
}

named_enum! {
    /// What a relation is about.
    RelationMatter {
        /// Embassies and talks.
        Diplomatic = "diplomatic",
        /// Defence: pacts, or war.
        Security = "security",
        /// Trade agreements, or embargoes.
        Trade = "trade",
        /// Borders recognised and open, or disputed and shut.
        Border = "border",
        /// Transit and transport agreements, or bans.
        Transit = "transit",
    }
}

named_enum! {
    /// What a watch tells of.
    Topic {
        /// Access rules.
        Rules = "rules",
        /// What exists, is open, shut or planned, and what may use it.
        Statuses = "statuses",
        /// Capacities, sizes, shared limits, and traffic that takes part of them.
        Capacities = "capacities",
        /// Time, spread, cost and tolls.
        Charges = "charges",
        /// Who holds, runs and controls what.
        Holdings = "holdings",
        /// Blocs and relations.
        Relations = "relations",
        /// Hazards and needs.
        Hazards = "hazards",
        /// Volumes somebody counted.
        Observed = "observed",
        /// What is wanted.
        Demand = "demand",
        /// Who sells.
        Supply = "supply",
        /// The cheapest way of each demand.
        Routes = "routes",
        /// What supply costs and what goes without.
        Costs = "costs",
        /// Whose gates shipments meet.
        Exposure = "exposure",
        /// What a refusal by an actor would cost.
        Refusals = "refusals",
    }
}

named_enum! {
    /// How a row of a table differs between two studies or dates.
    Turn {
        /// Only the later has it.
        Begun = "begun",
        /// Only the earlier has it.
        Ended = "ended",
        /// Both have it, and it says something else.
        Altered = "altered",
        /// It began and ended in between.
        Passed = "passed",
    }
}
