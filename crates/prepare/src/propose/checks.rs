//! What stands in the way of a good model, said before training, with the fix.

use spec::framing::Check;
use spec::split::{Assignment, SplitSpec, Validation};
use spec::{ColumnType, Framing, Message, Metric, Order, Severity, Task};
use table::Table;

use crate::target::{self, TargetData};

/// With fewer rows nothing is trained: every part of the split needs some.
pub const MIN_ROWS: u64 = 10;
const FEW_ROWS: usize = 30;
const FEW_PER_CLASS: u64 = 10;
const MANY_CLASSES: usize = 50;
/// Below this share of the rarest class accuracy says little.
const RARE_SHARE: f64 = 0.05;
const FEW_VALUES: usize = 10;

/// Errors first, then warnings, then notes. An error stops training.
pub fn checks(table: &Table, framing: &Framing, split: &SplitSpec) -> Vec<Check> {
    let mut found = Found(Vec::new());
    match target::read(table, framing) {
        Err(failure) => found.error(failure.message),
        Ok(target) => {
            rows(table, &target, &mut found);
            match &target {
                TargetData::Classes { classes, codes } => classes_of(framing, split, classes, codes, &mut found),
                TargetData::Values(values) => values_of(framing, values, &mut found),
            }
        }
    }
    columns(table, framing, split, &mut found);
    if found.0.iter().all(|check| check.severity == Severity::Info) {
        found.info(Message::new("check.fine").with("n_rows", table.n_rows()));
    }
    found.0.order_by_key(|check| std::cmp::Reverse(check.severity));
    found.0
}

struct Found(Vec<Check>);

impl Found {
    fn error(&mut self, message: Message) {
        self.0.push(Check {
            severity: Severity::Error,
            message,
        });
    }

    fn warning(&mut self, message: Message) {
        self.0.push(Check {
            severity: Severity::Warning,
            message,
        });
    }

    fn info(&mut self, message: Message) {
        self.0.push(Check {
            severity: Severity::Info,
            message,
        });
    }
}

fn rows(table: &Table, target: &TargetData, found: &mut Found) {
    let n_missing = (0..target.n_rows()).filter(|&row| target.is_missing(row)).count();
    let n_rows = target.n_rows() - n_missing;
    if n_missing > 0 {
        let share = n_missing as f64 / target.n_rows() as f64;
        found.warning(
            Message::new("check.target_missing")
                .with("n_rows", n_missing)
                .with("share", share),
        );
    }
    if (n_rows as u64) < MIN_ROWS {
        found.error(
            Message::new("engine.too_few_rows")
                .with("n_rows", n_rows)
                .with("needed", MIN_ROWS),
        );
    } else if n_rows < FEW_ROWS {
        found.warning(Message::new("check.few_rows").with("n_rows", n_rows).with("wanted", FEW_ROWS));
    }
    let n_columns = table.n_columns() - 1;
    if n_columns > n_rows {
        found.warning(
            Message::new("check.more_columns")
                .with("n_columns", n_columns)
                .with("n_rows", n_rows),
        );
    }
}

fn classes_of(framing: &Framing, split: &SplitSpec, classes: &[String], codes: &[u32], found: &mut Found) {
    let mut counts = vec![0u64; classes.len()];
    for &code in codes {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    let n: u64 = counts.iter().sum();
    // Test and validation need a row of each class, training at least one.
    let needed = match split.validation {
        Validation::HoldOut { .. } => 3,
        Validation::Folds { k } => u64::from(k) + 1,
    };
    if classes.len() > MANY_CLASSES {
        found.warning(Message::new("check.many_classes").with("n_classes", classes.len()));
    }
    let few = |limit: u64| -> Vec<String> {
        let mut few: Vec<(u64, &String)> = counts
            .iter()
            .copied()
            .zip(classes)
            .filter(|(count, _)| *count < limit)
            .collect();
        few.order_by(Ord::cmp);
        few.into_iter().map(|(count, class)| format!("{class} ({count})")).collect()
    };
    let (too_few, few) = (few(needed), few(FEW_PER_CLASS));
    if !too_few.is_empty() {
        let message = Message::new("check.class_too_few")
            .with("n_classes", too_few.len())
            .with("needed", needed);
        found.warning(message.with("classes", some_of(too_few)));
    } else if !few.is_empty() {
        let message = Message::new("check.class_few")
            .with("n_classes", few.len())
            .with("limit", FEW_PER_CLASS);
        found.warning(message.with("classes", some_of(few)));
    }
    if let Some((count, class)) = counts.iter().zip(classes).min() {
        let share = *count as f64 / n.max(1) as f64;
        let misled = matches!(framing.metric, Some(Metric::Accuracy));
        if classes.len() == 2 && share < RARE_SHARE {
            let message = Message::new(if misled {
                "check.imbalance_accuracy"
            } else {
                "check.imbalance"
            });
            let message = message.with("class", class).with("share", share);
            if misled { found.warning(message) } else { found.info(message) }
        }
    }
    if framing.task == Some(Task::Binary) && framing.positive_class.is_none() {
        found.info(Message::new("check.positive_assumed").with("class", &classes[1]));
    }
}

fn values_of(framing: &Framing, values: &[f64], found: &mut Found) {
    let sorted = math::quantile::sorted(values.to_vec());
    let n_distinct = sorted.chunk_by(|a, b| a == b).count();
    if n_distinct <= FEW_VALUES && sorted.iter().all(|x| x.fract() == 0.0) {
        let column = framing.target.clone().unwrap_or_default();
        found.info(
            Message::new("check.few_values")
                .with("column", column)
                .with("n_distinct", n_distinct),
        );
    }
}

fn columns(table: &Table, framing: &Framing, split: &SplitSpec, found: &mut Found) {
    let target = framing.target.as_deref();
    for sensitive in &framing.sensitive {
        if target == Some(sensitive.column.as_str()) {
            found.error(Message::new("check.sensitive_is_target").with("column", &sensitive.column));
        } else if table.column(&sensitive.column).is_none() {
            found.error(Message::new("check.sensitive_unknown").with("column", &sensitive.column));
        }
    }
    for name in &framing.not_known {
        if table.column(name).is_none() {
            found.warning(Message::new("check.not_known_unknown").with("column", name));
        }
    }
    let usable = |name: &str| target != Some(name) && !framing.not_known.iter().any(|column| column == name);
    if !table
        .columns()
        .iter()
        .any(|column| usable(column.name()) && column.column_type() != ColumnType::Text)
    {
        found.error(Message::new("check.no_columns"));
    }
    if let (Some(task), Some(metric)) = (framing.task, framing.metric)
        && task.is_trainable()
        && !Metric::of_task(task).contains(&metric)
    {
        let message = Message::new("check.metric").with("metric", spec::texts::names::metric(metric));
        found.error(message.with("task", spec::texts::names::task(task)));
    }
    let time = table.columns().iter().find(|column| column.column_type() == ColumnType::Time);
    if let (Some(time), Assignment::Random { .. }) = (time, &split.assignment) {
        found.info(Message::new("check.time_split").with("column", time.name()));
    }
}

fn some_of(mut texts: Vec<String>) -> Vec<String> {
    const SHOWN: usize = 8;
    if texts.len() > SHOWN {
        texts.truncate(SHOWN);
        texts.push("...".to_owned());
    }
    texts
}
