//! Later rows below the training file's, and two models on the rows that neither had learned from.

use std::borrow::Cow;

use metrics::{Predicted, Truth as Labels};
use monitor::challenger_verdict;
use serde_bytes::ByteBuf;
use spec::monitor::{ChallengerVerdict, MonitorRules};
use spec::step::{ShapeKind, Step};
use spec::{ColumnType, Message, Metric, Observer, Outcome, Section, Task, Unobserved};
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
    observer.tick(1.0)?;
    Ok(Appended {
        bytes: Table::new(columns)?.to_bytes(),
        n_rows: added.iter().map(|table| table.n_rows() as u64).collect(),
        notes,
    })
}

fn about_columns(code: &str, file: &str, columns: Vec<String>) -> Message {
    let n = columns.len();
    let some: Vec<String> = columns.into_iter().take(N_NAMED).collect();
    Message::new(code).with("file", file).with("n", n).with("columns", some)
}

/// The rows whose outcome is known, each class written as the old data write it. With two classes no third can be learned.
fn with_outcome(table: Table, wanted: &Wanted, file: &str, notes: &mut Vec<Message>) -> Outcome<Table> {
    let column = table.required(wanted.target)?;
    if wanted.classes.is_empty() {
        let rows: Vec<u32> = (0..table.n_rows() as u32)
            .filter(|&row| !column.is_missing(row as usize))
            .collect();
        return Ok(table.select(&rows));
    }
    let category = column.to_category();
    let levels: Vec<Option<&str>> = category
        .levels
        .iter()
        .map(|level| match monitor::class_of(level.trim(), wanted.classes) {
            Some(code) => wanted.classes.get(code as usize).map(String::as_str),
            None if wanted.task == Task::Binary => None,
            None => Some(level.trim()),
        })
        .collect();
    let texts: Vec<Option<&str>> = category
        .codes
        .iter()
        .map(|code| levels.get(*code as usize).copied().flatten())
        .collect();
    let n_known = category.codes.iter().filter(|code| (**code as usize) < levels.len()).count();
    let rows: Vec<u32> = (0..table.n_rows() as u32)
        .filter(|&row| texts[row as usize].is_some())
        .collect();
    if rows.len() < n_known {
        notes.push(
            Message::new("engine.appended_unknown")
                .with("file", file)
                .with("n", n_known - rows.len()),
        );
    }
    let target = Column::new(
        wanted.target,
        ColumnData::Category(table::Category::from_texts(texts.iter().copied())),
    );
    Ok(table.clone().with_column(target)?.select(&rows))
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
