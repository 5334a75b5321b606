//! Levels that look alike, for merging.

use std::collections::BTreeMap;

/// Key of a level: lower case, without punctuation, its words sorted and without repeats (OpenRefine's fingerprint).
pub fn fingerprint(level: &str) -> String {
    let cleaned: String = level
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect::<String>()
        .to_lowercase();
    let mut parts: Vec<&str> = cleaned.split_whitespace().collect();
    parts.sort_unstable();
    parts.dedup();
    parts.join(" ")
}

/// For every level that looks like a more frequent one: what it should become. `levels` with their row counts.
pub fn suggest(levels: &[(String, u64)]) -> BTreeMap<String, String> {
    let mut leaders: BTreeMap<String, (&str, u64)> = BTreeMap::new();
    for (level, n) in levels {
        let key = fingerprint(level);
        if key.is_empty() {
            continue;
        }
        let leader = leaders.entry(key).or_insert((level, *n));
        if *n > leader.1 || (*n == leader.1 && level.as_str() < leader.0) {
            *leader = (level, *n);
        }
    }
    levels
        .iter()
        .filter_map(|(level, _)| {
            let leader = leaders.get(&fingerprint(level))?.0;
            (leader != level).then(|| (level.clone(), leader.to_owned()))
        })
        .collect()
}

/// The level with blanks at its ends made visible, so that two that differ only there can be told apart.
pub fn shown(level: &str) -> String {
    let middle = level.trim_matches(' ');
    let n_before = level.len() - level.trim_start_matches(' ').len();
    let n_after = level.len() - n_before - middle.len();
    format!("{}{middle}{}", "␣".repeat(n_before), "␣".repeat(n_after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_at_the_ends_are_shown() {
        assert_eq!(shown(" a b  "), "␣a b␣␣");
        assert_eq!(shown("  "), "␣␣");
        assert_eq!(shown("a"), "a");
    }

    #[test]
    fn the_most_frequent_spelling_leads() {
        let levels = [
            ("Mailed check", 50),
            ("mailed  check ", 3),
            ("check, mailed", 1),
            ("Card", 9),
            ("--", 1),
        ]
        .map(|(level, n)| (level.to_owned(), n));
        let map = suggest(&levels);
        assert_eq!(map.len(), 2);
        assert!(map.values().all(|to| to == "Mailed check"));
    }
}
