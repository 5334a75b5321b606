//! Cells that count as missing, and tokens that are an answer after all.

use crate::value::scan_number;

/// More levels than this are no small set of answers.
const MAX_ANSWERS: usize = 40;

/// Cells that count as missing, besides the empty one.
#[derive(Clone, Debug)]
pub(super) struct MissingTokens {
    tokens: Vec<Vec<u8>>,
    /// Some token reads as a number, so it must be looked for before numbers are.
    pub any_number: bool,
    starts: [bool; 256],
}

impl MissingTokens {
    pub fn new(tokens: &[String]) -> Self {
        let tokens: Vec<Vec<u8>> = tokens
            .iter()
            .map(|token| token.trim().as_bytes().to_vec())
            .filter(|token| !token.is_empty())
            .collect();
        let mut starts = [false; 256];
        for token in &tokens {
            starts[usize::from(token[0])] = true;
        }
        let is_number = |token: &[u8]| scan_number(token, b'.').is_some() || scan_number(token, b',').is_some();
        let any_number = tokens.iter().any(|token| is_number(token));
        Self {
            tokens,
            any_number,
            starts,
        }
    }

    /// The tokens but for some.
    pub fn without(&self, is_left_out: impl Fn(&str) -> bool) -> Vec<String> {
        let texts = self.tokens.iter().map(|token| String::from_utf8_lossy(token).into_owned());
        texts.filter(|token| !is_left_out(token)).collect()
    }

    /// `cell` is trimmed.
    #[inline]
    pub fn contains(&self, cell: &[u8]) -> bool {
        match cell.first() {
            None => true,
            Some(&first) => self.starts[usize::from(first)] && self.tokens.iter().any(|token| token == cell),
        }
    }
}

/// Whether a token reads like the other texts of its column, so that it is one more answer: `NA` among codes of two
/// letters, `None` among words that begin with a capital, `-` among signs. `others` are the texts that are no tokens.
pub(super) fn is_answer<'a>(token: &str, others: impl Iterator<Item = &'a str> + Clone) -> bool {
    if others.clone().take(2).count() < 2 {
        return false;
    }
    let all = |is_like: fn(&str) -> bool| others.clone().all(|other| is_like(other.trim()));
    match token {
        "NA" => all(|text| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())),
        "None" => others.clone().take(MAX_ANSWERS + 1).count() <= MAX_ANSWERS && all(is_capital_word),
        "-" => all(|text| !text.is_empty() && text.chars().count() <= 3 && text.chars().all(is_sign)),
        _ => false,
    }
}

/// `Grvl`, `Two doors`: letters, the first a capital and the second not, blanks and hyphens between.
fn is_capital_word(text: &str) -> bool {
    let mut letters = text.chars();
    let begins = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    begins
        && text
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '_' | '\'' | '/'))
}

fn is_sign(c: char) -> bool {
    matches!(c, '+' | '-' | '−' | '±' | '=' | '<' | '>' | '*' | '/' | '~' | 'x')
}
