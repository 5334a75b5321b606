//! Numbers as people read them. Thousands are grouped by a comma, the decimal mark is a point.

/// A whole number with grouped thousands: `7,043`.
pub fn count(x: f64) -> String {
    let rounded = x.round();
    if !rounded.is_finite() {
        return x.to_string();
    }
    group(&format!("{}", rounded.abs()), rounded < 0.0)
}

/// A share from 0 to 1 as a percentage with at most one decimal. Never rounds to 0% or 100% what is neither.
pub fn percent(x: f64) -> String {
    let p = x * 100.0;
    if p > 0.0 && p < 0.05 {
        return "under 0.1%".to_owned();
    }
    if p < 100.0 && p > 99.95 {
        return "over 99.9%".to_owned();
    }
    let text = format!("{p:.1}");
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// A number with `digits` significant digits, grouped, without trailing zeros; exponent form outside 1e-5 to 1e15.
pub fn significant(x: f64, digits: usize) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    if !x.is_finite() {
        return if x.is_nan() {
            "missing".to_owned()
        } else if x > 0.0 {
            "∞".to_owned()
        } else {
            "−∞".to_owned()
        };
    }
    let digits = digits.max(1);
    if x.abs() < 1e-5 || x.abs() >= 1e15 {
        return format!("{:.*e}", digits - 1, x);
    }
    let exponent = format!("{:e}", x.abs())
        .split_once('e')
        .and_then(|(_, e)| e.parse::<i32>().ok())
        .unwrap_or(0);
    let n_decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    let text = format!("{:.*}", n_decimals, x.abs());
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    group(text, x < 0.0)
}

/// A score between 0 and 1 with three decimals, as leaderboards show it.
pub fn score(x: f64) -> String {
    if x.abs() < 10.0 {
        format!("{x:.3}")
    } else {
        significant(x, 4)
    }
}

/// A duration: `850 ms`, `3.2 s`, `4 min 10 s`, `1 h 5 min`.
pub fn duration(secs: f64) -> String {
    if secs < 0.001 {
        "under 1 ms".to_owned()
    } else if secs < 1.0 {
        format!("{:.0} ms", secs * 1000.0)
    } else if secs < 60.0 {
        format!("{secs:.1} s")
    } else if secs < 3600.0 {
        format!("{} min {:.0} s", (secs / 60.0).floor(), secs % 60.0)
    } else {
        format!("{} h {:.0} min", (secs / 3600.0).floor(), (secs % 3600.0) / 60.0)
    }
}

/// A size in bytes: `312 B`, `4.2 KB`, `80 MB` (powers of 1,000).
pub fn bytes(n: f64) -> String {
    let mut value = n;
    for unit in ["B", "KB", "MB", "GB"] {
        if value < 1000.0 || unit == "GB" {
            return format!(
                "{} {unit}",
                significant(
                    value,
                    if unit == "B" {
                        4
                    } else {
                        2.max(if value >= 100.0 { 3 } else { 2 })
                    }
                )
            );
        }
        value /= 1000.0;
    }
    String::new()
}

fn group(digits: &str, negative: bool) -> String {
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut out = String::new();
    if negative {
        out.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(7043.0), "7,043");
        assert_eq!(count(-1_234_567.0), "−1,234,567");
        assert_eq!(percent(0.2654), "26.5%");
        assert_eq!(percent(0.5), "50%");
        assert_eq!(percent(0.0001), "under 0.1%");
        assert_eq!(percent(0.9999), "over 99.9%");
        assert_eq!(percent(1.0), "100%");
        assert_eq!(significant(70.349_99, 4), "70.35");
        assert_eq!(significant(1_234_567.0, 3), "1,234,567");
        assert_eq!(significant(0.000_123_4, 2), "0.00012");
        assert_eq!(significant(-0.5, 3), "−0.5");
        assert_eq!(duration(250.0), "4 min 10 s");
        assert_eq!(bytes(80_400_000.0), "80 MB");
        assert_eq!(bytes(312.0), "312 B");
    }
}
