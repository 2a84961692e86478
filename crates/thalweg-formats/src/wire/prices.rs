//! The wire shape of shadow prices: what one more unit of a full limit would save.
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::oracle::Value;

/// Limits that the same shipments use alike, so that only the sum of their prices is determined.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BottleneckRow {
    /// Kind and key of each limit: link, terminal, passage, crossing and side, supply, group, quota.
    pub limits: Vec<String>,
    /// What one more unit through all of them would save, study currency per unit.
    pub shadow_price: f64,
    /// The unit; empty for a quota that counts each commodity in its own unit.
    pub unit: &'static str,
    /// What fits through the tightest of them besides background, units a year.
    pub capacity: f64,
}

/// Bottlenecks of a solved state, the greatest rent (price times capacity) first.
pub fn bottleneck_rows(value: &Value) -> Vec<BottleneckRow> {
    let limits = &value.limits.limits;
    let row = |(members, price): &(Vec<usize>, f64)| {
        let tightest = members.iter().map(|&limit| limits[limit].capacity).fold(f64::INFINITY, f64::min);
        BottleneckRow {
            limits: members.iter().map(|&limit| limits[limit].label.clone()).collect(),
            shadow_price: *price,
            unit: members.first().map_or("", |&limit| limits[limit].unit),
            capacity: tightest,
        }
    };
    let mut rows: Vec<BottleneckRow> = value.bottlenecks.iter().map(row).collect();
    let rent = |row: &BottleneckRow| row.shadow_price * row.capacity;
    rows.sort_by(|one, other| rent(other).total_cmp(&rent(one)).then(one.limits.cmp(&other.limits)));
    rows
}

/// A volume that must be taken from a supplier.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ContractRow {
    /// Supply key.
    pub supply: String,
    /// Commodity units a year that must be taken.
    pub minimum: f64,
    /// Commodity units a year taken; below the minimum where it cannot be met.
    pub taken: f64,
    /// Commodity unit.
    pub unit: &'static str,
    /// What one unit less of the minimum would save, study currency per unit; null where it is not met.
    pub shadow_cost: Option<f64>,
}

/// Contracts of a solved state, in the order of the table.
pub fn contract_rows(value: &Value) -> Vec<ContractRow> {
    let limits = value.limits.limits.iter().enumerate();
    limits
        .filter_map(|(at, limit)| {
            let (minimum, taken) = (limit.contract?.minimum, value.flow.group_flow[at]);
            let met = taken >= minimum * (1.0 - 1e-9);
            Some(ContractRow {
                supply: limit.label.trim_start_matches("contract ").to_owned(),
                minimum,
                taken,
                unit: limit.unit,
                shadow_cost: met.then(|| (-value.flow.group_price[at]).max(0.0)),
            })
        })
        .collect()
}
