//! Regular expressions of the cleaning in words that Python and JavaScript read like `regex-lite`.
//!
//! What is understood: characters, `.`, classes, `\d \w \s \D \W \S \b`, groups, `|`, `^`, `$`, repetition. What is not:
//! flags, named groups, nested or combined classes, and a group with choices inside that is repeated without end, on which
//! the backtracking of those two can take for ever.

use std::iter::Peekable;
use std::str::Chars;

/// None when there are no such words. `whole_cell`: the expression must match all of the cell.
pub fn portable(find: &str, whole_cell: bool) -> Option<String> {
    let mut reader = Reader {
        chars: find.chars().peekable(),
        out: String::new(),
    };
    reader.alternatives(0)?;
    if reader.chars.next().is_some() {
        return None;
    }
    Some(if whole_cell {
        format!("^(?:{}){END}", reader.out)
    } else {
        reader.out
    })
}

/// The end of the text, and nothing before it: `$` alone would also match before a last line break.
const END: &str = r"(?![\s\S])";
const DIGIT: &str = "0-9";
const WORD: &str = "0-9A-Za-z_";
const SPACE: &str = r"\u0009-\u000d\u0020";
const MAX_DEPTH: usize = 50;

struct Reader<'a> {
    chars: Peekable<Chars<'a>>,
    out: String,
}

/// What a repetition may stand after.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Nothing,
    Once,
    /// A group with repetitions or alternatives in it.
    Choices,
}

impl Reader<'_> {
    /// Up to the end or the bracket that closes the group; true when there are repetitions or alternatives in it.
    fn alternatives(&mut self, depth: usize) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut before = Before::Nothing;
        let mut has_choices = false;
        while let Some(&c) = self.chars.peek() {
            if c == ')' {
                break;
            }
            self.chars.next();
            before = match c {
                '*' | '+' | '?' | '{' => {
                    self.repetition(c, before)?;
                    has_choices = true;
                    Before::Nothing
                }
                '|' | '^' => {
                    has_choices |= c == '|';
                    self.out.push(c);
                    Before::Nothing
                }
                '$' => {
                    self.out.push_str(END);
                    Before::Nothing
                }
                '(' => {
                    let inner = self.group(depth)?;
                    has_choices |= inner;
                    if inner { Before::Choices } else { Before::Once }
                }
                '[' => self.class()?,
                '.' => self.once(r"[^\n]"),
                '\\' => self.escape()?,
                c => {
                    literal(&mut self.out, c);
                    Before::Once
                }
            };
        }
        Some(has_choices)
    }

    fn once(&mut self, text: &str) -> Before {
        self.out.push_str(text);
        Before::Once
    }

    fn group(&mut self, depth: usize) -> Option<bool> {
        self.out.push('(');
        if self.chars.next_if_eq(&'?').is_some() {
            self.chars.next_if_eq(&':')?;
            self.out.push_str("?:");
        }
        let has_choices = self.alternatives(depth + 1)?;
        self.chars.next_if_eq(&')')?;
        self.out.push(')');
        Some(has_choices)
    }

    fn repetition(&mut self, c: char, before: Before) -> Option<()> {
        let is_many = match c {
            '{' => {
                let low = self.count()?;
                let mut high = Some(low);
                if self.chars.next_if_eq(&',').is_some() {
                    high = if self.chars.peek() == Some(&'}') {
                        None
                    } else {
                        Some(self.count()?)
                    };
                }
                self.chars.next_if_eq(&'}')?;
                match high {
                    Some(high) if high < low => return None,
                    Some(high) => self.out.push_str(&format!("{{{low},{high}}}")),
                    None => self.out.push_str(&format!("{{{low},}}")),
                }
                high.is_none_or(|high| high > 1)
            }
            c => {
                self.out.push(c);
                c != '?'
            }
        };
        if before == Before::Nothing || (before == Before::Choices && is_many) {
            return None;
        }
        if self.chars.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
        Some(())
    }

    fn count(&mut self) -> Option<u32> {
        let mut digits = String::new();
        while let Some(digit) = self.chars.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().ok().filter(|&n| n <= 1000)
    }

    fn escape(&mut self) -> Option<Before> {
        match self.chars.next()? {
            'd' => self.out.push_str(&format!("[{DIGIT}]")),
            'D' => self.out.push_str(&format!("[^{DIGIT}]")),
            'w' => self.out.push_str(&format!("[{WORD}]")),
            'W' => self.out.push_str(&format!("[^{WORD}]")),
            's' => self.out.push_str(&format!("[{SPACE}]")),
            'S' => self.out.push_str(&format!("[^{SPACE}]")),
            'b' => {
                self.out.push_str(r"\b");
                return Some(Before::Nothing);
            }
            c => literal(&mut self.out, escaped(c)?),
        }
        Some(Before::Once)
    }

    fn class(&mut self) -> Option<Before> {
        self.out.push('[');
        if self.chars.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut n_items = 0;
        loop {
            let first = match self.chars.next()? {
                ']' if n_items > 0 => break,
                '\\' => match self.chars.next()? {
                    'd' => {
                        self.out.push_str(DIGIT);
                        None
                    }
                    'w' => {
                        self.out.push_str(WORD);
                        None
                    }
                    's' => {
                        self.out.push_str(SPACE);
                        None
                    }
                    c => Some(escaped(c)?),
                },
                // Set operations and nested classes have no words elsewhere.
                '[' | ']' | '&' | '~' => return None,
                '-' if n_items > 0 && self.chars.peek() != Some(&']') => return None,
                c => Some(c),
            };
            n_items += 1;
            let Some(first) = first else { continue };
            literal(&mut self.out, first);
            let mut ahead = self.chars.clone();
            if ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']') {
                self.chars.next();
                let last = match self.chars.next()? {
                    '\\' => escaped(self.chars.next()?)?,
                    '[' | '&' | '~' | '-' => return None,
                    c => c,
                };
                if last < first {
                    return None;
                }
                self.out.push('-');
                literal(&mut self.out, last);
            }
        }
        self.out.push(']');
        Some(Before::Once)
    }
}

fn escaped(c: char) -> Option<char> {
    match c {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        c if c.is_ascii_punctuation() || c == ' ' => Some(c),
        _ => None,
    }
}

/// A character that means itself everywhere.
fn literal(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || u32::from(c) > 0xffff {
        out.push(c);
    } else {
        out.push_str(&format!("\\u{:04x}", u32::from(c)));
    }
}

#[cfg(test)]
mod tests {
    use super::portable;

    #[test]
    fn what_python_and_javascript_read_alike() {
        for (find, expected) in [
            ("abc", "abc"),
            (r"^\s*(\d+)\.?$", r"^[\u0009-\u000d\u0020]*([0-9]+)\u002e?(?![\s\S])"),
            ("a.b", r"a[^\n]b"),
            ("[a-z_\\]-]", r"[a-z\u005f\u005d\u002d]"),
            ("(?:é|😀)?x{2,3}?", r"(?:\u00e9|😀)?x{2,3}?"),
            ("[^\\d,]", r"[^0-9\u002c]"),
            ("(ab)?c{2}", "(ab)?c{2,2}"),
        ] {
            assert_eq!(portable(find, false).as_deref(), Some(expected), "{find}");
        }
        assert_eq!(portable("a|b", true).as_deref(), Some(r"^(?:a|b)(?![\s\S])"));
    }

    #[test]
    fn what_has_no_common_words() {
        for find in [
            "(?i)a",
            "(?P<x>a)",
            "(a+)+",
            "(a|aa)+",
            "(a?b?)*",
            "(a*){2,}",
            "a**",
            "a++",
            "*a",
            "a|*b",
            "^*",
            "[[:alpha:]]",
            "[a&&b]",
            "[]a]",
            "[a",
            "(a",
            "a)",
            r"\pL",
            r"\x41",
            r"\Aa",
            "a{,3}",
            "a{",
            "a{3,1}",
            "[z-a]",
            r"[\D]",
            "[a-c-e]",
            "\\",
        ] {
            assert_eq!(portable(find, false), None, "{find}");
        }
    }
}
