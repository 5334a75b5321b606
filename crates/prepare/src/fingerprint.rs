//! Levels that are likely meant to be one: those with the same fingerprint.
//!
//! The key-collision method of OpenRefine: lower case, accents of Latin letters dropped, every sign a blank, words
//! sorted, each once.

use spec::Order;
use spec::step::MergeLevels;
use std::collections::BTreeMap;

use spec::step::PipelineKind;
use table::{Column, ColumnData};

/// Two or more levels of one fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The most frequent level; of several the first in order.
    pub kept: String,
    /// All levels with their rows, the kept one first.
    pub levels: Vec<(String, u64)>,
}

/// Clusters of a category column, the one with most rows first; none for other types.
pub fn clusters(column: &Column) -> Vec<Cluster> {
    let ColumnData::Category(category) = &column.data else {
        return Vec::new();
    };
    let mut by_key: BTreeMap<String, Vec<(String, u64)>> = BTreeMap::new();
    for (level, count) in category.levels.iter().zip(category.counts()).filter(|(_, count)| *count > 0) {
        by_key.entry(key(level)).or_default().push((level.clone(), count));
    }
    let mut clusters: Vec<Cluster> = by_key
        .into_iter()
        .filter(|(key, levels)| !key.is_empty() && levels.len() > 1)
        .map(|(_, mut levels)| {
            // Stable: levels come in order.
            levels.order_by_key(|(_, count)| std::cmp::Reverse(*count));
            Cluster {
                kept: levels[0].0.trim().to_owned(),
                levels,
            }
        })
        .collect();
    clusters.order_by_key(|cluster| std::cmp::Reverse(cluster.levels.iter().map(|(_, count)| count).sum::<u64>()));
    clusters
}

/// The step that merges these clusters.
pub fn merge(column: &str, clusters: &[Cluster]) -> PipelineKind {
    let map = clusters
        .iter()
        .flat_map(|cluster| {
            cluster
                .levels
                .iter()
                .map(|(level, _)| (level.trim().to_owned(), cluster.kept.clone()))
        })
        .filter(|(from, into)| from != into)
        .collect();
    PipelineKind::MergeLevels(MergeLevels {
        column: column.to_owned(),
        map,
    })
}

/// Equal for texts that differ in case, blanks, signs, accents and the order of words only.
pub fn key(text: &str) -> String {
    let plain: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}'))
        .map(|c| if c.is_alphanumeric() { without_accent(c) } else { ' ' })
        .collect();
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

fn without_accent(c: char) -> char {
    const FOLDED: [(&str, char); 15] = [
        ("àáâãäåāăą", 'a'),
        ("çćĉċč", 'c'),
        ("ďđ", 'd'),
        ("èéêëēĕėęě", 'e'),
        ("ĝğġģ", 'g'),
        ("ìíîïĩīĭįı", 'i'),
        ("ĺļľł", 'l'),
        ("ñńņň", 'n'),
        ("òóôõöøōŏő", 'o'),
        ("ŕŗř", 'r'),
        ("śŝşš", 's'),
        ("ţťț", 't'),
        ("ùúûüũūŭůűų", 'u'),
        ("ýÿ", 'y'),
        ("źżž", 'z'),
    ];
    FOLDED
        .iter()
        .find(|(letters, _)| letters.contains(c))
        .map_or(c, |(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use table::Category;

    use super::*;

    #[test]
    fn variants_have_one_key() {
        for variant in ["New York", "new  york", "NEW-YORK", "York, New", " york new york "] {
            assert_eq!(key(variant), "new york");
        }
        assert_eq!(key("Zürich"), key("Zu\u{308}rich"));
        assert_eq!(key("Łódź"), "lodz");
        assert_ne!(key("row 1"), key("row 2"));
        assert_eq!(key("?!"), "");
    }

    #[test]
    fn the_most_frequent_level_is_kept() {
        let cells = [
            "One year",
            "one year",
            "One Year",
            "One year",
            "Two year",
            "?",
            "!",
            "One year ",
        ];
        let column = Column::new("contract", ColumnData::Category(Category::from_texts(cells.map(Some))));
        let found = clusters(&column);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kept, "One year");
        let PipelineKind::MergeLevels(MergeLevels { map, .. }) = merge("contract", &found) else {
            panic!("another step")
        };
        let pairs: Vec<(&str, &str)> = map.iter().map(|(from, into)| (from.as_str(), into.as_str())).collect();
        assert_eq!(pairs, [("One Year", "One year"), ("one year", "One year")]);
    }
}
