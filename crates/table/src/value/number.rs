//! Decimal numbers, read exactly (correctly rounded) and written shortest.

/// 10 to the power of 0 to 22: all exact in f64.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
    1e22,
];
const EXACT_INTEGERS: u64 = 1 << 53;

/// A number as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Numeral {
    pub value: f64,
    /// Reading it as a number and writing that again would lose what may be meant: zeros in front (`007`), a plus sign
    /// in front of many digits (a telephone number), more whole digits than f64 holds (20-digit ids).
    pub is_code_like: bool,
    /// How it is written: bits of [`form`].
    pub form: u16,
    /// Digits behind the mark.
    pub n_decimals: u16,
}

/// What can be said of a numeral besides its value.
pub(crate) mod form {
    /// A plus sign or a typographic minus.
    pub const SIGN: u16 = 1;
    pub const EXPONENT: u16 = 1 << 1;
    /// `.5` or `5.`.
    pub const EDGE: u16 = 1 << 2;
    /// The decimals end in 0.
    pub const TRAILING_ZERO: u16 = 1 << 3;
    /// Too long, or too close to 0, to be sure that the same text is written again.
    pub const LONG: u16 = 1 << 4;
    /// The word for infinity.
    pub const WORD: u16 = 1 << 5;
    /// One mark with one to three digits before it, no zero in front, and three behind: may be a group of thousands.
    pub const AMBIGUOUS_MARK: u16 = 1 << 6;
    /// A mark that can only stand before decimals.
    pub const CLEAR_MARK: u16 = 1 << 7;
    /// An exponent as in a code (`12E5`, `1E05`), or a word that may be one (`INF`).
    pub const DOUBTFUL: u16 = 1 << 8;
    /// What codes do not have: a mark, a minus sign, a signed exponent.
    pub const QUANTITY: u16 = 1 << 9;

    /// The value may be written otherwise than the cell.
    pub const UNUSUAL: u16 = SIGN | EXPONENT | EDGE | TRAILING_ZERO | LONG | WORD;
}

/// A number in plain notation: sign (`-`, `+`, `−`), digits with an optional mark, exponent. No blanks, no separators.
/// The fast path (mantissa below 2^53, power of ten up to 22) is exact up to one rounding (Clinger 1990); the rest goes
/// through the standard library, which rounds correctly too. `decimal` is the mark, `.` or `,`.
#[inline]
pub(crate) fn scan_number(bytes: &[u8], decimal: u8) -> Option<Numeral> {
    let mut at = 0;
    let mut negative = false;
    let mut plus = false;
    let mut form = 0u16;
    match bytes.first()? {
        b'-' => {
            negative = true;
            form = form::QUANTITY;
            at = 1;
        }
        b'+' => {
            plus = true;
            form = form::SIGN;
            at = 1;
        }
        0xe2 if bytes.starts_with("−".as_bytes()) => {
            negative = true;
            form = form::SIGN | form::QUANTITY;
            at = 3;
        }
        _ => {}
    }
    let digits_start = at;
    let mut mantissa = 0u64;
    while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10) {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    let n_whole = at - digits_start;
    let whole = mantissa;
    let leading_zero = n_whole > 1 && bytes[digits_start] == b'0';
    let mut n_fraction = 0;
    if bytes.get(at) == Some(&decimal) {
        at += 1;
        let start = at;
        while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10) {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            at += 1;
        }
        n_fraction = at - start;
        let is_group = n_fraction == 3 && (1..=3).contains(&n_whole) && bytes[digits_start] != b'0';
        form |= form::QUANTITY;
        form |= if is_group { form::AMBIGUOUS_MARK } else { form::CLEAR_MARK };
        if n_fraction == 0 || n_whole == 0 {
            form |= form::EDGE;
        }
        if n_fraction > 0 && bytes[at - 1] == b'0' {
            form |= form::TRAILING_ZERO;
        }
    }
    if n_whole + n_fraction == 0 {
        return scan_infinity(&bytes[digits_start..], negative);
    }
    let has_mark = form & (form::AMBIGUOUS_MARK | form::CLEAR_MARK) != 0;
    let mut exponent = 0i64;
    let mut has_exponent = false;
    if let Some(b'e' | b'E') = bytes.get(at) {
        has_exponent = true;
        form |= form::EXPONENT;
        at += 1;
        let sign = bytes.get(at).copied().filter(|byte| matches!(byte, b'-' | b'+'));
        at += usize::from(sign.is_some());
        let start = at;
        while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10) {
            exponent = (exponent * 10 + i64::from(digit)).min(1_000_000);
            at += 1;
        }
        if at == start {
            return None;
        }
        if sign.is_some() {
            form |= form::QUANTITY;
        } else if !has_mark && (n_whole > 1 || (at - start > 1 && bytes[start] == b'0')) {
            form |= form::DOUBTFUL;
        }
        if has_mark {
            form = form & !form::AMBIGUOUS_MARK | form::CLEAR_MARK;
        }
        if sign == Some(b'-') {
            exponent = -exponent;
        }
    }
    if at != bytes.len() {
        return None;
    }
    let power = exponent - n_fraction as i64;
    let few_digits = n_whole + n_fraction <= 19;
    let magnitude = if few_digits && mantissa <= EXACT_INTEGERS && (-22..=22).contains(&power) {
        let mantissa = mantissa as f64;
        if power < 0 {
            mantissa / POWERS_OF_TEN[-power as usize]
        } else {
            mantissa * POWERS_OF_TEN[power as usize]
        }
    } else {
        parse_slowly(&bytes[digits_start..], decimal)?
    };
    // Fifteen digits always come back.
    if !few_digits || mantissa >= 1_000_000_000_000_000 || (magnitude < 1e-5 && mantissa != 0) {
        form |= form::LONG;
    }
    let inexact = n_whole > 15 && !has_exponent && !(n_whole <= 19 && whole <= EXACT_INTEGERS);
    let is_code_like = leading_zero || inexact || (plus && !has_mark && !has_exponent && n_whole >= 7);
    Some(Numeral {
        value: if negative { -magnitude } else { magnitude },
        is_code_like,
        form,
        n_decimals: n_fraction.min(usize::from(u16::MAX)) as u16,
    })
}

#[cold]
fn scan_infinity(word: &[u8], negative: bool) -> Option<Numeral> {
    let is_sign = word == "∞".as_bytes();
    let is_infinity = is_sign || word.eq_ignore_ascii_case(b"inf") || word.eq_ignore_ascii_case(b"infinity");
    let doubt = if negative {
        form::QUANTITY
    } else if is_sign {
        0
    } else {
        form::DOUBTFUL
    };
    is_infinity.then_some(Numeral {
        value: if negative { f64::NEG_INFINITY } else { f64::INFINITY },
        is_code_like: false,
        form: form::WORD | doubt,
        n_decimals: 0,
    })
}

/// The value does not hold all the digits that are written: other texts are the same number.
pub(crate) fn is_rounded(text: &str, value: f64) -> bool {
    if value.is_infinite() {
        return text.bytes().any(|byte| byte.is_ascii_digit());
    }
    let mantissa = |text: &str| {
        let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        digits.trim_matches('0').to_owned()
    };
    mantissa(text) != mantissa(&format!("{value:e}"))
}

/// The text is known to be digits, a mark and an exponent.
#[cold]
fn parse_slowly(bytes: &[u8], decimal: u8) -> Option<f64> {
    let text = std::str::from_utf8(bytes).ok()?;
    if decimal == b'.' {
        text.parse().ok()
    } else {
        text.replace(char::from(decimal), ".").parse().ok()
    }
}

/// A number in plain notation, blanks around it ignored (no-break ones too). The typographic minus is a minus; `inf`
/// and `infinity` are numbers; `nan`, hexadecimal, `1_000`, `1d` and separators of thousands are not.
pub fn parse_number(text: &str, decimal_comma: bool) -> Option<f64> {
    scan_number(text.trim().as_bytes(), if decimal_comma { b',' } else { b'.' }).map(|numeral| numeral.value)
}

const CURRENCIES: [&str; 16] = [
    "US$", "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₪", "EUR", "USD", "GBP", "CHF", "JPY", "INR",
];

/// A number as people write it: separators of thousands (`1,234,567.8`, `1 234`, `1'234`; with a decimal comma
/// `1.234,5`), a currency before or after, `%` (divided by 100), brackets for negative ones. A separator must stand
/// before groups of exactly three digits.
pub fn parse_number_loosely(text: &str, decimal_comma: bool) -> Option<f64> {
    let mut rest = text.trim();
    if let Some(value) = parse_number(rest, decimal_comma) {
        return Some(value);
    }
    let mut negative = false;
    let mut percent = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        negative = true;
        rest = inner.trim();
    }
    // Sign, currency and percent sign stand around the digits in any order.
    loop {
        let before = rest;
        for currency in CURRENCIES {
            if let Some(tail) = rest.strip_prefix(currency) {
                rest = tail.trim_start();
            }
            if let Some(head) = rest.strip_suffix(currency) {
                rest = head.trim_end();
            }
        }
        if !percent && let Some(head) = rest.strip_suffix('%') {
            percent = true;
            rest = head.trim_end();
        }
        if !negative && let Some(tail) = rest.strip_prefix(['-', '−']) {
            negative = true;
            rest = tail.trim_start();
        }
        if rest == before {
            break;
        }
    }
    if !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',') {
        return None;
    }
    let mark = if decimal_comma { ',' } else { '.' };
    let (whole, fraction) = rest
        .split_once(mark)
        .map_or((rest, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut plain = String::with_capacity(rest.len() + 4);
    if negative {
        plain.push('-');
    }
    let separators: &[char] = if decimal_comma {
        &['.', ' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '’']
    } else {
        &[',', ' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '’']
    };
    match whole.chars().find(|c| separators.contains(c)) {
        Some(separator) => {
            for (index, group) in whole.split(separator).enumerate() {
                let fits = if index == 0 {
                    (1..=3).contains(&group.len())
                } else {
                    group.len() == 3
                };
                if !fits || !group.bytes().all(|byte| byte.is_ascii_digit()) {
                    return None;
                }
                plain.push_str(group);
            }
        }
        None => plain.push_str(whole),
    }
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    if percent {
        // An own exponent and a percent sign do not go together.
        if plain.contains(['e', 'E']) {
            return None;
        }
        plain.push_str("e-2");
    }
    scan_number(plain.as_bytes(), b'.').map(|numeral| numeral.value)
}

/// The shortest text that reads back as the same number: `5`, `0.1`, `-0`, `1e300`, `inf`.
pub fn format_number(x: f64) -> String {
    let mut out = String::new();
    write_number(&mut out, x);
    out
}

/// [`format_number`] at the end of `out`; nothing for NaN.
pub fn write_number(out: &mut String, x: f64) {
    use std::fmt::Write;
    if x.is_nan() {
        return;
    }
    let written = if x.is_infinite() {
        write!(out, "{}", if x > 0.0 { "inf" } else { "-inf" })
    } else if x == 0.0 || (1e-5..1e16).contains(&x.abs()) {
        write!(out, "{x}")
    } else {
        write!(out, "{x:e}")
    };
    debug_assert!(written.is_ok(), "a String takes every write");
}
