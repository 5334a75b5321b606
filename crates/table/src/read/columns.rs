//! Cells into typed columns. The type is decided on all rows.
//!
//! A column begins as numbers, unless the first records say otherwise. At the first cell that is neither a number nor
//! missing it is given up, and the file is read again for it. Every other column collects its distinct texts with
//! codes; at the end the texts, each looked at once, decide between time, boolean, category and text.

use spec::read::{CellFormat, ColumnReading, Reject, RejectReason};
use spec::step::DateOrder;
use spec::{ColumnSchema, ColumnType, Message, Outcome};

use crate::column::{Category, Column, ColumnData, MISSING_BOOLEAN, MISSING_CODE, Text};
use crate::intern::Interner;
use crate::value::{BOOLEAN_WORDS, Moment, WrittenDate, form, format_time, parse_boolean, scan_number, scan_time};

use super::missing::{MissingTokens, is_answer};
use super::said::{Kind, Said};
use super::written::{Example, Written};

/// Rejected cells and records that are kept word for word.
pub(super) const N_REJECTS_KEPT: usize = 1_000;
const N_CHARACTERS_KEPT: usize = 200;
/// A text column that nothing else fits is a category up to this many levels, whatever its rows.
const ALWAYS_CATEGORY: usize = 100;
/// More levels than this must be short to be a category.
const FEW_LEVELS: usize = 20;
/// Levels longer than this on the average are sentences, not names of things.
const SENTENCE_BYTES: usize = 60;
/// Dates that no calendar has may be this share of the dates of a column; they are rejected. More: it is text.
const IMPOSSIBLE_DATES: f64 = 0.05;
/// Years of two digits are 1930 to this one where no year of the column has four, as in spreadsheets.
const NEWEST_IN_DOUBT: i32 = 2029;

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

/// The same for text.
fn trim_text(text: &str) -> &str {
    std::str::from_utf8(trim(text.as_bytes())).unwrap_or(text)
}

/// The text of a time is what would be written for it.
fn is_time_as_written(text: &str, seconds: f64) -> bool {
    let bytes = text.as_bytes();
    let is_date = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    is_date || (bytes.last() == Some(&b'Z') && format_time(seconds) == text)
}

/// The text has more decimals of a second than the value holds.
fn is_time_rounded(text: &str, seconds: f64) -> bool {
    let decimals = |text: &str| {
        // Behind the minutes only: dates have points too, and zones a colon.
        let (_, clock) = text.split_once(':')?;
        let behind = clock.split_once(['.', ','])?.1;
        let end = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
        let digits = behind[..end].trim_end_matches('0');
        (!digits.is_empty()).then(|| digits.to_owned())
    };
    let written = decimals(text);
    written.as_ref().is_some_and(|written| written.len() >= 6) && written != decimals(&format_time(seconds))
}

pub(super) enum Cells {
    Number {
        values: Vec<f64>,
        mark: u8,
        written: Written,
    },
    /// The user wants numbers: what does not read is rejected.
    ForcedNumber {
        values: Vec<f64>,
        mark: u8,
        written: Written,
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
    pub fn number(capacity: usize, mark: u8) -> Outcome<Self> {
        Ok(Self {
            cells: Cells::Number {
                values: reserved(capacity)?,
                mark,
                written: Written::default(),
            },
        })
    }

    pub fn forced_number(capacity: usize, mark: u8) -> Outcome<Self> {
        Ok(Self {
            cells: Cells::ForcedNumber {
                values: reserved(capacity)?,
                mark,
                written: Written::default(),
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
    pub fn push(&mut self, cell: &[u8], missing: &MissingTokens) -> bool {
        match &mut self.cells {
            Cells::Number { values, mark, written } => {
                if cell.is_empty() {
                    values.push(f64::NAN);
                    return true;
                }
                if !missing.any_number
                    && let Some(numeral) = scan_number(cell, *mark)
                    && !numeral.is_code_like
                {
                    written.add(cell, &numeral, 1);
                    values.push(numeral.value);
                    return true;
                }
                let trimmed = trim(cell);
                if missing.contains(trimmed) {
                    written.add_missing(trimmed);
                    values.push(f64::NAN);
                } else if let Some(numeral) = scan_number(trimmed, *mark).filter(|numeral| !numeral.is_code_like) {
                    written.add(trimmed, &numeral, 1);
                    values.push(numeral.value);
                } else {
                    self.cells = Cells::Nothing;
                }
                true
            }
            Cells::ForcedNumber { values, mark, written } => {
                let trimmed = trim(cell);
                if missing.contains(trimmed) {
                    written.add_missing(trimmed);
                    values.push(f64::NAN);
                    return true;
                }
                let numeral = scan_number(trimmed, *mark);
                if let Some(numeral) = &numeral {
                    written.add(trimmed, numeral, 1);
                }
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

    /// Numbers that may be something else, now that all of them are known: they are read again as texts, which then decide.
    pub fn is_in_doubt(&self, how: &How) -> bool {
        match &self.cells {
            Cells::Number { mark, written, .. } => written.is_doubtful() || how.is_open_mark(*mark, written),
            _ => false,
        }
    }
}

/// How a column is to be read.
#[derive(Clone, Debug)]
pub(super) struct How {
    /// The decimal mark, where it is not for the cells to say.
    pub fixed_mark: Option<u8>,
    /// The mark that the first cells have.
    pub begins_with: u8,
    /// The mark of numbers that have none, or whose marks say nothing.
    pub usual_mark: u8,
    /// Some column of the file has a comma that can only stand before decimals.
    pub is_comma_about: bool,
    /// The file is not parted by commas, so that its points may part thousands.
    pub may_part_by_points: bool,
    /// Tokens may turn out to be answers.
    pub are_tokens_open: bool,
    /// What the options say of this column.
    pub own: ColumnReading,
}

impl How {
    /// All marks may part thousands, and the file does not make one reading the likely one.
    fn is_open_mark(&self, mark: u8, written: &Written) -> bool {
        self.fixed_mark.is_none() && written.is_ambiguous() && (mark == b',' || self.is_comma_about)
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
    /// What was decided about this column alone.
    pub reading: ColumnReading,
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

impl Naming<'_> {
    fn schema(&self, column_type: ColumnType) -> ColumnSchema {
        ColumnSchema {
            name: self.name.to_owned(),
            original_name: self.original_name.map(str::to_owned),
            column_type,
            overridden: self.chosen.is_some(),
        }
    }

    fn plain(&self, data: ColumnData) -> Finished {
        Finished {
            column: Column {
                schema: self.schema(data.column_type()),
                data,
            },
            format: None,
            reading: ColumnReading::default(),
            notes: Vec::new(),
            rejects: Vec::new(),
            n_rejects: 0,
        }
    }
}

pub(super) fn finish(
    cells: Cells,
    naming: &Naming,
    how: &How,
    missing: &MissingTokens,
    lines: &Lines,
    said: &mut Said,
) -> Finished {
    match cells {
        Cells::ForcedNumber { values, mark, written } => numbers(values, mark, &written, naming, how, said),
        Cells::Number { values, mark, written } => {
            if values.iter().all(|x| x.is_nan()) {
                let n = values.len();
                say_tokens(&written.tokens, naming.name, said);
                let mut finished = naming.plain(ColumnData::Category(Category {
                    levels: Vec::new(),
                    codes: vec![MISSING_CODE; n],
                }));
                if n > 0 {
                    finished
                        .notes
                        .push(Message::new("read.all_missing").with("column", naming.name));
                }
                return finished;
            }
            numbers(values, mark, &written, naming, how, said)
        }
        Cells::Texts { texts, codes } => from_texts(texts, codes, naming, how, missing, lines, said),
        // Every column that was given up is collected as texts in the second reading.
        Cells::Nothing => naming.plain(ColumnData::Text(Text::new())),
    }
}

/// A column of numbers, with all that its values do not tell.
fn numbers(values: Vec<f64>, mark: u8, written: &Written, naming: &Naming, how: &How, said: &mut Said) -> Finished {
    let name = naming.name;
    let mut finished = naming.plain(ColumnData::Number(values));
    if written.n_overflow > 0 {
        finished.notes.push(
            Message::new("read.overflow")
                .with("column", name)
                .with("n", written.n_overflow),
        );
    }
    let is_free = written.has_free_zeros();
    if how.fixed_mark.is_none() && written.marked.is_some() {
        let marked = || written.marked.clone();
        if mark == b',' {
            said.add(Kind::DecimalComma, name, written.n_marked, marked(), false);
        } else if written.is_ambiguous() && how.may_part_by_points {
            said.add(Kind::DecimalPoint, name, written.n_marked, marked(), false);
        }
        if mark != how.usual_mark {
            finished.reading.decimal_comma = Some(mark == b',');
        }
    }
    say_tokens(&written.tokens, name, said);
    said.add(Kind::NumberFormat, name, written.n_other, written.other.clone(), is_free);
    said.add(Kind::Rounded, name, written.n_rounded, written.rounded.clone(), false);
    finished
}

/// Cells that are missing by their text.
fn say_tokens(tokens: &[(String, u64)], name: &str, said: &mut Said) {
    let n = tokens.iter().map(|(_, n)| n).sum();
    let example = tokens.first().map(|(token, _)| Example::of(token.as_bytes(), String::new()));
    said.add(Kind::Tokens, name, n, example, false);
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
    how: &How,
    missing: &MissingTokens,
    lines: &Lines,
    said: &mut Said,
) -> Finished {
    let (levels, tokens, mut finished) = read_levels(&texts, &codes, naming, how, missing);
    let reading = match naming.chosen {
        Some(ColumnType::Boolean) => Some(levels.as_booleans()),
        Some(ColumnType::Time) => levels.as_times(true, naming.name, how, &mut finished),
        Some(_) => None,
        // Only the words true and false: a category keeps "yes" for screens and for whoever serves the model.
        None if levels.words() == Some(("false", "true")) => Some(levels.as_booleans()),
        None => match levels.as_numbers(how) {
            Some((values, mark, mut written)) => {
                written.tokens = tokens;
                let values = codes.iter().map(|&code| values[code as usize]).collect();
                return numbers(values, mark, &written, naming, how, said);
            }
            None => levels.as_times(false, naming.name, how, &mut finished),
        },
    };
    let data = match reading {
        Some(reading) => {
            (finished.rejects, finished.n_rejects) = levels.rejects(&reading.rejected, &codes, naming.name, lines);
            say_tokens(&tokens, naming.name, said);
            levels.say_formats(&reading, naming.name, said);
            finished.format = reading.format;
            match reading.values {
                LevelValues::Boolean(values) => ColumnData::Boolean(codes.iter().map(|&code| values[code as usize]).collect()),
                LevelValues::Time(values) => ColumnData::Time(codes.iter().map(|&code| values[code as usize]).collect()),
            }
        }
        None => {
            if naming.chosen.is_none() {
                note_texts(&levels, &codes, naming, how, lines, &mut finished);
            }
            offer_tokens(&levels, &tokens, naming, said, &mut finished.notes);
            levels.as_words(codes, naming.chosen)
        }
    };
    finished.column = Column {
        schema: naming.schema(data.column_type()),
        data,
    };
    finished
}

/// Tokens that are missing among few levels may be answers: each is counted, and can be taken as a level.
fn offer_tokens(levels: &Levels, tokens: &[(String, u64)], naming: &Naming, said: &mut Said, notes: &mut Vec<Message>) {
    let n_levels = levels.present().take(ALWAYS_CATEGORY + 1).count();
    if n_levels == 0 || n_levels > ALWAYS_CATEGORY {
        return say_tokens(tokens, naming.name, said);
    }
    for (token, n) in tokens {
        let others: Vec<String> = levels
            .present()
            .take(3)
            .map(|level| excerpt(levels.texts[level].trim().as_bytes()).chars().take(30).collect())
            .collect();
        notes.push(
            Message::new("read.token_missing")
                .with("column", naming.name)
                .with("token", token.as_str())
                .with("n", *n)
                .with("others", others),
        );
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
    fn as_times(&self, forced: bool, column: &str, how: &How, finished: &mut Finished) -> Option<Reading> {
        let notes = &mut finished.notes;
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
        let is_short = evidence.n_short > 0;
        let n_before = notes.len();
        let order = match how.own.date_order {
            Some(order) if forced || !is_short || how.own.newest_year.is_some() => order,
            _ => evidence.decided(forced, column, notes)?,
        };
        let newest_year = how.own.newest_year.unwrap_or_else(|| self.newest_clear_year(&moments));
        let values: Vec<f64> = moments
            .iter()
            .map(|moment| {
                moment
                    .and_then(|moment| moment.seconds(order, newest_year))
                    .unwrap_or(f64::NAN)
            })
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
        // What was rejected was not read in any order, and its year as none.
        let is_numeric = |moment: &Moment| matches!(moment.date, WrittenDate::Numeric { .. });
        let is_short_year = |moment: &Moment| matches!(moment.date, WrittenDate::Numeric { short_year: true, .. });
        let n_read = |is: &dyn Fn(&Moment) -> bool| {
            let read = self.present().filter(|&level| !rejected[level]);
            self.rows(read.filter(|&level| moments[level].as_ref().is_some_and(is)))
        };
        let n_short = n_read(&is_short_year);
        if evidence.n_numeric > 0 && n_read(&is_numeric) == 0 {
            notes.truncate(n_before);
        }
        if evidence.n_numeric > 0 {
            finished.reading.date_order = Some(order);
        }
        if is_short {
            finished.reading.newest_year = Some(newest_year);
        }
        if n_short > 0 {
            notes.push(
                Message::new("read.date_pivot")
                    .with("column", column)
                    .with("n", n_short)
                    .with("first", (newest_year - 99).to_string())
                    .with("last", newest_year.to_string()),
            );
        }
        Some(Reading {
            values: LevelValues::Time(values),
            rejected,
            format: Some(CellFormat::Time { order }),
        })
    }

    /// The newest year that is written with four digits; [`NEWEST_IN_DOUBT`] without one.
    fn newest_clear_year(&self, moments: &[Option<Moment>]) -> i32 {
        let newest = moments.iter().flatten().filter_map(|moment| moment.date.clear_year()).max();
        newest.unwrap_or(NEWEST_IN_DOUBT)
    }

    /// Numbers by the mark that all texts can have, when one has. None where the marks may part thousands, or where the
    /// numbers may be codes.
    fn as_numbers(&self, how: &How) -> Option<(Vec<f64>, u8, Written)> {
        if self.n_present == 0 {
            return None;
        }
        let marks = match how.fixed_mark {
            Some(mark) => vec![mark],
            None => vec![how.usual_mark, if how.usual_mark == b',' { b'.' } else { b',' }],
        };
        marks.into_iter().find_map(|mark| {
            let (values, written) = self.numbers_by(mark)?;
            (!written.is_doubtful() && !how.is_open_mark(mark, &written)).then_some((values, mark, written))
        })
    }

    /// A value per level when all of them are numbers with this mark.
    fn numbers_by(&self, mark: u8) -> Option<(Vec<f64>, Written)> {
        let mut written = Written::default();
        let mut values = vec![f64::NAN; self.texts.len()];
        for level in self.present() {
            let text = trim(self.texts[level].as_bytes());
            let numeral = scan_number(text, mark).filter(|numeral| !numeral.is_code_like)?;
            written.add(text, &numeral, self.counts[level]);
            values[level] = numeral.value;
        }
        Some((values, written))
    }

    /// Numbers whose marks may all part thousands: the mark and the first such text.
    fn open_mark(&self, how: &How) -> Option<(u8, String)> {
        [b',', b'.'].into_iter().find_map(|mark| {
            let (_, written) = self.numbers_by(mark)?;
            let example = written.marked.as_ref()?;
            how.is_open_mark(mark, &written).then(|| (mark, example.cell.clone()))
        })
    }

    /// All texts are numbers, but some only with a decimal comma and some only with a point: an example of each.
    fn mixed_marks(&self) -> Option<(&str, &str)> {
        let (mut comma, mut point) = (None, None);
        for level in self.present() {
            let text = trim_text(self.texts[level]);
            let is_number = |mark: u8| scan_number(text.as_bytes(), mark).is_some_and(|numeral| !numeral.is_code_like);
            match (is_number(b'.'), is_number(b',')) {
                (true, true) => {}
                (true, false) => point = point.or(Some(text)),
                (false, true) => comma = comma.or(Some(text)),
                (false, false) => return None,
            }
        }
        comma.zip(point)
    }

    /// Counts what is not written again as it stands.
    fn say_formats(&self, reading: &Reading, column: &str, said: &mut Said) {
        let mut formats = [(0, None), (0, None)];
        for level in self.present().filter(|&level| !reading.rejected[level]) {
            let text = self.texts[level].trim();
            let (is_other, is_rounded, value) = match &reading.values {
                LevelValues::Boolean(values) => {
                    let (no, yes) = match &reading.format {
                        Some(CellFormat::Boolean { no, yes }) => (no.as_str(), yes.as_str()),
                        _ => ("false", "true"),
                    };
                    let word = if values[level] == 1 { yes } else { no };
                    (text != word, false, word.to_owned())
                }
                LevelValues::Time(values) => {
                    let is_rounded = is_time_rounded(text, values[level]);
                    let is_other = is_rounded || !is_time_as_written(text, values[level]);
                    let is_new = is_other && (formats[0].0 == 0 || is_rounded && formats[1].0 == 0);
                    let value = if is_new { format_time(values[level]) } else { String::new() };
                    (is_other, is_rounded, value)
                }
            };
            if is_other {
                let (n, example) = &mut formats[usize::from(is_rounded)];
                *n += self.counts[level];
                example.get_or_insert_with(|| Example::of(text.as_bytes(), value));
            }
        }
        let kind = match reading.values {
            LevelValues::Boolean(_) => Kind::Booleans,
            LevelValues::Time(_) => Kind::Times,
        };
        let [(n, example), (n_rounded, rounded)] = formats;
        said.add(kind, column, n, example, false);
        said.add(Kind::RoundedTimes, column, n_rounded, rounded, false);
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

/// What the texts are, the tokens among them that are missing with their rows, and the column as far as it is known.
fn read_levels<'a>(
    texts: &'a Interner,
    codes: &[u32],
    naming: &Naming,
    how: &How,
    missing: &MissingTokens,
) -> (Levels<'a>, Vec<(String, u64)>, Finished) {
    let mut finished = naming.plain(ColumnData::Text(Text::new()));
    let all: Vec<&str> = (0..texts.len() as u32)
        .map(|level| std::str::from_utf8(texts.get(level)).unwrap_or(""))
        .collect();
    let mut counts = vec![0u64; all.len()];
    for &code in codes {
        counts[code as usize] += 1;
    }
    let mut is_missing: Vec<bool> = all.iter().map(|text| missing.contains(trim(text.as_bytes()))).collect();
    let mut tokens: Vec<(String, u64)> = Vec::new();
    for level in (0..all.len()).filter(|&level| is_missing[level]) {
        let token = trim_text(all[level]);
        match tokens.iter_mut().find(|(known, _)| known == token) {
            _ if token.is_empty() => {}
            Some((_, n)) => *n += counts[level],
            None => tokens.push((token.to_owned(), counts[level])),
        }
    }
    if how.are_tokens_open {
        let others = || (0..all.len()).filter(|&level| !is_missing[level]).map(|level| all[level]);
        let kept: Vec<(String, u64)> = tokens
            .iter()
            .filter(|(token, _)| is_answer(token, others()))
            .cloned()
            .collect();
        if !kept.is_empty() {
            let is_kept = |token: &str| kept.iter().any(|(kept, _)| kept == token);
            tokens.retain(|(token, _)| !is_kept(token));
            for level in 0..all.len() {
                is_missing[level] &= !is_kept(trim_text(all[level]));
            }
            for (token, n) in &kept {
                let code = if token == "NA" { "read.na_kept" } else { "read.token_kept" };
                let note = Message::new(code).with("column", naming.name).with("n", *n);
                finished.notes.push(note.with("token", token.as_str()));
            }
            finished.reading.missing_tokens = Some(missing.without(is_kept));
        }
    }
    let n_present = (0..all.len())
        .filter(|&level| !is_missing[level])
        .map(|level| counts[level])
        .sum();
    if n_present == 0 && !codes.is_empty() {
        finished
            .notes
            .push(Message::new("read.all_missing").with("column", naming.name));
    }
    let levels = Levels {
        texts: all,
        counts,
        is_missing,
        n_present,
    };
    (levels, tokens, finished)
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
        // Years of two digits leave the century open: only who asks for dates gets them.
        let is_clear = (forced || n_short == 0) && (n_day_first > 0) != (n_month_first > 0);
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

/// Times with a zone become UTC; some with and some without is worth a word.
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
fn note_texts(levels: &Levels, codes: &[u32], naming: &Naming, how: &How, lines: &Lines, finished: &mut Finished) {
    if let Some((mark, example)) = levels.open_mark(how) {
        let digits: String = example.chars().filter(|c| !matches!(c, '.' | ',')).collect();
        finished.notes.push(
            Message::new("read.mark_unsettled")
                .with("column", naming.name)
                .with("n", levels.n_present)
                .with("example", example.as_str())
                .with("whole", digits)
                .with("decimal", example.replace(',', ".")),
        );
        // Whoever reads the next file in the same way is to come to the same.
        let keeps_text = mark != b',';
        if keeps_text != (how.usual_mark == b',') {
            finished.reading.decimal_comma = Some(keeps_text);
        }
    }
    let notes = &mut finished.notes;
    let Levels {
        texts,
        counts,
        is_missing,
        n_present,
    } = levels;
    let present = || (0..texts.len()).filter(|&level| !is_missing[level]);
    let mark = how.fixed_mark.unwrap_or(how.usual_mark);
    let is_doubtful = levels.numbers_by(mark).is_some_and(|(_, written)| written.is_doubtful());
    let (mut n_numbers, mut n_codes) = (0u64, 0u64);
    let (mut code_example, mut loses_digits) = (None, false);
    let mut text_example = None;
    for level in present() {
        match scan_number(trim(texts[level].as_bytes()), mark) {
            Some(numeral) if numeral.is_code_like || (is_doubtful && numeral.form & form::DOUBTFUL != 0) => {
                n_codes += counts[level];
                // Of both kinds the one that is certain gives the example.
                if code_example.is_none() || (numeral.is_code_like && !loses_digits) {
                    code_example = Some(texts[level]);
                    loses_digits = numeral.is_code_like;
                }
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
        let code = if loses_digits {
            "read.codes_kept"
        } else {
            "read.codes_likely"
        };
        notes.push(
            Message::new(code)
                .with("column", naming.name)
                .with("n", n_codes)
                .with("example", excerpt(example.as_bytes())),
        );
    } else if let Some((comma, point)) = levels.mixed_marks() {
        notes.push(
            Message::new("read.mixed_marks")
                .with("column", naming.name)
                .with("comma", excerpt(comma.as_bytes()))
                .with("point", excerpt(point.as_bytes())),
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
