//! Every failure of some kinds in turn, the costliest first.
use super::{Asked, Failures, kinds_of};
use crate::ask::Scene;
use crate::fault::Fault;
use crate::wire::losses::losses_head;
use crate::wire::stress::{DAYS_A_YEAR, EachReport, FailureRow, FallRow, bounds_of, each_report, failure_row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::oracle::OracleError;
use thalweg_engine::stress::detail::{Throughput, detail};
use thalweg_engine::stress::losses::{Loss, Losses};
use thalweg_engine::stress::oracle_losses::OracleLosses;
use thalweg_engine::stress::singles::singles;
use thalweg_engine::watch::Watch;

/// What fails, one at a time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct EachRequest {
    /// Kinds: territory, operator, owner, passage, terminal, crossing, link, node, corridor, right_of_way, transfer,
    /// supply, asset.
    pub each: Vec<String>,
    /// How.
    #[serde(flatten)]
    pub failures: Failures,
    /// Only so many, the costliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<usize>,
}

impl EachRequest {
    /// The question with all it needs.
    pub fn asked<'a>(&self, scene: Scene<'a>) -> Result<Asked<'a>, Fault> {
        self.failures.of_kinds(scene, kinds_of("each", &self.each)?)
    }

    /// The failures with what follows.
    pub fn answer(&self, asked: &Asked, watch: &dyn Watch) -> Result<EachReport, Fault> {
        let losses = asked.losses();
        let mut volumes_of = asked.kinds.clone();
        if !volumes_of.contains(&ClosureKind::Territory) {
            volumes_of.push(ClosureKind::Territory);
        }
        let keeping = Keeping { asked, losses: &losses, volumes_of, common: OnceLock::new() };
        let found = singles(&keeping, self.top, watch)?;
        let days = self.failures.days;
        let rows = found.rows.iter().filter(|row| row.1 > 0.0).filter_map(|(element, loss)| {
            let loss_of_duration = days.map(|days| loss * days / DAYS_A_YEAR);
            Some(FailureRow { loss_of_duration, ..asked.ledger.row(&[*element])?.1? })
        });
        let head = losses_head(asked.scene.oracle, asked.scene.state)?;
        Ok(each_report(head, asked.question.clone(), &found, rows.collect()))
    }
}

/// Losses whose details are kept as they are found.
struct Keeping<'a> {
    asked: &'a Asked<'a>,
    losses: &'a OracleLosses<'a>,
    volumes_of: Vec<ClosureKind>,
    /// What is the same for all details, made with the first.
    common: OnceLock<Option<(Loss, Throughput)>>,
}

impl Keeping<'_> {
    /// The loss with nothing failed and what runs through what; `None` where the work was stopped.
    fn common(&self, watch: &dyn Watch) -> Result<Option<&(Loss, Throughput)>, OracleError> {
        if let Some(known) = self.common.get() {
            return Ok(known.as_ref());
        }
        let base = self.losses.loss(&[], watch)?;
        let throughput = Throughput::of(self.losses, &self.volumes_of, watch)?;
        Ok(self.common.get_or_init(|| base.zip(throughput)).as_ref())
    }
}

impl Losses for Keeping<'_> {
    fn elements(&self) -> usize {
        self.losses.elements()
    }

    fn loss(&self, failed: &[usize], watch: &dyn Watch) -> Result<Option<Loss>, OracleError> {
        if let Some((loss, detail)) = self.asked.ledger.row(failed)
            && (detail.is_some() || failed.len() != 1)
        {
            return Ok(Some(loss));
        }
        let Some(loss) = self.losses.loss(failed, watch)? else { return Ok(None) };
        let row = match failed {
            [element] => {
                let Some((base, throughput)) = self.common(watch)? else { return Ok(None) };
                let Some(detail) = detail(self.losses, failed, throughput, watch)? else { return Ok(None) };
                let instance = self.asked.scene.oracle.instance(&self.asked.scene.state.scenarios)?;
                let bounds = bounds_of(base, *element);
                let falls = self.losses.falls(failed).into_iter();
                Some(FailureRow {
                    falls: falls.map(|fall| FallRow { what: fall.label, after_h: fall.after_h }).collect(),
                    ..failure_row(&instance, &self.asked.elements[*element], &detail, bounds)
                })
            }
            _ => None,
        };
        self.asked.ledger.add(failed, &loss, row);
        Ok(Some(loss))
    }
}
