//! Whether the first record names the columns, and what else its cells and those below say of the table.

use spec::Order;
use spec::read::ReadOptions;
use spec::step::DateOrder;

use crate::read::Look;
use crate::read::columns::trim;
use crate::read::missing::MissingTokens;
use crate::value::{BOOLEAN_WORDS, parse_number_loosely, parse_time, scan_number};

/// A record with its line.
pub(super) type Line = (u64, Vec<String>);

pub(super) fn is_value(cell: &str) -> bool {
    let trimmed = trim(cell.as_bytes());
    scan_number(trimmed, b'.').is_some()
        || scan_number(trimmed, b',').is_some()
        || parse_time(cell, DateOrder::Dmy).is_some()
        || parse_time(cell, DateOrder::Mdy).is_some()
        || is_loose_number(cell)
}

/// A number as people write it: with groups of digits, a currency, a percent sign.
pub(super) fn is_loose_number(text: &str) -> bool {
    const LONGEST: usize = 40;
    let text = text.trim();
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    has_digit
        && text.len() <= LONGEST
        && (parse_number_loosely(text, false).is_some() || parse_number_loosely(text, true).is_some() || is_in_lakh(text))
}

/// `12,34,567`: a group of three digits last, of two before it.
fn is_in_lakh(text: &str) -> bool {
    let groups: Vec<&str> = text.trim_start_matches(['-', '+']).split(',').collect();
    let [first, inner @ .., last] = groups.as_slice() else {
        return false;
    };
    let has = |group: &str, n: usize| group.len() == n && group.bytes().all(|byte| byte.is_ascii_digit());
    (has(first, 1) || has(first, 2)) && inner.iter().all(|group| has(group, 2)) && has(last, 3)
}

/// Words that can be names: all of them filled, no value, no mark of a missing one, each another. What is behind the last delimiter may be empty.
pub(super) fn is_names(cells: &[String]) -> bool {
    let cells = match cells {
        [front @ .., last] if last.trim().is_empty() && front.len() >= 2 => front,
        cells => cells,
    };
    let missing = MissingTokens::new(&ReadOptions::default().missing_tokens);
    let mut names: Vec<String> = cells.iter().map(|cell| cell.trim().to_lowercase()).collect();
    names.order_by(Ord::cmp);
    cells.len() >= 2
        && cells.iter().all(|cell| looks(cell, &missing) == Looks::Words)
        && names.windows(2).all(|pair| pair[0] != pair[1])
}

/// Some column holds values in every record but the first.
pub(super) fn has_values(records: &[Line], width: usize) -> bool {
    let body = records.get(1..).unwrap_or_default();
    !body.is_empty()
        && (0..width).any(|index| {
            let mut cells = body
                .iter()
                .filter(|(_, cells)| cells.len() == width)
                .filter_map(|(_, cells)| cells.get(index))
                .peekable();
            cells.peek().is_some() && cells.all(|cell| is_value(cell))
        })
}

/// Some column has a comma that can only stand before decimals, and none has such a point.
pub(super) fn uses_decimal_comma(records: &[Line]) -> bool {
    let missing = MissingTokens::new(&ReadOptions::default().missing_tokens);
    let width = records.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let mut looks = vec![Look::NOTHING; width];
    for (_, cells) in records.get(1..).filter(|body| !body.is_empty()).unwrap_or(records) {
        for (look, cell) in looks.iter_mut().zip(cells) {
            let cell = trim(cell.as_bytes());
            if !missing.contains(cell) {
                look.add(cell);
            }
        }
    }
    let is_point = |look: &Look| look.is_point && !look.is_comma && look.has_clear_point;
    looks.iter().any(|look| look.is_comma_column()) && !looks.iter().any(is_point)
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    Missing,
    Value,
    Words,
}

pub(super) fn looks(cell: &str, missing: &MissingTokens) -> Looks {
    let trimmed = trim(cell.as_bytes());
    if missing.contains(trimmed) {
        return Looks::Missing;
    }
    let is_boolean = BOOLEAN_WORDS
        .iter()
        .any(|(no, yes)| trimmed.eq_ignore_ascii_case(no.as_bytes()) || trimmed.eq_ignore_ascii_case(yes.as_bytes()));
    if is_value(cell) || (is_boolean && trimmed.len() > 1) {
        Looks::Value
    } else {
        Looks::Words
    }
}

/// What a first record shows itself to be by what is below it: words above values, or years above figures, are names;
/// values above values are a row.
fn shown(first: &[String], body: &[&Line], missing: &MissingTokens) -> Option<bool> {
    let of_first: Vec<Looks> = first.iter().map(|cell| looks(cell, missing)).collect();
    let mut n_values_above_values = 0;
    for (index, &look) in of_first.iter().enumerate() {
        let below: Vec<Looks> = body
            .iter()
            .filter_map(|(_, cells)| cells.get(index))
            .map(|cell| looks(cell, missing))
            .collect();
        let all_values = below.contains(&Looks::Value) && below.iter().all(|&look| look != Looks::Words);
        match look {
            Looks::Words if all_values => return Some(true),
            Looks::Value if all_values => n_values_above_values += 1,
            _ => {}
        }
    }
    if n_values_above_values == 0 {
        return None;
    }
    let words_are_new = (0..first.len()).all(|index| of_first[index] == Looks::Value || !comes_again(first, index, body));
    Some(words_are_new && ascending_years(first, &of_first, body))
}

/// A record that is the first one again is a repeated header.
fn comes_again(first: &[String], index: usize, body: &[&Line]) -> bool {
    let name = &first[index];
    !name.trim().is_empty() && body.iter().any(|(_, cells)| cells.get(index) == Some(name) && cells != first)
}

/// The first record must be a header. Missing tokens are those of a new import.
pub(super) fn is_proven(records: &[&Line]) -> bool {
    let missing = MissingTokens::new(&ReadOptions::default().missing_tokens);
    let Some(((_, first), body)) = records.split_first() else {
        return false;
    };
    shown(first, body, &missing) == Some(true)
}

/// Words above values are a header; a value above values is not; words above words are one when they are different and
/// none of them comes again below.
pub(super) fn has_header(records: &[Line], options: &ReadOptions) -> bool {
    let Some(((_, first), body)) = records.split_first() else {
        return true;
    };
    let body = &with_say(first, body)[..];
    if let Some(counted) = counts_up(first) {
        let words_are_new = (0..first.len()).all(|index| !comes_again(first, index, body));
        if counted.start == 0 && (counted.n_words == 0 && counted.n >= 3 || counted.n_words > 0 && words_are_new) {
            return true;
        }
    }
    let missing = MissingTokens::new(&options.missing_tokens);
    if body.is_empty() {
        return first.iter().all(|cell| looks(cell, &missing) != Looks::Value);
    }
    if let Some(is_header) = shown(first, body, &missing) {
        return is_header;
    }
    let mut names: Vec<String> = first.iter().map(|cell| cell.trim().to_lowercase()).collect();
    names.order_by(Ord::cmp);
    let is_unique = names.windows(2).all(|pair| pair[0] != pair[1]);
    is_unique
        && !(0..first.len()).any(|index| comes_again(first, index, body))
        && first.iter().all(|cell| cell.chars().count() <= 100)
        && first.iter().any(|cell| looks(cell, &missing) == Looks::Words)
}

/// The records that will not be rejected: those that are wider than the first have a say only where they are the rule.
fn with_say<'a>(first: &[String], body: &'a [Line]) -> Vec<&'a Line> {
    let fits = |cells: &[String]| cells.iter().skip(first.len()).all(|cell| cell.is_empty());
    let fitting: Vec<&Line> = body.iter().filter(|(_, cells)| fits(cells)).collect();
    if fitting.len() * 2 >= body.len() {
        fitting
    } else {
        body.iter().collect()
    }
}

/// A first record that counts its columns.
pub(super) struct Counted {
    /// How many cells count, at least two.
    pub n: usize,
    /// Words behind them.
    pub n_words: usize,
    /// 0 or 1.
    pub start: usize,
}

/// 0, 1, 2 and so on, or 1, 2, 3: names that a program gave, or a row. The first cell may be empty, and words may stand
/// behind.
pub(super) fn counts_up(first: &[String]) -> Option<Counted> {
    let cells = if first.first().is_some_and(|cell| cell.trim().is_empty()) {
        &first[1..]
    } else {
        first
    };
    let counted = |start: usize| {
        let counts = |(index, cell): &(usize, &String)| cell.trim() == (start + index).to_string();
        let n = cells.iter().enumerate().take_while(counts).count();
        let words = &cells[n..];
        let are_words = words.iter().all(|cell| !cell.trim().is_empty() && !is_value(cell));
        (n >= 2 && are_words).then_some(Counted {
            n,
            n_words: words.len(),
            start,
        })
    };
    counted(0).or_else(|| counted(1))
}

/// 2019, 2020, 2021 above other numbers, words in the other places.
fn ascending_years(first: &[String], looks: &[Looks], body: &[&Line]) -> bool {
    let year = |cell: &String| cell.trim().parse::<u32>().ok().filter(|year| (1800..=2100).contains(year));
    let places: Vec<usize> = (0..first.len()).filter(|&index| looks[index] == Looks::Value).collect();
    let years: Option<Vec<u32>> = places.iter().map(|&index| year(&first[index])).collect();
    let ascends = |years: &[u32]| {
        years
            .windows(2)
            .all(|pair| pair[1] > pair[0] && pair[1] - pair[0] == years[1] - years[0])
    };
    let differs = |cell: &String| !cell.trim().is_empty() && year(cell).is_none();
    years.is_some_and(|years| years.len() >= 2 && ascends(&years))
        && body
            .iter()
            .any(|(_, cells)| places.iter().filter_map(|&index| cells.get(index)).any(differs))
}

/// A second line of words (units, a lower heading) above columns of numbers. Lines that will be rejected are none, and
/// have no say.
pub(super) fn second_header(records: &[Line], options: &ReadOptions) -> bool {
    let [(_, first), below @ ..] = records else { return false };
    let body = with_say(first, below);
    let [second, body @ ..] = body.as_slice() else { return false };
    if below.first().is_none_or(|(line, _)| *line != second.0) {
        return false;
    }
    let missing = MissingTokens::new(&options.missing_tokens);
    let (mut n_numbers, mut n_words) = (0, 0);
    for (index, cell) in second.1.iter().enumerate() {
        let mut below = body
            .iter()
            .filter_map(|(_, cells)| cells.get(index))
            .map(|cell| looks(cell, &missing))
            .peekable();
        if below.peek().is_some() && below.all(|look| look != Looks::Words) {
            n_numbers += 1;
            n_words += usize::from(looks(cell, &missing) == Looks::Words);
        }
    }
    body.len() >= 2 && n_words >= 1 && n_words * 2 > n_numbers
}
