//! The built program: its words, its files, its exit codes.

use crate::program::{Folder, mllc, sample};

#[test]
fn a_run_leaves_a_project_that_unpacks_and_packs_to_the_same_bytes() {
    let folder = Folder::new("project");
    let (pipeline, out) = (folder.file("pipeline.json"), folder.file("out"));
    let data = sample("iris");
    let init = mllc(&["init", &data, "--target", "species", "--out", &pipeline]);
    assert_eq!(init.code, 0, "{}", init.stderr);
    let run = mllc(&["run", &pipeline, "--data", &data, "--out", &out]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for name in [
        "report.json",
        "report.html",
        "timing.json",
        "predictions.csv",
        "bundle/model.onnx",
        "project.mllc",
    ] {
        assert!(std::fs::exists(format!("{out}/{name}")).unwrap(), "{name}");
    }

    let (project, unpacked, packed) = (
        folder.file("out/project.mllc"),
        folder.file("unpacked"),
        folder.file("again.mllc"),
    );
    let export = mllc(&["export", &project, "--out", &unpacked]);
    assert_eq!(export.code, 0, "{}", export.stderr);
    let import = mllc(&["import", &unpacked, "--out", &packed]);
    assert_eq!(import.code, 0, "{}", import.stderr);
    assert_eq!(std::fs::read(&project).unwrap(), std::fs::read(&packed).unwrap());
    // A folder that holds something is not written into.
    assert_eq!(mllc(&["export", &project, "--out", &unpacked]).code, 2);

    // An edited document becomes the project's.
    let document = folder.file("unpacked/pipeline.json");
    let edited = std::fs::read_to_string(&document)
        .unwrap()
        .replace("\"seed\": 42", "\"seed\": 7");
    std::fs::write(&document, edited).unwrap();
    assert_eq!(mllc(&["import", &unpacked, "--out", &packed]).code, 0);
    let again = folder.file("again");
    assert_eq!(mllc(&["export", &packed, "--out", &again]).code, 0);
    assert!(
        std::fs::read_to_string(folder.file("again/pipeline.json"))
            .unwrap()
            .contains("\"seed\": 7")
    );

    // A chunk that is not what its name says is found.
    let chunk = std::fs::read_dir(folder.file("unpacked/chunks"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    std::fs::write(&chunk, "x").unwrap();
    let import = mllc(&["import", &unpacked, "--out", &packed]);
    assert_eq!(import.code, 1);
    assert!(import.stderr.contains("has changed"), "{}", import.stderr);
    // One that is missing is no project, and leaves no file.
    std::fs::remove_file(&chunk).unwrap();
    let nowhere = folder.file("nowhere.mllc");
    let import = mllc(&["import", &unpacked, "--out", &nowhere]);
    assert_eq!(import.code, 1);
    assert!(import.stderr.contains("is not there"), "{}", import.stderr);
    assert!(!std::fs::exists(&nowhere).unwrap());
    // What never ends, or leads elsewhere, is not opened.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/dev/zero", &chunk).unwrap();
        let import = mllc(&["import", &unpacked, "--out", &nowhere]);
        assert_eq!(import.code, 2, "{}", import.stderr);
        assert!(import.stderr.contains("not a plain file"), "{}", import.stderr);
        std::fs::remove_file(&chunk).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&chunk).status().unwrap();
        assert!(made.success());
        let import = mllc(&["import", &unpacked, "--out", &nowhere]);
        assert_eq!(import.code, 2, "{}", import.stderr);
        std::fs::remove_file(&chunk).unwrap();
    }
    // Nor is a path that stands where a hash should.
    let record = folder.file("unpacked/project.json");
    let hash = chunk.file_name().unwrap().to_str().unwrap();
    let text = std::fs::read_to_string(&record).unwrap();
    for name in ["../../../dev/zero", "/dev/zero", "A\\u0007B", &hash.to_uppercase()] {
        std::fs::write(&record, text.replace(hash, name)).unwrap();
        let import = mllc(&["import", &unpacked, "--out", &nowhere]);
        assert_eq!(import.code, 1, "{name}: {}", import.stderr);
        assert!(import.stderr.contains("no name of a chunk"), "{name}: {}", import.stderr);
    }
}

/// A forest whose leaves hold hundreds of classes is refused before it fills the memory, and says how it would fit.
#[test]
fn a_model_that_memory_would_not_hold_is_refused_before_it_is_begun() {
    let folder = Folder::new("memory");
    let mut text = String::from("a,b,c,label\n");
    for i in 0u64..3_000 {
        let mix = i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        text += &format!("{},{},{},class {}\n", mix % 997, mix % 89, i % 31, (mix / 7) % 150);
    }
    let data = folder.write("many.csv", &text);
    let document = folder.file("pipeline.json");
    let init = mllc(&["init", &data, "--target", "label", "--out", &document]);
    assert_eq!(init.code, 0, "{}", init.stderr);
    let mut pipeline: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&document).unwrap()).unwrap();
    pipeline["models"] = serde_json::json!([{ "algorithm": "random_forest" }]);
    std::fs::write(&document, pipeline.to_string()).unwrap();
    let out = folder.file("out");
    let start = std::time::Instant::now();
    let run = mllc(&["run", &document, "--data", &data, "--out", &out, "--memory", "300MB"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    for words in ["would take about", "150 values", "It would fit with", "--memory"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert!(start.elapsed().as_secs() < 60);
    // As it says itself.
    pipeline["models"] = serde_json::json!([{ "algorithm": "random_forest", "params": { "max_depth": 3, "n_estimators": 20 } }]);
    std::fs::write(&document, pipeline.to_string()).unwrap();
    let run = mllc(&["run", &document, "--data", &data, "--out", &out, "--memory", "300MB"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn an_ab_test_is_planned_and_judged() {
    let plan = mllc(&[
        "ab",
        "plan",
        "--rate",
        "0.1",
        "--effect",
        "0.02",
        "--units-per-day",
        "500",
        "--json",
    ]);
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    let plan: serde_json::Value = plan.json();
    assert_eq!(plan["once"]["n_a"], 3841, "as statsmodels with the pooled variance gives");
    assert_eq!(mllc(&["ab", "plan", "--rate", "0.1"]).code, 2, "no effect was given");
    let impossible = mllc(&["ab", "plan", "--rate", "0.95", "--effect", "0.1"]);
    assert_eq!(impossible.code, 1);
    assert!(!impossible.stderr.contains("panicked"), "{}", impossible.stderr);

    let folder = Folder::new("ab");
    let (mut log, mut outcomes) = (String::new(), String::new());
    for i in 0..4000 {
        let variant = if i % 2 == 0 { "champion" } else { "challenger" };
        // That of key 42 with the salt "v1": python -c 'import hmac; print(hmac.new(b"v1", b"42", "sha256").hexdigest()[:16])'
        let hash = if i == 42 {
            "ee9773925c472a42".to_owned()
        } else {
            format!("k{i}")
        };
        log += &format!(
            "{{\"request_id\":\"r{i}\",\"at\":\"2026-01-01T00:00:00Z\",\"variant\":\"{variant}\",\"key_hash\":\"{hash}\",\
             \"label\":\"yes\",\"probabilities\":{{\"no\":0.4,\"yes\":0.6}}}}\n"
        );
        let bought = if i % 2 == 0 { i % 20 == 0 } else { i % 5 == 1 };
        outcomes += &format!(
            "{{\"request_id\":\"r{i}\",\"outcome\":\"{}\"}}\n",
            if bought { "bought" } else { "left" }
        );
    }
    let (log, outcomes) = (folder.write("log.jsonl", &log), folder.write("outcomes.jsonl", &outcomes));
    let call = [
        "ab",
        "verdict",
        "--log",
        &log,
        "--outcomes",
        &outcomes,
        "--outcome-is",
        "bought",
        "--json",
    ];
    let judged = mllc(&call);
    assert_eq!(judged.code, 0, "{}", judged.stderr);
    let judged = judged.json();
    assert_eq!(judged["conclusion"], "b_better");
    assert_eq!(judged["arms"]["a"]["n_with"], 200);
    assert_eq!(judged["arms"]["b"]["n_with"], 400);

    // An outcome may name the key itself; it is found by the salt that the service has.
    let by_key = folder.write("by_key.csv", "key,outcome\n42,bought\n");
    for (salt, n_known) in [("v1", 1), ("v2", 0)] {
        let call = [
            "ab",
            "verdict",
            "--log",
            &log,
            "--outcomes",
            &by_key,
            "--outcome-is",
            "bought",
            "--key-salt",
            salt,
            "--json",
        ];
        let judged = mllc(&call);
        assert_eq!(judged.code, 0, "{}", judged.stderr);
        assert_eq!(judged.json()["arms"]["a"]["n_known"], n_known, "{salt}");
    }

    // Keys are words, and a byte order mark is no part of the first line.
    let odd_keys = folder.write("odd_keys.csv", "key,outcome\n042,bought\n42.0,bought\n");
    let marked = folder.write("marked.jsonl", "\u{feff}{\"key\":42,\"outcome\":\"bought\"}\n");
    for (outcomes, n_known) in [(odd_keys, 0), (marked, 1)] {
        let call = [
            "ab",
            "verdict",
            "--log",
            &log,
            "--outcomes",
            &outcomes,
            "--outcome-is",
            "bought",
            "--json",
        ];
        let judged = mllc(&call);
        assert_eq!(judged.code, 0, "{}", judged.stderr);
        assert_eq!(judged.json()["arms"]["a"]["n_known"], n_known, "{outcomes}");
    }

    let rows: String = (0..300)
        .map(|i| format!("{},{i}\n", if i % 2 == 0 { "old" } else { "new" }))
        .collect();
    let table = folder.write("table.csv", &format!("variant,outcome\n{rows}"));
    let judged = mllc(&["ab", "verdict", "--data", &table, "--a", "old", "--b", "new", "--mean"]);
    assert_eq!(judged.code, 0, "{}", judged.stderr);
    let wrong = mllc(&[
        "ab",
        "verdict",
        "--data",
        &table,
        "--outcome",
        "bought",
        "--a",
        "old",
        "--b",
        "new",
    ]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.stderr.contains("bought"), "{}", wrong.stderr);
}

#[test]
fn a_folder_remembers_the_rows_that_were_opened() {
    let folder = Folder::new("ledger");
    let (pipeline, out) = (folder.file("pipeline.json"), folder.file("out"));
    let data = sample("iris");
    assert_eq!(mllc(&["init", &data, "--target", "species", "--out", &pipeline]).code, 0);
    let opened = mllc(&["run", &pipeline, "--data", &data, "--out", &out, "--open-test"]);
    assert_eq!(opened.code, 0, "{}", opened.stderr);
    // Without another opening, on another split, and back on the first with a reason.
    let plain = mllc(&["run", &pipeline, "--data", &data, "--out", &out]);
    assert_eq!(plain.code, 0, "{}", plain.stderr);
    let first = std::fs::read_to_string(&pipeline).unwrap();
    std::fs::write(&pipeline, first.replace("\"seed\": 42", "\"seed\": 7")).unwrap();
    let other = mllc(&["run", &pipeline, "--data", &data, "--out", &out, "--open-test"]);
    assert_eq!(other.code, 0, "{}", other.stderr);
    std::fs::write(&pipeline, &first).unwrap();
    let silent = mllc(&["run", &pipeline, "--data", &data, "--out", &out, "--open-test"]);
    assert_eq!(silent.code, 1, "the same rows again need a reason");
    let why = mllc(&[
        "run",
        &pipeline,
        "--data",
        &data,
        "--out",
        &out,
        "--open-test",
        "--reason",
        "checked",
    ]);
    assert_eq!(why.code, 0, "{}", why.stderr);
    let report = std::fs::read_to_string(format!("{out}/report.json")).unwrap();
    assert!(report.contains("\"test_openings\": 2"), "{report}");
    // A ledger of the first form has no rows, and counts all the same.
    let ledger = format!("{out}/ledger.json");
    let whole: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&ledger).unwrap()).unwrap();
    let openings: Vec<&serde_json::Value> = whole["openings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["opening"])
        .collect();
    assert_eq!(openings.len(), 3);
    std::fs::write(&ledger, serde_json::to_string(&openings).unwrap()).unwrap();
    let old = mllc(&["run", &pipeline, "--data", &data, "--out", &out]);
    assert_eq!(old.code, 0, "{}", old.stderr);
}

#[test]
fn a_pipeline_with_a_misspelt_name_is_refused() {
    let folder = Folder::new("misspelt");
    let pipeline = folder.file("pipeline.json");
    let data = sample("iris");
    assert_eq!(mllc(&["init", &data, "--target", "species", "--out", &pipeline]).code, 0);
    let written = std::fs::read_to_string(&pipeline).unwrap();
    let wrong = written.replacen(
        "\"algorithm\": \"decision_tree\"",
        "\"algorithm\": \"decision_tree\", \"hyperparameters\": {}",
        1,
    );
    assert_ne!(wrong, written);
    std::fs::write(&pipeline, wrong).unwrap();
    let run = mllc(&["run", &pipeline, "--data", &data, "--out", &folder.file("out")]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("hyperparameters"), "{}", run.stderr);
    // What an editor puts in front of a text is no fault.
    std::fs::write(&pipeline, format!("\u{feff}{written}")).unwrap();
    let run = mllc(&["run", &pipeline, "--data", &data, "--out", &folder.file("out")]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn init_says_what_speaks_against_it() {
    let folder = Folder::new("init");
    let out = folder.file("pipeline.json");
    let churn = mllc(&["init", &sample("churn"), "--target", "churned", "--out", &out]);
    assert_eq!(churn.code, 0, "{}", churn.stderr);
    assert!(churn.stderr.contains("retention_call_outcome"), "{}", churn.stderr);

    let ratings = folder.file("ratings.csv");
    let rows: String = (0..60).map(|i| format!("{},{}\n", i % 7, 1 + i * 3 % 5)).collect();
    std::fs::write(&ratings, format!("x,stars\n{rows}")).unwrap();
    let regression = mllc(&["init", &ratings, "--target", "stars", "--task", "regression", "--out", &out]);
    assert_eq!(regression.code, 0, "{}", regression.stderr);
    assert!(std::fs::read_to_string(&out).unwrap().contains("\"rmse\""));

    let constant = folder.file("constant.csv");
    std::fs::write(&constant, "x,y\n1,a\n2,a\n3,a\n").unwrap();
    let refused = mllc(&["init", &constant, "--target", "y", "--out", &folder.file("none.json")]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(refused.stderr.contains('y') && !std::fs::exists(folder.file("none.json")).unwrap());
}

#[test]
fn records_that_cannot_be_scored_are_an_error_unless_they_may_be_left_out() {
    let folder = Folder::new("ragged");
    let (pipeline, out) = (folder.file("pipeline.json"), folder.file("out"));
    let data = sample("iris");
    assert_eq!(mllc(&["init", &data, "--target", "species", "--out", &pipeline]).code, 0);
    assert_eq!(mllc(&["run", &pipeline, "--data", &data, "--out", &out]).code, 0);
    let mut lines: Vec<String> = std::fs::read_to_string(&data).unwrap().lines().map(str::to_owned).collect();
    lines[3] += ",extra";
    lines[5] = lines[5].rsplit_once(',').unwrap().0.to_owned();
    lines[7] = lines[7].replacen('.', "..", 1);
    let ragged = folder.file("ragged.csv");
    std::fs::write(&ragged, lines.join("\n")).unwrap();
    let (bundle, csv) = (format!("{out}/bundle"), folder.file("s.csv"));
    let score = |more: &[&str]| {
        let all = [&["score", &bundle, "--data", &ragged, "--out", &csv, "--json"][..], more].concat();
        mllc(&all)
    };
    let refused = score(&[]);
    assert_eq!(
        (refused.code, std::fs::exists(&csv).unwrap()),
        (1, false),
        "{}",
        refused.stderr
    );
    for words in [
        "3 of 150 records",
        "Line 4: 6 fields",
        "Line 6: 4 fields",
        "Line 8, column",
        "--skip-rejected",
    ] {
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
    }
    let scored = score(&["--skip-rejected", "--keep", "species"]);
    assert_eq!(scored.code, 0, "{}", scored.stderr);
    assert!(scored.stderr.contains("lines 4, 6, 8"), "{}", scored.stderr);
    assert!(scored.stdout.contains("\"rejected_lines\":[4,6,8]"), "{}", scored.stdout);
    let written = std::fs::read_to_string(&csv).unwrap();
    assert_eq!(written.lines().count(), 148);
    assert!(written.starts_with("species,label,probability_"), "{written}");
    let not_there = score(&["--keep", "colour"]);
    assert!(
        not_there.code == 1 && not_there.stderr.contains("colour"),
        "{}",
        not_there.stderr
    );
}

/// Columns whose cells look like another type, each of which moves the answer.
#[test]
fn cells_are_read_by_the_contract_whatever_a_file_looks_like() {
    let folder = Folder::new("lookalikes");
    let (pipeline, out) = (folder.file("pipeline.json"), folder.file("out"));
    let lands = ["NA", "DE", "US"];
    let versions = ["1.1", "1.10", "2.0", "x"];
    let mut text = String::from(" land ,version,version,sold,x,y\n");
    for row in 0..480 {
        let (land, version, other) = (
            lands[row % 3],
            versions[row / 3 % 4],
            ["True", "False", "other"][row / 12 % 3],
        );
        let day = 1 + row % 28;
        let y = 100 * (row % 3) + 10 * (row / 3 % 4) + 1000 * (row / 12 % 3) + day;
        text += &format!("{land},{version},{other},{day:02}/03/2020,{}.5,{y}\n", row % 7);
    }
    let data = folder.file("data.csv");
    std::fs::write(&data, &text).unwrap();
    assert_eq!(mllc(&["init", &data, "--target", "y", "--out", &pipeline]).code, 0);
    let mut document: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&pipeline).unwrap()).unwrap();
    document["models"] = serde_json::json!([{ "algorithm": "gradient_boosting", "params": { "max_iter": 60 } }]);
    std::fs::write(&pipeline, document.to_string()).unwrap();
    let run = mllc(&["run", &pipeline, "--data", &data, "--out", &out]);
    assert!([0, 3].contains(&run.code), "{}", run.stderr);
    let bundle = format!("{out}/bundle");
    let (file, csv) = (folder.file("rows.csv"), folder.file("s.csv"));
    let score = |rows: &[&str], more: &[&str]| {
        std::fs::write(&file, format!(" land ,version,version,sold,x\n{}\n", rows.join("\n"))).unwrap();
        let _ = std::fs::remove_file(&csv);
        let found = mllc(&[&["score", &bundle, "--data", &file, "--out", &csv][..], more].concat());
        let answers = std::fs::read_to_string(&csv).unwrap_or_default();
        (found, answers.lines().skip(1).map(str::to_owned).collect::<Vec<String>>())
    };
    // The training file is taken as it is.
    let found = mllc(&["score", &bundle, "--data", &data, "--out", &csv, "--keep", "land,y"]);
    assert_eq!(found.code, 0, "{}", found.stderr);
    let of_training: Vec<String> = std::fs::read_to_string(&csv).unwrap().lines().map(str::to_owned).collect();
    assert_eq!((of_training.len(), of_training[0].as_str()), (481, "\" land \",y,prediction"));
    // Alone and in any company every row has the answer that it has in the training file.
    let lines: Vec<&str> = text.lines().skip(1).map(|line| line.rsplit_once(',').unwrap().0).collect();
    let expected = |row: usize| of_training[row + 1].rsplit_once(',').unwrap().1.to_owned();
    for rows in [vec![0], vec![3], vec![3, 4, 5], vec![15, 3], vec![12, 15], vec![24, 9, 0]] {
        let some: Vec<&str> = rows.iter().map(|&row| lines[row]).collect();
        let (found, answers) = score(&some, &[]);
        assert_eq!(
            answers,
            rows.iter().map(|&row| expected(row)).collect::<Vec<String>>(),
            "{rows:?}: {}",
            found.stderr
        );
    }
    let one = |row: &str| score(&[row], &[]).1;
    assert!(one("NA,1.1,True,01/03/2020,1.5") != one("DE,1.1,True,01/03/2020,1.5"));
    assert!(
        one("NA,1.1,True,01/03/2020,1.5") != one(",1.1,True,01/03/2020,1.5"),
        "NA is no missing cell"
    );
    assert!(
        one("DE,1.1,True,01/03/2020,1.5") != one("DE,1.10,True,01/03/2020,1.5"),
        "1.10 is no 1.1"
    );
    // What does not read is refused with its line and its text.
    for (row, words) in [
        ("DE,1.1,True,01/03/2020,\"1,234\"", "\"1,234\" is not a number"),
        ("DE,1.1,True,03/25/2020,1.5", "\"03/25/2020\" is not a date"),
    ] {
        let (found, _) = score(&["DE,1.1,True,01/03/2020,1.5", row], &[]);
        assert_eq!(found.code, 1, "{row}");
        assert!(
            found.stderr.contains("Line 3") && found.stderr.contains(words),
            "{}",
            found.stderr
        );
    }
    // The headers that import made, in another order; and a file that lacks what the model needs.
    std::fs::write(&file, "x;sold;version_2;version;land\n1.5;01/03/2020;True;1.10;NA\n").unwrap();
    let found = mllc(&["score", &bundle, "--data", &file, "--out", &csv]);
    assert_eq!(found.code, 0, "{}", found.stderr);
    let answers = std::fs::read_to_string(&csv).unwrap();
    assert_eq!(answers.lines().nth(1).unwrap(), one("NA,1.10,True,01/03/2020,1.5")[0]);
    std::fs::write(&file, "x,version,sold\n1.5,1.10,01/03/2020\n").unwrap();
    let found = mllc(&["score", &bundle, "--data", &file, "--out", &csv]);
    assert!(found.code == 1 && found.stderr.contains("land"), "{}", found.stderr);
}
