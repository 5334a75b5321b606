//! A model's raw columns in words.

use spec::ColumnType;
use spec::explain::ModelInput;
use spec::read::CellFormat;
use spec::texts::number::{percent, significant};
use spec::texts::ui::{deploy as words, prepare};

use crate::chart::date;

const LEVELS_SHOWN: usize = 6;

pub fn type_name(input: &ModelInput) -> &'static str {
    prepare::column_type(input.column_type)
}

/// Levels or range that training rows had; empty where there is nothing to say.
pub fn values(input: &ModelInput) -> String {
    if !input.levels.is_empty() {
        let shown: Vec<&str> = input.levels.iter().take(LEVELS_SHOWN).map(String::as_str).collect();
        return words::levels(&shown.join(", "), (input.levels.len() - shown.len()) as u64);
    }
    match (input.column_type, input.range) {
        (ColumnType::Boolean, _) => {
            let (no, yes) = boolean_words(input);
            format!("{no}, {yes}")
        }
        (_, Some(_)) => range(input).map_or_else(String::new, |(low, high)| words::range(&low, &high)),
        (_, None) => String::new(),
    }
}

/// Lowest and highest as text, dates as dates.
pub fn range(input: &ModelInput) -> Option<(String, String)> {
    let (low, high) = input.range?;
    let show = |x: f64| match input.cleaned_type {
        ColumnType::Time => date::label(x),
        _ => significant(x, 6),
    };
    Some((show(low), show(high)))
}

pub fn missing(input: &ModelInput) -> String {
    percent(input.missing_share)
}

/// The words for no and yes that the file uses.
pub fn boolean_words(input: &ModelInput) -> (String, String) {
    match &input.format {
        Some(CellFormat::Boolean { no, yes }) => (no.clone(), yes.clone()),
        _ => ("false".to_owned(), "true".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(column_type: ColumnType) -> ModelInput {
        ModelInput {
            column: "a".to_owned(),
            column_type,
            cleaned_type: column_type,
            format: None,
            levels: Vec::new(),
            range: None,
            missing_share: 0.0,
        }
    }

    #[test]
    fn each_type_is_told_by_what_it_takes() {
        let mut number = input(ColumnType::Number);
        assert_eq!(values(&number), "");
        number.range = Some((-1.5, 72.0));
        assert_eq!(values(&number), "−1.5 to 72");
        let mut time = input(ColumnType::Time);
        time.range = Some((0.0, 1_704_110_400.0));
        assert_eq!(values(&time), "1970-01-01 to 2024-01-01");
        let mut category = input(ColumnType::Category);
        category.levels = ["a", "b", "c", "d", "e", "f", "g", "h"].map(str::to_owned).to_vec();
        assert_eq!(values(&category), "a, b, c, d, e, f and 2 more");
        let mut flag = input(ColumnType::Boolean);
        flag.format = Some(CellFormat::Boolean {
            no: "nein".to_owned(),
            yes: "ja".to_owned(),
        });
        flag.range = Some((0.0, 1.0));
        assert_eq!(values(&flag), "nein, ja");
    }
}
