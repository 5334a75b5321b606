//! Which name was meant.

/// The candidate with the smallest edit distance to `name` (case aside), when it is close: at most a third of the
/// letters differ, and at least one may. Of several the first.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.to_lowercase().chars().take(64).collect();
    let limit = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            (
                distance(&wanted, &candidate.to_lowercase().chars().take(64).collect::<Vec<_>>()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let names = ["tenure", "MonthlyCharges", "Contract"];
        assert_eq!(nearest("tenur", names), Some("tenure"));
        assert_eq!(nearest("monthly_charges", names), Some("MonthlyCharges"));
        assert_eq!(nearest("age", names), None);
        assert_eq!(nearest("", names), None);
    }
}
