//! What changes at once: a state beside the one it is made from, and the flows of a state alone.
use super::Scene;
use crate::fault::Fault;
use crate::report::traffic;
use crate::wire::flows::{FlowsReport, LinkChangeRow, WhatIfReport, flows_report, state_head};
use crate::wire::losses::{key, loss_row};
use crate::wire::prices::bottleneck_rows;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_engine::comparison::compare;
use thalweg_engine::oracle::Value;
use thalweg_engine::refusal::welfare_loss;
use thalweg_engine::watch::Watch;

/// The least-cost flows of the state asked about.
pub fn flows(scene: Scene, watch: &dyn Watch) -> Result<FlowsReport, Fault> {
    let value = scene.oracle.value(scene.state, watch)?;
    Ok(flows_report(&value))
}

/// What a state changes against the one before it; both values are of the same date and period.
pub fn what_if(before: &Value, after: &Value) -> WhatIfReport {
    let model = &before.instance.model;
    let change = compare((&before.instance, &before.assignment), (&after.instance, &after.assignment), |_| true);
    let losses = welfare_loss(before, after).into_iter().filter(|row| row.1.abs() > 1e-6);
    WhatIfReport {
        before: state_head(before),
        after: state_head(after),
        change: loss_row(model, &change),
        welfare_loss: losses.map(|(id, loss)| (key(model, id), loss)).collect(),
        links: link_changes(before, after),
        bottlenecks_before: bottleneck_rows(before),
        bottlenecks: bottleneck_rows(after),
    }
}

/// Volumes that differ by less than this share of themselves are the same.
const SAME: f64 = 1e-9;

fn link_changes(before: &Value, after: &Value) -> Vec<LinkChangeRow> {
    let model = &before.instance.model;
    let (old, new) =
        (traffic::traffic(&before.instance, &before.assignment), traffic::traffic(&after.instance, &after.assignment));
    let links: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    let mut rows = Vec::new();
    for link in links {
        for (commodity, row) in model.commodities.iter().enumerate() {
            let of = |flows: &BTreeMap<_, traffic::Traffic>| {
                flows.get(&link).map_or(0.0, |traffic| traffic.volume(commodity.into()))
            };
            let (before, after) = (of(&old), of(&new));
            if (after - before).abs() > SAME * before.abs().max(after.abs()) {
                let link = model.links[link.index()].key.clone();
                rows.push(LinkChangeRow { link, commodity: row.key.clone(), before, after });
            }
        }
    }
    rows
}
