//! Files as they come (reliability.md, N rows): bytes in, what was understood out. Each case is its N row, the bytes,
//! and the whole outcome as text: dialect, columns, rows, counts, rejects, notes; or the failure. With
//! `WORKBENCH_WRITE_CASES=1` the outcomes are written into the files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod support;

use support::{CASES_DIR, describe, unescape};

#[test]
fn every_case_comes_out_as_written() {
    let mut names: Vec<_> = std::fs::read_dir(CASES_DIR)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    assert!(names.len() >= 140, "cases are missing: {}", names.len());
    // The differences are to be read before they are kept.
    let is_written = std::env::var("WORKBENCH_WRITE_CASES").is_ok_and(|on| on == "1");
    let mut failures = Vec::new();
    for path in names {
        let case = std::fs::read_to_string(&path).unwrap();
        let (input, expected) = case.split_once("\n----\n").unwrap();
        let got = describe(&unescape(input));
        if is_written {
            std::fs::write(&path, format!("{input}\n----\n{got}")).unwrap();
            continue;
        }
        if got.trim_end() != expected.trim_end() {
            failures.push(format!("{}\n-- expected\n{expected}\n-- got\n{got}", path.display()));
        }
    }
    assert!(
        failures.is_empty(),
        "{} cases differ\n{}",
        failures.len(),
        failures.join("\n")
    );
}
