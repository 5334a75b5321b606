//! How a file is read, while it is being decided.

use spec::ColumnType;
use spec::read::{ColumnReading, Encoding, ReadOptions};
use spec::texts::ui::prepare as words;

/// The form of the import dialog. Texts as typed.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadDraft {
    pub options: ReadOptions,
    pub delimiter: String,
    pub quote: String,
    pub comment: String,
    pub skip_lines: String,
    pub missing: String,
}

impl ReadDraft {
    pub fn of(options: &ReadOptions) -> Self {
        let one = |c: Option<char>| c.map(String::from).unwrap_or_default();
        Self {
            delimiter: options.delimiter.replace('\t', "\\t"),
            quote: one(options.quote),
            comment: one(options.comment),
            skip_lines: options.skip_lines.to_string(),
            missing: options.missing_tokens.join("\n"),
            options: options.clone(),
        }
    }

    /// The options, or the first thing that is wrong: the field's name and a sentence.
    pub fn build(&self) -> Result<ReadOptions, (&'static str, &'static str)> {
        if self.delimiter.is_empty() {
            return Err(("delimiter", words::NEEDS_DELIMITER));
        }
        Ok(ReadOptions {
            delimiter: self.delimiter.replace("\\t", "\t"),
            quote: one_character(&self.quote).ok_or(("quote", words::ONE_CHARACTER))?,
            comment: one_character(&self.comment).ok_or(("comment", words::ONE_CHARACTER))?,
            skip_lines: self
                .skip_lines
                .trim()
                .parse()
                .map_err(|_| ("skip_lines", words::WHOLE_NUMBER))?,
            missing_tokens: self
                .missing
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            ..self.options.clone()
        })
    }
}

impl ReadDraft {
    /// The type of a column; None leaves it to the cells.
    pub fn set_type(&mut self, column: &str, column_type: Option<ColumnType>) {
        match column_type {
            Some(column_type) => self.options.types.insert(column.to_owned(), column_type),
            None => self.options.types.remove(column),
        };
    }

    /// The decimal mark of a column: `comma`, `point`, or anything else to leave it to the cells.
    pub fn set_mark(&mut self, column: &str, mark: &str) {
        self.change(column, |own| {
            own.decimal_comma = match mark {
                "comma" => Some(true),
                "point" => Some(false),
                _ => None,
            };
        });
    }

    /// The missing tokens of a column, separated by commas; those of the file when there are none.
    pub fn set_tokens(&mut self, column: &str, text: &str) {
        let tokens: Vec<String> = text
            .split(',')
            .map(|token| token.trim().to_owned())
            .filter(|token| !token.is_empty())
            .collect();
        let of_file = self.options.missing_tokens.clone();
        self.change(column, |own| {
            own.missing_tokens = (tokens != of_file).then_some(tokens);
        });
    }

    pub fn mark(&self, column: &str) -> &'static str {
        match self.options.columns.get(column).and_then(|own| own.decimal_comma) {
            Some(true) => "comma",
            Some(false) => "point",
            None => "",
        }
    }

    fn change(&mut self, column: &str, act: impl FnOnce(&mut ColumnReading)) {
        let mut own = self.options.columns.remove(column).unwrap_or_default();
        act(&mut own);
        if own != ColumnReading::default() {
            self.options.columns.insert(column.to_owned(), own);
        }
    }
}

/// `Some(None)` for an empty text, `None` for more than one character.
fn one_character(text: &str) -> Option<Option<char>> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (None, _) => Some(None),
        (Some(c), None) => Some(Some(c)),
        _ => None,
    }
}

/// Stable name of an encoding, for a select.
pub fn encoding_id(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Utf16Le => "utf-16le",
        Encoding::Utf16Be => "utf-16be",
        Encoding::Windows1252 => "windows-1252",
        Encoding::ShiftJis => "shift-jis",
        Encoding::Gbk => "gbk",
    }
}

pub fn encoding(id: &str) -> Option<Encoding> {
    Encoding::ALL.into_iter().find(|encoding| encoding_id(*encoding) == id)
}

/// How a delimiter is shown.
pub fn delimiter_shown(delimiter: &str) -> String {
    delimiter.replace('\t', "\\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_read_back_as_they_were() {
        let options = ReadOptions {
            delimiter: "\t".to_owned(),
            quote: None,
            skip_lines: 2,
            ..ReadOptions::default()
        };
        let draft = ReadDraft::of(&options);
        assert_eq!((draft.delimiter.as_str(), draft.quote.as_str()), ("\\t", ""));
        assert_eq!(draft.build(), Ok(options));
    }

    #[test]
    fn a_column_has_choices_of_its_own() {
        let mut draft = ReadDraft::of(&ReadOptions::default());
        draft.set_type("zip", Some(ColumnType::Text));
        draft.set_mark("price", "comma");
        draft.set_tokens("alley", "NA, ?");
        let options = draft.build().unwrap();
        assert_eq!(options.types["zip"], ColumnType::Text);
        assert!(options.has_decimal_comma("price") && !options.has_decimal_comma("zip"));
        assert_eq!(options.tokens_of("alley"), ["NA", "?"]);
        draft.set_type("zip", None);
        draft.set_mark("price", "");
        let usual = draft.options.missing_tokens.join(", ");
        draft.set_tokens("alley", &usual);
        assert_eq!(draft.build().unwrap(), ReadOptions::default());
    }

    #[test]
    fn a_wrong_field_is_named() {
        let draft = ReadDraft::of(&ReadOptions::default());
        let wrong = |draft: ReadDraft| draft.build().unwrap_err().0;
        assert_eq!(
            wrong(ReadDraft {
                delimiter: String::new(),
                ..draft.clone()
            }),
            "delimiter"
        );
        assert_eq!(
            wrong(ReadDraft {
                quote: "''".to_owned(),
                ..draft.clone()
            }),
            "quote"
        );
        assert_eq!(
            wrong(ReadDraft {
                skip_lines: "-1".to_owned(),
                ..draft
            }),
            "skip_lines"
        );
        assert!(Encoding::ALL.into_iter().all(|one| encoding(encoding_id(one)) == Some(one)));
    }
}
