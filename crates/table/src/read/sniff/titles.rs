//! Lines above a table that are no rows of it.
//!
//! A line is passed over only where what stands below it says so: words above values, a blank line between, or more
//! cells than it has. Where a line may as well be a row it is kept, and the other reading is said.

use std::collections::BTreeMap;

use spec::read::ReadOptions;

use super::header::{Line, Looks, is_loose_number, is_names, is_proven, is_value, looks};
use crate::read::missing::MissingTokens;
use crate::read::remarks::is_units;

/// Lines above the header that are looked through.
pub(super) const N_TITLES: usize = 200;

/// The records before the first one of the common width are titles of a table, and not the first texts of one column
/// whose values hold the delimiter: an address, a list, a decimal comma.
pub(super) fn may_be_titles(records: &[Line], n_titles: usize, width: usize, delimiter: &str) -> bool {
    let (above, body) = records.split_at(n_titles);
    let (Some(last), Some(first)) = (above.last(), body.first()) else {
        return above.is_empty();
    };
    let same: Vec<&Line> = body.iter().filter(|(_, cells)| cells.len() == width).collect();
    // One record is never a table, and numbers with a mark or with groups are numbers.
    let is_number = |(_, cells): &Line| is_loose_number(&cells.join(delimiter));
    if same.len() < 2 || body.iter().all(is_number) {
        return false;
    }
    let is_apart = first.0 > last.0 + 1;
    let is_wide = width >= 3;
    let is_consistent = same.len() * 10 >= body.len() * 9;
    let is_most = same.len() >= above.len();
    let is_proven = is_proven(&same);
    // A sentence has commas too, each with a blank behind it.
    let is_prose = delimiter.starts_with(',')
        && body
            .iter()
            .all(|(_, cells)| delimiter.len() > 1 || cells.iter().skip(1).all(|cell| cell.starts_with(' ')));
    if is_prose {
        return is_proven && is_consistent && (is_apart || is_wide);
    }
    if is_proven {
        return is_most || is_wide || is_apart;
    }
    let are_values = || {
        same.iter()
            .all(|(_, cells)| cells.iter().all(|cell| cell.trim().is_empty() || is_value(cell)))
    };
    let is_phrase = above
        .iter()
        .any(|(_, cells)| cells.first().is_some_and(|cell| cell.trim().contains(char::is_whitespace)));
    is_most && is_consistent && (is_apart || (is_phrase && (is_wide || are_values() || !delimiter.starts_with([',', ' ']))))
}

/// What stands above the header.
#[derive(Default)]
pub(super) struct Above {
    /// Records that are no part of the table.
    pub n_titles: usize,
    /// A record further down that may be the header as well: its place behind the titles.
    pub lower_header: Option<usize>,
}

pub(super) fn above(records: &[Line], width: usize) -> Above {
    if width < 2 {
        return Above::default();
    }
    let mut n_titles = narrow_titles(records, width);
    n_titles += uneven_titles(&records[n_titles..], width);
    let wide = wide_titles(&records[n_titles..], width);
    Above {
        n_titles: n_titles + wide.n_titles,
        lower_header: wide.lower_header,
    }
}

/// Records above the header: of one cell, or with a single filled cell where the table has three or more.
fn narrow_titles(records: &[Line], width: usize) -> usize {
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    // A title stands in the first cell; a header with one name may have it anywhere else.
    let is_title =
        |cells: &[String]| cells.len() == 1 || (width >= 3 && filled(cells) == usize::from(!cells[0].trim().is_empty()));
    let begin = records.iter().position(|(_, cells)| !is_title(cells)).unwrap_or(0);
    // Further narrow lines are titles too once the first is one: an address, a date of the report.
    if begin == 0 || begin > N_TITLES {
        return 0;
    }
    records
        .iter()
        .position(|(_, cells)| cells.len() >= width && !is_title(cells))
        .unwrap_or(begin)
}

/// Records of other widths than the table's above a line that must be its header: lines of metadata that hold the
/// delimiter. A header that is shorter than its rows stands above a row, and no header.
fn uneven_titles(records: &[Line], width: usize) -> usize {
    let Some(place) = records.iter().position(|(_, cells)| cells.len() == width) else {
        return 0;
    };
    if place == 0 || place > N_TITLES {
        return 0;
    }
    let (titles, table) = records.split_at(place);
    let same: Vec<&Line> = table.iter().filter(|(_, cells)| cells.len() == width).collect();
    let is_narrower = titles.iter().all(|(_, cells)| cells.len() < width);
    let is_apart = table[0].0 > titles[place - 1].0 + 1;
    let may_be_header = is_names(&table[0].1) || table[0].1.iter().any(|cell| !is_value(cell) && !cell.trim().is_empty());
    let is_header = is_proven(&same) && same.len() > 2 && (is_names(&table[0].1) || is_apart);
    if is_header || (is_narrower && is_apart && may_be_header && same.len() >= 2) {
        place
    } else {
        0
    }
}

/// Lines as wide as the table above the line that names its columns: a report's title and date, padded.
///
/// In each column that turns from words to values for good, the last word is its name; the line that names most columns
/// is the header. Where the first line cannot be one, that is enough; where it can, the lines between may be rows of
/// which some columns are filled late: they are passed over only where most columns say so.
fn wide_titles(records: &[Line], width: usize) -> Above {
    let missing = MissingTokens::new(&ReadOptions::default().missing_tokens);
    // By the line of their last word: the columns that end in values, and those of them with no values above it.
    let mut named: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for column in 0..width {
        let (mut last_word, mut n_values, mut is_mixed) = (None, 0, false);
        for (place, (_, cells)) in records.iter().enumerate().filter(|(_, (_, cells))| cells.len() <= width) {
            match cells.get(column).map(|cell| looks(cell, &missing)) {
                Some(Looks::Words) => {
                    is_mixed |= n_values > 0;
                    (last_word, n_values) = (Some(place), 0);
                }
                Some(Looks::Value) => n_values += 1,
                _ => {}
            }
        }
        if let Some(place) = last_word.filter(|_| n_values > 0) {
            let (n, n_clear) = named.entry(place).or_default();
            *n += 1;
            *n_clear += usize::from(!is_mixed);
        }
    }
    let clear = named.into_iter().filter(|(_, (_, n_clear))| *n_clear > 0);
    let best = clear.max_by_key(|&(place, (n, _))| (n, std::cmp::Reverse(place)));
    let Some((mut place, (n_named, _))) = best else {
        return Above::default();
    };
    let is_most = n_named * 2 > width;
    if place > 1 && is_units(&records[place].1, |_| true) {
        place -= 1;
    }
    let (names, body) = (&records[place].1, &records[place + 1..]);
    let is_filled =
        |cells: &[String]| cells.len() == width && cells.iter().all(|cell| !cell.trim().is_empty() && !is_value(cell));
    // Names may come twice where groups of columns stand below a line of group names.
    if place == 0 || place > N_TITLES || body.len() < 2 || !(is_names(names) || (is_most && is_filled(names))) {
        return Above::default();
    }
    let is_row_above = records[1..place].iter().any(|(_, cells)| {
        let mut pairs = cells.iter().zip(names);
        pairs.any(|(cell, name)| cell == name)
    });
    let first = &records[0].1;
    if !is_names(first) {
        return Above {
            n_titles: place,
            lower_header: None,
        };
    }
    // A single line of words below the first is a second header.
    if place < 2 || first == names {
        return Above::default();
    }
    if is_most && body.len() >= place && !is_row_above {
        return Above {
            n_titles: place,
            lower_header: None,
        };
    }
    Above {
        n_titles: 0,
        lower_header: (!is_row_above).then_some(place),
    }
}
