//! Cells into typed columns. The type is decided on all rows.
//!
//! A column begins as numbers, unless the first records say otherwise. At the first cell that is neither a number nor
//! missing it is given up, and the file is read again for it. Every other column collects its distinct texts with
//! codes; at the end the texts, each looked at once, decide between time, boolean, category and text.

use spec::read::{CellFormat, ReadOptions, Reject, RejectReason};
use spec::step::DateOrder;
use spec::{ColumnSchema, ColumnType, Message, Outcome};

use crate::column::{Category, Column, ColumnData, MISSING_BOOLEAN, MISSING_CODE, Text};
use crate::intern::Interner;
use crate::value::{BOOLEAN_WORDS, Moment, WrittenDate, parse_boolean, scan_number, scan_time};

/// Rejected cells and records that are kept word for word.
pub(super) const N_REJECTS_KEPT: usize = 100;
const N_CHARACTERS_KEPT: usize = 200;
/// A text column that nothing else fits is a category up to this many levels, whatever its rows.
const ALWAYS_CATEGORY: usize = 100;
/// More levels than this must be short to be a category.
const FEW_LEVELS: usize = 20;
/// Levels longer than this on the average are sentences, not names of things.
const SENTENCE_BYTES: usize = 60;
/// Dates that no calendar has may be this share of the dates of a column; they are rejected. More: it is text.
const IMPOSSIBLE_DATES: f64 = 0.05;

/// Cells that count as missing, besides the empty one.
#[derive(Clone, Debug)]
pub(super) struct MissingTokens {
    tokens: Vec<Vec<u8>>,
    /// Some token reads as a number, so it must be looked for before numbers are.
    pub any_number: bool,
    starts: [bool; 256],
}

impl MissingTokens {
    pub fn new(options: &ReadOptions) -> Self {
        let tokens: Vec<Vec<u8>> = options
            .missing_tokens
            .iter()
            .map(|token| token.trim().as_bytes().to_vec())
            .filter(|token| !token.is_empty())
            .collect();
        let mut starts = [false; 256];
        for token in &tokens {
            starts[usize::from(token[0])] = true;
        }
        let any_number = tokens.iter().any(|token| scan_number(token, decimal_mark(options)).is_some());
        Self {
            tokens,
            any_number,
            starts,
        }
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

pub(super) fn decimal_mark(options: &ReadOptions) -> u8 {
    if options.decimal_comma { b',' } else { b'.' }
}

/// Blanks of every kind around a cell, no-break ones too.
pub(super) fn trim(cell: &[u8]) -> &[u8] {
    let plain = |byte: Option<&u8>| byte.is_some_and(|&byte| byte > b' ' && byte < 0x80);
    if plain(cell.first()) && plain(cell.last()) {
        return cell;
    }
    // Decoded text is valid UTF-8, and fields are cut at whole characters.
    std::str::from_utf8(cell).map_or(cell, |text| {
        text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').as_bytes()
    })
}

pub(super) enum Cells {
    Number {
        values: Vec<f64>,
        /// Numbers beyond f64 that became infinite.
        n_overflow: u64,
    },
    /// The user wants numbers: what does not read is rejected.
    ForcedNumber {
        values: Vec<f64>,
    },
    Texts {
        texts: Interner,
        codes: Vec<u32>,
    },
    /// Another reading of the file is needed (or this one is not for it).
    Nothing,
}

pub(super) struct Collector {
    pub cells: Cells,
}

impl Collector {
    pub fn number(capacity: usize) -> Outcome<Self> {
        Ok(Self {
            cells: Cells::Number {
                values: reserved(capacity)?,
                n_overflow: 0,
            },
        })
    }

    pub fn forced_number(capacity: usize) -> Outcome<Self> {
        Ok(Self {
            cells: Cells::ForcedNumber {
                values: reserved(capacity)?,
            },
        })
    }

    pub fn texts(capacity: usize) -> Outcome<Self> {
        Ok(Self {
            cells: Cells::Texts {
                texts: Interner::new(),
                codes: reserved(capacity)?,
            },
        })
    }

    /// False when the cell is rejected (and counts as missing).
    #[inline]
    pub fn push(&mut self, cell: &[u8], mark: u8, missing: &MissingTokens) -> bool {
        match &mut self.cells {
            Cells::Number { values, n_overflow } => {
                if cell.is_empty() {
                    values.push(f64::NAN);
                    return true;
                }
                if !missing.any_number
                    && let Some(numeral) = scan_number(cell, mark)
                    && !numeral.is_code_like
                {
                    *n_overflow += u64::from(numeral.value.is_infinite() && cell.last().is_some_and(u8::is_ascii_digit));
                    values.push(numeral.value);
                    return true;
                }
                let trimmed = trim(cell);
                if missing.contains(trimmed) {
                    values.push(f64::NAN);
                } else if let Some(numeral) = scan_number(trimmed, mark).filter(|numeral| !numeral.is_code_like) {
                    values.push(numeral.value);
                } else {
                    self.cells = Cells::Nothing;
                }
                true
            }
            Cells::ForcedNumber { values } => {
                let trimmed = trim(cell);
                if missing.contains(trimmed) {
                    values.push(f64::NAN);
                    return true;
                }
                let numeral = scan_number(trimmed, mark);
                values.push(numeral.map_or(f64::NAN, |numeral| numeral.value));
                numeral.is_some()
            }
            Cells::Texts { texts, codes } => {
                codes.push(texts.intern(cell));
                true
            }
            Cells::Nothing => true,
        }
    }
}

fn reserved<T>(capacity: usize) -> Outcome<Vec<T>> {
    let mut cells = Vec::new();
    match cells.try_reserve(capacity) {
        Ok(()) => Ok(cells),
        Err(_) => Err(Message::new("read.memory").with("n_rows", capacity).into()),
    }
}

pub(super) fn excerpt(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).chars().take(N_CHARACTERS_KEPT).collect()
}

/// Which line a row of the table stands on: only the rows where the distance changes are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    breaks: Vec<(u32, u64)>,
}

impl Lines {
    #[inline]
    pub fn push(&mut self, row: u32, line: u64) {
        match self.breaks.last() {
            Some(&(first, at)) if line - at == u64::from(row - first) => {}
            _ => self.breaks.push((row, line)),
        }
    }

    pub fn line_of(&self, row: u32) -> u64 {
        let place = self.breaks.partition_point(|&(first, _)| first <= row);
        place
            .checked_sub(1)
            .map_or(0, |place| self.breaks[place].1 + u64::from(row - self.breaks[place].0))
    }
}

/// A finished column with what is to be said about it.
pub(super) struct Finished {
    pub column: Column,
    pub format: Option<CellFormat>,
    pub notes: Vec<Message>,
    /// The first rejected cells in row order, and how many there are.
    pub rejects: Vec<Reject>,
    pub n_rejects: u64,
}

pub(super) struct Naming<'a> {
    pub name: &'a str,
    pub original_name: Option<&'a str>,
    pub chosen: Option<ColumnType>,
}

pub(super) fn finish(cells: Cells, naming: &Naming, options: &ReadOptions, missing: &MissingTokens, lines: &Lines) -> Finished {
    let mut notes = Vec::new();
    let schema = |column_type| ColumnSchema {
        name: naming.name.to_owned(),
        original_name: naming.original_name.map(str::to_owned),
        column_type,
        overridden: naming.chosen.is_some(),
    };
    let plain = |data: ColumnData, notes| Finished {
        column: Column {
            schema: schema(data.column_type()),
            data,
        },
        format: None,
        notes,
        rejects: Vec::new(),
        n_rejects: 0,
    };
    match cells {
        Cells::ForcedNumber { values } => plain(ColumnData::Number(values), notes),
        Cells::Number { values, n_overflow } => {
            if n_overflow > 0 {
                notes.push(
                    Message::new("read.overflow")
                        .with("column", naming.name)
                        .with("n", n_overflow),
                );
            }
            if values.iter().all(|x| x.is_nan()) {
                if !values.is_empty() {
                    notes.push(Message::new("read.all_missing").with("column", naming.name));
                }
                return plain(
                    ColumnData::Category(Category {
                        levels: Vec::new(),
                        codes: vec![MISSING_CODE; values.len()],
                    }),
                    notes,
                );
            }
            plain(ColumnData::Number(values), notes)
        }
        Cells::Texts { texts, codes } => from_texts(texts, codes, naming, options, missing, lines),
        // Every column that was given up is collected as texts in the second reading.
        Cells::Nothing => plain(ColumnData::Text(Text::new()), notes),
    }
}

/// What the distinct texts of a column are, each counted by its rows.
struct Levels<'a> {
    texts: Vec<&'a str>,
    counts: Vec<u64>,
    is_missing: Vec<bool>,
    n_present: u64,
}

/// A value per level for a column that is neither category nor text.
struct Reading {
    values: LevelValues,
    rejected: Vec<bool>,
    format: Option<CellFormat>,
}

enum LevelValues {
    Boolean(Vec<u8>),
    Time(Vec<f64>),
}

fn from_texts(
    texts: Interner,
    codes: Vec<u32>,
    naming: &Naming,
    options: &ReadOptions,
    missing: &MissingTokens,
    lines: &Lines,
) -> Finished {
    let (levels, mut notes) = read_levels(&texts, &codes, naming, missing);
    let reading = match naming.chosen {
        Some(ColumnType::Boolean) => Some(levels.as_booleans()),
        Some(ColumnType::Time) => levels.as_times(true, naming.name, &mut notes),
        Some(_) => None,
        // Only the words true and false: a category keeps "yes" for screens and for whoever serves the model.
        None if levels.words() == Some(("false", "true")) => Some(levels.as_booleans()),
        None => levels.as_times(false, naming.name, &mut notes),
    };
    let (mut rejects, mut n_rejects, mut format) = (Vec::new(), 0, None);
    let data = match reading {
        Some(reading) => {
            (rejects, n_rejects) = levels.rejects(&reading.rejected, &codes, naming.name, lines);
            format = reading.format;
            match reading.values {
                LevelValues::Boolean(values) => ColumnData::Boolean(codes.iter().map(|&code| values[code as usize]).collect()),
                LevelValues::Time(values) => ColumnData::Time(codes.iter().map(|&code| values[code as usize]).collect()),
            }
        }
        None => {
            if naming.chosen.is_none() {
                note_texts(&levels, &codes, naming, options, lines, &mut notes);
            }
            levels.as_words(codes, naming.chosen)
        }
    };
    let schema = ColumnSchema {
        name: naming.name.to_owned(),
        original_name: naming.original_name.map(str::to_owned),
        column_type: data.column_type(),
        overridden: naming.chosen.is_some(),
    };
    Finished {
        column: Column { schema, data },
        format,
        notes,
        rejects,
        n_rejects,
    }
}

impl Levels<'_> {
    fn present(&self) -> impl Iterator<Item = usize> + Clone {
        (0..self.texts.len()).filter(|&level| !self.is_missing[level])
    }

    fn rows(&self, levels: impl Iterator<Item = usize>) -> u64 {
        levels.map(|level| self.counts[level]).sum()
    }

    /// The one pair of words that all texts belong to. Both must be there, except for true and false.
    fn words(&self) -> Option<(&'static str, &'static str)> {
        let texts = || self.present().map(|level| self.texts[level].trim());
        // Each word may be written in several ways, by case and by blanks.
        let n_texts = texts().take(41).count();
        if n_texts == 0 || n_texts > 40 {
            return None;
        }
        BOOLEAN_WORDS.into_iter().find(|(no, yes)| {
            let has = |word: &str| texts().any(|text| text.eq_ignore_ascii_case(word));
            let all = texts().all(|text| text.eq_ignore_ascii_case(no) || text.eq_ignore_ascii_case(yes));
            all && (*no == "false" || (has(no) && has(yes)))
        })
    }

    fn as_booleans(&self) -> Reading {
        let value = |level: usize| {
            let value = if self.is_missing[level] {
                None
            } else {
                parse_boolean(self.texts[level])
            };
            value.map_or(MISSING_BOOLEAN, u8::from)
        };
        let values: Vec<u8> = (0..self.texts.len()).map(value).collect();
        let rejected = values
            .iter()
            .zip(&self.is_missing)
            .map(|(&value, &missing)| value == MISSING_BOOLEAN && !missing)
            .collect();
        let format = self.words().map(|(no, yes)| CellFormat::Boolean {
            no: no.to_owned(),
            yes: yes.to_owned(),
        });
        Reading {
            values: LevelValues::Boolean(values),
            rejected,
            format,
        }
    }

    /// None when the texts are no dates, or when their order is in doubt. `forced`: what is no date is rejected.
    fn as_times(&self, forced: bool, column: &str, notes: &mut Vec<Message>) -> Option<Reading> {
        if self.n_present == 0 && !forced {
            return None;
        }
        let moment = |level: usize| {
            if self.is_missing[level] {
                None
            } else {
                scan_time(self.texts[level].trim().as_bytes())
            }
        };
        let moments: Vec<Option<Moment>> = (0..self.texts.len()).map(moment).collect();
        let n_dates = self.rows(self.present().filter(|&level| moments[level].is_some()));
        if !forced && n_dates < self.n_present {
            return None;
        }
        let evidence = date_order(
            moments
                .iter()
                .zip(&self.counts)
                .filter_map(|(moment, &count)| moment.map(|moment| (moment, count))),
        );
        let order = evidence.decided(forced, column, notes)?;
        let values: Vec<f64> = moments
            .iter()
            .map(|moment| moment.and_then(|moment| moment.seconds(order)).unwrap_or(f64::NAN))
            .collect();
        let rejected: Vec<bool> = values
            .iter()
            .zip(&self.is_missing)
            .map(|(value, &missing)| value.is_nan() && !missing)
            .collect();
        let n_rejected = self.rows(self.present().filter(|&level| rejected[level]));
        if !forced && n_rejected as f64 > IMPOSSIBLE_DATES * self.n_present as f64 {
            return None;
        }
        note_zones(&moments, column, notes);
        Some(Reading {
            values: LevelValues::Time(values),
            rejected,
            format: Some(CellFormat::Time { order }),
        })
    }

    /// Names of things are a category, everything else is text.
    fn as_words(&self, mut codes: Vec<u32>, chosen: Option<ColumnType>) -> ColumnData {
        let as_text = match chosen {
            Some(column_type) => column_type == ColumnType::Text,
            None => {
                let n_levels = self.present().count();
                let n_bytes: usize = self.present().map(|level| self.texts[level].len()).sum();
                let is_free = n_levels > ALWAYS_CATEGORY && n_levels as u64 * 2 > self.n_present;
                let is_prose = n_levels > FEW_LEVELS && n_bytes > n_levels * SENTENCE_BYTES;
                is_free || is_prose
            }
        };
        // A text column holds 4 GiB; a dictionary holds what repeats more of.
        let n_bytes: u64 = self
            .present()
            .map(|level| self.counts[level] * self.texts[level].len() as u64)
            .sum();
        if as_text && u32::try_from(n_bytes).is_ok() {
            let mut text = Text::new();
            for &code in &codes {
                text.push(if self.is_missing[code as usize] {
                    ""
                } else {
                    self.texts[code as usize]
                });
            }
            return ColumnData::Text(text);
        }
        let mut kept = Interner::new();
        let code = |level: usize| {
            if self.is_missing[level] {
                MISSING_CODE
            } else {
                kept.intern(self.texts[level].as_bytes())
            }
        };
        let renumbered: Vec<u32> = (0..self.texts.len()).map(code).collect();
        for code in &mut codes {
            *code = renumbered[*code as usize];
        }
        ColumnData::Category(Category::from_interned(&kept, codes))
    }

    /// The first rejected cells in row order, and how many there are.
    fn rejects(&self, rejected: &[bool], codes: &[u32], column: &str, lines: &Lines) -> (Vec<Reject>, u64) {
        let n = self.rows((0..self.texts.len()).filter(|&level| rejected[level]));
        if n == 0 {
            return (Vec::new(), 0);
        }
        let reject = |(row, &code): (usize, &u32)| Reject {
            line: lines.line_of(row as u32),
            column: Some(column.to_owned()),
            text: excerpt(self.texts[code as usize].as_bytes()),
            reason: RejectReason::NotOfType,
        };
        let first = codes
            .iter()
            .enumerate()
            .filter(|(_, code)| rejected[**code as usize])
            .take(N_REJECTS_KEPT)
            .map(reject)
            .collect();
        (first, n)
    }
}

fn read_levels<'a>(texts: &'a Interner, codes: &[u32], naming: &Naming, missing: &MissingTokens) -> (Levels<'a>, Vec<Message>) {
    let mut notes = Vec::new();
    let all: Vec<&str> = (0..texts.len() as u32)
        .map(|level| std::str::from_utf8(texts.get(level)).unwrap_or(""))
        .collect();
    let mut counts = vec![0u64; all.len()];
    for &code in codes {
        counts[code as usize] += 1;
    }
    let mut is_missing: Vec<bool> = all.iter().map(|text| missing.contains(trim(text.as_bytes()))).collect();
    // NA is a country when the others are two capital letters as well.
    if let Some(na) = all.iter().position(|&text| text == "NA").filter(|&na| is_missing[na]) {
        let is_code = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        let mut others = (0..all.len()).filter(|&level| !is_missing[level]).peekable();
        let n_others = others.clone().count();
        if n_others >= 2 && others.all(|level| is_code(all[level])) {
            is_missing[na] = false;
            notes.push(Message::new("read.na_kept").with("column", naming.name).with("n", counts[na]));
        }
    }
    let n_present = (0..all.len())
        .filter(|&level| !is_missing[level])
        .map(|level| counts[level])
        .sum();
    if n_present == 0 && !codes.is_empty() {
        notes.push(Message::new("read.all_missing").with("column", naming.name));
    }
    (
        Levels {
            texts: all,
            counts,
            is_missing,
            n_present,
        },
        notes,
    )
}

/// What the numeric dates of a column say about their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct OrderEvidence {
    n_numeric: u64,
    n_short: u64,
    n_day_first: u64,
    n_month_first: u64,
}

fn date_order(moments: impl Iterator<Item = (Moment, u64)>) -> OrderEvidence {
    let mut evidence = OrderEvidence::default();
    for (moment, count) in moments {
        if let WrittenDate::Numeric {
            first,
            second,
            short_year,
            ..
        } = moment.date
        {
            evidence.n_numeric += count;
            evidence.n_short += u64::from(short_year) * count;
            evidence.n_day_first += u64::from(first > 12 && second <= 12) * count;
            evidence.n_month_first += u64::from(second > 12 && first <= 12) * count;
        }
    }
    evidence
}

impl OrderEvidence {
    fn decided(self, forced: bool, column: &str, notes: &mut Vec<Message>) -> Option<DateOrder> {
        let Self {
            n_numeric,
            n_short,
            n_day_first,
            n_month_first,
        } = self;
        if n_numeric == 0 {
            return Some(DateOrder::Ymd);
        }
        let by_majority = if n_month_first > n_day_first {
            DateOrder::Mdy
        } else {
            DateOrder::Dmy
        };
        let is_clear = n_short == 0 && (n_day_first > 0) != (n_month_first > 0);
        if is_clear {
            let order = if by_majority == DateOrder::Mdy {
                "month/day/year"
            } else {
                "day/month/year"
            };
            notes.push(
                Message::new("read.date_order")
                    .with("column", column)
                    .with("order", order)
                    .with("n", n_day_first.max(n_month_first)),
            );
            return Some(by_majority);
        }
        if forced {
            let order = if by_majority == DateOrder::Mdy {
                "month/day/year"
            } else {
                "day/month/year"
            };
            notes.push(Message::new("read.date_assumed").with("column", column).with("order", order));
            return Some(by_majority);
        }
        let code = if n_short > 0 {
            "read.date_short_year"
        } else if n_day_first > 0 {
            "read.date_mixed"
        } else {
            "read.date_ambiguous"
        };
        notes.push(
            Message::new(code)
                .with("column", column)
                .with("n_day_first", n_day_first)
                .with("n_month_first", n_month_first),
        );
        None
    }
}

/// N57: times with a zone become UTC; some with and some without is worth a word.
fn note_zones(moments: &[Option<Moment>], column: &str, notes: &mut Vec<Message>) {
    let timed = || moments.iter().flatten().filter(|moment| moment.has_time);
    let n_zoned = timed().filter(|moment| moment.offset_minutes.is_some()).count();
    if n_zoned > 0 && n_zoned < timed().count() {
        notes.push(Message::new("read.mixed_zones").with("column", column));
    } else if timed().any(|moment| moment.offset_minutes.is_some_and(|minutes| minutes != 0)) {
        notes.push(Message::new("read.zones").with("column", column));
    }
}

/// Why a column that looks like numbers is text, and characters that cannot be seen.
fn note_texts(levels: &Levels, codes: &[u32], naming: &Naming, options: &ReadOptions, lines: &Lines, notes: &mut Vec<Message>) {
    let Levels {
        texts,
        counts,
        is_missing,
        n_present,
    } = levels;
    let present = || (0..texts.len()).filter(|&level| !is_missing[level]);
    let mark = decimal_mark(options);
    let (mut n_numbers, mut n_codes) = (0u64, 0u64);
    let mut code_example = None;
    let mut text_example = None;
    for level in present() {
        match scan_number(trim(texts[level].as_bytes()), mark) {
            Some(numeral) if numeral.is_code_like => {
                n_codes += counts[level];
                code_example.get_or_insert(texts[level]);
            }
            Some(_) => n_numbers += counts[level],
            None => {
                text_example.get_or_insert(level);
            }
        }
    }
    if n_numbers + n_codes == *n_present
        && let Some(example) = code_example
    {
        notes.push(
            Message::new("read.codes_kept")
                .with("column", naming.name)
                .with("n", n_codes)
                .with("example", excerpt(example.as_bytes())),
        );
    } else if n_numbers * 2 > *n_present
        && let Some(example) = text_example
    {
        // Levels are numbered as they first appear.
        let row = codes.iter().position(|&code| code as usize == example).unwrap_or(0);
        notes.push(
            Message::new("read.mixed_numbers")
                .with("column", naming.name)
                .with("n", n_present - n_numbers)
                .with("n_present", *n_present)
                .with("line", lines.line_of(row as u32))
                .with("example", excerpt(texts[example].as_bytes())),
        );
    }
    let is_hidden = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}')
    };
    let n_hidden: u64 = present()
        .filter(|&level| texts[level].chars().any(is_hidden))
        .map(|level| counts[level])
        .sum();
    if n_hidden > 0 {
        notes.push(
            Message::new("read.hidden_characters")
                .with("column", naming.name)
                .with("n", n_hidden),
        );
    }
}
