//! Cells as numbers and times: what reads, what does not, and that nothing is rounded twice.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use spec::step::DateOrder;
use table::value::{format_number, format_time, parse_boolean, parse_number, parse_number_loosely, parse_time};

/// SplitMix64.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[test]
fn decimals_are_rounded_once_as_the_standard_library_does() {
    let mut state = 1;
    for _ in 0..300_000 {
        let digits = next(&mut state) >> (next(&mut state) % 64);
        let n_decimals = (next(&mut state) % 25) as i64;
        let text = match next(&mut state) % 4 {
            0 => format!("{digits}e-{n_decimals}"),
            1 => format!("-{digits}.{:05}", next(&mut state) % 100_000),
            2 => format!("{}.{digits}E{}", next(&mut state) % 1_000_000, n_decimals - 12),
            _ => format!("{digits}{:019}.5e-{}", next(&mut state) >> 1, n_decimals * 12),
        };
        let expected: f64 = text.parse().unwrap();
        assert_eq!(parse_number(&text, false).unwrap().to_bits(), expected.to_bits(), "{text}");
        let comma = text.replace('.', ",");
        assert_eq!(parse_number(&comma, true).unwrap().to_bits(), expected.to_bits(), "{comma}");
    }
}

#[test]
fn every_number_is_written_so_that_it_reads_back() {
    let mut state = 2;
    for _ in 0..300_000 {
        let x = f64::from_bits(next(&mut state));
        if !x.is_nan() {
            assert_eq!(
                parse_number(&format_number(x), false).unwrap().to_bits(),
                x.to_bits(),
                "{x:e}"
            );
        }
    }
    let written = [
        0.0,
        -0.0,
        5.0,
        0.1,
        1e15,
        1e16,
        1e-5,
        1e-6,
        5e-324,
        f64::MAX,
        f64::INFINITY,
        f64::NAN,
    ]
    .map(format_number);
    assert_eq!(
        written,
        [
            "0",
            "-0",
            "5",
            "0.1",
            "1000000000000000",
            "1e16",
            "0.00001",
            "1e-6",
            "5e-324",
            "1.7976931348623157e308",
            "inf",
            ""
        ]
    );
}

#[test]
fn what_is_a_number_and_what_is_not() {
    for (text, expected) in [
        ("5", 5.0),
        (" 5 ", 5.0),
        ("\u{a0}5\u{202f}", 5.0),
        ("+5", 5.0),
        ("−5", -5.0),
        ("5.", 5.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("007", 7.0),
        ("-Inf", f64::NEG_INFINITY),
        ("infinity", f64::INFINITY),
        ("1e999", f64::INFINITY),
        ("1e-999", 0.0),
        ("1e99999999999999999999", f64::INFINITY),
    ] {
        assert_eq!(parse_number(text, false), Some(expected), "{text:?}");
    }
    for text in [
        "", " ", "-", "+", ".", "e5", "1e", "1e+", "0x1F", "1d", "1f", "1_000", "1,5", "1.5.2", "nan", "NaN", "--5", "- 5",
        "5 6", "١", "12a",
    ] {
        assert_eq!(parse_number(text, false), None, "{text:?}");
    }
    assert_eq!((parse_number("1,5", true), parse_number("1.5", true)), (Some(1.5), None));
}

#[test]
fn numbers_as_people_write_them() {
    for (text, comma, expected) in [
        ("1,234", false, Some(1234.0)),
        ("1,234,567.8", false, Some(1_234_567.8)),
        ("1.234,5", true, Some(1234.5)),
        ("1 234,5", true, Some(1234.5)),
        ("1\u{a0}234", false, Some(1234.0)),
        ("1'234.5", false, Some(1234.5)),
        ("$5.00", false, Some(5.0)),
        ("-$5", false, Some(-5.0)),
        ("$-5", false, Some(-5.0)),
        ("5 €", false, Some(5.0)),
        ("EUR 1.234,50", true, Some(1234.5)),
        ("12%", false, Some(0.12)),
        ("12.3 %", false, Some(0.123)),
        ("(1,234)", false, Some(-1234.0)),
        ("12,34", false, None),
        ("1,23,456", false, None),
        ("1234,567", false, None),
        (",234", false, None),
        ("5 kg", false, None),
        ("$", false, None),
        ("%", false, None),
        ("abc", false, None),
        ("1e2%", false, None),
        ("12/05", false, None),
    ] {
        assert_eq!(parse_number_loosely(text, comma), expected, "{text:?}");
    }
}

#[test]
fn dates_and_times() {
    let day = 86_400.0;
    for (text, order, expected) in [
        ("1970-01-01", DateOrder::Ymd, Some(0.0)),
        ("2024-02-29", DateOrder::Ymd, Some(19_782.0 * day)),
        ("2023-02-29", DateOrder::Ymd, None),
        ("1900-02-29", DateOrder::Ymd, None),
        ("2024-13-01", DateOrder::Ymd, None),
        ("2024/1/5", DateOrder::Ymd, Some(19_727.0 * day)),
        ("05.01.2024", DateOrder::Dmy, Some(19_727.0 * day)),
        ("1/5/2024", DateOrder::Mdy, Some(19_727.0 * day)),
        ("1/5/2024", DateOrder::Ymd, None),
        ("31/01/2024", DateOrder::Mdy, None),
        ("05.01.24", DateOrder::Dmy, Some(19_727.0 * day)),
        ("24-01-05", DateOrder::Ymd, Some(19_727.0 * day)),
        ("5 January 2024", DateOrder::Ymd, Some(19_727.0 * day)),
        ("05-Jan-2024", DateOrder::Ymd, Some(19_727.0 * day)),
        ("Jan 5, 2024", DateOrder::Ymd, Some(19_727.0 * day)),
        ("Sept. 1, 2024", DateOrder::Ymd, Some(19_967.0 * day)),
        ("1970-01-01T00:00:01.5Z", DateOrder::Ymd, Some(1.5)),
        ("1970-01-01 01:00+01:00", DateOrder::Ymd, Some(0.0)),
        ("1970-01-01 01:00:00 -0230", DateOrder::Ymd, Some(12_600.0)),
        ("1970-01-01 12:30 am", DateOrder::Ymd, Some(1_800.0)),
        ("1970-01-01 12:30 PM", DateOrder::Ymd, Some(45_000.0)),
        ("1970-01-01 24:00", DateOrder::Ymd, None),
        ("1970-01-01 13:00 PM", DateOrder::Ymd, None),
        ("1970-01-01T", DateOrder::Ymd, None),
        ("20240131", DateOrder::Ymd, None),
        ("2024", DateOrder::Ymd, None),
        ("1.2.3", DateOrder::Dmy, None),
        ("12:30:00", DateOrder::Ymd, None),
        ("192.168.1.1", DateOrder::Dmy, None),
        ("2024-01-05x", DateOrder::Ymd, None),
    ] {
        assert_eq!(parse_time(text, order), expected, "{text:?}");
    }
}

#[test]
fn every_time_is_written_so_that_it_reads_back() {
    let mut state = 3;
    for _ in 0..200_000 {
        let seconds = (next(&mut state) % 300_000_000_000) as f64 - 62_000_000_000.0;
        let x = match next(&mut state) % 3 {
            0 => seconds,
            1 => seconds + (next(&mut state) % 1000) as f64 / 1000.0,
            _ => seconds / 7.0 / 1000.0,
        };
        let text = format_time(x);
        assert_eq!(parse_time(&text, DateOrder::Ymd), Some(x), "{text}");
    }
    assert_eq!(
        [0.0, 1.0, -0.25, f64::NAN].map(format_time),
        ["1970-01-01", "1970-01-01T00:00:01Z", "1969-12-31T23:59:59.75Z", ""]
    );
    assert_eq!(format_time(1e300), "1e300");
}

#[test]
fn words_for_yes_and_no() {
    assert_eq!(["yes", "TRUE", " t ", "Ja", "1", "oui"].map(parse_boolean), [Some(true); 6]);
    assert_eq!(["no", "False", "F", "nein", "0", "non"].map(parse_boolean), [Some(false); 6]);
    assert_eq!(["", "maybe", "2", "10"].map(parse_boolean), [None; 4]);
}
