//! Lines around a table that are no rows of it: units below the header, totals and remarks at the end.

/// So many lines at the end are looked at.
pub(super) const N_LAST: usize = 12;

/// Words that a line of totals begins with, lower case.
const TOTALS: [&str; 18] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sub-total",
    "overall",
    "sum",
    "summe",
    "zwischensumme",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "somme",
    "suma",
    "totaal",
    "totale",
    "average",
    "mittelwert",
];
/// What remarks begin with, lower case.
const REMARKS: [&str; 20] = [
    "source:",
    "sources:",
    "source ",
    "note:",
    "notes:",
    "note ",
    "quelle:",
    "quellen:",
    "stand:",
    "anmerkung:",
    "hinweis:",
    "footnote",
    "disclaimer",
    "©",
    "(c) ",
    "copyright",
    "last updated",
    "generated ",
    "printed ",
    "end of ",
];
const UNITS: [&str; 84] = [
    "m", "cm", "mm", "km", "µm", "um", "nm", "in", "ft", "mi", "kg", "g", "mg", "µg", "t", "lb", "lbs", "oz", "s", "sec", "ms",
    "min", "h", "hr", "hrs", "hour", "hours", "d", "day", "days", "month", "months", "yr", "yrs", "year", "years", "°c", "°f",
    "degc", "c", "k", "f", "%", "percent", "v", "mv", "a", "ma", "w", "kw", "mw", "kwh", "mwh", "hz", "khz", "mhz", "ghz", "pa",
    "hpa", "kpa", "bar", "mbar", "m/s", "km/h", "mph", "m2", "m²", "m3", "m³", "l", "ml", "usd", "eur", "gbp", "€", "$", "£",
    "mol", "ppm", "ppb", "deg", "°", "n", "j",
];

/// `total`, `Total: all regions`, `Total 2024`, `Total (EUR)`: the words, and nothing that makes a name of them, as in
/// `Total Wine` and `Sum 41`.
pub(super) fn is_total(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let ends = |rest: &str| {
        let rest = rest.trim();
        let is_year = rest.len() == 4 && (rest.starts_with("19") || rest.starts_with("20")) && rest.parse::<u16>().is_ok();
        rest.is_empty() || rest.starts_with([':', '(', '[', '=']) || is_year
    };
    TOTALS.iter().any(|word| text.strip_prefix(word).is_some_and(ends))
}

pub(super) fn is_remark(text: &str) -> bool {
    begins_with(&text.trim().to_lowercase(), &REMARKS)
}

fn begins_with(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        let ends_open = word.ends_with(|c: char| !c.is_alphanumeric());
        text.strip_prefix(word)
            .is_some_and(|rest| ends_open || !rest.starts_with(char::is_alphanumeric))
    })
}

/// A record at the end that is no row: a total, a remark, or a line of its own beside records of several cells.
pub(super) fn is_last_line(cells: &[&str], n_columns: usize) -> bool {
    let mut filled = cells.iter().filter(|cell| !cell.trim().is_empty());
    let Some(first) = filled.next() else { return false };
    let n_filled = 1 + filled.count();
    if n_filled == 1 && n_columns > 1 && (is_remark(first) || cells.len() == 1 && first.trim().contains(' ')) {
        return true;
    }
    is_total(first) || (is_remark(first) && n_filled * 2 <= n_columns)
}

/// A unit of measurement: known, or between brackets.
pub(super) fn is_unit(cell: &str) -> bool {
    let text = cell.trim().to_lowercase();
    let between = |open: char, close: char| text.len() > 2 && text.starts_with(open) && text.ends_with(close);
    between('[', ']') || between('(', ')') || UNITS.contains(&text.as_str())
}

/// A record below the header that holds units and nothing else; `is_number` says which columns hold numbers below it.
pub(super) fn is_units(cells: &[String], is_number: impl Fn(usize) -> bool) -> bool {
    let is_empty = |cell: &String| matches!(cell.trim(), "" | "-" | "–" | "[]" | "()" | "n/a" | "N/A");
    let n_units = cells.iter().filter(|cell| is_unit(cell)).count();
    n_units > 0
        && cells.iter().all(|cell| is_empty(cell) || is_unit(cell))
        && cells
            .iter()
            .enumerate()
            .any(|(index, cell)| is_unit(cell) && is_number(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_totals_and_remarks_are_told_from_values() {
        let units = ["", "[kg]", "m/s", "°C"].map(str::to_owned);
        assert!(is_units(&units, |_| true) && !is_units(&units, |_| false));
        assert!(!is_units(&["a", "kg"].map(str::to_owned), |_| true) || is_unit("a"));
        assert!(!is_units(&["Berlin", "kg"].map(str::to_owned), |_| true));
        for total in [
            "Total",
            "total 2024",
            "GESAMT",
            "Sum:",
            "Grand total",
            "Total (EUR)",
            "Total: all",
        ] {
            assert!(is_total(total), "{total}");
        }
        for plain in [
            "Totalenergies",
            "Summer",
            "Gesamtschule",
            "Averages Inc",
            "Total Wine",
            "Sum 41",
            "Overall Co",
        ] {
            assert!(!is_total(plain), "{plain}");
        }
        assert!(is_last_line(&["Source: census 2020"], 4));
        assert!(is_last_line(&["Total", "5", "7"], 3));
        assert!(!is_last_line(&["Berlin", "5", "7"], 3));
        assert!(!is_last_line(&["5"], 3));
    }
}
