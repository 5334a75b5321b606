//! Later rows below the training file's, and two models on rows that neither was fitted on.

use std::borrow::Cow;

use metrics::{Predicted, Truth as Labels};
use monitor::challenger_verdict;
use serde_bytes::ByteBuf;
use spec::monitor::{ChallengerVerdict, MonitorRules};
use spec::step::{ShapeKind, Step};
use spec::{ColumnType, Message, Metric, Observer, Outcome, Section, Task, Unobserved};
use table::value::parse_number;
use table::{CategoryBuilder, Column, ColumnData, MISSING_BOOLEAN, Table, Text};
use train::Predictions;

use super::batch::Subject;
use super::data::target;
use super::predictor::nothing;
use super::{Appended, Resources, judge};
use crate::evaluating::{Scoreboard, Truth};
use crate::setting::Setting;

/// Columns that a message names.
const N_NAMED: usize = 8;

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
        if !absent.is_empty() {
            notes.push(about_columns("engine.appended_without", name, absent));
        }
        let known = |column: &&Column| kept.column(column.name()).is_some();
        let others: Vec<String> = table
            .columns()
            .iter()
            .filter(|column| !known(column))
            .map(|column| column.name().to_owned())
            .collect();
        if !others.is_empty() {
            notes.push(about_columns("engine.appended_others", name, others));
        }
        added.push(table);
    }
    let mut columns = Vec::with_capacity(kept.n_columns());
    for (i, column) in kept.columns().iter().enumerate() {
        observer.tick(0.5 + 0.5 * i as f64 / kept.n_columns() as f64)?;
        columns.push(below(column, &added)?);
    }
    Ok(Appended {
        table: resources.put_table(Table::new(columns)?, observer)?,
        n_rows: added.iter().map(|table| table.n_rows() as u64).collect(),
        notes,
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
        let levels: Vec<Level> = category.levels.iter().map(|level| level_of(level.trim(), wanted)).collect();
        texts = (0..raw.n_rows())
            .map(|row| match levels.get(category.codes[row] as usize)? {
                Level::AsItIs => raw.text_at(row).map(|text| text.trim().to_owned()),
                Level::Class(class) => Some((*class).to_owned()),
                Level::Unknown => None,
            })
            .collect();
        (texts.iter().map(Option::is_some).collect(), "engine.appended_unknown")
    };
    let rows: Vec<u32> = (0..table.n_rows() as u32).filter(|&row| known[row as usize]).collect();
    if rows.len() < given {
        notes.push(Message::new(code).with("file", file).with("n", given - rows.len()));
    }
    if wanted.classes.is_empty() {
        return Ok(table.select(&rows));
    }
    let words = table::Category::from_texts(texts.iter().map(Option::as_deref));
    let target = Column::new(wanted.target, ColumnData::Category(words));
    Ok(table.with_column(target)?.select(&rows))
}

/// How an outcome is written below the old data.
enum Level<'a> {
    /// The cleaning makes a class of it, or it may be a new class.
    AsItIs,
    /// It means this class.
    Class(&'a str),
    Unknown,
}

fn level_of<'a>(clean: &str, wanted: &Wanted<'a>) -> Level<'a> {
    match monitor::class_of(clean, wanted.classes).and_then(|code| wanted.classes.get(code as usize)) {
        Some(class) if class == clean => Level::AsItIs,
        Some(class) => Level::Class(class),
        None if wanted.task == Task::Binary => Level::Unknown,
        None => Level::AsItIs,
    }
}

/// One column with the same column of the tables below it.
fn below(column: &Column, tables: &[Table]) -> Outcome<Column> {
    let mut parts = vec![Cow::Borrowed(column)];
    for table in tables {
        parts.push(match table.column(column.name()) {
            None => Cow::Owned(column.with_data(nothing(column.column_type(), table.n_rows()))),
            Some(part) if part.column_type() == column.column_type() => Cow::Borrowed(part),
            Some(part) => Cow::Owned(converted(part, column.column_type())?),
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

/// Cells that do not read as the type count as missing.
fn converted(column: &Column, column_type: ColumnType) -> Outcome<Column> {
    let kind = ShapeKind::SetType {
        column: column.name().to_owned(),
        column_type,
    };
    let step = Step {
        id: 0,
        enabled: true,
        kind,
    };
    let alone = Table::new(vec![column.clone()])?;
    let read = prepare::shape::apply(&alone, &[step], &mut Unobserved)?;
    Ok(read.table.required(column.name())?.clone())
}

/// How the champion and the challenger are compared.
pub(super) struct Terms<'a> {
    pub metric: Metric,
    pub rules: &'a MonitorRules,
    /// The challenger's decision threshold.
    pub threshold: Option<f64>,
    pub seed: u64,
}

/// The challenger's predictions for rows that it was validated on, against the champion's for the same rows: those of the
/// table at hand from `first_row` on, `n_rows` of them.
pub(super) fn contest(
    resources: &dyn Resources,
    table: &str,
    (first_row, n_rows): (u32, u32),
    challenger: &Scoreboard,
    champion: &Subject,
    terms: &Terms,
    observer: &mut dyn Observer,
) -> Outcome<ChallengerVerdict> {
    let is_meant = |row: u32| first_row <= row && row - first_row < n_rows;
    let places: Vec<usize> = (0..challenger.row_ids.len())
        .filter(|&i| is_meant(challenger.row_ids[i]))
        .collect();
    let rows: Vec<u32> = places.iter().map(|&i| challenger.row_ids[i]).collect();
    let table = resources.table(table)?.select(&rows);
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
    match &challenger.truth {
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
    }
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
