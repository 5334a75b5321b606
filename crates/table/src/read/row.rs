//! One row of cells, read as the file of an import was read, and written as that file writes them.

use spec::read::{CellFormat, ReadOptions};
use spec::step::DateOrder;
use spec::{ColumnSchema, ColumnType, Message, Outcome};

use super::missing::MissingTokens;
use crate::column::{Category, Column, ColumnData, MISSING_BOOLEAN, Table, Text};
use crate::value::{format_number, parse_boolean, parse_number, parse_time_until};

/// How the columns of an import are read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    pub options: &'a ReadOptions,
    pub schema: &'a [ColumnSchema],
    pub formats: &'a std::collections::BTreeMap<String, CellFormat>,
}

impl Reading<'_> {
    /// A table of one row with every column of the import; columns without a cell are missing. A text that `known` has
    /// as a level of its column is that level, even where it is a missing token.
    ///
    /// Errors: `read.cell_column` for a name that is no column, `read.cell_number`, `read.cell_time`,
    /// `read.cell_boolean` for a text that does not read as its column's type, each with `column`.
    pub fn row(&self, cells: &[(String, String)], known: &Table) -> Outcome<Table> {
        let is_column = |name: &str| self.schema.iter().any(|column| column.name == name);
        if let Some((name, _)) = cells.iter().find(|(name, _)| !is_column(name)) {
            return Err(Message::new("read.cell_column").with("column", name).into());
        }
        let columns = self
            .schema
            .iter()
            .map(|column| {
                let text = cells
                    .iter()
                    .find(|(name, _)| *name == column.name)
                    .map_or("", |cell| cell.1.as_str());
                let is_level = known
                    .column(&column.name)
                    .is_some_and(|known| matches!(&known.data, ColumnData::Category(levels) if levels.code_of(text).is_some()));
                let text = if is_level { text } else { text.trim() };
                let missing = MissingTokens::new(self.options.tokens_of(&column.name));
                let text = if !is_level && missing.contains(text.as_bytes()) {
                    ""
                } else {
                    text
                };
                Ok(Column {
                    schema: column.clone(),
                    data: self.cell(column, text)?,
                })
            })
            .collect::<Outcome<Vec<_>>>()?;
        Table::new(columns)
    }

    /// `text` is empty when the cell is missing.
    fn cell(&self, column: &ColumnSchema, text: &str) -> Outcome<ColumnData> {
        let wrong = |code: &str| Message::new(code).with("column", &column.name).with("text", text);
        let present = Some(text).filter(|text| !text.is_empty());
        Ok(match column.column_type {
            ColumnType::Number => {
                let has_comma = self.options.has_decimal_comma(&column.name);
                let number = present.map(|text| parse_number(text, has_comma));
                let example = if has_comma { "12,5" } else { "12.5" };
                ColumnData::Number(vec![read(number, || wrong("read.cell_number").with("example", example))?])
            }
            ColumnType::Time => {
                let order = match self.formats.get(&column.name) {
                    Some(CellFormat::Time { order }) => *order,
                    _ => DateOrder::Ymd,
                };
                let newest_year = self.options.columns.get(&column.name).and_then(|own| own.newest_year);
                let seconds = present.map(|text| parse_time_until(text, order, newest_year));
                ColumnData::Time(vec![read(seconds, || wrong("read.cell_time"))?])
            }
            ColumnType::Boolean => {
                let (no, yes) = self.words(&column.name);
                let flag = present.map(|text| parse_boolean(text).map(|flag| f64::from(u8::from(flag))));
                let flag = read(flag, || wrong("read.cell_boolean").with("no", no).with("yes", yes))?;
                ColumnData::Boolean(vec![if flag.is_nan() { MISSING_BOOLEAN } else { flag as u8 }])
            }
            ColumnType::Category => ColumnData::Category(Category::from_texts([present])),
            ColumnType::Text => {
                let mut one = Text::new();
                one.push(text);
                ColumnData::Text(one)
            }
        })
    }

    /// The cell as the file would write it; empty when it is missing. It reads back as the same cell.
    pub fn write(&self, column: &Column, row: usize) -> String {
        let number = |x: f64| {
            let text = format_number(x);
            if self.options.has_decimal_comma(column.name()) {
                text.replace('.', ",")
            } else {
                text
            }
        };
        match &column.data {
            ColumnData::Number(values) if !values[row].is_nan() => number(values[row]),
            ColumnData::Boolean(flags) if flags[row] < MISSING_BOOLEAN => {
                let (no, yes) = self.words(column.name());
                (if flags[row] == 1 { yes } else { no }).to_owned()
            }
            _ => column.text_at(row).unwrap_or_default().into_owned(),
        }
    }

    fn words(&self, column: &str) -> (&str, &str) {
        match self.formats.get(column) {
            Some(CellFormat::Boolean { no, yes }) => (no, yes),
            _ => ("false", "true"),
        }
    }
}

/// NaN for a missing cell.
fn read(value: Option<Option<f64>>, wrong: impl FnOnce() -> Message) -> Outcome<f64> {
    match value {
        None => Ok(f64::NAN),
        Some(Some(value)) => Ok(value),
        Some(None) => Err(wrong().into()),
    }
}

#[cfg(test)]
mod tests {
    use spec::Unobserved;

    use super::*;

    const FILE: &str = "age;fee;since;paid;land\n31;1,5;24.12.2020;true;NA\n40;-2,25;31.01.2021;false;DE\n;;;;US\n";

    fn import() -> crate::read::Import {
        let bytes = FILE.as_bytes().to_vec();
        let options = crate::read::sniff(&bytes, "a.csv", None).unwrap().options;
        crate::read::import(&bytes, "a.csv", &options, &mut Unobserved).unwrap()
    }

    fn refused(column: &str, text: &str) -> Message {
        let import = import();
        let reading = Reading {
            options: &import.summary.options,
            schema: &import.summary.schema,
            formats: &import.summary.formats,
        };
        let cells = [(column.to_owned(), text.to_owned())];
        reading.row(&cells, &import.table).unwrap_err().message
    }

    #[test]
    fn every_row_of_a_file_reads_back_as_it_was_imported() {
        let import = import();
        let reading = Reading {
            options: &import.summary.options,
            schema: &import.summary.schema,
            formats: &import.summary.formats,
        };
        let types: Vec<ColumnType> = import.table.columns().iter().map(Column::column_type).collect();
        use ColumnType::{Boolean, Category, Number, Time};
        assert_eq!(types, [Number, Number, Time, Boolean, Category]);
        for row in 0..3 {
            let columns = import.table.columns();
            let cells: Vec<(String, String)> = columns
                .iter()
                .map(|column| (column.name().to_owned(), reading.write(column, row as usize)))
                .collect();
            let read = reading.row(&cells, &import.table).unwrap();
            for (column, own) in columns.iter().zip(read.columns()) {
                assert_eq!(own.text_at(0), column.text_at(row as usize), "{}, row {row}", column.name());
                assert_eq!(own.column_type(), column.column_type());
            }
        }
        assert_eq!(reading.write(&import.table.columns()[1], 1), "-2,25");
    }

    #[test]
    fn what_is_not_given_is_missing_and_what_does_not_read_is_named() {
        let import = import();
        let reading = Reading {
            options: &import.summary.options,
            schema: &import.summary.schema,
            formats: &import.summary.formats,
        };
        let read = reading.row(&[("age".to_owned(), " 7 ".to_owned())], &import.table).unwrap();
        assert_eq!(read.columns()[0].text_at(0).as_deref(), Some("7"));
        assert!(read.columns()[1..].iter().all(|column| column.is_missing(0)));
        let read = reading.row(&[("age".to_owned(), "n/a".to_owned())], &import.table);
        assert!(read.is_err(), "missing tokens are those of the import, in their case");
        let read = reading.row(&[("age".to_owned(), "NA".to_owned())], &import.table).unwrap();
        assert!(read.columns()[0].is_missing(0));
        let refusal = refused("fee", "1.5.2");
        assert_eq!(refusal.code, "read.cell_number");
        assert!(
            refusal.says().contains("fee") && refusal.hint().contains("12,5"),
            "{}",
            refusal.hint()
        );
        assert_eq!(refused("since", "yesterday").code, "read.cell_time");
        assert_eq!(refused("paid", "perhaps").code, "read.cell_boolean");
        assert_eq!(refused("colour", "red").code, "read.cell_column");
    }
}
