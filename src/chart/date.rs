//! Calendar days from seconds since 1970, for axes of time. Proleptic Gregorian calendar, UTC.

/// Year, month (1 to 12) and day of the month. Howard Hinnant, "chrono-compatible low-level date algorithms".
pub fn civil(epoch_secs: f64) -> (i64, u32, u32) {
    let days = (epoch_secs / 86_400.0).floor().clamp(-1e9, 1e9) as i64 + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// `2024-02-29`.
pub fn label(epoch_secs: f64) -> String {
    let (year, month, day) = civil(epoch_secs);
    spec::texts::ui::chart::date(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        assert_eq!(label(0.0), "1970-01-01");
        assert_eq!(label(951_782_400.0), "2000-02-29");
        assert_eq!(label(-86_400.0), "1969-12-31");
        assert_eq!(label(1_709_251_199.0), "2024-02-29");
    }
}
