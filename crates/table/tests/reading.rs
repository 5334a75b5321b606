//! Files that are too large for a case of their own, and options that are stated.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise and may read a clock"
)]

use spec::read::{ColumnReading, Encoding, ReadOptions, RejectReason};
use spec::step::DateOrder;
use spec::{ColumnType, Unobserved};
use table::Column;
use table::read::{Import, import, left_out, sniff};

fn read(bytes: &Vec<u8>, options: &ReadOptions) -> Import {
    import(bytes, "t.csv", options, &mut Unobserved).unwrap()
}

fn sniffed(bytes: &Vec<u8>) -> ReadOptions {
    sniff(bytes, "t.csv", None).unwrap().options
}

fn texts(import: &Import, column: &str) -> Vec<String> {
    let column = import.table.column(column).unwrap();
    (0..import.table.n_rows())
        .map(|row| column.text_at(row).unwrap_or_default().into_owned())
        .collect()
}

fn codes(import: &Import) -> Vec<&str> {
    import.summary.notes.iter().map(|note| note.code.as_str()).collect()
}

/// Few letters among many plain rows, and one byte that is none: the letters say which encoding it is.
#[test]
fn letters_of_utf_8_outweigh_a_damaged_byte() {
    let rows = |from: usize| -> Vec<u8> {
        (from..from + 30_000)
            .flat_map(|i| format!("{i},plain\n").into_bytes())
            .collect()
    };
    for (letters, damage, expected, n_bad) in [
        (
            &b"1,Jos\xc3\xa9\n2,M\xc3\xbcnchen\n3,Zo\xc3\xab\n"[..],
            &b"4,bad\xff\n"[..],
            Encoding::Utf8,
            1,
        ),
        (
            b"1,Jos\xc3\xa9\n2,M\xc3\xbcnchen\n3,Zo\xc3\xab\n",
            b"4,\xe9t\xe9\n",
            Encoding::Utf8,
            1,
        ),
        (
            b"1,Jos\xe9\n2,M\xfcnchen\n3,Zo\xeb\n4,\xc5rhus\n",
            b"5,x\n",
            Encoding::Windows1252,
            0,
        ),
        (
            b"1,\xc4\xe3\xba\xc3\n2,\xd6\xd0\xb9\xfa\n3,\xc9\xcf\xba\xa3\n",
            b"4,x\n",
            Encoding::Gbk,
            0,
        ),
    ] {
        let bytes = [b"n,name\n", rows(10).as_slice(), letters, rows(50_000).as_slice(), damage].concat();
        let options = sniffed(&bytes);
        assert_eq!(options.encoding, expected, "{:?}", String::from_utf8_lossy(letters));
        let import = read(&bytes, &options);
        let counts = &import.summary.reject_counts;
        let found = counts
            .iter()
            .find(|(reason, _)| *reason == RejectReason::BadEncoding)
            .map_or(0, |(_, n)| *n);
        assert_eq!(found, n_bad);
    }
}

#[test]
fn a_file_cut_within_its_last_letter_keeps_its_encoding() {
    let whole = "name,n\nJosé,1\nMünchen,2\n日本語".as_bytes();
    for cut in 1..3 {
        let bytes = whole[..whole.len() - cut].to_vec();
        let first = sniff(&bytes, "t.csv", None).unwrap();
        assert_eq!(first.options.encoding, Encoding::Utf8, "{cut} bytes are missing");
        let import = read(&bytes, &first.options);
        assert_eq!(texts(&import, "name")[0], "José");
        assert!(codes(&import).contains(&"read.bad_encoding"));
    }
}

#[test]
fn five_thousand_records_that_are_left_out_can_all_be_had() {
    let mut text = String::from("a,b\n1,2\n");
    let long = "x".repeat(1_000);
    text += &"3,4\n".repeat(60_000);
    for i in 0..5_000 {
        text += &format!("{i},{long},3\n");
    }
    let bytes = text.into_bytes();
    let options = ReadOptions::default();
    let import = read(&bytes, &options);
    assert_eq!((import.summary.n_rejected, import.summary.rejects.len()), (5_000, 1_000));
    let mut lines = Vec::new();
    left_out(&bytes, "t.csv", &options, &mut Unobserved, &mut |line, reason, whole| {
        assert_eq!(reason, RejectReason::TooManyFields);
        assert_eq!(whole.len(), long.len() + 2 + (line - 60_003).to_string().len() + 1);
        lines.push(line);
        Ok(())
    })
    .unwrap();
    assert!(lines.into_iter().eq(60_003..65_003));
}

#[test]
fn units_totals_and_remarks_are_left_out_when_that_is_asked_for() {
    let bytes = b"city,mass,speed\n,kg,[m/s]\nOslo,1,2.5\nRome,3,4.5\nBern,5,6\nTotal,9,13\nSource: census 2020\n".to_vec();
    let first = sniff(&bytes, "t.csv", None).unwrap();
    let said: Vec<&str> = first.notes.iter().map(|note| note.code.as_str()).collect();
    assert!(said.contains(&"read.units_row") && said.contains(&"read.footer"), "{said:?}");
    let options = ReadOptions {
        drop_remarks: true,
        ..first.options.clone()
    };
    let import = read(&bytes, &options);
    let types: Vec<ColumnType> = import.table.columns().iter().map(Column::column_type).collect();
    assert_eq!(types, [ColumnType::Category, ColumnType::Number, ColumnType::Number]);
    assert_eq!(texts(&import, "city"), ["Oslo", "Rome", "Bern"]);
    assert_eq!((import.summary.n_kept, import.summary.n_rejected), (3, 3));
    assert!(codes(&import).contains(&"read.remarks_dropped"));
    // Nothing but what is one of them goes.
    let plain = b"city,n\nOslo,1\nTotalville,2\nSummer,3\n".to_vec();
    assert_eq!(read(&plain, &options).summary.n_rejected, 0);
}

/// What a column was read with is stated by its own options, and what is settled is not decided again.
#[test]
fn stated_marks_tokens_and_orders_hold_for_their_column() {
    let bytes = b"pop;alley;d\n1,234;None;01.02.2024\n2,345;Grvl;03.04.2024\n5;Pave;05.06.2024\n".to_vec();
    let stated = |decimal_comma, tokens: &[&str], order| {
        let own = |reading: ColumnReading| reading;
        let columns = [
            (
                "pop".to_owned(),
                own(ColumnReading {
                    decimal_comma,
                    ..ColumnReading::default()
                }),
            ),
            (
                "alley".to_owned(),
                own(ColumnReading {
                    missing_tokens: Some(tokens.iter().map(|token| (*token).to_owned()).collect()),
                    ..ColumnReading::default()
                }),
            ),
            (
                "d".to_owned(),
                own(ColumnReading {
                    date_order: order,
                    ..ColumnReading::default()
                }),
            ),
        ];
        ReadOptions {
            delimiter: ";".to_owned(),
            columns: columns.into_iter().collect(),
            ..ReadOptions::default()
        }
    };
    let import = read(&bytes, &stated(Some(true), &[], Some(DateOrder::Mdy)));
    assert_eq!(texts(&import, "pop"), ["1.234", "2.345", "5"]);
    assert_eq!(texts(&import, "alley"), ["None", "Grvl", "Pave"]);
    assert_eq!(texts(&import, "d"), ["2024-01-02", "2024-03-04", "2024-05-06"]);
    let import = read(&bytes, &stated(None, &["None"], None));
    assert_eq!(texts(&import, "pop"), ["1,234", "2,345", "5"]);
    assert_eq!(texts(&import, "alley"), ["", "Grvl", "Pave"]);
    assert_eq!(texts(&import, "d")[0], "01.02.2024");
    assert!(codes(&import).contains(&"read.mark_unsettled") && codes(&import).contains(&"read.token_missing"));

    // The next file would decide otherwise; it is read as the first one was.
    let first = read(
        &b"c,d,x\nNA,13.02.2024,\"1,5\"\nDE,01.02.2024,\"2,25\"\nFR,02.03.2024,\"3,5\"\n".to_vec(),
        &ReadOptions::default(),
    );
    let next = b"c,d,x\nNA,01.02.2024,\"1,234\"\nplain words,03.04.2024,\"2,345\"\n".to_vec();
    let import = read(&next, &first.summary.options);
    assert_eq!(texts(&import, "c"), ["NA", "plain words"]);
    assert_eq!(texts(&import, "d"), ["2024-02-01", "2024-04-03"]);
    assert_eq!(texts(&import, "x"), ["1.234", "2.345"]);
    assert_eq!(
        first.summary.readings["c"]
            .missing_tokens
            .as_ref()
            .map(|tokens| tokens.contains(&"NA".to_owned())),
        Some(false)
    );
    assert_eq!(first.summary.readings["x"].decimal_comma, Some(true));
}

#[test]
fn headers_keep_what_the_file_calls_them() {
    let import = read(&b" age ,age,,\"two\nlines\"\n1,2,3,4\n".to_vec(), &ReadOptions::default());
    let of = |name: &str| import.summary.readings.get(name).and_then(|reading| reading.header.clone());
    assert_eq!(of("age").as_deref(), Some(" age "));
    assert_eq!(of("age_2").as_deref(), Some("age"));
    assert_eq!(of("column_3").as_deref(), Some(""));
    assert_eq!(of("two lines").as_deref(), Some("two\nlines"));
}

#[test]
fn two_digit_years_are_none_after_the_newest_clear_one() {
    let types = [("d".to_owned(), ColumnType::Time)];
    let options = |newest_year| ReadOptions {
        types: types.iter().cloned().collect(),
        columns: [(
            "d".to_owned(),
            ColumnReading {
                newest_year,
                ..ColumnReading::default()
            },
        )]
        .into_iter()
        .collect(),
        ..ReadOptions::default()
    };
    let bytes = b"d,n\n01.06.58,1\n24.12.2019,2\n24.12.20,3\n24.12.19,3\n".to_vec();
    let import = read(&bytes, &options(None));
    assert_eq!(texts(&import, "d"), ["1958-06-01", "2019-12-24", "1920-12-24", "2019-12-24"]);
    assert!(codes(&import).contains(&"read.date_pivot"));
    assert_eq!(import.summary.options.columns["d"].newest_year, Some(2019));
    assert_eq!(texts(&read(&bytes, &options(Some(2069))), "d")[0], "2058-06-01");
    let unclear = b"d,n\n01.06.58,1\n24.12.20,3\n".to_vec();
    assert_eq!(texts(&read(&unclear, &options(None)), "d"), ["1958-06-01", "2020-12-24"]);
}

/// A text of which an import may not make numbers keeps its levels apart.
#[test]
fn codes_are_kept_apart() {
    for (column, n_levels) in [
        (&["12345678901234567890.0", "12345678901234567891.0"][..], 2),
        (&["10E2", "1000", "11E3"], 3),
        (&["32E0134", "12e5"], 2),
        (&["101", "INF", "102"], 3),
        (&["007", "7"], 2),
    ] {
        let bytes = format!(
            "id,n\n{}",
            column.iter().map(|cell| format!("{cell},1\n")).collect::<String>()
        )
        .into_bytes();
        let import = read(&bytes, &ReadOptions::default());
        let column_type = import.table.column("id").unwrap().column_type();
        assert_eq!(column_type, ColumnType::Category, "{column:?}");
        let mut found = texts(&import, "id");
        found.sort();
        found.dedup();
        assert_eq!(found.len(), n_levels, "{column:?}");
    }
    for number in [
        &["1e5", "1000"][..],
        &["1.5", "12e5"],
        &["inf", "0.5"],
        &["-inf", "1"],
        &["1E-7", "2"],
    ] {
        let bytes = format!("x,n\n{}", number.iter().map(|cell| format!("{cell},1\n")).collect::<String>()).into_bytes();
        let import = read(&bytes, &ReadOptions::default());
        assert_eq!(
            import.table.column("x").unwrap().column_type(),
            ColumnType::Number,
            "{number:?}"
        );
    }
}

/// A reading that was not taken is offered with the line that speaks for it, and how to get it.
#[test]
fn the_other_reading_is_said_with_an_example() {
    let note = |text: &str, code: &str| {
        let sniffed = sniff(&text.as_bytes().to_vec(), "t.csv", None).unwrap();
        let note = sniffed.notes.into_iter().find(|note| note.code == code).unwrap();
        format!("{}. {}", note.says(), note.hint())
    };
    let lower = note(
        "Company,ACME Corp\nReport,Sales\ncity,n\nOslo,1\nRome,2\n",
        "read.lower_header",
    );
    assert!(
        lower.contains("Line 3") && lower.contains("city n") && lower.contains("--skip 2"),
        "{lower}"
    );
    let tilde = note("a~b~c\n1~2~3\n4~5~6\n", "read.one_column");
    assert!(
        tilde.contains("\"~\" 2 times: 1~2~3") && tilde.contains("--delimiter \"~\""),
        "{tilde}"
    );
    let gaps = note("name        age\nJ. Smith     23\nAnn         5\n", "read.one_column_gaps");
    assert!(gaps.contains("3 of 3 lines") && gaps.contains("J. Smith     23"), "{gaps}");
}

/// Dates that are rejected are read in no order, and their years in no century; those that are read are.
#[test]
fn only_dates_that_are_read_have_an_order_and_a_century() {
    let mut options = sniffed(&b"d,n\n1,1\n".to_vec());
    options.types = [("d".to_owned(), ColumnType::Time)].into();
    let nothing = read(&b"d,n\n58-06-01,1\n99-12-31,2\n".to_vec(), &options);
    let said = codes(&nothing);
    assert!(!said.iter().any(|code| code.starts_with("read.date_")), "{said:?}");
    let day_first = read(&b"d,n\n01.06.58,1\n15.03.12,2\n".to_vec(), &options);
    let said = codes(&day_first);
    assert!(
        said.contains(&"read.date_order") && said.contains(&"read.date_pivot"),
        "{said:?}"
    );
    assert!(!said.contains(&"read.date_assumed"), "{said:?}");
    // Both could be meant: the order is a guess, and said as one.
    let unsure = read(&b"d,n\n01.06.58,1\n02.03.12,2\n".to_vec(), &options);
    assert!(codes(&unsure).contains(&"read.date_assumed"));
}
