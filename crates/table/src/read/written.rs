//! How the numbers of a column are written, gathered while they are read: what the values alone would not tell.

use crate::value::{Numeral, form, format_number, is_rounded};

use super::columns::{excerpt, trim};

/// So many long numbers of a column are each compared with what would be written again; of the others every sixteenth,
/// until one differs. Programs write what they read, so that columns of long numbers have no such cell.
const N_COMPARED: u64 = 65_536;

/// A cell and what it became.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Example {
    pub cell: String,
    pub value: String,
}

impl Example {
    pub fn of(cell: &[u8], value: String) -> Self {
        Self {
            cell: excerpt(cell).chars().take(40).collect(),
            value,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// All bits of `value::form` that were seen.
    pub seen: u16,
    /// Fewest and most digits behind the mark, of numbers that have some.
    decimals: Option<(u16, u16)>,
    /// Cells that would be written otherwise, with the same value.
    pub n_other: u64,
    pub other: Option<Example>,
    /// Cells with more digits than the value holds.
    pub n_rounded: u64,
    pub rounded: Option<Example>,
    n_long: u64,
    /// Numbers beyond f64 that became infinite.
    pub n_overflow: u64,
    /// The first cell with a mark.
    pub marked: Option<Example>,
    pub n_marked: u64,
    /// Cells that are missing by their text.
    pub tokens: Vec<(String, u64)>,
}

impl Written {
    /// `n` cells of this text.
    #[inline]
    pub fn add(&mut self, cell: &[u8], numeral: &Numeral, n: u64) {
        self.seen |= numeral.form;
        if numeral.n_decimals > 0 {
            self.n_marked += n;
            if self.marked.is_none() {
                self.marked = Some(Example::of(trim(cell), format_number(numeral.value)));
            }
            self.decimals = Some(match self.decimals {
                None => (numeral.n_decimals, numeral.n_decimals),
                Some((fewest, most)) => (fewest.min(numeral.n_decimals), most.max(numeral.n_decimals)),
            });
        }
        if numeral.form & form::UNUSUAL != 0 {
            self.add_unusual(cell, numeral, n);
        }
    }

    fn add_unusual(&mut self, cell: &[u8], numeral: &Numeral, n: u64) {
        let value = numeral.value;
        if value.is_infinite() && numeral.form & form::WORD == 0 {
            self.n_overflow += n;
            return;
        }
        if numeral.form & form::LONG != 0 {
            self.n_long += 1;
            if self.n_long <= N_COMPARED || self.n_rounded > 0 || self.n_long.is_multiple_of(16) {
                let text = String::from_utf8_lossy(trim(cell));
                if is_rounded(&text, value) {
                    self.n_rounded += n;
                    self.rounded
                        .get_or_insert_with(|| Example::of(trim(cell), format_number(value)));
                    return;
                }
            }
        }
        const SAME_VALUE: u16 = form::SIGN | form::EXPONENT | form::EDGE | form::TRAILING_ZERO;
        let is_tiny = numeral.form & form::LONG != 0 && value.abs() < 1e-5;
        let is_other_word = numeral.form & form::WORD != 0 && !matches!(trim(cell), b"inf" | b"-inf");
        if numeral.form & SAME_VALUE != 0 || is_tiny || is_other_word {
            if self.n_other > 0 && numeral.form & form::EXPONENT == 0 {
                self.n_other += n;
                return;
            }
            // `1e300` is written as it stands.
            let written = format_number(value);
            if written.as_bytes() != trim(cell) {
                self.n_other += n;
                self.other.get_or_insert_with(|| Example::of(trim(cell), written));
            }
        }
    }

    /// `token` is trimmed.
    #[cold]
    pub fn add_missing(&mut self, token: &[u8]) {
        if token.is_empty() {
            return;
        }
        match self.tokens.iter_mut().find(|(known, _)| known.as_bytes() == token) {
            Some((_, n)) => *n += 1,
            None => self.tokens.push((String::from_utf8_lossy(token).into_owned(), 1)),
        }
    }

    /// Some numbers end in 0 behind the mark, and not all have as many digits there: `1.1` and `1.10` may be versions.
    pub fn has_free_zeros(&self) -> bool {
        self.seen & form::TRAILING_ZERO != 0 && self.decimals.is_some_and(|(fewest, most)| fewest < most)
    }

    /// Every mark may stand before a group of thousands.
    pub fn is_ambiguous(&self) -> bool {
        self.seen & form::AMBIGUOUS_MARK != 0 && self.seen & form::CLEAR_MARK == 0
    }

    pub fn has_clear_mark(&self) -> bool {
        self.seen & form::CLEAR_MARK != 0
    }

    /// Some may be codes (`12E5`, `INF`), and nothing says that the column counts or measures.
    pub fn is_doubtful(&self) -> bool {
        self.seen & form::DOUBTFUL != 0 && self.seen & form::QUANTITY == 0
    }
}
