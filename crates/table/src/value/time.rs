//! Dates and times: seconds since 1970-01-01T00:00:00Z on the proleptic Gregorian calendar, no leap seconds.

use spec::step::DateOrder;

use super::number::scan_number;

/// A date as it was written, its parts still in question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moment {
    pub date: WrittenDate,
    /// Seconds of the day as decimal: `mantissa / 10^n_decimals`.
    mantissa: i128,
    pub n_decimals: u32,
    pub has_time: bool,
    /// Minutes east of UTC when a zone was written.
    pub offset_minutes: Option<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrittenDate {
    /// The year stands first or the month has a name: no doubt.
    Clear { year: i32, month: u32, day: u32 },
    /// Two numbers and a year: the order is in doubt.
    Numeric {
        first: u32,
        second: u32,
        /// As it is written, two digits when it is short.
        year: u32,
        short_year: bool,
    },
}

impl WrittenDate {
    /// The year when it is written with four digits.
    pub fn clear_year(self) -> Option<i32> {
        match self {
            Self::Clear { year, .. } => Some(year),
            Self::Numeric {
                year, short_year: false, ..
            } => Some(year as i32),
            Self::Numeric { .. } => None,
        }
    }
}

impl Moment {
    /// None when the calendar has no such day, or when a numeric date is to be read year first. Years of two digits are
    /// `newest_year` or one of the 99 before it.
    pub fn seconds(&self, order: DateOrder, newest_year: i32) -> Option<f64> {
        let century = |two_digits: u32| century(two_digits, newest_year);
        let full = |year: u32, is_short: bool| if is_short { century(year) } else { year as i32 };
        let (year, month, day) = match (self.date, order) {
            (WrittenDate::Clear { year, month, day }, _) => (year, month, day),
            (
                WrittenDate::Numeric {
                    first,
                    second,
                    year,
                    short_year,
                },
                DateOrder::Dmy,
            ) => (full(year, short_year), second, first),
            (
                WrittenDate::Numeric {
                    first,
                    second,
                    year,
                    short_year,
                },
                DateOrder::Mdy,
            ) => (full(year, short_year), first, second),
            // Two digits each can only be year, month, day when the year stands first; then the last part is the day.
            (
                WrittenDate::Numeric {
                    first,
                    second,
                    year,
                    short_year: true,
                },
                DateOrder::Ymd,
            ) => (century(first), second, year),
            (WrittenDate::Numeric { .. }, DateOrder::Ymd) => return None,
        };
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        let scale = 10i128.pow(self.n_decimals);
        let midnight = i128::from(days_from_civil(year, month, day)) * 86_400 - i128::from(self.offset_minutes.unwrap_or(0)) * 60;
        decimal(midnight * scale + self.mantissa, self.n_decimals)
    }
}

/// What years of two digits are meant by when nothing else is said: 1970 to 2069.
pub const NEWEST_YEAR: i32 = 2069;

/// The newest year that ends in the two digits and is not after `newest_year`.
fn century(two_digits: u32, newest_year: i32) -> i32 {
    let newest_year = newest_year.clamp(99, 9_999);
    newest_year - (newest_year - two_digits as i32).rem_euclid(100)
}

/// `mantissa / 10^n_decimals`, correctly rounded.
fn decimal(mantissa: i128, n_decimals: u32) -> Option<f64> {
    if n_decimals == 0 {
        return Some(mantissa as f64);
    }
    let text = format!("{mantissa}e-{n_decimals}");
    scan_number(text.as_bytes(), b'.').map(|numeral| numeral.value)
}

/// Days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
pub fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((i64::from(month) + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a day since 1970-01-01.
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = (if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    }) as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A date, or a date with a time of day, in seconds since 1970 (UTC; a time without a zone counts as UTC). Understood
/// in every order: `2024-01-31`, `2024/1/31 13:05:00.5+02:00`, `31 Jan 2024`, `January 31, 2024`. `order` says how
/// `01/02/2024` and `01.02.24` are meant; two-digit years are 1970 to 2069. Bare digits (`20240131`) are no date.
pub fn parse_time(text: &str, order: DateOrder) -> Option<f64> {
    parse_time_until(text, order, None)
}

/// The same, and years of two digits are refused.
pub fn parse_time_in_full(text: &str, order: DateOrder) -> Option<f64> {
    let moment = scan_time(text.trim().as_bytes())?;
    moment.date.clear_year()?;
    moment.seconds(order, NEWEST_YEAR)
}

/// The same, with years of two digits being `newest_year` or one of the 99 before it.
pub fn parse_time_until(text: &str, order: DateOrder, newest_year: Option<i32>) -> Option<f64> {
    scan_time(text.trim().as_bytes())?.seconds(order, newest_year.unwrap_or(NEWEST_YEAR))
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn take_any(&mut self, set: &[u8]) -> Option<u8> {
        let byte = self.peek().filter(|byte| set.contains(byte))?;
        self.at += 1;
        Some(byte)
    }

    /// A run of digits: its value and its length (at most `longest`).
    fn digits(&mut self, longest: usize) -> Option<(u32, usize)> {
        let start = self.at;
        let mut value = 0u32;
        while let Some(byte) = self.peek().filter(u8::is_ascii_digit) {
            if self.at - start == longest {
                return None;
            }
            value = value * 10 + u32::from(byte - b'0');
            self.at += 1;
        }
        (self.at > start).then_some((value, self.at - start))
    }

    fn two(&mut self) -> Option<u32> {
        self.digits(2).map(|(value, _)| value)
    }

    fn blanks(&mut self) {
        while self.take(b' ') {}
    }

    /// An English month, whole or its first three letters, with an optional full stop.
    fn month(&mut self) -> Option<u32> {
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        let word = &self.bytes[self.at..];
        let word = &word[..word.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(word.len())];
        let place = MONTHS.iter().position(|month| {
            word.eq_ignore_ascii_case(month.as_bytes())
                || word.eq_ignore_ascii_case(&month.as_bytes()[..3])
                || (*month == "september" && word.eq_ignore_ascii_case(b"sept"))
        })?;
        self.at += word.len();
        self.take(b'.');
        Some(place as u32 + 1)
    }
}

/// The whole text must be a date. Month and day are not checked against the calendar.
pub(crate) fn scan_time(bytes: &[u8]) -> Option<Moment> {
    if bytes.len() < 6 || bytes.len() > 40 {
        return None;
    }
    let mut scanner = Scanner { bytes, at: 0 };
    let date = scan_date(&mut scanner)?;
    let mut moment = Moment {
        date,
        mantissa: 0,
        n_decimals: 0,
        has_time: false,
        offset_minutes: None,
    };
    if scanner.at == bytes.len() {
        return Some(moment);
    }
    if !scanner.take(b'T') && !scanner.take(b't') {
        scanner.take(b',');
        if !scanner.take(b' ') {
            return None;
        }
        scanner.blanks();
    }
    scan_time_of_day(&mut scanner, &mut moment)?;
    (scanner.at == bytes.len()).then_some(moment)
}

fn scan_date(scanner: &mut Scanner) -> Option<WrittenDate> {
    if scanner.peek()?.is_ascii_alphabetic() {
        let month = scanner.month()?;
        scanner.take_any(b" -/")?;
        scanner.blanks();
        let day = scanner.two()?;
        scanner.take(b',');
        scanner.take_any(b" -/")?;
        scanner.blanks();
        let (year, 4) = scanner.digits(4)? else { return None };
        return Some(WrittenDate::Clear {
            year: year as i32,
            month,
            day,
        });
    }
    let (first, n_first) = scanner.digits(4)?;
    let separator = scanner.take_any(b"-/. ")?;
    if n_first == 4 {
        if separator == b' ' {
            return None;
        }
        let month = if scanner.peek()?.is_ascii_alphabetic() {
            scanner.month()?
        } else {
            scanner.two()?
        };
        scanner.take(separator).then_some(())?;
        let day = scanner.two()?;
        return Some(WrittenDate::Clear {
            year: first as i32,
            month,
            day,
        });
    }
    if n_first > 2 {
        return None;
    }
    scanner.blanks();
    if scanner.peek()?.is_ascii_alphabetic() {
        let month = scanner.month()?;
        scanner.take_any(b"-/. ,")?;
        scanner.blanks();
        let (year, 4) = scanner.digits(4)? else { return None };
        return Some(WrittenDate::Clear {
            year: year as i32,
            month,
            day: first,
        });
    }
    if separator == b' ' {
        return None;
    }
    let second = scanner.two()?;
    scanner.take(separator).then_some(())?;
    match scanner.digits(4)? {
        (year, 4) => Some(WrittenDate::Numeric {
            first,
            second,
            year,
            short_year: false,
        }),
        (year, 2) => Some(WrittenDate::Numeric {
            first,
            second,
            year,
            short_year: true,
        }),
        _ => None,
    }
}

fn scan_time_of_day(scanner: &mut Scanner, moment: &mut Moment) -> Option<()> {
    let mut hour = scanner.two()?;
    scanner.take(b':').then_some(())?;
    let (minute, 2) = scanner.digits(2)? else { return None };
    let mut second = 0;
    if scanner.take(b':') {
        let (value, 2) = scanner.digits(2)? else { return None };
        second = value;
        if scanner.take_any(b".,").is_some() {
            let start = scanner.at;
            let mut fraction = 0i128;
            while let Some(byte) = scanner.peek().filter(u8::is_ascii_digit) {
                fraction = fraction * 10 + i128::from(byte - b'0');
                scanner.at += 1;
            }
            let n_decimals = scanner.at - start;
            if n_decimals == 0 || n_decimals > 18 {
                return None;
            }
            moment.mantissa = fraction;
            moment.n_decimals = n_decimals as u32;
        }
    }
    scanner.blanks();
    if let Some(half) = scanner.take_any(b"aApP") {
        scanner.take_any(b"mM")?;
        if hour == 0 || hour > 12 {
            return None;
        }
        hour = hour % 12 + if half.eq_ignore_ascii_case(&b'p') { 12 } else { 0 };
        scanner.blanks();
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = i128::from(hour * 3600 + minute * 60 + second);
    moment.mantissa += seconds * 10i128.pow(moment.n_decimals);
    moment.has_time = true;
    if scanner.take_any(b"Zz").is_some() {
        moment.offset_minutes = Some(0);
    } else if let Some(name) = [&b"UTC"[..], b"GMT"]
        .into_iter()
        .find(|&name| scanner.bytes[scanner.at..].starts_with(name))
    {
        scanner.at += name.len();
        moment.offset_minutes = Some(0);
    } else if let Some(sign) = scanner.take_any(b"+-") {
        let (value, n_digits) = scanner.digits(4)?;
        let (hours, minutes) = match n_digits {
            4 => (value / 100, value % 100),
            2 if scanner.take(b':') => (value, scanner.two()?),
            2 => (value, 0),
            _ => return None,
        };
        if hours > 15 || minutes > 59 {
            return None;
        }
        let minutes = (hours * 60 + minutes) as i32;
        moment.offset_minutes = Some(if sign == b'-' { -minutes } else { minutes });
    }
    Some(())
}

/// ISO 8601 in UTC that reads back as the same number: `2024-01-31` at midnight, else `2024-01-31T13:05:00.5Z`. Times
/// outside the years 0 to 9999, which no text gives, are written as their seconds. Empty for NaN.
pub fn format_time(seconds: f64) -> String {
    if seconds.is_nan() {
        return String::new();
    }
    let day = (seconds / 86_400.0).floor();
    if !(-719_528.0..=2_932_896.0).contains(&day) {
        return super::format_number(seconds);
    }
    // The shortest decimal text of the seconds is taken apart, so that no digit is lost or made up.
    let text = format!("{seconds}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = &fraction[..fraction.len().min(18)];
    let scale = 10i128.pow(fraction.len() as u32);
    let whole: i128 = whole.trim_start_matches('-').parse().unwrap_or(0);
    let magnitude = whole * scale + fraction.parse::<i128>().unwrap_or(0);
    let total = if seconds < 0.0 { -magnitude } else { magnitude };
    let second_of_day = total.rem_euclid(86_400 * scale);
    let (year, month, day) = civil_from_days(total.div_euclid(86_400 * scale) as i64);
    let date = format!("{year:04}-{month:02}-{day:02}");
    if second_of_day == 0 {
        return date;
    }
    let (second, fraction_left) = (second_of_day / scale, second_of_day % scale);
    let clock = format!("{date}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    if fraction_left == 0 {
        return format!("{clock}Z");
    }
    let digits = format!("{fraction_left:0width$}", width = fraction.len());
    format!("{clock}.{}Z", digits.trim_end_matches('0'))
}
