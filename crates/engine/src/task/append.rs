//! Later rows below the training file's, and two models on rows that neither was fitted on.

use std::borrow::Cow;

use metrics::{Predicted, Truth as Labels};
use monitor::challenger_verdict;
use serde_bytes::ByteBuf;
use spec::monitor::{ChallengerVerdict, Change, KnownRows, MonitorRules};
use spec::step::{SetType, ShapeKind, Step};
use spec::{ColumnType, Message, Metric, Observer, Outcome, Section, Task, Unobserved};
use table::value::parse_number;
use table::{CategoryBuilder, Column, ColumnData, MISSING_BOOLEAN, Table, Text};
use train::Predictions;

use super::batch::Subject;
use super::data::target;
use super::predictor::nothing;
use super::{Appended, Resources, judge, known};
use crate::evaluating::{Scoreboard, Truth};
use crate::setting::Setting;

/// Columns that a message names.
const N_NAMED: usize = 8;

/// Rows of a class that must be expected among the contested ones before their absence means something: chance leaves out
/// a class of five expected rows less than once in a hundred times.
const LEAST_EXPECTED: f64 = 5.0;

/// What the rows that are added must have.
struct Wanted<'a> {
    target: &'a str,
    task: Task,
    /// Of the old data; empty for numbers.
    classes: &'a [String],
    /// What is done to the rows before anything is learned from them.
    cleaning: &'a [Step<ShapeKind>],
}

/// Row ranges of the table at hand, then the rows of each batch that have an outcome: by column name, with the types of the
/// table at hand. A column that a batch lacks is missing there, one that only a batch has is left out.
pub(super) fn append(
    resources: &dyn Resources,
    setting: &Setting,
    ranges: &[(u32, u32)],
    batches: &[(String, ByteBuf)],
    observer: &mut dyn Observer,
) -> Outcome<Appended> {
    let (task, _) = setting.goal()?;
    let old = target(resources, setting, observer)?;
    let wanted = Wanted {
        target: setting.framing.target.as_deref().unwrap_or_default(),
        task,
        classes: old.classes(),
        cleaning: &setting.source.shape,
    };
    let base = resources.table(&setting.source.table)?;
    let rows: Vec<u32> = ranges.iter().flat_map(|&(start, end)| start..end).collect();
    let is_whole = rows.len() == base.n_rows();
    let kept = if is_whole {
        Cow::Borrowed(&*base)
    } else {
        Cow::Owned(base.select(&rows))
    };
    let mut notes = Vec::new();
    let mut added = Vec::new();
    for (i, (name, bytes)) in batches.iter().enumerate() {
        observer.tick(0.5 * i as f64 / batches.len() as f64)?;
        let table = with_outcome(Table::from_bytes(bytes)?, &wanted, name, &mut notes)?;
        let named = |is: &dyn Fn(&str) -> bool| -> Vec<String> {
            let names = kept.columns().iter().map(Column::name).filter(|name| is(name));
            names.map(str::to_owned).collect()
        };
        let absent = named(&|column| table.column(column).is_none());
        let known = |column: &&Column| kept.column(column.name()).is_some();
        let others: Vec<String> = table
            .columns()
            .iter()
            .filter(|column| !known(column))
            .map(|column| column.name().to_owned())
            .collect();
        if let Some((own, found)) = renamed(&kept, &table, &absent, &others) {
            notes.push(
                Message::new("engine.appended_renamed")
                    .with("file", name)
                    .with("column", own)
                    .with("found", found),
            );
        }
        if !absent.is_empty() {
            notes.push(about_columns("engine.appended_without", name, absent));
        }
        if !others.is_empty() {
            notes.push(about_columns("engine.appended_others", name, others));
        }
        added.push(table);
    }
    let mut columns = Vec::with_capacity(kept.n_columns());
    let named: Vec<(&str, &Table)> = batches.iter().map(|(name, _)| name.as_str()).zip(&added).collect();
    for (i, column) in kept.columns().iter().enumerate() {
        observer.tick(0.5 + 0.4 * i as f64 / kept.n_columns() as f64)?;
        columns.push(below(column, &named, &mut notes)?);
    }
    let mut all = Table::new(columns)?;
    let mut n_rows = Vec::new();
    let mut n_repeated = Vec::new();
    let mut start = kept.n_rows();
    // Rows are learned from once: twice they would stand on both sides of the split.
    for (table, (name, _)) in added.iter().zip(batches) {
        let end = start + table.n_rows();
        let is_repeated = known::repeated(&all, start, end);
        let n = is_repeated.iter().filter(|is| **is).count();
        if n > 0 {
            let is_kept = |row: &u32| (*row as usize) < start || is_repeated.get(*row as usize - start) != Some(&true);
            let rows: Vec<u32> = (0..all.n_rows() as u32).filter(is_kept).collect();
            all = all.select(&rows);
            notes.push(
                Message::new("engine.rows_repeated")
                    .with("file", name)
                    .with("n", n)
                    .with("of", table.n_rows()),
            );
        }
        n_rows.push((table.n_rows() - n) as u64);
        n_repeated.push(n as u64);
        start = end - n;
    }
    Ok(Appended {
        table: resources.put_table(all, observer)?,
        n_rows,
        n_repeated,
        notes,
    })
}

/// The one column that is not there and the one that nobody knows, of one type: perhaps the same under another name.
fn renamed(kept: &Table, table: &Table, absent: &[String], others: &[String]) -> Option<(String, String)> {
    let words = |name: &str| {
        name.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let alike = |own: &String, found: &String| {
        let (own, found) = (kept.column(own), table.column(found));
        own.zip(found)
            .is_some_and(|(own, found)| own.column_type() == found.column_type())
    };
    if let ([own], [found]) = (absent, others)
        && alike(own, found)
    {
        return Some((own.clone(), found.clone()));
    }
    absent.iter().find_map(|own| {
        let found = others.iter().find(|found| words(found) == words(own))?;
        Some((own.clone(), found.clone()))
    })
}

fn about_columns(code: &str, file: &str, columns: Vec<String>) -> Message {
    let n = columns.len();
    let some: Vec<String> = columns.into_iter().take(N_NAMED).collect();
    Message::new(code).with("file", file).with("n", n).with("columns", some)
}

/// The rows whose outcome is known once it is cleaned, each class written so that it is read as the old data's. With two
/// classes no third can be learned.
fn with_outcome(table: Table, wanted: &Wanted, file: &str, notes: &mut Vec<Message>) -> Outcome<Table> {
    let raw = table.required(wanted.target)?.clone();
    let alone = Table::new(vec![raw.clone()])?;
    let alone = deploy::clean_what_can_be(&alone, wanted.cleaning)?;
    let clean = alone.required(wanted.target)?;
    let given = (0..raw.n_rows())
        .filter(|&row| !raw.is_missing(row) && !clean.is_missing(row))
        .count();
    let mut texts: Vec<Option<String>> = Vec::new();
    let (mut is_new, mut clean_codes): (Vec<bool>, Vec<u32>) = (Vec::new(), Vec::new());
    let (known, code): (Vec<bool>, &str) = if wanted.classes.is_empty() {
        let is_number = |row: usize| match clean.numbers() {
            Some(numbers) => numbers[row].is_finite(),
            None => clean
                .text_at(row)
                .is_some_and(|text| parse_number(text.trim(), false).is_some()),
        };
        ((0..raw.n_rows()).map(is_number).collect(), "engine.appended_no_number")
    } else {
        let category = clean.to_category();
        let counts = category.counts();
        let levels = levels(&category, wanted);
        let is_read = |(at, level): &(usize, &Level)| matches!(level, Level::Class(_)) && counts[*at] > 0;
        let read: Vec<usize> = levels.iter().enumerate().filter(is_read).map(|(at, _)| at).collect();
        if !read.is_empty() {
            let pair = |&at: &usize| match levels[at] {
                Level::Class(class) => format!("{} as {class}", category.levels[at].trim()),
                _ => String::new(),
            };
            let pairs: Vec<String> = read.iter().take(N_NAMED).map(pair).collect();
            let n: u64 = read.iter().map(|&at| counts[at]).sum();
            notes.push(
                Message::new("engine.appended_read_as")
                    .with("file", file)
                    .with("n", n)
                    .with("outcomes", pairs),
            );
        }
        texts = (0..raw.n_rows())
            .map(|row| match levels.get(category.codes[row] as usize)? {
                Level::AsItIs | Level::New => raw.text_at(row).map(|text| text.trim().to_owned()),
                Level::Class(class) => Some((*class).to_owned()),
                Level::Unknown => None,
            })
            .collect();
        is_new = levels.iter().map(|level| matches!(level, Level::New)).collect();
        clean_codes.clone_from(&category.codes);
        (texts.iter().map(Option::is_some).collect(), "engine.appended_unknown")
    };
    let rows: Vec<u32> = (0..table.n_rows() as u32).filter(|&row| known[row as usize]).collect();
    if rows.len() < given {
        let left_out = (0..raw.n_rows()).filter(|&row| !known[row] && !raw.is_missing(row) && !clean.is_missing(row));
        let note = Message::new(code).with("file", file).with("n", given - rows.len());
        notes.push(note.with("outcomes", some_texts(left_out.filter_map(|row| clean.text_at(row)))));
    }
    if given < raw.n_rows() {
        notes.push(
            Message::new("engine.appended_no_outcome")
                .with("file", file)
                .with("n", raw.n_rows() - given)
                .with("of", raw.n_rows()),
        );
    }
    if wanted.task == Task::Multiclass {
        let is_new = |row: &&u32| is_new.get(clean_codes[**row as usize] as usize) == Some(&true);
        let new: Vec<&u32> = rows.iter().filter(is_new).collect();
        if !new.is_empty() {
            let names = some_texts(new.iter().filter_map(|row| clean.text_at(**row as usize)));
            notes.push(
                Message::new("engine.appended_new_classes")
                    .with("file", file)
                    .with("n", new.len())
                    .with("classes", names),
            );
        }
    }
    if wanted.classes.is_empty() {
        return Ok(table.select(&rows));
    }
    let words = table::Category::from_texts(texts.iter().map(Option::as_deref));
    let target = Column::new(wanted.target, ColumnData::Category(words));
    Ok(table.with_column(target)?.select(&rows))
}

/// The first few that differ.
fn some_texts<'a>(texts: impl Iterator<Item = Cow<'a, str>>) -> Vec<String> {
    let mut some: Vec<String> = Vec::new();
    for text in texts {
        let text = text.trim();
        if some.len() < N_NAMED && some.iter().all(|known| known != text) {
            some.push(text.to_owned());
        }
    }
    some
}

/// How an outcome is written below the old data.
enum Level<'a> {
    /// The cleaning makes a class of it.
    AsItIs,
    /// It means this class.
    Class(&'a str),
    /// A class that the old data do not have.
    New,
    Unknown,
}

/// What each level of a file's target is to the old data. One that no row has is none of them.
fn levels<'a>(category: &table::Category, wanted: &Wanted<'a>) -> Vec<Level<'a>> {
    let used: Vec<usize> = (0..)
        .zip(category.counts())
        .filter(|(_, n)| *n > 0)
        .map(|(at, _)| at)
        .collect();
    let texts: Vec<&str> = used.iter().map(|&at| category.levels[at].trim()).collect();
    let mut levels: Vec<Level> = category.levels.iter().map(|_| Level::Unknown).collect();
    for ((at, text), code) in used.into_iter().zip(&texts).zip(monitor::class_codes(&texts, wanted.classes)) {
        levels[at] = match code.and_then(|code| wanted.classes.get(code as usize)) {
            Some(class) if class == text => Level::AsItIs,
            Some(class) => Level::Class(class),
            None if wanted.task == Task::Binary => Level::Unknown,
            None => Level::New,
        };
    }
    levels
}

/// One column with the same column of the tables below it.
fn below(column: &Column, files: &[(&str, &Table)], notes: &mut Vec<Message>) -> Outcome<Column> {
    let mut parts = vec![Cow::Borrowed(column)];
    for (file, table) in files {
        parts.push(match table.column(column.name()) {
            None => Cow::Owned(column.with_data(nothing(column.column_type(), table.n_rows()))),
            Some(part) if part.column_type() == column.column_type() => Cow::Borrowed(part),
            Some(part) => Cow::Owned(converted(part, column.column_type(), file, notes)?),
        });
    }
    let numbers = || {
        parts
            .iter()
            .flat_map(|part| part.numbers().unwrap_or_default().into_owned())
            .collect()
    };
    Ok(column.with_data(match &column.data {
        ColumnData::Number(_) => ColumnData::Number(numbers()),
        ColumnData::Time(_) => ColumnData::Time(numbers()),
        ColumnData::Boolean(_) => {
            let byte = |x: f64| if x.is_nan() { MISSING_BOOLEAN } else { u8::from(x != 0.0) };
            let values: Vec<f64> = numbers();
            ColumnData::Boolean(values.into_iter().map(byte).collect())
        }
        ColumnData::Category(_) => {
            let mut builder = CategoryBuilder::default();
            for part in &parts {
                for row in 0..part.n_rows() {
                    builder.push(part.text_at(row).as_deref());
                }
            }
            ColumnData::Category(builder.finish())
        }
        ColumnData::Text(_) => {
            let mut text = Text::new();
            for part in &parts {
                for row in 0..part.n_rows() {
                    text.push(part.text_at(row).as_deref().unwrap_or(""));
                }
            }
            ColumnData::Text(text)
        }
    }))
}

/// Cells that do not read as the type count as missing; it is said how they are written.
fn converted(column: &Column, column_type: ColumnType, file: &str, notes: &mut Vec<Message>) -> Outcome<Column> {
    let kind = ShapeKind::SetType(SetType {
        column: column.name().to_owned(),
        column_type,
    });
    let step = Step {
        id: 0,
        enabled: true,
        kind,
    };
    let alone = Table::new(vec![column.clone()])?;
    let read = prepare::cleaning::apply(&alone, &[step], &mut Unobserved)?;
    let read = read.table.required(column.name())?.clone();
    let n_lost = read.n_missing().saturating_sub(column.n_missing());
    let is_lost = |row: &usize| !column.is_missing(*row) && read.is_missing(*row);
    let example = (0..column.n_rows())
        .find(is_lost)
        .or_else(|| (0..column.n_rows()).find(|&row| !column.is_missing(row)));
    if let Some(example) = example.and_then(|row| column.text_at(row))
        && matches!(column.column_type(), ColumnType::Category | ColumnType::Text)
    {
        notes.push(
            Message::new("engine.appended_otherwise")
                .with("file", file)
                .with("column", column.name())
                .with("example", table::read::raw::shown(example.trim()))
                .with("n", n_lost)
                .with("of", column.n_rows() - column.n_missing()),
        );
    }
    Ok(read)
}

/// How the champion and the challenger are compared.
pub(super) struct Terms<'a> {
    pub metric: Metric,
    pub rules: &'a MonitorRules,
    /// The challenger's decision threshold.
    pub threshold: Option<f64>,
    pub seed: u64,
}

/// Rows of the table at hand on which the two are to be compared.
pub(super) struct Asked<'a> {
    /// The first one and how many.
    pub rows: (u32, u32),
    pub file_name: &'a str,
    /// The column that the split keeps together.
    pub group: Option<&'a str>,
    /// Rows that the champion's reference knows.
    pub known: Option<&'a KnownRows>,
}

/// The challenger's predictions for rows that it was validated on, against the champion's for the same rows: those asked
/// for, without the ones that the champion has learned from or that are about somebody whom both know from other rows.
/// With it comes what was left out. No verdict when nothing is left.
pub(super) fn contest(
    resources: &dyn Resources,
    table: &str,
    asked: &Asked,
    challenger: &Scoreboard,
    champion: &Subject,
    terms: &Terms,
    observer: &mut dyn Observer,
) -> Outcome<(Option<ChallengerVerdict>, Vec<Message>)> {
    let (first_row, n_rows) = asked.rows;
    let whole = resources.table(table)?;
    let fresh = known::fresh(&whole, asked.rows, &champion.target, asked.group, asked.known);
    let about = |code: &str| Message::new(code).with("file", asked.file_name).with("of", n_rows);
    let mut notes = Vec::new();
    if fresh.is_blind {
        notes.push(about("engine.champion_rows_unknown"));
    }
    if fresh.n_known > 0 {
        notes.push(about("engine.champion_knows_rows").with("n", fresh.n_known));
    }
    for (column, n) in &fresh.recurring {
        notes.push(about("engine.ids_recur").with("column", column).with("n", *n));
    }
    if !fresh.is_fresh.contains(&true) {
        return Ok((None, notes));
    }
    let is_meant = |row: u32| {
        let place = row.checked_sub(first_row).map(|place| place as usize);
        place.and_then(|place| fresh.is_fresh.get(place)) == Some(&true)
    };
    let places: Vec<usize> = (0..challenger.row_ids.len())
        .filter(|&i| is_meant(challenger.row_ids[i]))
        .collect();
    let rows: Vec<u32> = places.iter().map(|&i| challenger.row_ids[i]).collect();
    let table = whole.select(&rows);
    let (of_champion, classes) = judge::predictions(champion, &table, &mut Section::new(observer, 0.0, 0.3))?;
    let n_classes = challenger.classes.len().max(1);
    let of_challenger: Vec<f64> = match &challenger.predicted {
        Predictions::Values(values) => places.iter().map(|&i| values[i]).collect(),
        Predictions::Probabilities { values, .. } => places
            .iter()
            .flat_map(|&i| values[i * n_classes..(i + 1) * n_classes].iter().copied())
            .collect(),
    };
    let of_champion = match of_champion {
        Predictions::Values(values) => values,
        Predictions::Probabilities { n_classes, values } => in_order(&values, n_classes, &classes, &challenger.classes),
    };
    let mut observer = Section::new(observer, 0.3, 1.0);
    let mut absent = None;
    let verdict = match &challenger.truth {
        Truth::Values(all) => {
            let truth: Vec<f64> = places.iter().map(|&i| all[i]).collect();
            verdict(
                &Labels::Values(&truth),
                &Predicted::Values(&of_champion),
                &Predicted::Values(&of_challenger),
                terms,
                &mut observer,
            )
        }
        Truth::Classes(all) => {
            let codes: Vec<u32> = places.iter().map(|&i| all[i]).collect();
            absent = absent_class(&codes, all, n_classes).and_then(|code| challenger.classes.get(code));
            let predicted = |values, threshold| Predicted::Probabilities {
                values,
                n_classes,
                threshold,
            };
            verdict(
                &Labels::Classes {
                    codes: &codes,
                    n_classes,
                },
                &predicted(&of_champion, champion.predictor.threshold),
                &predicted(&of_challenger, terms.threshold),
                terms,
                &mut observer,
            )
        }
    };
    let mut verdict = verdict?;
    if let Some(class) = absent {
        // Whoever leans to the classes that are left looks better on such rows, whatever it is worth on others.
        verdict.change = Change::CannotTell;
        verdict.message = Message::new("monitor.challenger_class_absent")
            .with("class", class)
            .with("n", places.len());
    }
    Ok((Some(verdict), notes))
}

/// The first class that the contested rows lack: any of two, and of several one that chance alone would hardly leave out.
fn absent_class(contested: &[u32], all: &[u32], n_classes: usize) -> Option<usize> {
    let n_of = |codes: &[u32], class: usize| codes.iter().filter(|code| **code as usize == class).count();
    (0..n_classes).find(|&class| {
        let expected = n_of(all, class) as f64 * contested.len() as f64 / all.len().max(1) as f64;
        n_of(contested, class) == 0 && (n_classes == 2 || expected >= LEAST_EXPECTED)
    })
}

fn verdict(
    truth: &Labels,
    champion: &Predicted,
    challenger: &Predicted,
    terms: &Terms,
    observer: &mut dyn Observer,
) -> Outcome<ChallengerVerdict> {
    challenger_verdict(terms.metric, truth, champion, challenger, terms.rules, terms.seed, observer)
}

/// Probabilities in the order of other classes; a class that the model does not know has none.
fn in_order(values: &[f64], n_classes: usize, from: &[String], to: &[String]) -> Vec<f64> {
    let places: Vec<Option<usize>> = to.iter().map(|class| from.iter().position(|known| known == class)).collect();
    values
        .chunks_exact(n_classes.max(1))
        .flat_map(|row| {
            let of_class = |place: &Option<usize>| place.and_then(|place| row.get(place)).copied().unwrap_or(0.0);
            places.iter().map(of_class).collect::<Vec<f64>>()
        })
        .collect()
}
