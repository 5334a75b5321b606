//! What is kept of a batch once its report has been looked at.

use spec::Metric;
use spec::monitor::{BatchSummary, ColumnDrift, ColumnSummary, DriftReport, PerformanceReport};

/// What the caller knows about a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    pub id: u32,
    pub name: String,
    pub at_ms: f64,
    /// The version of the model that it is compared for.
    pub version: String,
}

/// `metric` is the primary one.
pub fn summarize(
    stamp: Stamp,
    drift: &DriftReport,
    performance: Option<&PerformanceReport>,
    metric: Option<Metric>,
) -> BatchSummary {
    BatchSummary {
        id: stamp.id,
        name: stamp.name,
        at_ms: stamp.at_ms,
        version: stamp.version,
        n_rows: drift.n_rows,
        verdict: drift.dataset.verdict,
        n_judged: drift.dataset.n_judged,
        n_drifted: drift.dataset.n_drifted,
        share: drift.dataset.share,
        share_of_importance: drift.dataset.share_of_importance,
        columns: drift.columns.iter().map(of_column).collect(),
        prediction: drift.prediction.as_ref().map(of_column),
        target: drift.target.as_ref().map(of_column),
        metric,
        n_outcomes: performance.map_or(0, |report| report.n_rows),
        performance: performance.map(|report| report.figures.clone()).unwrap_or_default(),
    }
}

/// Levels that are kept.
const N_NAMED: usize = 3;

fn of_column(column: &ColumnDrift) -> ColumnSummary {
    // Of some columns not every row is known.
    let n_rows = column.n_batch + column.missing.n_batch;
    let share = |n: u64| if n_rows == 0 { 0.0 } else { n as f64 / n_rows as f64 };
    ColumnSummary {
        name: column.name.clone(),
        presence: column.presence,
        verdict: column.verdict,
        method: column.method,
        effect: column.effect,
        psi: column.figures.psi,
        missing: column.missing.share_batch,
        missing_grew: column.missing.grew,
        unseen_by_chance: column.unseen.by_chance,
        out_of_range_by_chance: column.out_of_range.by_chance,
        unseen_levels: column
            .unseen
            .examples
            .iter()
            .take(N_NAMED)
            .map(|(level, n, _)| (level.clone(), *n))
            .collect(),
        farthest: [&column.out_of_range.below, &column.out_of_range.above]
            .into_iter()
            .filter_map(|side| side.first().map(|(value, _)| value.clone()))
            .collect(),
        respelled: column.unseen.respelled.iter().take(N_NAMED).cloned().collect(),
        is_respelled: column.is_only_respelled(),
        cause: column.is_bad().then(|| column.message.clone()),
        unseen: share(column.unseen.n_rows),
        // Times move on by themselves.
        out_of_range: if column.column_type == spec::ColumnType::Time {
            0.0
        } else {
            share(column.out_of_range.n_below + column.out_of_range.n_above)
        },
    }
}
