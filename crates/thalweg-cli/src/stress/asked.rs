//! What a stress question is asked of, and the file of losses it may go on from.
use super::StressArgs;
use crate::exit::Failure;
use crate::study::Stage;
use std::time::Instant;
use thalweg_formats::ask::stress::{Asked, Failures};
use thalweg_formats::ledger::LedgerFile;

/// How things fail, as the flags say.
pub fn failures(args: &StressArgs) -> Failures {
    Failures { share_left: args.share_left, days: args.days, cascade: args.cascade, facilities: args.facilities }
}

/// Reads the file of losses, where one is named, in place of those kept in memory.
pub fn resume(args: &StressArgs, asked: &mut Asked) -> Result<(), Failure> {
    let Some(path) = &args.resume else { return Ok(()) };
    let head = args.study.line_head(asked.scene.opened, args.scenario.as_deref(), &asked.setting)?;
    let ledger = LedgerFile::open(path, &head, asked.labels.clone());
    asked.ledger = ledger.map_err(|error| Failure::new(format!("--resume: {}: {error}", path.display())))?;
    Ok(())
}

/// Says on standard error how much work it was.
pub fn say_work(stage: &Stage, asked: &Asked, began: Instant) {
    let counters = stage.oracle.counters();
    let each = began.elapsed().as_secs_f64() * 1e3 / (counters.solves.max(1) as f64);
    eprintln!(
        "{} solves, {} values asked for, {} losses read from the file; {:.2} s, {each:.1} ms a solve",
        counters.solves,
        counters.asked,
        asked.ledger.read(),
        began.elapsed().as_secs_f64()
    );
}
