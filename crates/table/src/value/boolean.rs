/// Pairs of words for false and true, lower case; compared without regard to case. 0 and 1 are numbers.
pub const BOOLEAN_WORDS: [(&str, &str); 7] = [
    ("false", "true"),
    ("no", "yes"),
    ("f", "t"),
    ("n", "y"),
    ("nein", "ja"),
    ("non", "oui"),
    ("falsch", "wahr"),
];

/// Any word of [`BOOLEAN_WORDS`], and 0 or 1, because somebody asked for a boolean.
pub fn parse_boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    match text {
        "0" => return Some(false),
        "1" => return Some(true),
        _ => {}
    }
    BOOLEAN_WORDS.iter().find_map(|(no, yes)| {
        if text.eq_ignore_ascii_case(no) {
            Some(false)
        } else if text.eq_ignore_ascii_case(yes) {
            Some(true)
        } else {
            None
        }
    })
}
