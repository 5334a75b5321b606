//! What holds for every file: written and read it is the same, split it is as csv-core splits it, and whatever the
//! bytes are, there is an answer in time and no panic.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests measure time, and fail by panicking"
)]

use csv_core::{ReadRecordResult, ReaderBuilder, Terminator};
use spec::read::ReadOptions;
use spec::{ColumnType, Unobserved};
use table::read::{import, sniff};
use table::write::csv;
use table::{Category, Column, ColumnData, Table, Text};

/// SplitMix64.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn number(&mut self) -> f64 {
        const SPECIAL: [f64; 12] = [
            0.0,
            -0.0,
            5e-324,
            -5e-324,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            0.1,
            1e16,
        ];
        match self.below(4) {
            0 => SPECIAL[self.below(SPECIAL.len())],
            1 => self.below(2_000) as f64 - 1_000.0,
            2 => (self.below(2_000_000) as f64 - 1e6) / 100.0,
            _ => {
                let x = f64::from_bits(self.next());
                if x.is_nan() { 1.0 } else { x }
            }
        }
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 24] = [
            "a", "B", " ", ",", "\"", "\n", "\r", "\r\n", ";", "\t", "é", "日本", "😀", "'", "=1+1", "-", "NA", "0", "\\", "#",
            "|", "u\u{308}", "true", "\u{a0}",
        ];
        (0..self.below(5)).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }

    fn table(&mut self) -> Table {
        let n_rows = self.below(30);
        let n_columns = 1 + self.below(6);
        let columns = (0..n_columns)
            .map(|index| {
                let name = match self.below(3) {
                    0 => format!("c{index}"),
                    1 => format!("col, \"{index}\""),
                    _ => format!("x {index}"),
                };
                let data = match self.below(5) {
                    0 => ColumnData::Number((0..n_rows).map(|_| self.number()).collect()),
                    1 => {
                        let cells: Vec<String> = (0..n_rows).map(|_| self.text()).collect();
                        ColumnData::Text(cells.iter().map(|cell| Some(cell.as_str())).collect::<Text>())
                    }
                    2 => {
                        let cells: Vec<String> = (0..n_rows).map(|_| self.text()).collect();
                        ColumnData::Category(Category::from_texts(cells.iter().map(|cell| Some(cell.as_str()))))
                    }
                    3 => ColumnData::Time(
                        (0..n_rows)
                            .map(|_| match self.below(4) {
                                0 => f64::NAN,
                                1 => (self.below(40_000) as f64 - 10_000.0) * 86_400.0,
                                2 => (self.next() % 4_000_000_000) as f64 - 1e9,
                                _ => ((self.next() % 4_000_000_000_000) as f64 - 1e12) / 1000.0,
                            })
                            .collect(),
                    ),
                    _ => ColumnData::Boolean((0..n_rows).map(|_| self.below(3) as u8).collect()),
                };
                Column::new(name, data)
            })
            .collect();
        Table::new(columns).unwrap()
    }
}

/// The types of the table, no missing tokens: what a pipeline file would carry.
fn exact_options(table: &Table) -> ReadOptions {
    ReadOptions {
        types: table
            .columns()
            .iter()
            .map(|column| (column.name().to_owned(), column.column_type()))
            .collect(),
        missing_tokens: Vec::new(),
        ..ReadOptions::default()
    }
}

/// A text of blanks only counts as missing when it is read.
fn blanks_as_missing(table: &Table) -> Table {
    let columns = table
        .columns()
        .iter()
        .map(|column| {
            let keep = |cell: Option<&str>| cell.filter(|cell| !cell.trim().is_empty()).map(str::to_owned);
            let data = match &column.data {
                ColumnData::Text(text) => {
                    let cells: Vec<Option<String>> = text.iter().map(|cell| keep(Some(cell))).collect();
                    ColumnData::Text(cells.iter().map(|cell| cell.as_deref()).collect())
                }
                ColumnData::Category(category) => {
                    let cells: Vec<Option<String>> = (0..category.codes.len()).map(|row| keep(category.get(row))).collect();
                    ColumnData::Category(Category::from_texts(cells.iter().map(|cell| cell.as_deref())))
                }
                data => data.clone(),
            };
            Column::new(column.name(), data)
        })
        .collect();
    Table::new(columns).unwrap()
}

#[test]
fn written_and_read_back_a_table_is_the_same_to_the_bit() {
    let mut draw = Draw(1);
    for round in 0..3_000 {
        let table = blanks_as_missing(&draw.table());
        let bytes = csv(&table, false);
        let options = exact_options(&table);
        let read = import(&bytes, "t.csv", &options, &mut Unobserved).unwrap();
        let plain = Table::new(
            read.table
                .columns()
                .iter()
                .map(|column| Column::new(column.name(), column.data.clone()))
                .collect(),
        )
        .unwrap();
        assert_eq!(
            plain.to_bytes(),
            table.to_bytes(),
            "round {round}\n{}",
            String::from_utf8_lossy(&bytes)
        );
        assert_eq!(plain.hash(), table.hash());
        assert_eq!(read.summary.n_rejected, 0);
        assert!(read.summary.rejects.is_empty(), "{:?}", read.summary.rejects);
    }
}

#[test]
fn a_table_is_its_bytes_and_damaged_bytes_are_refused() {
    let mut draw = Draw(2);
    for _ in 0..300 {
        let table = draw.table();
        let bytes = table.to_bytes();
        assert_eq!(Table::from_bytes(&bytes).unwrap().to_bytes(), bytes);
        for _ in 0..30 {
            let mut damaged = bytes.clone();
            match draw.below(3) {
                0 => damaged.truncate(draw.below(bytes.len())),
                1 => damaged.push(0),
                _ => {
                    let at = draw.below(bytes.len());
                    damaged[at] = draw.next() as u8;
                }
            }
            // A changed number is another table; everything else is refused. Never a panic.
            match Table::from_bytes(&damaged) {
                Ok(other) => assert_eq!(other.to_bytes().len(), damaged.len()),
                Err(failure) => assert!(
                    matches!(failure.message.code.as_str(), "table.bytes" | "table.duplicate_name"),
                    "{failure}"
                ),
            }
        }
    }
}

#[test]
fn only_texts_that_a_spreadsheet_would_run_are_guarded() {
    let texts = ["=1+1", "+a", "-b", "@x", "\tx", "\rx", "a=b", "'q", " =1"];
    let table = Table::new(vec![
        Column::new("=name", ColumnData::Text(texts.map(Some).into_iter().collect::<Text>())),
        Column::new(
            "n",
            ColumnData::Number(vec![-1.0, -0.0, 2.0, -3.5, 0.0, -1e300, 1.0, f64::NAN, -5e-324]),
        ),
    ])
    .unwrap();
    let safe = String::from_utf8(csv(&table, true)).unwrap();
    assert_eq!(
        safe,
        "\"'=name\",n\n\"'=1+1\",-1\n\"'+a\",-0\n\"'-b\",2\n\"'@x\",-3.5\n\"'\tx\",0\n\"'\rx\",-1e300\na=b,1\n\"'q\",\n\" =1\",-5e-324\n"
    );
    let exact = String::from_utf8(csv(&table, false)).unwrap();
    assert!(exact.starts_with("=name,n\n=1+1,-1\n"), "{exact}");
}

/// All fields as csv-core splits them.
fn split_by_csv_core(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::CRLF).build();
    let (mut input, mut records) = (bytes, Vec::new());
    let (mut output, mut ends) = (vec![0; bytes.len() + 64], vec![0; bytes.len() + 64]);
    let (mut n_out, mut n_ends) = (0, 0);
    loop {
        let (result, n_in, wrote, ended) = reader.read_record(input, &mut output[n_out..], &mut ends[n_ends..]);
        input = &input[n_in..];
        n_out += wrote;
        n_ends += ended;
        match result {
            ReadRecordResult::Record => {
                let mut start = 0;
                let fields = ends[..n_ends].iter().map(|&end| {
                    let field = String::from_utf8_lossy(&output[start..end]).into_owned();
                    start = end;
                    field
                });
                records.push(fields.collect());
                (n_out, n_ends) = (0, 0);
            }
            ReadRecordResult::End => return records,
            ReadRecordResult::InputEmpty | ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {}
        }
    }
}

#[test]
fn records_are_split_as_csv_core_splits_them() {
    // Without blanks, which only this reader passes over before a quote and on blank lines.
    const PIECES: [&str; 10] = ["a", "bc", ",", ",", "\"", "\"\"", "\n", "\r\n", "é", "7"];
    let mut draw = Draw(3);
    let (mut n_compared, mut n_refused) = (0, 0);
    for _ in 0..20_000 {
        let text: String = (0..1 + draw.below(24)).map(|_| PIECES[draw.below(PIECES.len())]).collect();
        let expected = split_by_csv_core(text.as_bytes(), b',');
        let Some(width) = expected.iter().map(Vec::len).max() else {
            continue;
        };
        // One more line makes every record at least as wide as the header, so that none is rejected.
        let names: Vec<String> = (0..width).map(|index| format!("h{index}")).collect();
        let options = ReadOptions {
            types: names.iter().map(|name| (name.clone(), ColumnType::Text)).collect(),
            missing_tokens: Vec::new(),
            ..ReadOptions::default()
        };
        let file = format!("{}\n{text}", names.join(",")).into_bytes();
        match import(&file, "t.csv", &options, &mut Unobserved) {
            Ok(read) => {
                n_compared += 1;
                let got: Vec<Vec<String>> = (0..read.table.n_rows())
                    .map(|row| {
                        read.table
                            .columns()
                            .iter()
                            .map(|column| column.text_at(row).unwrap_or_default().into_owned())
                            .collect()
                    })
                    .collect();
                let padded: Vec<Vec<String>> = expected
                    .into_iter()
                    .map(|mut record: Vec<String>| {
                        record.resize(width, String::new());
                        // Blanks only, a quoted line break too, count as missing.
                        record
                            .into_iter()
                            .map(|cell| if cell.trim().is_empty() { String::new() } else { cell })
                            .collect()
                    })
                    .collect();
                assert_eq!(got, padded, "{text:?}");
            }
            Err(failure) => {
                n_refused += 1;
                assert_eq!(failure.message.code, "read.unclosed_quote", "{text:?}");
            }
        }
    }
    assert!(
        n_compared > 10_000 && n_refused > 1_000,
        "{n_compared} compared, {n_refused} refused"
    );
}

/// Both steps, and the sums that always hold.
fn survives(bytes: &Vec<u8>) {
    let Ok(sniffed) = sniff(bytes, "t.csv", None) else { return };
    let Ok(read) = import(bytes, "t.csv", &sniffed.options, &mut Unobserved) else {
        return;
    };
    assert_eq!(read.summary.n_kept, read.table.n_rows() as u64);
    let n_too_many = read
        .summary
        .reject_counts
        .iter()
        .find(|(reason, _)| *reason == spec::read::RejectReason::TooManyFields);
    assert_eq!(read.summary.n_rejected, n_too_many.map_or(0, |(_, n)| *n));
    assert_eq!(Table::from_bytes(&read.table.to_bytes()).unwrap().hash(), read.table.hash());
    let profile = table::profile::profile(&read.table, None, &mut Unobserved).unwrap();
    let json = serde_json::to_string(&profile).unwrap();
    assert!(serde_json::from_str::<spec::profile::Profile>(&json).is_ok(), "{json}");
    if let Some(column) = read.table.columns().last() {
        table::profile::profile(&read.table, Some(column.name()), &mut Unobserved).unwrap();
    }
}

#[test]
fn random_bytes_never_panic() {
    let mut draw = Draw(4);
    for _ in 0..3_000 {
        let n = draw.below(400);
        survives(&(0..n).map(|_| draw.next() as u8).collect());
    }
}

#[test]
fn mutated_files_never_panic() {
    let seeds: [&[u8]; 5] = [
        b"id,name,when,ok,amount\n1,\"a, b\",2024-01-31,yes,1.5\n2,\"two\nlines\",2024-02-01,no,-3e10\n3,,,yes,NA\n4,x,2024-02-03,no,0.25\n",
        "sep=;\nname;wert\nM\u{fc}ller;1,5\nK\u{f6}ln;2,25\n\u{1f600};3\n".as_bytes(),
        b"title\n\na\tb\tc\n1\t01/02/2024\t0x1\n2\t31/12/2024\t007\n",
        b"\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00",
        b"\x93\xfa\x96\x7b,n\n\x93\x8c\x8b\x9e,1\n\x91\xe5\x8d\xe3,2\n",
    ];
    let started = std::time::Instant::now();
    let mut draw = Draw(5);
    for round in 0..10_000 {
        let mut bytes = seeds[round % seeds.len()].to_vec();
        for _ in 0..1 + draw.below(6) {
            let at = draw.below(bytes.len());
            match draw.below(6) {
                0 => bytes[at] = draw.next() as u8,
                1 => bytes.insert(at, b"\"\\,;\t\n\r\0#|'"[draw.below(11)]),
                2 => {
                    bytes.remove(at);
                }
                3 => bytes.truncate(at.max(1)),
                4 => {
                    let piece = bytes[at..(at + 1 + draw.below(20)).min(bytes.len())].to_vec();
                    let to = draw.below(bytes.len());
                    bytes.splice(to..to, piece);
                }
                _ => bytes[at] ^= 1 << draw.below(8),
            }
            if bytes.is_empty() {
                bytes.push(b'a');
            }
        }
        survives(&bytes);
    }
    assert!(
        started.elapsed().as_secs() < 120,
        "{:?} for 10,000 small files",
        started.elapsed()
    );
}

/// Slices never show: what is read does not depend on where they end.
#[test]
fn a_file_of_many_slices_is_read_as_one() {
    use std::cell::Cell;
    struct Dripping {
        bytes: Vec<u8>,
        n_reads: Cell<usize>,
    }
    impl table::ByteSource for Dripping {
        fn two_byte_decoder(&self, encoding: table::TwoByte) -> Box<dyn table::TwoByteDecoder> {
            table::encodings::decoder(encoding)
        }

        fn n_bytes(&self) -> u64 {
            self.bytes.len() as u64
        }
        fn read(&self, offset: u64, n: usize) -> spec::Outcome<Vec<u8>> {
            self.n_reads.set(self.n_reads.get() + 1);
            // A source may give less than was asked for.
            let n = n.min(7 + self.n_reads.get() % 5);
            self.bytes.read(offset, n)
        }
    }
    let text = "näme,n,wörds\r\n\"zwei\r\nZeilen\",1,\"a \"\"b\"\" c\"\r\n日本語,2,\r\n# not a comment,3,x\r\n".repeat(3);
    for encoding in [
        spec::read::Encoding::Utf8,
        spec::read::Encoding::Utf16Le,
        spec::read::Encoding::Utf16Be,
    ] {
        let bytes: Vec<u8> = match encoding {
            spec::read::Encoding::Utf8 => text.clone().into_bytes(),
            spec::read::Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            _ => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        };
        let options = ReadOptions {
            encoding,
            ..ReadOptions::default()
        };
        let whole = import(&bytes, "t.csv", &options, &mut Unobserved).unwrap();
        let source = Dripping {
            bytes,
            n_reads: Cell::new(0),
        };
        let dripped = import(&source, "t.csv", &options, &mut Unobserved).unwrap();
        assert_eq!(whole.table.to_bytes(), dripped.table.to_bytes());
        assert_eq!(whole.summary, dripped.summary);
        assert_eq!(whole.table.n_rows(), 11);
    }
}

/// An observer that has had enough ends the work at once.
#[test]
fn cancelling_ends_import_and_profile() {
    struct Impatient(usize);
    impl spec::Observer for Impatient {
        fn tick(&mut self, fraction: f64) -> spec::Outcome<()> {
            assert!((0.0..=1.0).contains(&fraction));
            self.0 += 1;
            if self.0 > 3 { Err(spec::Failure::cancelled()) } else { Ok(()) }
        }
    }
    let mut bytes = b"a,b\n".to_vec();
    for row in 0..50_000 {
        bytes.extend_from_slice(format!("{row},{}\n", row % 7).as_bytes());
    }
    let options = ReadOptions::default();
    let failure = import(&bytes, "t.csv", &options, &mut Impatient(0)).unwrap_err();
    assert!(failure.cancelled);
    let table = import(&bytes, "t.csv", &options, &mut Unobserved).unwrap().table;
    assert!(
        table::profile::profile(&table, Some("b"), &mut Impatient(0))
            .unwrap_err()
            .cancelled
    );
}

/// Cells of every kind that reading changes, and plain ones.
fn written_cells(draw: &mut Draw) -> Vec<String> {
    const KINDS: [&[&str]; 12] = [
        &["1", "2", "30", "NA", "?", "", "-5"],
        &["1.5", "2.50", "+3", ".5", "5.", "1e3", "-0.25", "NaN", "1E-7", "0.000001"],
        &["1,5", "2,25", "0,131", "1,207", "−3,5", "NA"],
        &["1,234", "2,345", "12,345", "999"],
        &[
            "0.12345678901234567890",
            "0.1",
            "123456789.12345678",
            "1e-400",
            "1e999",
            "0.30000000000000004",
            "-",
        ],
        &["12345678901234567890", "12345678901234567891.0", "7"],
        &[
            "2024-01-31",
            "2024-01-31 10:00:00",
            "31 Jan 2024",
            "2024-01-31T10:00:00Z",
            "2024-01-31T10:00:00.123456789Z",
            "N/A",
        ],
        &["24.12.2020", "31.01.2021", "01.02.2021", "null"],
        &["true", "False", "TRUE", "false", "None"],
        &["None", "Grvl", "Pave", "NA", "?"],
        &["10E2", "11E3", "12e5", "32E0134", "INF"],
        &["NA", "DE", "FR", "-", "US"],
    ];
    let kind = KINDS[draw.below(KINDS.len())];
    let n_used = 1 + draw.below(kind.len());
    (0..40).map(|_| kind[draw.below(n_used)].to_owned()).collect()
}

/// Whatever the file is: a cell that would not be written again as it stands is counted in a note, by its kind, and the
/// note gives an example that stands in the file.
#[test]
fn what_is_not_kept_as_written_is_counted_with_an_example() {
    let mut draw = Draw(8);
    let mut n_noted = 0;
    for round in 0..2_000 {
        let columns: Vec<Vec<String>> = (0..1 + draw.below(4)).map(|_| written_cells(&mut draw)).collect();
        let mut text = (0..columns.len()).map(|index| format!("c{index};")).collect::<String>() + "last\n";
        for row in 0..40 {
            columns.iter().for_each(|cells| text.push_str(&(cells[row].clone() + ";")));
            text.push_str("x\n");
        }
        let bytes = text.clone().into_bytes();
        let options = ReadOptions {
            delimiter: ";".to_owned(),
            ..ReadOptions::default()
        };
        let read = import(&bytes, "t.csv", &options, &mut Unobserved).unwrap();
        let summary = &read.summary;
        let reading = table::read::Reading {
            options: &summary.options,
            schema: &summary.schema,
            formats: &summary.formats,
        };
        let mut n_missing = 0;
        let mut n_other = std::collections::BTreeMap::new();
        for (column, cells) in read.table.columns().iter().zip(&columns) {
            for (row, cell) in cells.iter().enumerate() {
                if cell.is_empty() || *cell == reading.write(column, row) {
                    continue;
                }
                if column.is_missing(row) {
                    n_missing += 1;
                } else {
                    *n_other.entry(column.column_type().name()).or_insert(0) += 1;
                }
            }
        }
        let count = |codes: &[&str]| {
            let of_code = summary.notes.iter().filter(|note| codes.contains(&note.code.as_str()));
            of_code
                .map(|note| match note.values.get("n") {
                    Some(spec::Value::Count(n)) => *n,
                    _ => 0,
                })
                .sum::<u64>()
        };
        let n_rejected = summary.reject_counts.iter().map(|(_, n)| *n).sum::<u64>();
        let context = || {
            format!(
                "round {round}\n{text}\n{:#?}",
                summary.notes.iter().map(spec::Message::says).collect::<Vec<_>>()
            )
        };
        let n_tokens = count(&["read.tokens_missing", "read.token_missing"]);
        assert_eq!(n_tokens + n_rejected, n_missing, "missing cells, {}", context());
        for (kind, codes) in [
            ("number", &["read.number_format", "read.rounded", "read.overflow"][..]),
            ("time", &["read.time_format", "read.times_rounded"][..]),
            ("boolean", &["read.boolean_format"][..]),
            ("category", &[][..]),
            ("text", &[][..]),
        ] {
            assert_eq!(
                count(codes),
                n_other.get(kind).copied().unwrap_or(0),
                "{kind} cells, {}",
                context()
            );
        }
        for note in &summary.notes {
            if let Some(spec::Value::Text(example)) = note.values.get("example") {
                assert!(text.contains(example.as_str()), "{example} is not in the file, {}", context());
                n_noted += 1;
            }
        }
        // Read once more in the same way, the same file is the same table.
        let again = import(&bytes, "t.csv", &summary.options, &mut Unobserved).unwrap();
        assert_eq!(again.table.to_bytes(), read.table.to_bytes(), "{}", context());
        assert_eq!(again.summary.options, summary.options);
    }
    assert!(n_noted > 1_000, "{n_noted} notes with an example");
}

/// Records that are long, open and many: each is split a few times, not once a slice.
#[test]
fn a_file_of_long_quoted_records_takes_time_in_proportion() {
    let secs = |n_records: usize| {
        let record = format!("1,\"{}\"\n", "word, word\n".repeat(1_000_000));
        let bytes = ("a,b\n".to_owned() + &record.repeat(n_records)).into_bytes();
        let started = std::time::Instant::now();
        let sniffed = sniff(&bytes, "t.csv", None).unwrap();
        let read = import(&bytes, "t.csv", &sniffed.options, &mut Unobserved).unwrap();
        assert_eq!(read.table.n_rows(), n_records);
        started.elapsed().as_secs_f64()
    };
    let (one, three) = (secs(1), secs(3));
    assert!(three < 8.0 * one + 2.0, "{one} s for one record, {three} s for three");
}

/// Whatever lines a file has: each is a row, a rejected record, the header, a blank line, a comment, or among the lines
/// above the table, which are said; and one record alone is never all that is left of several.
#[test]
fn every_line_of_a_file_is_accounted_for() {
    const LINES: [&str; 22] = [
        "text",
        "full name",
        "One",
        "two words",
        "a,b",
        "x,1",
        "y,2",
        "Oslo,3,4",
        "city,n,v",
        "Author: x, y",
        "Hello, world",
        "1.234,50",
        "0,50 €",
        "51,52",
        "#id,1",
        "# a remark",
        "k;v",
        "A;1,234,567",
        "p\tq",
        "",
        "Total,5",
        "0,1,2",
    ];
    let mut draw = Draw(31);
    let mut n_skipped_files = 0;
    for _ in 0..4_000 {
        // Runs of one kind of line are what files are made of.
        let mut lines: Vec<&str> = Vec::new();
        for _ in 0..1 + draw.below(4) {
            let line = LINES[draw.below(LINES.len())];
            lines.extend(std::iter::repeat_n(line, 1 + draw.below(4)));
        }
        let bytes = format!("{}\n", lines.join("\n")).into_bytes();
        let Ok(sniffed) = sniff(&bytes, "a.csv", None) else { continue };
        let options = &sniffed.options;
        let Ok(import) = import(&bytes, "a.csv", options, &mut Unobserved) else {
            continue;
        };
        let n_titles = options.skip_lines as usize;
        let is_passed = |line: &&&str| line.trim().is_empty() || options.comment.is_some_and(|mark| line.starts_with(mark));
        let n_passed = lines[n_titles..].iter().filter(is_passed).count();
        let summary = &import.summary;
        let n_records = summary.n_kept + summary.n_rejected + u64::from(options.has_header);
        assert_eq!(n_records as usize + n_titles + n_passed, lines.len(), "{lines:?} {options:?}");
        let is_said = sniffed.notes.iter().any(|note| note.code == "read.title_lines");
        assert_eq!(n_titles > 0, is_said, "{lines:?}");
        assert!(sniffed.notes.iter().all(|note| !note.says().contains('{')), "{lines:?}");
        // A table below titles has at least a header and a row.
        assert!(n_titles == 0 || n_records >= 2, "{lines:?}");
        n_skipped_files += usize::from(n_titles > 0);
    }
    assert!(
        n_skipped_files > 20,
        "{n_skipped_files} files with titles are too few to say anything"
    );
}
