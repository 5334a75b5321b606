//! How a file is read, said and stated on the command line.

use crate::program::{Folder, mllc};

/// One column of thousands, one of decimals, a title, an answer that looks like a missing token, a record that is too long.
const ODD: &str = "Report of 2024,,,\nid,pop,rate,alley\n1,\"1,234\",\"1,5\",None\n2,\"2,345\",\"2,25\",Grvl\n3,\"3,456\",\"0,5\",Pave\n\
                   4,\"4,567\",\"1,1\",None\n5,5,6,7,8\n";

#[test]
fn every_reading_that_was_a_choice_is_said() {
    let folder = Folder::new("said");
    let data = folder.write("odd.csv", ODD);
    let profile = mllc(&["profile", &data]);
    assert_eq!(profile.code, 0, "{}", profile.stderr);
    for said in [
        "4 rows kept, 1 rejected",
        "1 line above the header is skipped",
        "pop stays text: 1,234 may be 1234 or 1.234",
        "1,5 in rate is read as 1.5",
        "alley: None is kept as a value 2 times",
    ] {
        assert!(profile.stderr.contains(said), "{said}\n{}", profile.stderr);
    }
    let json = mllc(&["profile", &data, "--json"]);
    let notes = json.json()["import"]["notes"].to_string();
    for code in [
        "read.title_lines",
        "read.mark_unsettled",
        "read.decimal_comma",
        "read.token_kept",
        "read.rows_rejected",
    ] {
        assert!(notes.contains(code), "{code}\n{notes}");
    }
}

#[test]
fn what_is_stated_holds() {
    let folder = Folder::new("stated");
    let data = folder.write("odd.csv", ODD);
    let json = mllc(&[
        "profile",
        &data,
        "--decimal",
        "pop=comma",
        "--missing",
        "alley=None",
        "--types",
        "id=text",
        "--json",
    ]);
    assert_eq!(json.code, 0, "{}", json.stderr);
    let json = json.json();
    let options = &json["import"]["options"];
    assert_eq!(options["columns"]["pop"]["decimal_comma"], true);
    assert_eq!(options["columns"]["alley"]["missing_tokens"], serde_json::json!(["None"]));
    let of = |name: &str| {
        let columns = json["profile"]["columns"].as_array().unwrap();
        columns.iter().find(|column| column["name"] == name).cloned().unwrap()
    };
    assert_eq!(
        (of("pop")["column_type"].as_str(), of("id")["column_type"].as_str()),
        (Some("number"), Some("text"))
    );
    assert_eq!(of("alley")["n_missing"], 2);

    let lost = folder.file("lost.csv");
    let profile = mllc(&["profile", &data, "--rejected", &lost]);
    assert_eq!(profile.code, 0, "{}", profile.stderr);
    assert_eq!(
        std::fs::read_to_string(&lost).unwrap(),
        "line,reason,record\n7,too_many_fields,\"5,5,6,7,8\"\n"
    );

    for wrong in [
        ["--decimal", "dot"],
        ["--encoding", "latin9"],
        ["--types", "id=string"],
        ["--missing", "nowhere=NA"],
    ] {
        let refused = mllc(&["profile", &data, wrong[0], wrong[1]]);
        assert!(refused.code == 2 || refused.code == 1, "{wrong:?}: {}", refused.stderr);
        assert!(!refused.stderr.contains("panicked"), "{}", refused.stderr);
    }
}

#[test]
fn what_a_terminal_would_obey_is_not_sent_to_it() {
    let folder = Folder::new("escapes");
    let data = folder.write("a\u{1b}[31mb.csv", "x\u{1b}]0;title\u{7},y\n1,a\n2,b\n");
    let profile = mllc(&["profile", &data]);
    assert_eq!(profile.code, 0, "{}", profile.stderr);
    assert!(
        !profile.stderr.contains('\u{1b}') && !profile.stdout.contains('\u{1b}'),
        "{}",
        profile.stderr
    );
    assert!(profile.stderr.contains("a\\u{1b}[31mb.csv"), "{}", profile.stderr);
    let missing = mllc(&["profile", &folder.file("no\u{1b}[2J.csv")]);
    assert!(missing.code == 2 && !missing.stderr.contains('\u{1b}'), "{}", missing.stderr);
}

/// A pipeline holds what was decided: the next file is read in the same way, whatever its own cells would suggest.
#[test]
fn what_was_decided_is_kept_in_the_pipeline() {
    let folder = Folder::new("decided");
    let rows = |range: std::ops::Range<usize>| -> String {
        range
            .map(|i| {
                format!(
                    "{},{};{};{}\n",
                    i % 7,
                    1 + i % 9,
                    i % 13,
                    if i % 3 == 0 { "yes" } else { "no" }
                )
            })
            .collect()
    };
    let data = folder.write("a.csv", &format!("x;n;t\n{}", rows(0..90)));
    let pipeline = folder.file("pipeline.json");
    let init = mllc(&["init", &data, "--target", "t", "--out", &pipeline]);
    assert_eq!(init.code, 0, "{}", init.stderr);
    let read: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&pipeline).unwrap()).unwrap();
    assert_eq!(
        (&read["read"]["decimal_comma"], &read["read"]["settled"]),
        (&true.into(), &true.into())
    );
}
