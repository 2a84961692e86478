//! Positions of rows in a `Model`; they never leave the program, reports speak the study's own keys.

macro_rules! row_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position as an index into the model's rows.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<usize> for $name {
            fn from(index: usize) -> Self {
                $name(u32::try_from(index).expect("a study table has fewer than 2^32 rows"))
            }
        }
    )*};
}

row_ids! {
    /// A row of `source`.
    SourceId,
    /// A row of `actor`: a state, a firm or a bloc.
    ActorId,
    /// An asset named by links, nodes or holdings.
    AssetId,
    /// A place: a row of `node`.
    NodeId,
    /// A row of `link`; rows that share a key but differ in dates have different positions.
    LinkId,
    /// A row of `transfer`.
    TransferId,
    /// A border crossing: one key of `border_crossing`, with up to two sides.
    CrossingId,
    /// One side of a border crossing: a row of `border_crossing`.
    SideId,
    /// A row of `passage`: a strait, canal or pass.
    PassageId,
    /// A row of `limit`.
    LimitId,
    /// A row of `vehicle`.
    VehicleId,
    /// A row of `commodity`.
    CommodityId,
    /// A row of `rate`.
    RateId,
    /// A row of `demand`.
    DemandId,
    /// A row of `supply`.
    SupplyId,
    /// A row of `rule`.
    RuleId,
    /// A row of `capacity_group`.
    GroupId,
}
