//! The pipeline that a new project begins with.

use std::collections::BTreeMap;

use spec::profile::{AlertKind, ColumnProfile, Distribution, Profile};
use spec::split::{Assignment, SplitSpec, Validation};
use spec::step::{Columns, DatePart, DateParts, Exclude, Fill, FillWith, OneHot, PipelineKind, Recipe, StandardScale, Step};
use spec::{ColumnType, Framing};

/// Above this many rows a hold-out is certain enough, and five times faster.
const MAX_FOLD_ROWS: u64 = 20_000;
const N_FOLDS: u32 = 5;
const FEW_FOLDS: u32 = 3;
/// Fewer rows than this in 5 folds leave almost nothing to validate.
const FEW_ROWS: u64 = 30;
const MAX_LEVELS: u32 = 50;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// Excludes what no model can use, takes dates apart, fills gaps, scales numbers, then encodes categories. No shape
/// steps: what to correct in the data is the user's choice.
pub fn recipe(profile: &Profile, framing: &Framing) -> Recipe {
    let columns: Vec<&ColumnProfile> = profile
        .columns
        .iter()
        .filter(|column| framing.target.as_deref() != Some(column.name.as_str()) && !framing.not_known.contains(&column.name))
        .collect();
    let mut kinds: Vec<PipelineKind> = Vec::new();

    let mut excluded: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut kept: Vec<&ColumnProfile> = Vec::new();
    for column in columns {
        match reason_to_exclude(profile, column) {
            Some(reason) => excluded.entry(reason).or_default().push(column.name.clone()),
            None => kept.push(column),
        }
    }
    kinds.extend(excluded.into_iter().map(|(reason, columns)| {
        PipelineKind::Exclude(Exclude {
            columns,
            reason: reason.to_owned(),
        })
    }));
    let of_type = |wanted: &[ColumnType]| {
        kept.iter()
            .copied()
            .filter(|column| wanted.contains(&column.column_type))
            .collect::<Vec<_>>()
    };
    for time in of_type(&[ColumnType::Time]) {
        let mut parts = vec![DatePart::Year, DatePart::Month, DatePart::Day, DatePart::Weekday];
        if has_time_of_day(time) {
            parts.push(DatePart::Hour);
        }
        kinds.push(PipelineKind::DateParts(DateParts {
            column: time.name.clone(),
            parts,
        }));
    }
    let numbers = of_type(&[ColumnType::Number, ColumnType::Boolean, ColumnType::Time]);
    let categories = of_type(&[ColumnType::Category]);
    // Infinities count as missing in a pipeline.
    let has_gaps =
        |column: &&ColumnProfile| column.n_missing > 0 || column.number.as_ref().is_some_and(|number| number.n_infinite > 0);
    if numbers.iter().any(has_gaps) {
        kinds.push(PipelineKind::Fill(Fill {
            columns: Columns::Numbers,
            with: FillWith::Median,
            indicator: true,
        }));
    }
    if categories.iter().any(has_gaps) {
        kinds.push(PipelineKind::Fill(Fill {
            columns: Columns::Categories,
            with: FillWith::MostFrequent,
            indicator: false,
        }));
    }
    if !numbers.is_empty() {
        kinds.push(PipelineKind::StandardScale(StandardScale {
            columns: Columns::Numbers,
        }));
    }
    if !categories.is_empty() {
        kinds.push(PipelineKind::OneHot(OneHot {
            columns: Columns::Categories,
            max_levels: MAX_LEVELS,
        }));
    }
    let pipeline = kinds
        .into_iter()
        .zip(1..)
        .map(|(kind, id)| Step { id, enabled: true, kind })
        .collect();
    Recipe {
        shape: Vec::new(),
        pipeline,
    }
}

fn reason_to_exclude(profile: &Profile, column: &ColumnProfile) -> Option<&'static str> {
    let has = |kind: AlertKind| {
        profile
            .alerts
            .iter()
            .any(|alert| alert.kind == kind && alert.column.as_deref() == Some(column.name.as_str()))
    };
    let is_free_text = profile
        .alerts
        .iter()
        .any(|alert| alert.message.code == "alert.free_text" && alert.column.as_deref() == Some(column.name.as_str()));
    if column.n_missing == profile.n_rows {
        Some("empty")
    } else if column.n_distinct <= 1 || has(AlertKind::Constant) {
        Some("constant")
    } else if has(AlertKind::IdLike) {
        Some("names rows")
    } else if is_free_text {
        Some("free text")
    } else if column.column_type == ColumnType::Text && !has(AlertKind::NumberLikeText) && !has(AlertKind::DateLikeText) {
        // A text of numbers or dates has its own fix, which an excluded column would hide.
        Some("free text")
    } else {
        None
    }
}

/// The first or the last time does not fall on midnight. (Quantiles between do not have to.)
fn has_time_of_day(column: &ColumnProfile) -> bool {
    let at_midnight = |x: f64| (x / SECONDS_PER_DAY).fract() == 0.0;
    column
        .number
        .as_ref()
        .is_some_and(|number| !at_midnight(number.min) || !at_midnight(number.max))
}

/// At random and stratified; folds for small data, fewer when a class is rare, a hold-out for large.
pub fn split(profile: &Profile, framing: &Framing) -> SplitSpec {
    let validation = if profile.n_rows > MAX_FOLD_ROWS {
        Validation::HoldOut { share: 0.2 }
    } else if profile.n_rows < FEW_ROWS || rarest_class(profile, framing).is_some_and(|n| n <= u64::from(N_FOLDS)) {
        Validation::Folds { k: FEW_FOLDS }
    } else {
        Validation::Folds { k: N_FOLDS }
    };
    SplitSpec {
        assignment: Assignment::Random { stratified: true },
        validation,
        ..SplitSpec::default()
    }
}

/// Rows of the rarest class, where the profile lists all.
fn rarest_class(profile: &Profile, framing: &Framing) -> Option<u64> {
    let target = profile
        .columns
        .iter()
        .find(|column| framing.target.as_ref() == Some(&column.name))?;
    match &target.distribution {
        Distribution::Levels { top, n_other: 0 } => top.iter().map(|(_, n)| *n).min(),
        _ => None,
    }
}
