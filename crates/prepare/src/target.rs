//! The target column as what a model learns.

use serde::{Deserialize, Serialize};
use spec::{Framing, Message, Order, Outcome, Task};
use table::{Category, Column, ColumnData, MISSING_CODE, Table};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TargetData {
    /// Codes per table row into `classes`, [`table::MISSING_CODE`] for a missing target. Binary: the positive class is
    /// code 1. Else the classes are sorted, bytewise or as numbers.
    Classes { classes: Vec<String>, codes: Vec<u32> },
    /// Per table row; NaN (infinities too) is missing.
    Values(Vec<f64>),
}

/// Exported models answer in f32; a little room is left for those that answer beyond what they have seen.
const MAX_VALUE: f64 = 1e37;

impl TargetData {
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Classes { codes, .. } => codes[row] == MISSING_CODE,
            Self::Values(values) => values[row].is_nan(),
        }
    }

    pub fn n_rows(&self) -> usize {
        match self {
            Self::Classes { codes, .. } => codes.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// Names of the classes; empty for regression.
    pub fn classes(&self) -> &[String] {
        match self {
            Self::Classes { classes, .. } => classes,
            Self::Values(_) => &[],
        }
    }
}

/// Reads the target for the task of the framing.
///
/// Errors: `target.none`, `target.no_task`, `target.not_trainable`, `target.no_column`, `target.all_missing`,
/// `target.constant`, `target.not_binary`, `target.positive_unknown`, `target.not_number`, `target.too_large`.
pub fn read(table: &Table, framing: &Framing) -> Outcome<TargetData> {
    let name = framing.target.as_deref().ok_or_else(|| Message::new("target.none"))?;
    let task = framing.task.ok_or_else(|| Message::new("target.no_task"))?;
    let named = |code: &str| Message::new(code).with("column", name);
    let column = table.column(name).ok_or_else(|| named("target.no_column"))?;
    match task {
        Task::Binary | Task::Multiclass => classes(column, task, framing.positive_class.as_deref()),
        Task::Regression => values(column),
        Task::Clustering | Task::Anomaly | Task::Forecasting => Err(Message::new("target.not_trainable")
            .with("task", spec::texts::names::task(task))
            .into()),
    }
}

/// Classes that have rows, with their counts, in the order that a multi-class target has them: sorted as numbers when
/// the column is one of numbers, else bytewise. Blanks around a class do not count.
pub(crate) fn class_counts(column: &Column) -> (Vec<(String, u64)>, Vec<u32>) {
    let category = match &column.data {
        ColumnData::Category(category) => category.clone(),
        _ => column.to_category(),
    };
    let trimmed = category.levels.iter().any(|level| level.trim().len() != level.len());
    let category = if trimmed {
        Category::from_texts((0..category.codes.len()).map(|row| category.get(row).map(str::trim)))
    } else {
        category
    };
    let counts = category.counts();
    let mut order: Vec<u32> = (0..counts.len() as u32).filter(|&code| counts[code as usize] > 0).collect();
    if matches!(column.data, ColumnData::Number(_) | ColumnData::Time(_)) {
        let number = |code: &u32| table::value::parse_number(&category.levels[*code as usize], false).unwrap_or(f64::NAN);
        order.order_by(|a, b| number(a).total_cmp(&number(b)));
    }
    let mut places = vec![MISSING_CODE; counts.len()];
    for (place, &code) in order.iter().enumerate() {
        places[code as usize] = place as u32;
    }
    let codes = category
        .codes
        .iter()
        .map(|&code| places.get(code as usize).copied().unwrap_or(MISSING_CODE))
        .collect();
    (
        order
            .iter()
            .map(|&code| (category.levels[code as usize].clone(), counts[code as usize]))
            .collect(),
        codes,
    )
}

/// The class that is likely meant as "yes": the one that reads so, else the rarer one, else the last.
pub(crate) fn likely_positive(classes: &[(String, u64)]) -> Option<&str> {
    const YES: [&str; 22] = [
        "1",
        "yes",
        "y",
        "true",
        "t",
        "positive",
        "pos",
        "churn",
        "churned",
        "left",
        "default",
        "defaulted",
        "fraud",
        "spam",
        "bad",
        "fail",
        "failed",
        "malignant",
        "sick",
        "won",
        "bought",
        "ja",
    ];
    let reads_as_yes = |class: &str| YES.contains(&class.trim().to_lowercase().as_str());
    let yes: Vec<&str> = classes
        .iter()
        .map(|(class, _)| class.as_str())
        .filter(|class| reads_as_yes(class))
        .collect();
    if let [only] = yes.as_slice() {
        return Some(only);
    }
    classes
        .iter()
        .rev()
        .min_by_key(|(_, count)| *count)
        .map(|(class, _)| class.as_str())
}

fn classes(column: &Column, task: Task, positive: Option<&str>) -> Outcome<TargetData> {
    let (counts, mut codes) = class_counts(column);
    let named = |code: &str| Message::new(code).with("column", column.name());
    let mut classes: Vec<String> = counts.iter().map(|(class, _)| class.clone()).collect();
    match (classes.as_slice(), task) {
        ([], _) => return Err(named("target.all_missing").into()),
        ([only], _) => return Err(named("target.constant").with("value", only).into()),
        ([_, _], _) => {}
        (_, Task::Binary) => {
            let some: Vec<String> = classes.iter().take(8).cloned().collect();
            return Err(named("target.not_binary")
                .with("n_classes", classes.len())
                .with("classes", some)
                .into());
        }
        _ => {}
    }
    if task == Task::Binary {
        let wanted = match positive {
            Some(text) => same_class(column, &classes, text).ok_or_else(|| {
                named("target.positive_unknown")
                    .with("positive", text)
                    .with("classes", classes.clone())
            })?,
            None => likely_positive(&counts)
                .and_then(|class| classes.iter().position(|known| known == class))
                .unwrap_or(1),
        };
        if wanted == 0 {
            classes.swap(0, 1);
            for code in codes.iter_mut().filter(|code| **code != MISSING_CODE) {
                *code = 1 - *code;
            }
        }
    }
    Ok(TargetData::Classes { classes, codes })
}

/// `1.0` names the class `1` of a number column, `yes` the class `true` of a boolean one.
fn same_class(column: &Column, classes: &[String], text: &str) -> Option<usize> {
    let text = text.trim();
    classes.iter().position(|class| class == text).or_else(|| {
        let canonical = match &column.data {
            ColumnData::Number(_) => table::value::format_number(table::value::parse_number(text, false)?),
            ColumnData::Boolean(_) => table::value::parse_boolean(text)?.to_string(),
            _ => return None,
        };
        classes.iter().position(|class| *class == canonical)
    })
}

fn values(column: &Column) -> Outcome<TargetData> {
    let named = |code: &str| Message::new(code).with("column", column.name());
    let values: Vec<f64> = column
        .numbers()
        .ok_or_else(|| named("target.not_number").with("type", column.column_type().name()))?
        .iter()
        .map(|&x| if x.is_finite() { x } else { f64::NAN })
        .collect();
    if let Some(&large) = values.iter().find(|x| x.abs() > MAX_VALUE) {
        return Err(named("target.too_large")
            .with("value", table::value::format_number(large))
            .into());
    }
    let mut present = values.iter().filter(|x| !x.is_nan());
    let Some(first) = present.next() else {
        return Err(named("target.all_missing").into());
    };
    if present.all(|x| x == first) {
        return Err(named("target.constant")
            .with("value", table::value::format_number(*first))
            .into());
    }
    Ok(TargetData::Values(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framing(task: Task, positive: Option<&str>) -> Framing {
        Framing {
            task: Some(task),
            target: Some("y".to_owned()),
            positive_class: positive.map(str::to_owned),
            ..Framing::default()
        }
    }

    fn check(data: ColumnData, task: Task, positive: Option<&str>) -> Result<TargetData, String> {
        let table = Table::new(vec![Column::new("y", data)]).unwrap();
        read(&table, &framing(task, positive)).map_err(|failure| failure.message.code)
    }

    fn texts(cells: &[&str]) -> ColumnData {
        ColumnData::Category(Category::from_texts(
            cells.iter().map(|cell| Some(*cell).filter(|cell| !cell.is_empty())),
        ))
    }

    #[test]
    fn the_positive_class_is_code_1() {
        let cells = ["No", "Yes", "", "No"];
        for (positive, classes, codes) in [
            (Some("Yes"), ["No", "Yes"], vec![0, 1, MISSING_CODE, 0]),
            (Some("No"), ["Yes", "No"], vec![1, 0, MISSING_CODE, 1]),
            (None, ["No", "Yes"], vec![0, 1, MISSING_CODE, 0]),
        ] {
            let wanted = TargetData::Classes {
                classes: classes.map(str::to_owned).to_vec(),
                codes,
            };
            assert_eq!(check(texts(&cells), Task::Binary, positive), Ok(wanted));
        }
        let zero_one = ColumnData::Number(vec![1.0, 0.0, f64::NAN, 0.0]);
        let wanted = TargetData::Classes {
            classes: vec!["0".to_owned(), "1".to_owned()],
            codes: vec![1, 0, MISSING_CODE, 0],
        };
        assert_eq!(check(zero_one, Task::Binary, Some("1.0")), Ok(wanted));
    }

    #[test]
    fn numbers_as_classes_sort_as_numbers() {
        let wanted = TargetData::Classes {
            classes: ["-1", "2", "10"].map(str::to_owned).to_vec(),
            codes: vec![2, 1, 0],
        };
        assert_eq!(
            check(ColumnData::Number(vec![10.0, 2.0, -1.0]), Task::Multiclass, None),
            Ok(wanted)
        );
    }

    #[test]
    fn blanks_around_a_class_do_not_count() {
        let wanted = TargetData::Classes {
            classes: ["a", "b"].map(str::to_owned).to_vec(),
            codes: vec![0, 0, 1],
        };
        assert_eq!(check(texts(&["a", " a", "b "]), Task::Multiclass, None), Ok(wanted));
    }

    #[test]
    fn what_cannot_be_learned_is_refused() {
        let code = |data, task, positive| check(data, task, positive).unwrap_err();
        assert_eq!(code(texts(&["a", "a"]), Task::Binary, None), "target.constant");
        assert_eq!(code(texts(&["", ""]), Task::Binary, None), "target.all_missing");
        assert_eq!(code(texts(&["a", "b", "c"]), Task::Binary, None), "target.not_binary");
        assert_eq!(code(texts(&["a", "b"]), Task::Binary, Some("c")), "target.positive_unknown");
        assert_eq!(code(texts(&["a", "b"]), Task::Regression, None), "target.not_number");
        assert_eq!(
            code(ColumnData::Number(vec![2.0, 2.0, f64::INFINITY]), Task::Regression, None),
            "target.constant"
        );
    }
}
