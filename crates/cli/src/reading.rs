//! How a data file is read, as options of the commands that read one.

use std::collections::BTreeMap;

use spec::ColumnType;
use spec::read::{ColumnReading, Encoding, ReadOptions};

use crate::exit::WrongUse;

/// What is not given is found out from the file, or is as the pipeline has it.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Reading the file")]
pub struct Reading {
    /// One or more characters; tab, or blanks for columns that stand apart by runs of blanks
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub delimiter: Option<String>,
    /// One character; none when quotes are ordinary characters
    #[arg(long, value_name = "CHARACTER")]
    pub quote: Option<String>,
    /// utf-8, utf-16le, utf-16be, windows-1252, shift-jis or gbk
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Whether the first line names the columns: yes or no
    #[arg(long, value_name = "YES_OR_NO")]
    pub header: Option<String>,
    /// Lines above the header that are passed over
    #[arg(long, value_name = "LINES")]
    pub skip: Option<u32>,
    /// point or comma, for the file, or COLUMN=comma for a column; may be given several times
    #[arg(long, value_name = "MARK")]
    pub decimal: Vec<String>,
    /// What counts as missing besides the empty cell, separated by commas: NA,? for the file, COLUMN=NA,? for a column, none
    /// for nothing; may be given several times
    #[arg(long, value_name = "TOKENS", allow_hyphen_values = true)]
    pub missing: Vec<String>,
    /// Types of columns: COLUMN=number, category, text, boolean or time, separated by commas; may be given several times
    #[arg(long, value_name = "COLUMN=TYPE")]
    pub types: Vec<String>,
    /// Leave out a row of units below the header, and totals and remarks below the table
    #[arg(long)]
    pub drop_remarks: bool,
}

impl Reading {
    pub fn is_given(&self) -> bool {
        self.changes_splitting() || self.changes_cells()
    }

    /// What cells mean is stated, or which records of the table are rows.
    pub fn changes_cells(&self) -> bool {
        !(self.decimal.is_empty() && self.missing.is_empty() && self.types.is_empty()) || self.drop_remarks
    }

    /// The rest of what was sniffed does not hold once one of these is another.
    pub fn changes_splitting(&self) -> bool {
        let texts = [&self.delimiter, &self.quote, &self.encoding, &self.header];
        texts.into_iter().any(Option::is_some) || self.skip.is_some()
    }

    /// The options with what was given in their place. Errors: a value that makes no sense.
    pub fn apply(&self, mut options: ReadOptions) -> Result<ReadOptions, WrongUse> {
        if let Some(delimiter) = &self.delimiter {
            options.delimiter = match delimiter.as_str() {
                "tab" | "\\t" => "\t".to_owned(),
                "blanks" => "\\s+".to_owned(),
                other => other.to_owned(),
            };
        }
        if let Some(quote) = &self.quote {
            let mut characters = quote.chars();
            options.quote = match (quote.as_str(), characters.next(), characters.next()) {
                ("none" | "", ..) => None,
                (_, Some(one), None) => Some(one),
                _ => return Err(WrongUse(format!("--quote {quote}: give one character, or none"))),
            };
        }
        if let Some(name) = &self.encoding {
            let known = Encoding::ALL
                .into_iter()
                .find(|one| name.eq_ignore_ascii_case(encoding_name(*one)));
            let names: Vec<&str> = Encoding::ALL.into_iter().map(encoding_name).collect();
            let wrong = || WrongUse(format!("--encoding {name}: choose one of {}", names.join(", ")));
            options.encoding = known.ok_or_else(wrong)?;
        }
        if let Some(header) = &self.header {
            options.has_header = match header.to_ascii_lowercase().as_str() {
                "yes" | "true" | "1" => true,
                "no" | "none" | "false" | "0" => false,
                _ => return Err(WrongUse(format!("--header {header}: say yes or no"))),
            };
        }
        if let Some(lines) = self.skip {
            options.skip_lines = lines;
        }
        for given in &self.decimal {
            let (column, mark) = of_column(given);
            let is_comma = match mark {
                "comma" | "," => true,
                "point" | "." => false,
                _ => return Err(WrongUse(format!("--decimal {given}: say point or comma, or COLUMN=comma"))),
            };
            match column {
                Some(column) => own(&mut options, column).decimal_comma = Some(is_comma),
                None => {
                    options.decimal_comma = is_comma;
                    options.decimal_stated = true;
                }
            }
        }
        for given in &self.missing {
            let (column, tokens) = of_column(given);
            let tokens: Vec<String> = tokens
                .split(',')
                .map(|token| token.trim().to_owned())
                .filter(|token| !token.is_empty() && tokens != "none")
                .collect();
            match column {
                Some(column) => own(&mut options, column).missing_tokens = Some(tokens),
                None => options.missing_tokens = tokens,
            }
        }
        for given in self.types.iter().flat_map(|given| given.split(',')) {
            let (Some(column), name) = of_column(given) else {
                return Err(WrongUse(format!("--types {given}: write COLUMN=TYPE")));
            };
            let column_type = ColumnType::ALL.into_iter().find(|one| one.name() == name);
            let names: Vec<&str> = ColumnType::ALL.into_iter().map(ColumnType::name).collect();
            let wrong = || WrongUse(format!("--types {given}: the types are {}", names.join(", ")));
            options.types.insert(column.to_owned(), column_type.ok_or_else(wrong)?);
        }
        options.drop_remarks |= self.drop_remarks;
        Ok(options)
    }
}

/// `COLUMN=value`, or a value alone. A name may hold the sign itself: the last one counts.
fn of_column(given: &str) -> (Option<&str>, &str) {
    match given.rsplit_once('=') {
        Some((column, value)) if !column.is_empty() => (Some(column.trim()), value.trim()),
        _ => (None, given.trim()),
    }
}

fn own<'o>(options: &'o mut ReadOptions, column: &str) -> &'o mut ColumnReading {
    let columns: &mut BTreeMap<String, ColumnReading> = &mut options.columns;
    columns.entry(column.to_owned()).or_default()
}

fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Utf16Le => "utf-16le",
        Encoding::Utf16Be => "utf-16be",
        Encoding::Windows1252 => "windows-1252",
        Encoding::ShiftJis => "shift-jis",
        Encoding::Gbk => "gbk",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_takes_the_place_of_what_was_found() {
        let reading = Reading {
            delimiter: Some("tab".to_owned()),
            quote: Some("none".to_owned()),
            encoding: Some("GBK".to_owned()),
            header: Some("no".to_owned()),
            skip: Some(2),
            decimal: vec!["price=comma".to_owned()],
            missing: vec!["NA, ?".to_owned(), "alley=".to_owned(), "a=b=none".to_owned()],
            types: vec!["zip=text,age=number".to_owned()],
            drop_remarks: true,
        };
        let options = reading.apply(ReadOptions::default()).unwrap();
        assert_eq!(
            (options.delimiter.as_str(), options.quote, options.encoding),
            ("\t", None, Encoding::Gbk)
        );
        assert_eq!(
            (options.has_header, options.skip_lines, options.drop_remarks),
            (false, 2, true)
        );
        assert!(options.has_decimal_comma("price") && !options.has_decimal_comma("other") && !options.decimal_stated);
        assert_eq!(options.tokens_of("other"), ["NA", "?"]);
        assert!(options.tokens_of("alley").is_empty() && options.tokens_of("a=b").is_empty());
        assert_eq!(options.types["zip"], ColumnType::Text);
        assert_eq!(options.types["age"], ColumnType::Number);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_does() {
        let wrong = |change: fn(&mut Reading)| {
            let mut reading = Reading::default();
            change(&mut reading);
            reading.apply(ReadOptions::default()).unwrap_err().0
        };
        assert!(wrong(|reading| reading.quote = Some("''".to_owned())).contains("one character"));
        assert!(wrong(|reading| reading.encoding = Some("latin9".to_owned())).contains("windows-1252"));
        assert!(wrong(|reading| reading.header = Some("perhaps".to_owned())).contains("yes or no"));
        assert!(wrong(|reading| reading.decimal = vec!["dot".to_owned()]).contains("point or comma"));
        assert!(wrong(|reading| reading.types = vec!["zip".to_owned()]).contains("COLUMN=TYPE"));
        assert!(wrong(|reading| reading.types = vec!["zip=string".to_owned()]).contains("category"));
    }
}
