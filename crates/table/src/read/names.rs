//! Column names: never empty, unique without regard to case, the file's own kept beside a changed one.

use std::collections::{BTreeMap, BTreeSet};

const MAX_CHARACTERS: usize = 200;

/// `(name, original name where it differs)` for every header cell.
pub(super) fn unique(header: &[String]) -> Vec<(String, Option<String>)> {
    let mut taken = BTreeSet::new();
    let mut next: BTreeMap<String, u32> = BTreeMap::new();
    // Names that stand alone keep theirs, whatever is made up for the others.
    let plain: Vec<String> = header.iter().map(|cell| clean(cell)).collect();
    let mut all = BTreeSet::new();
    for name in &plain {
        all.insert(name.to_lowercase());
    }
    plain
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let wanted = if name.is_empty() {
                format!("column_{}", index + 1)
            } else {
                name.clone()
            };
            let mut unique = wanted.clone();
            let n = next.entry(wanted.to_lowercase()).or_insert(2);
            while taken.contains(&unique.to_lowercase()) || (unique != name && all.contains(&unique.to_lowercase())) {
                unique = format!("{wanted}_{n}");
                *n += 1;
            }
            taken.insert(unique.to_lowercase());
            let original = (unique != header[index]).then(|| header[index].clone());
            (unique, original)
        })
        .collect()
}

/// One line, no blanks around, at most 200 characters.
fn clean(cell: &str) -> String {
    let words: Vec<&str> = cell
        .split(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}')
        .filter(|word| !word.is_empty())
        .collect();
    let name = words.join(" ");
    match name.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => name[..end].to_owned(),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::unique;

    #[test]
    fn names_become_unique_and_keep_their_originals() {
        let header = ["a", "a", "A", "", "a_2", " b ", "two\nlines", "column_4"].map(str::to_owned);
        let names = unique(&header);
        let plain: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(plain, ["a", "a_3", "A_4", "column_4_2", "a_2", "b", "two lines", "column_4"]);
        assert_eq!(names[0].1, None);
        assert_eq!(names[2].1.as_deref(), Some("A"));
        assert_eq!(names[3].1.as_deref(), Some(""));
        assert_eq!(names[5].1.as_deref(), Some(" b "));
    }
}
