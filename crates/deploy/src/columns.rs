//! Which column of a later file is which input: one rule for `mllc score`, the Python scorer and score.html.
//!
//! A header is read in two ways: by the texts that stood above the columns in the training file (of several equal ones by
//! their order), and by the names that import would give to its cells. The way that finds more columns is taken, the first
//! when both find as many; what it does not find is looked for in the other way, among the columns that are left.

use std::collections::BTreeSet;

use crate::contract::{Contract, Input};

/// A column that is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted<'a> {
    pub name: &'a str,
    /// The header cell in the training file.
    pub header: &'a str,
    /// Of several columns with that header cell which one, from 1.
    pub place: u32,
}

impl<'a> Wanted<'a> {
    /// A column by what stands above it, or by the name that import would give it.
    pub fn named(name: &'a str) -> Self {
        Self {
            name,
            header: name,
            place: 1,
        }
    }
}

impl<'a> From<&'a Input> for Wanted<'a> {
    fn from(input: &'a Input) -> Self {
        Self {
            name: &input.name,
            header: input.header.as_deref().unwrap_or(&input.name),
            place: input.header_place,
        }
    }
}

/// The place of each column in the header; None when it is not there.
pub fn find(header: &[String], wanted: &[Wanted<'_>]) -> Vec<Option<usize>> {
    let by_header = |one: &Wanted<'_>| {
        let same = header.iter().enumerate().filter(|(_, cell)| *cell == one.header);
        same.map(|(at, _)| at).nth(one.place.saturating_sub(1) as usize)
    };
    let names = table::read::raw::names(header);
    let by_name = |one: &Wanted<'_>| names.iter().position(|name| name == one.name);
    let [first, second]: [Vec<Option<usize>>; 2] = [wanted.iter().map(by_header).collect(), wanted.iter().map(by_name).collect()];
    let n_found = |places: &[Option<usize>]| places.iter().flatten().count();
    let (mut best, other) = if n_found(&second) > n_found(&first) {
        (second, first)
    } else {
        (first, second)
    };
    let mut taken: BTreeSet<usize> = best.iter().flatten().copied().collect();
    for (place, other) in best.iter_mut().zip(other) {
        if let (None, Some(other)) = (*place, other)
            && taken.insert(other)
        {
            *place = Some(other);
        }
    }
    best
}

/// True when the training file had no header, as far as the names say: import called its columns `column_1` and so on.
pub fn are_places(wanted: &[Wanted<'_>]) -> bool {
    let is_place = |one: &Wanted<'_>| {
        let digits = one.name.strip_prefix("column_").unwrap_or_default();
        one.header == one.name && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    !wanted.is_empty() && wanted.iter().all(is_place)
}

impl Contract {
    pub fn wanted(&self) -> Vec<Wanted<'_>> {
        self.inputs.iter().map(Wanted::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns as `(name, header, place)`.
    fn found(header: &[&str], wanted: &[(&str, &str, u32)]) -> Vec<Option<usize>> {
        let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
        let wanted: Vec<Wanted> = wanted
            .iter()
            .map(|&(name, header, place)| Wanted { name, header, place })
            .collect();
        find(&header, &wanted)
    }

    #[test]
    fn every_way_to_write_a_header() {
        let blanks = [("age", " age ", 1), ("a", " a ", 1), ("a_2", "a", 1)];
        // The training file as it is, with the names of import, and in another order.
        assert_eq!(found(&[" age ", " a ", "a"], &blanks), [Some(0), Some(1), Some(2)]);
        assert_eq!(found(&["age", "a", "a_2"], &blanks), [Some(0), Some(1), Some(2)]);
        assert_eq!(found(&["a", "x", " age ", " a "], &blanks), [Some(2), Some(3), Some(0)]);
        let doubled = [
            ("a", "a", 1),
            ("a_2", "a", 2),
            ("column_3", "", 1),
            ("two lines", "two\nlines", 1),
        ];
        assert_eq!(
            found(&["a", "a", "", "two\nlines"], &doubled),
            [Some(0), Some(1), Some(2), Some(3)]
        );
        let other_order = [Some(3), Some(2), Some(1), Some(0)];
        assert_eq!(found(&["two lines", "column_3", "a_2", "a"], &doubled), other_order);
        assert_eq!(found(&["b", "a"], &doubled), [Some(1), None, None, None]);
        // Another column that differs by case or blanks only does not take the place of the right one.
        assert_eq!(found(&["Age", "age"], &[("age", "age", 1)]), [Some(1)]);
        assert_eq!(found(&[" age", "age"], &[("age", "age", 1)]), [Some(1)]);
        assert_eq!(found(&["\u{feff} age "], &[("age", "age", 1)]), [Some(0)]);
    }

    #[test]
    fn names_that_are_places() {
        let wanted = |name| Wanted {
            name,
            header: name,
            place: 1,
        };
        assert!(are_places(&[wanted("column_1"), wanted("column_12")]));
        assert!(!are_places(&[wanted("column_1"), wanted("age")]) && !are_places(&[wanted("column_")]) && !are_places(&[]));
    }
}
