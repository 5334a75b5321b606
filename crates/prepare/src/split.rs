//! Which rows train, which choose, which judge.
//!
//! Rows without a target belong to no part. Copies of a row stay together when the assignment is at random, so that no
//! row is judged by its own copy; by group or by time they are counted and told. Rows that only look alike, with
//! one target here and another there, are no copies and split like any others ([`repeats`]). Shares are met by the method
//! of largest remainders, as exactly as rows that must stay together allow.

use std::collections::BTreeMap;

use math::Rng;
use sha2::{Digest, Sha256};
use spec::split::{Assignment, PartSummary, SplitSpec, SplitSummary, Validation};
use spec::{Framing, Message, Order, Outcome};
use table::{ColumnData, Table};

use crate::rows;
use crate::target::{self, TargetData};

/// Rows by index into the table, each list sorted. `train`, `validation` and `test` hold every row that has a target
/// once; with folds `train == validation`: all rows that are not test rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    pub train: Vec<u32>,
    pub validation: Vec<u32>,
    pub test: Vec<u32>,
    /// Hold-out: one, `(train, validation)`. k folds: k, every row that is not a test row validated once; by time each
    /// fold is fitted on all that came before it, and the oldest rows are validated by none.
    pub folds: Vec<Fold>,
    pub summary: SplitSummary,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    pub fit: Vec<u32>,
    pub validate: Vec<u32>,
}

/// Strata of a number target.
const N_QUANTILE_BINS: usize = 10;
/// Below this many rows every figure is mostly chance.
const FEW_ROWS: usize = 20;

/// Splits the rows of a table.
///
/// Errors: those of [`target::read`]; `split.test_share`, `split.shares`, `split.n_folds`, `split.too_few_rows`,
/// `split.no_column`, `split.not_time`, `split.too_few_groups`, `split.too_few_times`.
pub fn split(table: &Table, framing: &Framing, spec: &SplitSpec, data_sha256: &str) -> Outcome<Split> {
    let target = &target::read(table, framing)?;
    let name = framing.target.as_deref().unwrap_or_default();
    let shares = shares(spec)?;
    let rows: Vec<u32> = (0..table.n_rows() as u32)
        .filter(|&row| !target.is_missing(row as usize))
        .collect();
    // Hold-out: train, validation, test. Folds: one after the other, then test.
    let n_parts = shares.len();
    if rows.len() < n_parts {
        return Err(Message::new("split.too_few_rows")
            .with("n_rows", rows.len())
            .with("needed", n_parts)
            .into());
    }
    let mut warnings = Vec::new();
    if rows.len() < FEW_ROWS {
        warnings.push(Message::new("split.few_rows").with("n_rows", rows.len()));
    }
    let parts = match &spec.assignment {
        Assignment::Random { stratified } => {
            let first = match repeats(table, name, target, &rows) {
                Repeats::Copies(first) => first,
                Repeats::Alike { n_rows } => {
                    let share = n_rows as f64 / rows.len() as f64;
                    warnings.push(Message::new("split.alike").with("n_rows", n_rows).with("share", share));
                    (0..table.n_rows() as u32).collect()
                }
            };
            random(target, &rows, *stratified, &shares, spec.seed, &first)
        }
        Assignment::Grouped { column } => grouped(table, column, &rows, &shares, spec.seed, &mut warnings)?,
        Assignment::Time { column } => by_time(table, column, &rows, spec, &mut warnings)?,
    };
    if parts.iter().any(Vec::is_empty) {
        let code = match spec.assignment {
            Assignment::Random { .. } => "split.too_many_copies",
            _ => "split.too_few_rows",
        };
        return Err(Message::new(code).with("n_rows", rows.len()).with("needed", n_parts).into());
    }

    let by_time = matches!(spec.assignment, Assignment::Time { .. });
    let test = parts.last().cloned().unwrap_or_default();
    let (train, validation, folds) = match spec.validation {
        Validation::HoldOut { .. } => {
            let fold = Fold {
                fit: parts[0].clone(),
                validate: parts[1].clone(),
            };
            (parts[0].clone(), parts[1].clone(), vec![fold])
        }
        Validation::Folds { .. } => {
            let learning = &parts[..parts.len() - 1];
            let all = joined(learning);
            let folds = (0..learning.len())
                .filter(|&i| !by_time || i > 0)
                .map(|i| {
                    let fit = if by_time {
                        joined(&learning[..i])
                    } else {
                        all.iter()
                            .copied()
                            .filter(|row| learning[i].binary_search(row).is_err())
                            .collect()
                    };
                    Fold {
                        fit,
                        validate: learning[i].clone(),
                    }
                })
                .collect();
            (all.clone(), all, folds)
        }
    };

    if !matches!(spec.assignment, Assignment::Random { .. }) {
        let hashes = rows::hashes(table, "");
        warn_of_copies(&hashes, &test, &rows, &mut warnings);
    }
    warn_of_classes(target, &folds, &test, &mut warnings);
    warn_of_shares(spec, test.len(), rows.len(), &mut warnings);
    let summary = SplitSummary {
        train: part_summary(target, &train),
        validation: part_summary(target, &validation),
        test: part_summary(target, &test),
        n_folds: folds.len() as u32,
        classes: target.classes().to_vec(),
        n_without_target: (table.n_rows() - rows.len()) as u64,
        warnings,
        test_id: test_id(data_sha256, &test),
        n_seen: 0,
    };
    Ok(Split {
        train,
        validation,
        test,
        folds,
        summary,
    })
}

/// The identity that openings of the test set are counted on: SHA-256 over the data's hash and the rows in ascending
/// order, hexadecimal. Shape steps renumber rows; for an identity that outlives them, give the rows of the original
/// (`Shaped::row_ids`).
pub fn test_id(data_sha256: &str, rows: &[u32]) -> String {
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(data_sha256.as_bytes());
    hasher.update([0]);
    for row in sorted {
        hasher.update(row.to_le_bytes());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Share of each part, in the order of `parts` in [`split_target`]; they add up to 1.
fn shares(spec: &SplitSpec) -> Outcome<Vec<f64>> {
    let test = spec.test_share;
    if !(0.0 < test && test < 1.0) {
        return Err(Message::new("split.test_share").with("share", test).into());
    }
    match spec.validation {
        Validation::HoldOut { share } if 0.0 < share && share + test < 1.0 => Ok(vec![1.0 - share - test, share, test]),
        Validation::HoldOut { share } => Err(Message::new("split.shares")
            .with("validation", share)
            .with("test", test)
            .into()),
        Validation::Folds { k } if (2..=50).contains(&k) => {
            // By time one more part than folds: the oldest rows are fitted on only.
            let n = k + u32::from(matches!(spec.assignment, Assignment::Time { .. }));
            let mut shares = vec![(1.0 - test) / f64::from(n); n as usize];
            shares.push(test);
            Ok(shares)
        }
        Validation::Folds { k } => Err(Message::new("split.n_folds").with("k", k).into()),
    }
}

fn joined(parts: &[Vec<u32>]) -> Vec<u32> {
    let mut all: Vec<u32> = parts.iter().flatten().copied().collect();
    all.sort_unstable();
    all
}

/// `n` by shares that add up to 1: each part has the floor of its share, those with the largest remainders (of equal
/// ones the last: the test set first) one more. No part stays empty while another has two.
fn largest_remainder(n: usize, shares: &[f64]) -> Vec<usize> {
    let ideal: Vec<f64> = shares.iter().map(|share| share * n as f64).collect();
    // A share of 0.2 of 10 rows is 2, whatever the last bit says.
    let mut quota: Vec<usize> = ideal.iter().map(|x| (x + 1e-9).floor() as usize).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.order_by(|&a, &b| {
        let remainder = |i: usize| ideal[i] - quota[i] as f64;
        let (x, y) = (remainder(a), remainder(b));
        if (x - y).abs() < 1e-9 { b.cmp(&a) } else { y.total_cmp(&x) }
    });
    let mut left = n.saturating_sub(quota.iter().sum());
    for &part in order.iter().cycle() {
        if left == 0 {
            break;
        }
        quota[part] += 1;
        left -= 1;
    }
    while let (Some(empty), Some(largest)) = (quota.iter().position(|&q| q == 0), (0..quota.len()).max_by_key(|&i| quota[i])) {
        if quota[largest] < 2 {
            break;
        }
        quota[largest] -= 1;
        quota[empty] += 1;
    }
    quota
}

/// What rows are to each other that differ in nothing but the target.
enum Repeats {
    /// One case, written down more than once. For each row of the table the first of its copies, itself when it has none.
    Copies(Vec<u32>),
    /// Cases of few features that look alike. Were they kept together, by class as strata are drawn, each part would lack
    /// the other classes of its own rows, and a model would learn the contrary of what it is judged by.
    Alike { n_rows: usize },
}

/// Share of the rows of other targets among those that look alike, compared with what chance would give, from which on
/// they are no copies. Copies have none, but for a slip of the pen.
const MIN_MIXED_SHARE: f64 = 0.1;
/// A few contradictory copies prove nothing.
const MIN_MIXED: usize = 5;

fn repeats(table: &Table, name: &str, target: &TargetData, rows: &[u32]) -> Repeats {
    let hashes = rows::hashes(table, name);
    let mut order = rows.to_vec();
    order.sort_unstable_by_key(|&row| (hashes[row as usize], row));
    let shares: Vec<f64> = match target {
        TargetData::Classes { classes, codes } => {
            let mut counts = vec![0_usize; classes.len()];
            rows.iter().for_each(|&row| counts[codes[row as usize] as usize] += 1);
            counts.iter().map(|&n| n as f64 / rows.len() as f64).collect()
        }
        TargetData::Values(_) => Vec::new(),
    };
    let is_same = |a: u32, b: u32| match target {
        TargetData::Classes { codes, .. } => codes[a as usize] == codes[b as usize],
        TargetData::Values(values) => values[a as usize] == values[b as usize],
    };
    let mut first: Vec<u32> = (0..table.n_rows() as u32).collect();
    let (mut n_rows, mut n_mixed, mut expected) = (0, 0, 0.0);
    for alike in order.chunk_by(|&a, &b| hashes[a as usize] == hashes[b as usize]) {
        if alike.len() < 2 {
            continue;
        }
        alike.iter().for_each(|&row| first[row as usize] = alike[0]);
        n_rows += alike.len();
        n_mixed += usize::from(alike.iter().any(|&row| !is_same(row, alike[0])));
        // That as many rows drawn from all have one class.
        expected += 1.0
            - shares
                .iter()
                .map(|&share| math::float::pow(share, alike.len() as f64))
                .sum::<f64>();
    }
    if n_mixed >= MIN_MIXED && n_mixed as f64 >= MIN_MIXED_SHARE * expected {
        Repeats::Alike { n_rows }
    } else {
        Repeats::Copies(first)
    }
}

/// Rows with the same first form blocks; blocks of each stratum are drawn into the parts.
fn random(target: &TargetData, rows: &[u32], stratified: bool, shares: &[f64], seed: u64, first: &[u32]) -> Vec<Vec<u32>> {
    let totals = largest_remainder(rows.len(), shares);
    let strata = if stratified {
        strata(target, rows, first)
    } else {
        vec![rows.to_vec()]
    };
    let mut place = vec![0; first.len()];
    let mut parts = vec![Vec::new(); shares.len()];
    let last = strata.len() - 1;
    for (i, stratum) in strata.iter().enumerate() {
        let given: Vec<usize> = parts.iter().map(Vec::len).collect();
        let quotas = if i == last {
            rest(&totals, &given)
        } else {
            stratum_quotas(stratum.len(), shares, &totals, &given)
        };
        let mut rng = Rng::stream(seed, "split", i as u64);
        for (part, rows) in draw(blocks(stratum, first, &mut place), &quotas, &mut rng)
            .into_iter()
            .enumerate()
        {
            parts[part].extend(rows);
        }
    }
    for part in &mut parts {
        part.sort_unstable();
    }
    parts
}

/// What each part still lacks. Blocks may have given a part too much: the others then share what is left.
fn rest(totals: &[usize], given: &[usize]) -> Vec<usize> {
    totals
        .iter()
        .zip(given)
        .map(|(total, given)| total.saturating_sub(*given))
        .collect()
}

/// Per part the floor of its share or one more; the extra rows go where most is still lacking, of
/// equal ones to the first: what there is only once is trained on.
fn stratum_quotas(n: usize, shares: &[f64], totals: &[usize], given: &[usize]) -> Vec<usize> {
    let mut quota: Vec<usize> = shares
        .iter()
        .map(|share| (share * n as f64 + 1e-9).floor() as usize)
        .collect();
    let left = n.saturating_sub(quota.iter().sum());
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.order_by(|&a, &b| {
        // The share of its own total that a part still lacks.
        let lack = |i: usize| 1.0 - (given[i] + quota[i]) as f64 / totals[i].max(1) as f64;
        lack(b).total_cmp(&lack(a)).then(a.cmp(&b))
    });
    for &part in order.iter().cycle().take(left) {
        quota[part] += 1;
    }
    quota
}

/// Rows per class, or per quantile bin of a number target, a block where its first row belongs; the smallest stratum
/// first, so that the largest evens out what rounding left over.
fn strata(target: &TargetData, rows: &[u32], first: &[u32]) -> Vec<Vec<u32>> {
    let leader = |row: u32| first[row as usize] as usize;
    let mut strata: Vec<Vec<u32>> = match target {
        TargetData::Classes { classes, codes } => {
            let mut strata = vec![Vec::new(); classes.len()];
            for &row in rows {
                strata[codes[leader(row)] as usize].push(row);
            }
            strata
        }
        TargetData::Values(values) => {
            let sorted = math::quantile::sorted(rows.iter().map(|&row| values[row as usize]).collect());
            let mut edges: Vec<f64> = (1..N_QUANTILE_BINS)
                .map(|i| math::quantile::quantile_sorted(&sorted, i as f64 / N_QUANTILE_BINS as f64))
                .collect();
            edges.dedup();
            let mut strata = vec![Vec::new(); edges.len() + 1];
            for &row in rows {
                strata[edges.partition_point(|&edge| edge <= values[leader(row)])].push(row);
            }
            strata
        }
    };
    strata.retain(|stratum| !stratum.is_empty());
    strata.order_by_key(Vec::len);
    strata
}

/// Rows that must stay together, in order of their first. `rows` ascend and hold all of a block or nothing. `place` has
/// room for one number a row of the table.
fn blocks(rows: &[u32], first: &[u32], place: &mut [u32]) -> Vec<Vec<u32>> {
    let mut blocks: Vec<Vec<u32>> = Vec::new();
    for &row in rows {
        let own = first[row as usize];
        if own == row {
            place[row as usize] = blocks.len() as u32;
            blocks.push(vec![row]);
        } else if let Some(block) = blocks.get_mut(place[own as usize] as usize) {
            block.push(row);
        }
    }
    blocks
}

/// Large blocks first, each into a part drawn in proportion to what it lacks, among those with room; then single rows
/// fill every part to its quota.
fn draw(mut blocks: Vec<Vec<u32>>, quotas: &[usize], rng: &mut Rng) -> Vec<Vec<u32>> {
    rng.shuffle(&mut blocks);
    blocks.order_by_key(|block| std::cmp::Reverse(block.len()));
    let mut parts = vec![Vec::new(); quotas.len()];
    let mut left: Vec<usize> = quotas.to_vec();
    for block in blocks {
        let room = |least: usize| left.iter().map(|&n| if n >= least { n } else { 0 }).collect::<Vec<_>>();
        let mut weights = room(block.len());
        if weights.iter().all(|&weight| weight == 0) {
            // Nowhere fits: the part that lacks most, or the largest of all when none lacks any.
            let largest = (0..left.len()).max_by_key(|&i| (left[i], quotas[i])).unwrap_or(0);
            weights = vec![0; left.len()];
            weights[largest] = 1;
        }
        let mut drawn = rng.below(weights.iter().sum());
        let part = weights
            .iter()
            .position(|&weight| {
                let here = drawn < weight;
                drawn = drawn.saturating_sub(weight);
                here
            })
            .unwrap_or(0);
        left[part] = left[part].saturating_sub(block.len());
        parts[part].extend(block);
    }
    parts
}

fn grouped(
    table: &Table,
    name: &str,
    rows: &[u32],
    shares: &[f64],
    seed: u64,
    warnings: &mut Vec<Message>,
) -> Outcome<Vec<Vec<u32>>> {
    let column = table
        .column(name)
        .ok_or_else(|| Message::new("split.no_column").with("column", name))?;
    let category = column.to_category();
    let mut groups: Vec<Vec<u32>> = vec![Vec::new(); category.levels.len()];
    let mut n_without = 0;
    for &row in rows {
        match groups.get_mut(category.codes[row as usize] as usize) {
            Some(group) => group.push(row),
            None => {
                groups.push(vec![row]);
                n_without += 1;
            }
        }
    }
    let largest = groups
        .iter()
        .zip(&category.levels)
        .max_by_key(|(group, _)| group.len())
        .map(|(group, level)| (group.len(), level.clone()));
    groups.retain(|group| !group.is_empty());
    if groups.len() < shares.len() {
        return Err(Message::new("split.too_few_groups")
            .with("column", name)
            .with("n_groups", groups.len())
            .with("needed", shares.len())
            .into());
    }
    let quotas = largest_remainder(rows.len(), shares);
    if let Some((n, level)) = largest.filter(|(n, _)| quotas.iter().any(|quota| n > quota)) {
        let share = n as f64 / rows.len() as f64;
        warnings.push(
            Message::new("split.group_large")
                .with("column", name)
                .with("group", level)
                .with("share", share),
        );
    }
    if n_without > 0 {
        warnings.push(
            Message::new("split.group_missing")
                .with("column", name)
                .with("n_rows", n_without as usize),
        );
    }
    let mut parts = draw(groups, &quotas, &mut Rng::stream(seed, "split", 0));
    fill_empty(&mut parts, &category.codes);
    for part in &mut parts {
        part.sort_unstable();
    }
    Ok(parts)
}

/// A part that large groups left empty takes the smallest group of the part that has most groups.
fn fill_empty(parts: &mut [Vec<u32>], codes: &[u32]) {
    let groups_of = |part: &[u32]| {
        let mut groups: BTreeMap<(u32, u32), Vec<u32>> = BTreeMap::new();
        for &row in part {
            let code = codes[row as usize];
            let single = if code == table::MISSING_CODE { row } else { 0 };
            groups.entry((code, single)).or_default().push(row);
        }
        groups
    };
    while let Some(empty) = parts.iter().position(Vec::is_empty) {
        let Some((donor, groups)) = parts
            .iter()
            .map(|part| groups_of(part))
            .enumerate()
            .max_by_key(|(_, groups)| groups.len())
        else {
            return;
        };
        let Some(smallest) = groups
            .into_values()
            .min_by_key(Vec::len)
            .filter(|group| group.len() < parts[donor].len())
        else {
            return;
        };
        parts[donor].retain(|row| !smallest.contains(row));
        parts[empty] = smallest;
    }
}

/// The newest rows judge. Rows of one instant stay together; the cuts move to the nearest change of time.
fn by_time(table: &Table, name: &str, rows: &[u32], spec: &SplitSpec, warnings: &mut Vec<Message>) -> Outcome<Vec<Vec<u32>>> {
    let column = table
        .column(name)
        .ok_or_else(|| Message::new("split.no_column").with("column", name))?;
    let times = match &column.data {
        ColumnData::Number(x) | ColumnData::Time(x) => x,
        _ => {
            return Err(Message::new("split.not_time")
                .with("column", name)
                .with("type", column.column_type().name())
                .into());
        }
    };
    let mut order = rows.to_vec();
    // Rows without a time count as the oldest.
    let time = |row: u32| Some(times[row as usize]).filter(|x| !x.is_nan()).unwrap_or(f64::NEG_INFINITY);
    order.order_by(|&a, &b| time(a).total_cmp(&time(b)).then(a.cmp(&b)));
    let n_without = order.iter().filter(|&&row| times[row as usize].is_nan()).count();
    if n_without > 0 {
        warnings.push(
            Message::new("split.time_missing")
                .with("column", name)
                .with("n_rows", n_without),
        );
    }
    // Where the time changes: the possible cuts.
    let changes: Vec<usize> = (1..order.len()).filter(|&i| time(order[i - 1]) != time(order[i])).collect();
    let shares = shares(spec)?;
    if changes.len() + 1 < shares.len() {
        return Err(Message::new("split.too_few_times")
            .with("column", name)
            .with("n_times", changes.len() + 1)
            .with("needed", shares.len())
            .into());
    }
    let mut parts = Vec::with_capacity(shares.len());
    let (mut start, mut wanted, mut next_change) = (0, 0, 0);
    for (i, quota) in largest_remainder(order.len(), &shares).iter().enumerate() {
        wanted += quota;
        let n_after = shares.len() - 1 - i;
        let end = if n_after == 0 {
            order.len()
        } else {
            // At least one change must be left for each part after this.
            let candidates = &changes[next_change..changes.len() + 1 - n_after];
            let at = candidates
                .iter()
                .enumerate()
                .min_by_key(|(_, cut)| cut.abs_diff(wanted))
                .map_or(0, |(at, _)| at);
            next_change += at + 1;
            candidates[at]
        };
        let mut part = order[start..end].to_vec();
        part.sort_unstable();
        parts.push(part);
        start = end;
    }
    Ok(parts)
}

fn warn_of_copies(hashes: &[u64], test: &[u32], rows: &[u32], warnings: &mut Vec<Message>) {
    let mut outside: Vec<u64> = rows
        .iter()
        .filter(|row| test.binary_search(row).is_err())
        .map(|&row| hashes[row as usize])
        .collect();
    outside.sort_unstable();
    let n = test
        .iter()
        .filter(|&&row| outside.binary_search(&hashes[row as usize]).is_ok())
        .count();
    if n > 0 {
        warnings.push(
            Message::new("split.copies")
                .with("n_rows", n)
                .with("share", n as f64 / test.len() as f64),
        );
    }
}

/// A class that a part lacks makes its figures undefined.
fn warn_of_classes(target: &TargetData, folds: &[Fold], test: &[u32], warnings: &mut Vec<Message>) {
    let TargetData::Classes { classes, codes } = target else {
        return;
    };
    let absent = |rows: &[u32]| {
        let mut seen = vec![false; classes.len()];
        for &row in rows {
            seen[codes[row as usize] as usize] = true;
        }
        classes
            .iter()
            .zip(seen)
            .filter(|(_, seen)| !seen)
            .map(|(class, _)| class.clone())
            .collect::<Vec<_>>()
    };
    let lacking = absent(test);
    if !lacking.is_empty() {
        warnings.push(Message::new("split.class_not_in_test").with("classes", lacking));
    }
    let mut in_fit: BTreeMap<String, u64> = BTreeMap::new();
    let mut in_validate: BTreeMap<String, u64> = BTreeMap::new();
    for fold in folds {
        absent(&fold.fit)
            .into_iter()
            .for_each(|class| *in_fit.entry(class).or_default() += 1);
        absent(&fold.validate)
            .into_iter()
            .for_each(|class| *in_validate.entry(class).or_default() += 1);
    }
    for (code, counts) in [
        ("split.class_not_in_train", in_fit),
        ("split.class_not_in_validation", in_validate),
    ] {
        for (class, n) in counts {
            warnings.push(
                Message::new(code)
                    .with("class", class)
                    .with("n_folds", n)
                    .with("of", folds.len()),
            );
        }
    }
}

fn warn_of_shares(spec: &SplitSpec, n_test: usize, n_rows: usize, warnings: &mut Vec<Message>) {
    let share = n_test as f64 / n_rows as f64;
    if n_rows >= FEW_ROWS && (share - spec.test_share).abs() > 0.25 * spec.test_share {
        warnings.push(
            Message::new("split.share_differs")
                .with("share", share)
                .with("wanted", spec.test_share),
        );
    }
}

fn part_summary(target: &TargetData, rows: &[u32]) -> PartSummary {
    match target {
        TargetData::Classes { classes, codes } => {
            let mut counts = vec![0u64; classes.len()];
            for &row in rows {
                counts[codes[row as usize] as usize] += 1;
            }
            let class_shares = counts.iter().map(|&count| count as f64 / rows.len() as f64).collect();
            PartSummary {
                n_rows: rows.len() as u64,
                class_shares,
                mean: None,
            }
        }
        TargetData::Values(values) => {
            let values: Vec<f64> = rows.iter().map(|&row| values[row as usize]).collect();
            PartSummary {
                n_rows: rows.len() as u64,
                class_shares: Vec::new(),
                mean: Some(math::sum::mean(&values)),
            }
        }
    }
}
