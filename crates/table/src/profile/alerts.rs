//! What is worth a word about a data set, and the step that one click adds.

use spec::step::{
    Clip, DropDuplicates, DropMissing, Exclude, Fill, InfiniteToMissing, Log, MergeLevels, OneHot, ParseDate, ParseNumber,
    Replace, Trim,
};
use std::collections::BTreeMap;

use spec::profile::{Alert, AlertKind, AlertSeverity, ColumnProfile, Fix, Profile};
use spec::step::{Columns, DateOrder, FillWith, LogKind, PipelineKind, ShapeKind};
use spec::{ColumnType, Message, Observer, Order, Outcome};

use super::leakage::{Target, correlation, suspicion};
use super::{Facts, alert_message, fold, is_number, pair_rows};
use crate::column::{Category, Column, ColumnData, Table};
use crate::value::{Moment, WrittenDate, civil_from_days, parse_number_loosely, scan_number, scan_time};

/// The most frequent value has at least this share of all rows.
const NEAR_CONSTANT: f64 = 0.99;
/// Distinct values per present one, from which a column of words names rows.
const ID_LIKE: f64 = 0.95;
const ID_MIN_ROWS: u64 = 20;
/// Words of a cell from which it is a sentence; names of people and things have fewer.
const PROSE_WORDS: usize = 4;
/// Letters of it in scripts that put no blanks between words.
const PROSE_LETTERS: usize = 12;
/// Cells that are looked at.
const PROSE_CELLS: usize = 2000;
/// Levels from which one-hot columns become too many.
const MANY_LEVELS: u64 = 50;
/// Share of the values that must read as numbers or dates.
const LIKE: f64 = 0.8;
const OUTLIER_SHARE: f64 = 0.01;
const SKEWED: f64 = 2.0;
/// Fewer distinct values are steps of a scale: no outliers, no skew.
const SCALE_VALUES: u64 = 10;
const CORRELATED: f64 = 0.95;
/// Pairs of columns that are compared.
const MAX_CORRELATED_COLUMNS: usize = 300;
const MAX_FOLDED_LEVELS: usize = 20_000;

struct Gathered<'a> {
    profile: &'a Profile,
    target: Option<&'a str>,
    /// The newest year among the times of the table; 2029 without one.
    newest_year: i32,
    alerts: Vec<(usize, Alert)>,
}

fn newest_year(table: &Table) -> i32 {
    let times = table.columns().iter().filter_map(|column| match &column.data {
        ColumnData::Time(values) => Some(values),
        _ => None,
    });
    let newest = times.flatten().copied().filter(|x| x.is_finite()).reduce(f64::max);
    newest.map_or(2029, |seconds| {
        civil_from_days((seconds / 86_400.0).floor() as i64).0.clamp(99, 9_999) as i32
    })
}

impl Gathered<'_> {
    fn add(
        &mut self,
        kind: AlertKind,
        severity: AlertSeverity,
        column: Option<usize>,
        share: f64,
        message: Message,
        fix: Option<Fix>,
    ) {
        let name = column.map(|index| self.profile.columns[index].name.clone());
        let place = column.unwrap_or(usize::MAX);
        self.alerts.push((
            place,
            Alert {
                kind,
                severity,
                column: name,
                share: share.clamp(0.0, 1.0),
                message,
                fix,
            },
        ));
    }
}

fn exclude(column: &str, reason: &str) -> Option<Fix> {
    Some(Fix::Pipeline {
        step: PipelineKind::Exclude(Exclude {
            columns: vec![column.to_owned()],
            reason: reason.to_owned(),
        }),
    })
}

fn shape(step: ShapeKind) -> Option<Fix> {
    Some(Fix::Shape { step })
}

fn pipeline(step: PipelineKind) -> Option<Fix> {
    Some(Fix::Pipeline { step })
}

fn named(column: &str) -> Columns {
    Columns::Named(vec![column.to_owned()])
}

/// Sorted by severity, then share of rows, both falling; then by column order and kind: the same on every run.
pub(super) fn all(
    table: &Table,
    profile: &Profile,
    facts: &[Facts],
    target: Option<&str>,
    observer: &mut dyn Observer,
) -> Outcome<Vec<Alert>> {
    let mut gathered = Gathered {
        profile,
        target,
        newest_year: newest_year(table),
        alerts: Vec::new(),
    };
    if profile.n_rows == 0 {
        return Ok(Vec::new());
    }
    let n_columns = table.n_columns() as f64;
    for (index, (column, fact)) in table.columns().iter().zip(facts).enumerate() {
        observer.tick(0.4 * index as f64 / n_columns)?;
        of_column(column, index, fact, &mut gathered);
    }
    if profile.n_duplicate_rows > 0 {
        let share = profile.n_duplicate_rows as f64 / profile.n_rows as f64;
        let severity = if share >= 0.01 {
            AlertSeverity::Medium
        } else {
            AlertSeverity::Low
        };
        let message = Message::new("alert.duplicates")
            .with("n", profile.n_duplicate_rows)
            .with("share", share);
        gathered.add(
            AlertKind::Duplicates,
            severity,
            None,
            share,
            message,
            shape(ShapeKind::DropDuplicates(DropDuplicates { columns: Vec::new() })),
        );
    }
    of_target(table, &mut gathered, &mut spec::Section::new(observer, 0.4, 0.7))?;
    of_pairs(table, &mut gathered, &mut spec::Section::new(observer, 0.7, 1.0))?;
    let mut alerts = gathered.alerts;
    alerts.order_by(|(place_a, a), (place_b, b)| {
        b.severity
            .cmp(&a.severity)
            .then(b.share.total_cmp(&a.share))
            .then(place_a.cmp(place_b))
            .then(a.kind.cmp(&b.kind))
    });
    Ok(alerts.into_iter().map(|(_, alert)| alert).collect())
}

fn of_column(column: &Column, index: usize, fact: &Facts, gathered: &mut Gathered) {
    let profile = gathered.profile;
    let about = &profile.columns[index];
    let name = about.name.as_str();
    let is_target = gathered.target == Some(name);
    let n_rows = profile.n_rows;
    let n_present = n_rows - about.n_missing;
    missing(column, index, gathered);
    if n_present == 0 {
        return;
    }
    if about.n_distinct == 1 && about.n_missing == 0 && n_rows >= 2 {
        let value = column.text_at(0).unwrap_or_default().chars().take(80).collect::<String>();
        let (code, fix) = if is_target {
            ("alert.constant_target", None)
        } else {
            ("alert.constant", exclude(name, "constant"))
        };
        gathered.add(
            AlertKind::Constant,
            AlertSeverity::High,
            Some(index),
            1.0,
            alert_message(code, name).with("value", value),
            fix,
        );
        return;
    }
    let share = fact.n_most_frequent as f64 / n_rows as f64;
    if share >= NEAR_CONSTANT && n_rows >= 100 && !is_target {
        let message = alert_message("alert.near_constant", name)
            .with("share", share)
            .with("n", n_rows - fact.n_most_frequent);
        gathered.add(
            AlertKind::NearConstant,
            AlertSeverity::Low,
            Some(index),
            share,
            message,
            exclude(name, "nearly constant"),
        );
    }
    // Texts that are numbers or dates get their type first; what they are then is another look.
    let reads_otherwise = match &column.data {
        ColumnData::Category(category) => {
            let counts = category.counts();
            let used = || {
                category
                    .levels
                    .iter()
                    .zip(&counts)
                    .filter(|(_, count)| **count > 0)
                    .map(|(level, &count)| (level.as_str(), count))
            };
            like_numbers_or_dates(index, &used, n_present, gathered)
        }
        ColumnData::Text(text) => {
            let used = || text.iter().filter(|cell| !cell.is_empty()).map(|cell| (cell, 1u64));
            like_numbers_or_dates(index, &used, n_present, gathered)
        }
        _ => false,
    };
    if reads_otherwise {
        return;
    }
    if !is_target && is_id(about, n_present) && is_prose(column) {
        let message = alert_message("alert.free_text", name).with("n", about.n_distinct);
        let share = n_present as f64 / n_rows as f64;
        gathered.add(
            AlertKind::HighCardinality,
            AlertSeverity::Medium,
            Some(index),
            share,
            message,
            exclude(name, "free text"),
        );
        return;
    }
    if !is_target && is_id(about, n_present) {
        let message = alert_message("alert.id_like", name)
            .with("n", about.n_distinct)
            .with("n_present", n_present);
        let share = about.n_distinct as f64 / n_rows as f64;
        gathered.add(
            AlertKind::IdLike,
            AlertSeverity::High,
            Some(index),
            share,
            message,
            exclude(name, "names rows"),
        );
        return;
    }
    let present_share = n_present as f64 / n_rows as f64;
    match &column.data {
        ColumnData::Number(_) => numbers(index, fact, is_target, gathered),
        ColumnData::Category(category) => {
            dirty(category, index, is_target, gathered);
            if about.n_distinct > MANY_LEVELS && !is_target {
                let message = alert_message("alert.high_cardinality", name).with("n", about.n_distinct);
                let fix = pipeline(PipelineKind::OneHot(OneHot {
                    columns: named(name),
                    max_levels: 20,
                }));
                gathered.add(
                    AlertKind::HighCardinality,
                    AlertSeverity::Medium,
                    Some(index),
                    present_share,
                    message,
                    fix,
                );
            }
        }
        ColumnData::Text(_) if !is_target => {
            let message = alert_message("alert.free_text", name).with("n", about.n_distinct);
            gathered.add(
                AlertKind::HighCardinality,
                AlertSeverity::Medium,
                Some(index),
                present_share,
                message,
                exclude(name, "free text"),
            );
        }
        ColumnData::Text(_) | ColumnData::Time(_) | ColumnData::Boolean(_) => {}
    }
}

/// Most cells are sentences: words with blanks between them, or many letters of a script without blanks. Their being all
/// different says nothing about ids.
fn is_prose(column: &Column) -> bool {
    if !matches!(column.data, ColumnData::Category(_) | ColumnData::Text(_)) {
        return false;
    }
    let is_sentence = |cell: &str| {
        let of_letters = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() >= 2;
        let n_words = cell.split_whitespace().filter(of_letters).count();
        let n_wide = cell.chars().filter(|c| c.is_alphabetic() && *c >= '\u{2e80}').count();
        n_words >= PROSE_WORDS || n_wide >= PROSE_LETTERS
    };
    let (mut n_sentences, mut n_cells) = (0, 0);
    for row in 0..column.n_rows() {
        if let Some(cell) = column.text_at(row) {
            n_cells += 1;
            n_sentences += usize::from(is_sentence(&cell));
        }
        if n_cells == PROSE_CELLS {
            break;
        }
    }
    n_cells > 0 && n_sentences * 2 > n_cells
}

fn missing(column: &Column, index: usize, gathered: &mut Gathered) {
    let about = &gathered.profile.columns[index];
    if about.n_missing == 0 {
        return;
    }
    let name = about.name.as_str();
    let share = about.n_missing as f64 / gathered.profile.n_rows as f64;
    let with_counts = |code: &str| alert_message(code, name).with("n", about.n_missing).with("share", share);
    let is_target = gathered.target == Some(name);
    let (severity, message, fix) = if is_target {
        let fix = if share < 1.0 {
            shape(ShapeKind::DropMissing(DropMissing {
                columns: vec![name.to_owned()],
            }))
        } else {
            None
        };
        (AlertSeverity::High, with_counts("alert.missing_target"), fix)
    } else if share >= 0.6 {
        (
            AlertSeverity::High,
            with_counts("alert.mostly_missing"),
            exclude(name, "mostly missing"),
        )
    } else {
        let severity = if share >= 0.05 {
            AlertSeverity::Medium
        } else {
            AlertSeverity::Low
        };
        let with = if is_number(column.column_type()) && column.column_type() != ColumnType::Boolean {
            FillWith::Median
        } else {
            FillWith::MostFrequent
        };
        let indicator = share >= 0.05 && column.column_type() == ColumnType::Number;
        let fix = match column.column_type() {
            ColumnType::Text => shape(ShapeKind::DropMissing(DropMissing {
                columns: vec![name.to_owned()],
            })),
            _ => pipeline(PipelineKind::Fill(Fill {
                columns: named(name),
                with,
                indicator,
            })),
        };
        (severity, with_counts("alert.missing"), fix)
    };
    gathered.add(AlertKind::Missing, severity, Some(index), share, message, fix);
}

/// Words that name rows; whole numbers that count or name them.
fn is_id(about: &ColumnProfile, n_present: u64) -> bool {
    if n_present < ID_MIN_ROWS {
        return false;
    }
    match (about.column_type, &about.number) {
        (ColumnType::Category | ColumnType::Text, _) => about.n_distinct as f64 >= ID_LIKE * n_present as f64,
        (ColumnType::Number, Some(numbers)) if numbers.is_integer && numbers.n_infinite == 0 => {
            let all_differ = about.n_distinct == n_present;
            let is_dense = numbers.max - numbers.min + 1.0 <= 1.5 * n_present as f64;
            all_differ && (is_dense && n_present >= 50 || is_id_name(&about.name))
        }
        _ => false,
    }
}

/// `id`, `customer_id`, `CustomerId`, `row number`, `index`, ...
fn is_id_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let is_word = |word: &&str| {
        matches!(
            *word,
            "id" | "ids" | "index" | "idx" | "key" | "uuid" | "guid" | "rownumber" | "number" | "no" | "nr"
        )
    };
    words.iter().any(is_word) || name.ends_with("Id") || name.ends_with("ID")
}

fn numbers(index: usize, fact: &Facts, is_target: bool, gathered: &mut Gathered) {
    let profile = gathered.profile;
    let about = &profile.columns[index];
    let name = about.name.as_str();
    let n_rows = profile.n_rows as f64;
    let Some(numbers) = &about.number else {
        let message = alert_message("alert.infinite", name).with("n", profile.n_rows - about.n_missing);
        let fix = shape(ShapeKind::InfiniteToMissing(InfiniteToMissing {
            columns: vec![name.to_owned()],
        }));
        gathered.add(AlertKind::Infinite, AlertSeverity::High, Some(index), 1.0, message, fix);
        return;
    };
    if numbers.n_infinite > 0 {
        let message = alert_message("alert.infinite", name).with("n", numbers.n_infinite);
        let fix = shape(ShapeKind::InfiniteToMissing(InfiniteToMissing {
            columns: vec![name.to_owned()],
        }));
        gathered.add(
            AlertKind::Infinite,
            AlertSeverity::High,
            Some(index),
            numbers.n_infinite as f64 / n_rows,
            message,
            fix,
        );
    }
    if is_target || about.n_distinct <= SCALE_VALUES {
        return;
    }
    let share = fact.n_outliers as f64 / n_rows;
    if fact.n_outliers > 0 && (share >= OUTLIER_SHARE || fact.n_far_outliers > 0) {
        let severity = if share >= 0.05 {
            AlertSeverity::Medium
        } else {
            AlertSeverity::Low
        };
        let message = alert_message("alert.outliers", name)
            .with("n", fact.n_outliers)
            .with("min", numbers.min)
            .with("max", numbers.max);
        let fix = pipeline(PipelineKind::Clip(Clip {
            columns: named(name),
            low_quantile: 0.01,
            high_quantile: 0.99,
        }));
        gathered.add(AlertKind::Outliers, severity, Some(index), share, message, fix);
    }
    if numbers.skewness.abs() > SKEWED {
        let kind = if numbers.min >= 0.0 { LogKind::Log1p } else { LogKind::Signed };
        let message = alert_message("alert.skew", name).with("skewness", numbers.skewness);
        let fix = pipeline(PipelineKind::Log(Log {
            columns: named(name),
            kind,
        }));
        gathered.add(
            AlertKind::Skew,
            AlertSeverity::Low,
            Some(index),
            (profile.n_rows - about.n_missing) as f64 / n_rows,
            message,
            fix,
        );
    }
}

/// Texts that are mostly numbers, or mostly dates, with the step that reads them. True when there was an alert.
fn like_numbers_or_dates<'t, I: Iterator<Item = (&'t str, u64)>>(
    index: usize,
    texts: &dyn Fn() -> I,
    n_present: u64,
    gathered: &mut Gathered,
) -> bool {
    let profile = gathered.profile;
    let name = profile.columns[index].name.as_str();
    let needed = LIKE * n_present as f64;
    let (mut n_seen, mut n_point, mut n_comma, mut n_dates, mut n_codes) = (0u64, 0u64, 0u64, 0u64, 0u64);
    let (mut n_day_first, mut n_month_first) = (0u64, 0u64);
    let (mut has_short_year, mut newest_year) = (false, None);
    let mut open: Option<&str> = None;
    let mut example: Option<&str> = None;
    for (text, count) in texts() {
        n_seen += count;
        if let Some(numeral) = scan_number(text.trim().as_bytes(), b'.') {
            n_codes += if numeral.is_code_like { count } else { 0 };
            n_point += if numeral.is_code_like { 0 } else { count };
            n_comma += if numeral.is_code_like { 0 } else { count };
        } else if text.bytes().any(|byte| byte.is_ascii_digit()) {
            let (point, comma) = (
                parse_number_loosely(text, false).is_some(),
                parse_number_loosely(text, true).is_some(),
            );
            n_point += if point { count } else { 0 };
            n_comma += if comma { count } else { 0 };
            if !point && !comma {
                if let Some(Moment { date, .. }) = scan_time(text.trim().as_bytes()) {
                    n_dates += count;
                    example.get_or_insert(text);
                    newest_year = newest_year.max(date.clear_year());
                    if let WrittenDate::Numeric {
                        first,
                        second,
                        short_year,
                        ..
                    } = date
                    {
                        has_short_year |= short_year;
                        n_day_first += if first > 12 { count } else { 0 };
                        n_month_first += if second > 12 { count } else { 0 };
                    }
                }
            } else {
                example.get_or_insert(text);
                if point && comma && text.contains([',', '.']) {
                    open.get_or_insert(text);
                }
            }
        }
        let misses = n_seen - n_point.max(n_comma).max(n_dates).min(n_seen);
        if n_codes as f64 > n_present as f64 - needed || misses as f64 > n_present as f64 - needed {
            return false;
        }
    }
    if n_point.max(n_comma) as f64 >= needed {
        let n = n_point.max(n_comma);
        // 1,234 alone may be twelve hundred or a little more than one: the reading that is offered is named.
        let open = open.filter(|_| n_point == n_comma);
        let code = if open.is_some() {
            "alert.number_like_text_unsure"
        } else {
            "alert.number_like_text"
        };
        let message = alert_message(code, name).with("n", n).with("n_present", n_present);
        let message = match open {
            Some(text) => {
                let whole: String = text.chars().filter(|c| !matches!(c, '.' | ',')).collect();
                message.with("example", text.trim()).with("whole", whole.trim())
            }
            None => message,
        };
        let fix = shape(ShapeKind::ParseNumber(ParseNumber {
            column: name.to_owned(),
            decimal_comma: n_comma > n_point,
        }));
        gathered.add(
            AlertKind::NumberLikeText,
            AlertSeverity::Medium,
            Some(index),
            n as f64 / profile.n_rows as f64,
            message,
            fix,
        );
        return true;
    }
    if n_dates as f64 >= needed {
        let order = if n_month_first > n_day_first {
            DateOrder::Mdy
        } else {
            DateOrder::Dmy
        };
        let words = if order == DateOrder::Mdy {
            "month/day/year"
        } else {
            "day/month/year"
        };
        let code = if (n_day_first > 0) == (n_month_first > 0) {
            "alert.date_like_text_unsure"
        } else {
            "alert.date_like_text"
        };
        let code = if has_short_year { "alert.date_like_text_short" } else { code };
        let example: String = example.unwrap_or_default().chars().take(40).collect();
        let message = alert_message(code, name)
            .with("n", n_dates)
            .with("order", words)
            .with("example", example);
        let newest_year = has_short_year.then(|| newest_year.unwrap_or(gathered.newest_year));
        let message = match newest_year {
            Some(newest) => message
                .with("first", (newest - 99).to_string())
                .with("last", newest.to_string()),
            None => message,
        };
        let fix = shape(ShapeKind::ParseDate(ParseDate {
            column: name.to_owned(),
            order,
            newest_year,
        }));
        gathered.add(
            AlertKind::DateLikeText,
            AlertSeverity::Medium,
            Some(index),
            n_dates as f64 / profile.n_rows as f64,
            message,
            fix,
        );
        return true;
    }
    false
}

fn dirty(category: &Category, index: usize, is_target: bool, gathered: &mut Gathered) {
    if category.levels.len() > MAX_FOLDED_LEVELS {
        return;
    }
    let groups = fold::groups(category);
    let Some(largest) = groups
        .iter()
        .max_by_key(|group| group.others.iter().map(|(_, count)| *count).sum::<u64>())
    else {
        return;
    };
    let name = gathered.profile.columns[index].name.clone();
    let n: u64 = groups.iter().flat_map(|group| &group.others).map(|(_, count)| count).sum();
    let all_by_trim = groups
        .iter()
        .all(|group| group.others.iter().all(|(other, _)| other.trim() == group.kept.trim()));
    let fix = if all_by_trim {
        shape(ShapeKind::Trim(Trim {
            columns: vec![name.clone()],
        }))
    } else if is_target {
        // The target takes no pipeline steps: the largest group is mended at a time, by whole cells.
        let variants: Vec<String> = largest.others.iter().map(|(other, _)| escaped(other)).collect();
        let find = format!("^(?:{})$", variants.join("|"));
        shape(ShapeKind::Replace(Replace {
            columns: vec![name.clone()],
            find,
            replace: largest.kept.replace('$', "$$"),
            regex: true,
            whole_cell: true,
        }))
    } else {
        let map: BTreeMap<String, String> = groups
            .iter()
            .flat_map(|group| group.others.iter().map(|(other, _)| (other.clone(), group.kept.clone())))
            .collect();
        pipeline(PipelineKind::MergeLevels(MergeLevels {
            column: name.clone(),
            map,
        }))
    };
    let show = |level: &str| format!("\"{}\"", level.chars().take(40).collect::<String>());
    let examples: Vec<String> = std::iter::once(show(&largest.kept))
        .chain(largest.others.iter().take(3).map(|(other, _)| show(other)))
        .collect();
    let message = alert_message("alert.dirty_categories", &name)
        .with("n", n)
        .with("n_groups", groups.len())
        .with("examples", examples);
    let share = n as f64 / gathered.profile.n_rows as f64;
    gathered.add(
        AlertKind::DirtyCategories,
        AlertSeverity::Medium,
        Some(index),
        share,
        message,
        fix,
    );
}

/// The text as a regular expression that matches nothing else.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn of_target(table: &Table, gathered: &mut Gathered, observer: &mut dyn Observer) -> Outcome<()> {
    let Some((name, index)) = gathered
        .target
        .and_then(|name| table.index_of(name).map(|index| (name, index)))
    else {
        return Ok(());
    };
    let rows = pair_rows(table.n_rows());
    let Some(target) = Target::new(&table.columns()[index], &rows) else {
        return Ok(());
    };
    if matches!(target, Target::Classes { .. }) {
        imbalance(&table.columns()[index], index, gathered);
    }
    let n_columns = table.n_columns() as f64;
    for (other, column) in table.columns().iter().enumerate() {
        observer.tick(other as f64 / n_columns)?;
        if other == index {
            continue;
        }
        if let Some(strength) = suspicion(column, &rows, &target) {
            let message = alert_message("alert.leakage", column.name())
                .with("target", name)
                .with("strength", strength)
                .with("n_rows", rows.len());
            gathered.add(
                AlertKind::Leakage,
                AlertSeverity::High,
                Some(other),
                1.0,
                message,
                exclude(column.name(), "says the target"),
            );
        }
    }
    Ok(())
}

fn imbalance(column: &Column, index: usize, gathered: &mut Gathered) {
    let category = column.to_category();
    let counts = category.counts();
    let used: Vec<usize> = (0..counts.len()).filter(|&level| counts[level] > 0).collect();
    let total: u64 = counts.iter().sum();
    let Some(&rarest) = used
        .iter()
        .min_by_key(|&&level| (counts[level], level))
        .filter(|_| used.len() >= 2)
    else {
        return;
    };
    let share = counts[rarest] as f64 / total as f64;
    // Under a fifth of an even part, or under a tenth of the rows where there are two classes.
    if share * used.len() as f64 >= 0.2 {
        return;
    }
    let severity = if share < 0.01 {
        AlertSeverity::High
    } else {
        AlertSeverity::Medium
    };
    let message = alert_message("alert.class_imbalance", column.name())
        .with("class", category.levels[rarest].as_str())
        .with("n", counts[rarest])
        .with("share", share);
    gathered.add(AlertKind::ClassImbalance, severity, Some(index), share, message, None);
}

fn of_pairs(table: &Table, gathered: &mut Gathered, observer: &mut dyn Observer) -> Outcome<()> {
    let rows = pair_rows(table.n_rows());
    let candidates: Vec<usize> = (0..table.n_columns())
        .filter(|&index| {
            let about = &gathered.profile.columns[index];
            is_number(about.column_type) && about.n_distinct > 1 && gathered.target != Some(about.name.as_str())
        })
        .take(MAX_CORRELATED_COLUMNS)
        .collect();
    // Wide tables take fewer rows a pair, so that the work stays bounded.
    let n_pairs = candidates.len() * candidates.len().saturating_sub(1) / 2;
    let thin = (n_pairs * rows.len()).div_ceil(200_000_000).max(1);
    let rows: Vec<u32> = rows.into_iter().step_by(thin).collect();
    let values: Vec<Vec<f64>> = candidates
        .iter()
        .filter_map(|&index| table.columns()[index].numbers())
        .map(|numbers| rows.iter().map(|&row| numbers[row as usize]).collect())
        .collect();
    for later in 1..values.len() {
        observer.tick((later * later) as f64 / (values.len() * values.len()) as f64)?;
        let strongest = (0..later)
            .filter_map(|earlier| correlation(&values[earlier], &values[later]).map(|r| (earlier, r)))
            .filter(|(_, r)| r.abs() >= CORRELATED)
            .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()).then(b.0.cmp(&a.0)));
        if let Some((earlier, r)) = strongest {
            let column = table.columns()[candidates[later]].name();
            let message = alert_message("alert.high_correlation", column)
                .with("other", table.columns()[candidates[earlier]].name())
                .with("r", r)
                .with("n_rows", rows.len());
            gathered.add(
                AlertKind::HighCorrelation,
                AlertSeverity::Low,
                Some(candidates[later]),
                r.abs(),
                message,
                exclude(column, "repeats another column"),
            );
        }
    }
    Ok(())
}
