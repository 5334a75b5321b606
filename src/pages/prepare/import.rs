//! How a file is read, while it is being decided.

use spec::read::{Encoding, ReadOptions};
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
