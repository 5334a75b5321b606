//! All measures of one column.

use std::borrow::Cow;
use std::collections::BTreeMap;

use spec::monitor::{
    DriftMethod, Figures, MissingChange, MonitorRules, OutOfRange, PairedHistogram, Presence, ReferenceColumn, ReferenceKind,
    UnseenLevels,
};
use spec::{ColumnType, Message, Order};
use table::value::{format_number, format_time};
use table::{Category, Column, ColumnData, MISSING_BOOLEAN, MISSING_CODE};

use super::histogram;
use super::method::{self, Facts};
use crate::levels;
use crate::numbers::{Numbers, Steps};
use crate::reference::{bin_counts, trimmed};

/// With at most so many distinct values in training, numbers are compared value by value, as in Evidently.
const FEW_VALUES: usize = 20;
/// Least standard deviation that a Wasserstein distance is divided by, as in Evidently.
const LEAST_STD: f64 = 0.001;
/// Standard deviations of a normal distribution between its first and its last decile.
const DECILES_APART: f64 = 2.563;
/// So many times the deviation that the deciles suggest: it is a few far values that make it.
const STRETCHED: f64 = 3.0;
const N_UNSEEN: usize = 20;
const N_FARTHEST: usize = 5;
const N_MOVED: usize = 3;
/// Changes of a share below this are not named.
const LEAST_MOVE: f64 = 0.01;
/// So large a share of the rows may differ besides, and still it is the spelling that has changed.
const RESPELLED_LEFT: f64 = 0.1;

/// A column before it is judged.
pub(super) struct Measured {
    pub name: String,
    pub column_type: ColumnType,
    pub presence: Presence,
    pub n_reference: u64,
    pub n_batch: u64,
    pub method: DriftMethod,
    pub method_reason: Message,
    pub method_was_changed: bool,
    pub figures: Figures,
    pub p_value: Option<f64>,
    /// Of tests that are exact for a handful of rows; see [`Few`].
    pub few: Few,
    pub effect: Option<f64>,
    pub missing: MissingChange,
    pub unseen: UnseenLevels,
    pub out_of_range: OutOfRange,
    pub moved: Vec<(String, f64, f64)>,
    pub is_respelled: bool,
    pub histogram: PairedHistogram,
}

/// P-values of exact tests, right for any number of rows: what is certain from few rows is certain by these. None where
/// there is nothing to test.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Few {
    /// Kolmogorov-Smirnov for numbers; for levels, that the share of any one has grown.
    pub values: Option<f64>,
    pub missing: Option<f64>,
    pub unseen: Option<f64>,
    pub out_of_range: Option<f64>,
}

impl Measured {
    /// Rows of the batch that were looked at.
    pub fn n_rows(&self) -> u64 {
        self.n_batch + self.missing.n_batch
    }
}

/// Counts of both samples in the same bins.
#[derive(Clone, Debug, Default)]
pub(super) struct Paired {
    pub reference: Vec<u64>,
    pub batch: Vec<u64>,
}

impl Paired {
    pub fn push(&mut self, reference: u64, batch: u64) {
        self.reference.push(reference);
        self.batch.push(batch);
    }

    fn with(mut self, reference: u64, batch: u64) -> Self {
        self.push(reference, batch);
        self
    }
}

/// What differs between numbers and levels.
#[derive(Default)]
struct Parts {
    n_batch: u64,
    n_distinct: u64,
    /// Levels, values or decile bins.
    bins: Paired,
    /// The bins of PSI, without that of missing values.
    psi_bins: Paired,
    /// D and its p-value, the distance in standard deviations.
    kolmogorov_smirnov: Option<(f64, f64)>,
    wasserstein: Option<f64>,
    unseen: UnseenLevels,
    out_of_range: OutOfRange,
    /// See [`Few`]; without that of missing values.
    few: Few,
    moved: Vec<(String, f64, f64)>,
    is_respelled: bool,
    histogram: PairedHistogram,
}

pub(super) fn measure(known: &ReferenceColumn, column: Option<&Column>, n_rows: u64, rules: &MonitorRules) -> Measured {
    let n_reference = known.counts.iter().sum::<u64>() + known.levels.iter().map(|level| level.1).sum::<u64>() + known.n_other;
    let presence = match column {
        None => Presence::Absent,
        Some(column) if is_readable(known, column) => Presence::Present,
        Some(column) => Presence::OtherType {
            found: column.column_type(),
        },
    };
    let parts = match (presence, column) {
        (Presence::Present, Some(column)) => parts(known, column),
        _ => Parts::default(),
    };
    let facts = Facts {
        is_number: known.kind == ReferenceKind::Number,
        n_reference,
        n_distinct: parts.n_distinct,
        is_stretched: is_stretched(known),
    };
    let (method, method_reason, method_was_changed) = method::pick(&known.name, facts, rules);
    let n_missing = if presence == Presence::Present {
        n_rows - parts.n_batch
    } else {
        0
    };
    let with_missing = parts.psi_bins.clone().with(known.n_missing, n_missing);
    let is_comparable = n_reference > 0 && parts.n_batch > 0;
    let of_bins = |f: fn(&[u64], &[u64]) -> Option<f64>| f(&parts.bins.reference, &parts.bins.batch);
    let chi_square = levels::chi_square(&parts.bins.reference, &parts.bins.batch);
    let figures = Figures {
        psi: levels::psi(&with_missing.reference, &with_missing.batch).filter(|_| is_comparable),
        kolmogorov_smirnov: parts.kolmogorov_smirnov.map(|(statistic, _)| statistic),
        wasserstein: parts.wasserstein,
        jensen_shannon: of_bins(levels::jensen_shannon),
        total_variation: of_bins(levels::total_variation),
        chi_square: chi_square.map(|test| test.statistic),
        kolmogorov_smirnov_p: parts.kolmogorov_smirnov.map(|(_, p)| p),
        chi_square_p: chi_square.map(|test| test.p_value),
    };
    let (effect, p_value) = match method {
        DriftMethod::Psi => (
            figures.psi,
            levels::chi_square(&with_missing.reference, &with_missing.batch).map(|test| test.p_value),
        ),
        DriftMethod::KolmogorovSmirnov => (figures.kolmogorov_smirnov, figures.kolmogorov_smirnov_p),
        DriftMethod::Wasserstein => (figures.wasserstein, figures.kolmogorov_smirnov_p),
        DriftMethod::JensenShannon => (figures.jensen_shannon, figures.chi_square_p),
        DriftMethod::ChiSquare | DriftMethod::TotalVariation => (figures.total_variation, figures.chi_square_p),
        DriftMethod::ZTest => (figures.total_variation, z_test(&parts.bins)),
    };
    Measured {
        name: known.name.clone(),
        column_type: known.column_type,
        presence,
        n_reference,
        n_batch: parts.n_batch,
        method,
        method_reason,
        method_was_changed,
        figures,
        p_value,
        few: Few {
            missing: (presence == Presence::Present && n_rows > 0)
                .then(|| levels::share_grew(known.n_missing, known.n_missing + n_reference, n_missing, n_rows)),
            ..parts.few
        },
        effect,
        missing: missing(known, n_reference, n_missing, n_rows, presence),
        unseen: parts.unseen,
        out_of_range: parts.out_of_range,
        moved: parts.moved,
        is_respelled: parts.is_respelled,
        histogram: parts.histogram,
    }
}

/// Where the outer deciles are the same value, they say nothing about the rest: not stretched.
fn is_stretched(known: &ReferenceColumn) -> bool {
    let deciles = known.edges.first().zip(known.edges.last());
    let spread = deciles.map_or(0.0, |(first, last)| (last - first) / DECILES_APART);
    spread > 0.0 && known.std.is_some_and(|std| std > STRETCHED * spread)
}

/// Of the same kind. Categories and free text are both text: which of them a file gets depends on its rows. A column
/// without a value has no type yet.
fn is_readable(known: &ReferenceColumn, column: &Column) -> bool {
    let is_text = |column_type| matches!(column_type, ColumnType::Category | ColumnType::Text);
    let found = column.column_type();
    found == known.column_type || (is_text(found) && is_text(known.column_type)) || column.n_missing() == column.n_rows()
}

fn parts(known: &ReferenceColumn, column: &Column) -> Parts {
    match known.kind {
        ReferenceKind::Number => {
            // A column without a value may have any type.
            let values = match &column.data {
                ColumnData::Number(values) | ColumnData::Time(values) => values.as_slice(),
                _ => &[],
            };
            of_numbers(known, values)
        }
        // Free text is not compared, apart from what is missing.
        ReferenceKind::Category if known.column_type == ColumnType::Text => {
            let n_batch = (column.n_rows() - column.n_missing()) as u64;
            Parts {
                n_batch,
                psi_bins: Paired::default().with(known.n_other, n_batch),
                ..Parts::default()
            }
        }
        ReferenceKind::Category => of_levels(known, column),
    }
}

fn of_numbers(known: &ReferenceColumn, values: &[f64]) -> Parts {
    let numbers = Numbers::new(values);
    let n_batch = numbers.sorted.len() as u64;
    let psi_bins = Paired {
        reference: known.counts.clone(),
        batch: bin_counts(&numbers, &known.edges),
    };
    let Some(steps) = Steps::new(known) else {
        return Parts {
            n_batch,
            psi_bins,
            ..Parts::default()
        };
    };
    let (bins, n_distinct) = match steps.runs().filter(|runs| runs.len() <= FEW_VALUES) {
        Some(runs) => by_value(&runs, &numbers),
        // How many more does not matter to any method.
        None => (psi_bins.clone(), FEW_VALUES as u64 + 1),
    };
    let (statistic, area) = steps.distances(&numbers.sorted);
    let kolmogorov_smirnov = (n_batch > 0).then(|| (statistic, steps.p_value(statistic, n_batch)));
    let out_of_range = out_of_range(known, values, &numbers);
    // Of one more row from the same source, the chance is 2 in n + 1 to lie beyond all of them.
    let n_outside = out_of_range.n_below + out_of_range.n_above;
    let few = Few {
        values: kolmogorov_smirnov.map(|(_, p)| p),
        out_of_range: Some(levels::share_grew(2.min(steps.n()), steps.n(), n_outside, n_batch)),
        ..Few::default()
    };
    Parts {
        n_batch,
        n_distinct,
        kolmogorov_smirnov,
        few,
        wasserstein: known
            .std
            .map(|std| area / std.max(LEAST_STD))
            .filter(|distance| distance.is_finite()),
        histogram: histogram::of_numbers(known, &steps, &numbers),
        out_of_range,
        moved: Vec::new(),
        is_respelled: false,
        bins,
        psi_bins,
        unseen: UnseenLevels::default(),
    }
}

/// The total variation that two samples of one source have on average, where their sizes are these: what is left of a
/// difference within it is no change.
fn chance(bins: &Paired) -> f64 {
    let (n, m) = (
        bins.reference.iter().sum::<u64>() as f64,
        bins.batch.iter().sum::<u64>() as f64,
    );
    let shares = bins.reference.iter().map(|count| *count as f64 / n.max(1.0));
    // The mean size of a normal deviate is the root of 2 / pi.
    let of_bin =
        |share: f64| (std::f64::consts::FRAC_2_PI * share * (1.0 - share) * (1.0 / n.max(1.0) + 1.0 / m.max(1.0))).sqrt();
    0.5 * shares.map(of_bin).sum::<f64>()
}

/// Counts of each value, and how many values there are. Those that only the batch has stand after the others, up to
/// [`FEW_VALUES`] of them apart, the rest taken together.
fn by_value(runs: &[(f64, u64)], numbers: &Numbers) -> (Paired, u64) {
    let mut of_batch = vec![0; runs.len()];
    let mut others = Vec::new();
    let (mut n_others, mut n_rest) = (0, 0);
    for (value, n) in numbers.runs() {
        match runs.binary_search_by(|known| known.0.total_cmp(&value)) {
            Ok(at) => of_batch[at] = n,
            Err(_) => {
                n_others += 1;
                if others.len() < FEW_VALUES {
                    others.push(n);
                } else {
                    n_rest += n;
                }
            }
        }
    }
    let mut bins = Paired {
        reference: runs.iter().map(|run| run.1).collect(),
        batch: of_batch,
    };
    others.into_iter().for_each(|n| bins.push(0, n));
    if n_rest > 0 {
        bins.push(0, n_rest);
    }
    (bins, runs.len() as u64 + n_others)
}

fn out_of_range(known: &ReferenceColumn, values: &[f64], numbers: &Numbers) -> OutOfRange {
    let (Some(min), Some(max)) = (known.min, known.max) else {
        return OutOfRange::default();
    };
    let (n_below, n_above) = (numbers.n_below(min), numbers.n_above(max));
    let text = |x: f64| {
        if known.column_type == ColumnType::Time {
            format_time(x)
        } else {
            format_number(x)
        }
    };
    let farthest = |n: u64, sign: f64| -> Vec<(String, u64)> {
        let n = n.min(N_FARTHEST as u64) as usize;
        let sorted = &numbers.sorted;
        let last = match (n, sign > 0.0) {
            (0, _) => return Vec::new(),
            (n, true) => sorted.iter().rev().nth(n - 1),
            (n, false) => sorted.get(n - 1),
        };
        let Some(&last) = last else { return Vec::new() };
        let rows = || values.iter().enumerate().filter(|(_, x)| x.is_finite());
        // Fewer than n rows lie beyond the last of them; the first rows that equal it fill up.
        let mut found: Vec<(f64, usize)> = rows()
            .filter(|(_, x)| sign * **x > sign * last)
            .map(|(row, &x)| (x, row))
            .collect();
        found.sort_by(|a, b| (sign * b.0).total_cmp(&(sign * a.0)).then(a.1.cmp(&b.1)));
        found.extend(
            rows()
                .filter(|(_, x)| **x == last)
                .map(|(row, &x)| (x, row))
                .take(n - found.len()),
        );
        found.into_iter().map(|(x, row)| (text(x), row as u64)).collect()
    };
    OutOfRange {
        n_below,
        n_above,
        below: farthest(n_below, -1.0),
        above: farthest(n_above, 1.0),
        by_chance: false,
    }
}

fn missing(known: &ReferenceColumn, n_reference: u64, n_batch: u64, n_rows: u64, presence: Presence) -> MissingChange {
    let n_training = n_reference + known.n_missing;
    let share = |n: u64, of: u64| if of == 0 { 0.0 } else { n as f64 / of as f64 };
    if presence != Presence::Present {
        return MissingChange {
            n_reference: known.n_missing,
            share_reference: share(known.n_missing, n_training),
            ..MissingChange::default()
        };
    }
    MissingChange {
        n_reference: known.n_missing,
        n_batch,
        share_reference: share(known.n_missing, n_training),
        share_batch: share(n_batch, n_rows),
        p_value: levels::two_proportions(known.n_missing, n_training, n_batch, n_rows).map(|(_, p)| p),
        p_adjusted: None,
        grew: false,
    }
}

fn of_levels(known: &ReferenceColumn, column: &Column) -> Parts {
    let category = match &column.data {
        ColumnData::Category(category) => trimmed(category),
        ColumnData::Boolean(values) => Cow::Owned(Category {
            levels: vec!["false".to_owned(), "true".to_owned()],
            codes: values
                .iter()
                .map(|&x| if x < MISSING_BOOLEAN { u32::from(x) } else { MISSING_CODE })
                .collect(),
        }),
        _ => Cow::Owned(column.to_category()),
    };
    let counts = category.counts();
    let places: BTreeMap<&str, usize> = known
        .levels
        .iter()
        .enumerate()
        .map(|(at, (level, _))| (level.as_str(), at))
        .collect();
    let mut of_batch = vec![0; known.levels.len()];
    let mut unlisted: Vec<(usize, u64)> = Vec::new();
    for (code, (level, &n)) in category.levels.iter().zip(&counts).enumerate().filter(|(_, (_, n))| **n > 0) {
        match places.get(level.as_str()) {
            Some(&at) => of_batch[at] = n,
            None => unlisted.push((code, n)),
        }
    }
    let n_unlisted: u64 = unlisted.iter().map(|(_, n)| n).sum();
    let n_reference = known.levels.iter().map(|(_, n)| n).sum::<u64>() + known.n_other;
    let n_batch = of_batch.iter().sum::<u64>() + n_unlisted;
    let listed = Paired {
        reference: known.levels.iter().map(|(_, n)| *n).collect(),
        batch: of_batch,
    };
    let psi_bins = listed.clone().with(known.n_other, n_unlisted);
    // Where training had more levels than are listed, an unlisted one need not be new.
    let all_are_listed = known.n_other == 0;
    let mut bins = listed.clone();
    if all_are_listed {
        unlisted.iter().for_each(|&(_, n)| bins.push(0, n));
    } else {
        bins.push(known.n_other, n_unlisted);
    }
    let spellings = Spellings::of(known);
    let is_respelled = all_are_listed && n_unlisted > 0 && {
        let mut merged = listed.clone();
        let mut n_left = 0;
        for &(code, n) in &unlisted {
            match spellings.place(&category.levels[code]) {
                Some(at) => merged.batch[at] += n,
                None => n_left += n,
            }
        }
        merged.push(0, n_left);
        // As far as the rest of the difference is too small to matter, spelling is all that has changed.
        n_left < n_unlisted
            && levels::total_variation(&merged.reference, &merged.batch)
                .is_some_and(|left| left < RESPELLED_LEFT + chance(&merged))
    };
    let unseen = if all_are_listed {
        unseen_levels(&category, unlisted, &spellings, known)
    } else {
        UnseenLevels::default()
    };
    let few = Few {
        values: (n_batch > 0).then(|| most_grown(&bins)),
        unseen: all_are_listed.then(|| {
            // Good and Turing: as often as training saw a level once only, the next row brings a new one.
            let n_once = known.levels.iter().filter(|(_, n)| *n == 1).count() as u64;
            levels::share_grew(n_once, n_reference, n_unlisted, n_batch)
        }),
        ..Few::default()
    };
    Parts {
        few,
        moved: moved(known, &listed.batch, &unseen, n_reference, n_batch),
        is_respelled,
        n_batch,
        n_distinct: bins.reference.len() as u64,
        histogram: histogram::of_levels(known, &listed.batch, &unseen, n_batch),
        bins,
        psi_bins,
        unseen,
        ..Parts::default()
    }
}

/// The p-value that the share of any one bin has grown, corrected for how many were looked at.
fn most_grown(bins: &Paired) -> f64 {
    let (n, m) = (bins.reference.iter().sum::<u64>(), bins.batch.iter().sum::<u64>());
    let grown = bins.reference.iter().zip(&bins.batch).filter(|(_, now)| **now > 0);
    let p_values = grown.map(|(&before, &now)| levels::share_grew(before, n, now, m));
    let least = p_values.fold(1.0, f64::min);
    (least * bins.reference.len() as f64).min(1.0)
}

/// Levels whose share of the rows has changed most, new ones among them.
fn moved(known: &ReferenceColumn, of_batch: &[u64], unseen: &UnseenLevels, n: u64, m: u64) -> Vec<(String, f64, f64)> {
    if n == 0 || m == 0 {
        return Vec::new();
    }
    let listed = known.levels.iter().zip(of_batch);
    let new = unseen.examples.iter().map(|(level, rows, _)| (level, 0, *rows));
    let mut all: Vec<(String, f64, f64)> = listed
        .map(|((level, before), now)| (level, *before, *now))
        .chain(new)
        .map(|(level, before, now)| (level.clone(), before as f64 / n as f64, now as f64 / m as f64))
        .filter(|(_, before, now)| (before - now).abs() >= LEAST_MOVE)
        .collect();
    all.order_by(|a, b| (b.2 - b.1).abs().total_cmp(&(a.2 - a.1).abs()).then(a.0.cmp(&b.0)));
    all.truncate(N_MOVED);
    all
}

/// Levels of training by what is left of them without case, blanks and punctuation. Where that is all there is to a
/// level, or several levels share it, nothing can be said.
struct Spellings(BTreeMap<String, Option<usize>>);

impl Spellings {
    fn of(known: &ReferenceColumn) -> Self {
        let mut places: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for (at, (level, _)) in known.levels.iter().enumerate() {
            let own = folded(level);
            if !own.is_empty() {
                places.entry(own).and_modify(|place| *place = None).or_insert(Some(at));
            }
        }
        Self(places)
    }

    fn place(&self, level: &str) -> Option<usize> {
        self.0.get(&folded(level)).copied().flatten()
    }
}

/// A sign between digits, or before one, is part of a number: 1.5 is not 15, and -1 is not 1.
fn folded(level: &str) -> String {
    if level.chars().any(|c| c.is_ascii_digit()) {
        return level.trim().to_lowercase();
    }
    level
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn unseen_levels(
    category: &Category,
    mut unlisted: Vec<(usize, u64)>,
    spellings: &Spellings,
    known: &ReferenceColumn,
) -> UnseenLevels {
    let mut unseen = UnseenLevels {
        n_levels: unlisted.len() as u64,
        n_rows: unlisted.iter().map(|(_, n)| n).sum(),
        ..UnseenLevels::default()
    };
    unlisted.sort_by_key(|&(code, n)| (std::cmp::Reverse(n), code));
    unlisted.truncate(N_UNSEEN);
    for (code, n) in unlisted {
        let first = category
            .codes
            .iter()
            .position(|&at| at != MISSING_CODE && at as usize == code)
            .unwrap_or(0);
        let level = &category.levels[code];
        let of_training = spellings.place(level).and_then(|at| known.levels.get(at));
        unseen
            .respelled
            .extend(of_training.map(|(own, _)| (level.clone(), own.clone())));
        unseen.examples.push((level.clone(), n, first as u64));
    }
    unseen
}

/// Of two values; with one left in both samples there is nothing to differ.
fn z_test(bins: &Paired) -> Option<f64> {
    let (n, m) = (bins.reference.iter().sum::<u64>(), bins.batch.iter().sum::<u64>());
    let (first, other) = (bins.reference.first().copied()?, bins.batch.first().copied()?);
    if n == 0 || m == 0 {
        return None;
    }
    Some(levels::two_proportions(first, n, other, m).map_or(1.0, |(_, p)| p))
}
