//! Levels that differ only in case, blanks, or in how the same letter is coded.

use spec::Order;
use std::collections::BTreeMap;

use crate::column::Category;

/// Levels that look the same: the most frequent (of several the first) and the others.
pub(super) struct SameLooks {
    pub kept: String,
    /// With their rows.
    pub others: Vec<(String, u64)>,
}

/// Groups of two or more levels in use, in order of the kept level.
pub(super) fn groups(category: &Category) -> Vec<SameLooks> {
    let counts = category.counts();
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (level, text) in category.levels.iter().enumerate() {
        if counts[level] > 0 {
            by_key.entry(fold(text)).or_default().push(level);
        }
    }
    let mut groups: Vec<SameLooks> = by_key
        .into_values()
        .filter(|levels| levels.len() > 1)
        .filter_map(|mut levels| {
            levels.order_by(|&a, &b| {
                counts[b]
                    .cmp(&counts[a])
                    .then_with(|| neatness(&category.levels[b]).cmp(&neatness(&category.levels[a])))
                    .then(a.cmp(&b))
            });
            let (&kept, others) = levels.split_first()?;
            Some(SameLooks {
                kept: category.levels[kept].clone(),
                others: others
                    .iter()
                    .map(|&level| (category.levels[level].clone(), counts[level]))
                    .collect(),
            })
        })
        .collect();
    groups.order_by(|a, b| a.kept.cmp(&b.kept));
    groups
}

/// Of equally frequent levels the one without blanks around it is kept.
fn neatness(level: &str) -> bool {
    level.trim().len() == level.len()
}

/// Lower case, one blank between words and none around, letters with their marks as one character, no invisible ones.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if is_invisible(c) {
            continue;
        }
        if c.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
            continue;
        }
        match folded.chars().last().and_then(|base| compose(base, c)) {
            Some(composed) => {
                folded.pop();
                folded.push(composed);
            }
            None => folded.push(match c {
                '‐' | '‑' | '–' | '—' | '−' => '-',
                '’' | '‘' | 'ʼ' => '\'',
                c => c,
            }),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// A lower-case Latin letter and a combining mark as the one character that looks the same (Unicode NFC).
fn compose(base: char, mark: char) -> Option<char> {
    let (bases, composed) = match mark {
        '\u{300}' => ("aeiounwy", "àèìòùǹẁỳ"),
        '\u{301}' => ("aeiouycnszlrgkmpw", "áéíóúýćńśźĺŕǵḱḿṕẃ"),
        '\u{302}' => ("aeioucghjswyz", "âêîôûĉĝĥĵŝŵŷẑ"),
        '\u{303}' => ("anoiuevy", "ãñõĩũẽṽỹ"),
        '\u{304}' => ("aeiouyg", "āēīōūȳḡ"),
        '\u{306}' => ("aeioug", "ăĕĭŏŭğ"),
        '\u{307}' => ("aegzcnosd", "ȧėġżċṅȯṡḋ"),
        '\u{308}' => ("aeiouyhwxt", "äëïöüÿḧẅẍẗ"),
        '\u{30a}' => ("auwy", "åůẘẙ"),
        '\u{30b}' => ("ou", "őű"),
        '\u{30c}' => ("cdengrstzaiouhjkl", "čďěňǧřšťžǎǐǒǔȟǰǩľ"),
        '\u{327}' => ("cestgklnrdh", "çȩşţģķļņŗḑḩ"),
        '\u{328}' => ("aeiouo", "ąęįǫųǫ"),
        _ => return None,
    };
    let place = bases.chars().position(|known| known == base)?;
    composed.chars().nth(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_fall_together() {
        let texts = [
            "Yes",
            "yes",
            "YES ",
            "no",
            "Zu\u{308}rich",
            "Zürich",
            "New  York",
            "new york",
            "New\u{a0}York",
            "Yes",
        ];
        let category = Category::from_texts(texts.map(Some));
        let groups = groups(&category);
        let kept: Vec<&str> = groups.iter().map(|group| group.kept.as_str()).collect();
        assert_eq!(kept, ["New  York", "Yes", "Zu\u{308}rich"]);
        assert_eq!(groups[1].others, [("yes".to_owned(), 1), ("YES ".to_owned(), 1)]);
    }

    #[test]
    fn every_composition_has_its_base() {
        for mark in ('\u{300}'..='\u{328}')
            .filter(|&mark| compose('a', mark).is_some() || compose('o', mark).is_some() || compose('c', mark).is_some())
        {
            for base in 'a'..='z' {
                if let Some(composed) = compose(base, mark) {
                    assert!(!composed.is_ascii(), "{base} {mark:?}");
                }
            }
        }
        assert_eq!(compose('s', '\u{30c}'), Some('š'));
        assert_eq!(compose('z', '\u{301}'), Some('ź'));
        assert_eq!(compose('l', '\u{30c}'), Some('ľ'));
    }
}
