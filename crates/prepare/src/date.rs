//! Calendar parts of epoch seconds, by integer arithmetic that the exported model repeats node by node.

/// 0001-01-01T00:00:00Z.
pub const FIRST: f64 = -62_135_596_800.0;
/// 10000-01-01T00:00:00Z, the first instant that is no longer understood.
pub const END: f64 = 253_402_300_800.0;
/// Added to days since 1970-01-01 so that they count from 0000-03-01 and integer division never sees a negative.
pub const DAYS_TO_MARCH_0000: i64 = 719_468;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// Monday 0.
    pub weekday: i64,
    /// 0 to 23.
    pub hour: i64,
}

/// Parts of `seconds` since 1970-01-01T00:00:00Z; None for NaN and outside [`FIRST`] to [`END`].
///
/// Howard Hinnant, chrono-compatible low-level date algorithms (`civil_from_days`).
pub fn civil(seconds: f64) -> Option<Civil> {
    if !(FIRST..END).contains(&seconds) {
        return None;
    }
    let whole = seconds.floor();
    let days = (whole / 86_400.0).floor();
    let hour = ((whole - days * 86_400.0) / 3600.0).floor() as i64;
    let z = days as i64 + DAYS_TO_MARCH_0000;
    let era = z / 146_097;
    let day_of_era = z - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some(Civil {
        year,
        month,
        day,
        weekday: (z + 2) % 7,
        hour,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        let parts = |seconds| civil(seconds).map(|c| (c.year, c.month, c.day, c.weekday, c.hour));
        assert_eq!(parts(0.0), Some((1970, 1, 1, 3, 0)));
        assert_eq!(parts(-0.5), Some((1969, 12, 31, 2, 23)));
        assert_eq!(parts(951_782_400.0), Some((2000, 2, 29, 1, 0)));
        assert_eq!(parts(1_709_164_799.0), Some((2024, 2, 28, 2, 23)));
        assert_eq!(parts(FIRST), Some((1, 1, 1, 0, 0)));
        assert_eq!(parts(END - 1.0), Some((9999, 12, 31, 4, 23)));
        assert_eq!(parts(END), None);
        assert_eq!(parts(f64::NAN), None);
    }
}
