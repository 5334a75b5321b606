//! What models are called: versions that differ where their content does, names that stay, openings that are counted in a file
//! of their own.

use serde_json::Value;

use crate::program::{Folder, Ran, mllc, sample};

/// Rows of a sample as a file of their own, with the header.
fn rows(folder: &Folder, name: &str, of: std::ops::Range<usize>) -> String {
    let text = std::fs::read_to_string(sample("churn")).unwrap();
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let kept: Vec<&str> = lines.skip(of.start).take(of.len()).collect();
    folder.write(name, &format!("{header}\n{}\n", kept.join("\n")))
}

fn done(args: &[&str]) -> Ran {
    let ran = mllc(args);
    assert!(matches!(ran.code, 0 | 3 | 5), "{args:?}: {}", ran.stderr);
    ran
}

/// A pipeline file with one quick model.
fn pipeline(folder: &Folder, data: &str, seed: u64) -> String {
    let path = folder.file("proposed.json");
    done(&[
        "init",
        data,
        "--target",
        "churned",
        "--out",
        &path,
        "--seed",
        &seed.to_string(),
    ]);
    let mut found: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    found["models"] = serde_json::json!([{ "algorithm": "decision_tree", "params": { "max_depth": 3 } }]);
    folder.write(&format!("pipeline-{seed}.json"), &found.to_string())
}

fn contract(bundle: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(format!("{bundle}/contract.json")).unwrap()).unwrap()
}

/// Name, title and version.
fn called(bundle: &str) -> (String, String, String) {
    let model = &contract(bundle)["model"];
    let text = |name: &str| model[name].as_str().unwrap().to_owned();
    (text("name"), text("title"), text("version"))
}

fn is_version(version: &str, number: u32) -> bool {
    version.len() == number.to_string().len() + 9 && spec::registry::is_version(version, &number.to_string())
}

#[test]
fn versions_differ_where_content_does_and_only_there() {
    let folder = Folder::new("versions");
    let data = rows(&folder, "customers.csv", 0..700);
    let pipelines = [pipeline(&folder, &data, 1), pipeline(&folder, &data, 2)];
    let run = |pipeline: &str, out: &str, more: &[&str]| {
        let out = folder.file(out);
        let args = ["run", pipeline, "--data", data.as_str(), "--out", out.as_str()];
        done(&[&args[..], more].concat());
        called(&format!("{out}/bundle"))
    };
    let first = run(&pipelines[0], "a", &[]);
    assert_eq!((first.0.as_str(), first.1.as_str()), ("customers", "customers"));
    assert!(is_version(&first.2, 1), "{first:?}");
    assert_eq!(run(&pipelines[0], "b", &[]), first, "the same content is the same version");
    let other = run(&pipelines[1], "c", &[]);
    assert!(is_version(&other.2, 1) && other.2 != first.2, "{other:?}");
    // The manifests name it: no cluster takes the one for the other.
    let image = |out: &str| {
        let text = std::fs::read_to_string(folder.file(&format!("{out}/bundle/k8s/deployment.yaml"))).unwrap();
        text.lines()
            .find(|line| line.contains("image: \"customers"))
            .unwrap()
            .trim()
            .to_owned()
    };
    assert_eq!(image("a"), format!("image: \"customers:{}\"", first.2));
    assert_ne!(image("a"), image("c"));
    let own = run(&pipelines[0], "d", &["--name", "Next Customers", "--version", "2.0-rc1"]);
    assert_eq!(own, ("next-customers".into(), "Next Customers".into(), "2.0-rc1".into()));
    let long = "9".repeat(31);
    for wrong in ["", "a b", "$(id)", "-1", "1-", "x:y", long.as_str()] {
        let ran = mllc(&[
            "run",
            &pipelines[0],
            "--data",
            &data,
            "--out",
            &folder.file("e"),
            "--version",
            wrong,
        ]);
        assert_eq!(ran.code, 2, "{wrong}: {}", ran.stderr);
    }
    // The tool knows itself; where it can be fetched from it does not, and says so.
    let lock = std::fs::read_to_string(folder.file("a/bundle/tools/mllc.lock")).unwrap();
    let own = engine::sha256(&std::fs::read(env!("CARGO_BIN_EXE_mllc")).unwrap());
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        assert!(
            lock.contains(&format!("\nsha256={own}\n")) && lock.contains("url is not known"),
            "{lock}"
        );
    }
    assert!(lock.contains("\nurl=\n"));
}

#[test]
fn a_model_keeps_its_name_through_retraining_and_its_version_goes_up() {
    let folder = Folder::new("names");
    let old = rows(&folder, "train.csv", 0..700);
    let new = rows(&folder, "new.csv", 700..1200);
    let newer = rows(&folder, "newer.csv", 1200..1600);
    let pipeline = pipeline(&folder, &old, 1);
    let out = folder.file("run");
    done(&[
        "run",
        &pipeline,
        "--data",
        &old,
        "--out",
        &out,
        "--name",
        "Churn of customers",
    ]);
    let lock = format!("{out}/bundle/tools/mllc.lock");
    let text = std::fs::read_to_string(&lock).unwrap();
    std::fs::write(&lock, text.replace("url=\n", "url=https://tools.example.org/mllc\n")).unwrap();

    let retrain = |source: &str, data: &[&str], champion: &str, out: &str, more: &[&str]| {
        let out = folder.file(out);
        let mut args = vec!["retrain", source];
        args.extend(data.iter().flat_map(|path| ["--data", *path]));
        args.extend(["--champion", champion, "--out", &out]);
        args.extend(more);
        done(&args);
        format!("{out}/bundle")
    };
    let second = retrain(&pipeline, &[&old, &new], &format!("{out}/bundle"), "second", &[]);
    let (name, title, version) = called(&second);
    assert_eq!(
        (name.as_str(), title.as_str()),
        ("churn-of-customers", "Churn of customers"),
        "not the data file's name"
    );
    assert!(is_version(&version, 2), "{version}");
    let lock = std::fs::read_to_string(format!("{second}/tools/mllc.lock")).unwrap();
    assert!(
        lock.contains("url=https://tools.example.org/mllc\n") && lock.contains("fetches url"),
        "{lock}"
    );
    // Again, from the project that the retraining left.
    let third = retrain(&folder.file("second/project.mllc"), &[&newer], &second, "third", &[]);
    let (name, _, version) = called(&third);
    assert_eq!(name, "churn-of-customers");
    assert!(is_version(&version, 3), "{version}");
    let own = retrain(
        &pipeline,
        &[&old, &new],
        &second,
        "own",
        &["--name", "other", "--version", "9"],
    );
    assert_eq!(called(&own), ("other".into(), "other".into(), "9".into()));
}

#[test]
fn a_run_is_registered_once_and_its_bundle_bears_the_number() {
    let folder = Folder::new("register");
    let data = rows(&folder, "customers.csv", 0..700);
    let pipeline = pipeline(&folder, &data, 1);
    done(&["run", &pipeline, "--data", &data, "--out", &folder.file("run")]);
    let project = folder.file("run/project.mllc");
    let bundle = folder.file("v1");
    let ran = done(&[
        "register",
        &project,
        "--out",
        &bundle,
        "--note",
        "first",
        "--champion",
        "--reason",
        "the only one",
        "--json",
    ]);
    let said = ran.json();
    let (name, _, version) = called(&bundle);
    assert!(is_version(&version, 1), "{version}");
    assert_eq!(
        (said["number"].as_u64(), said["is_new"].as_bool(), said["champion"].as_u64()),
        (Some(1), Some(true), Some(1))
    );
    assert_eq!(
        (said["model"].as_str(), said["version"].as_str()),
        (Some(name.as_str()), Some(version.as_str()))
    );
    let read = |file: &str| std::fs::read(format!("{bundle}/{file}")).unwrap();
    assert_eq!(
        said["sha256"].as_str(),
        Some(engine::bundle_sha256(&read("model.onnx"), &read("contract.json")).as_str())
    );
    // The project file remembers all of it, and the same content is no second version.
    let again = done(&["register", &project, "--json"]);
    assert_eq!(again.json()["sha256"], said["sha256"]);
    assert_eq!(
        (again.json()["number"].as_u64(), again.json()["is_new"].as_bool()),
        (Some(1), Some(false))
    );
    assert!(again.stderr.contains("already as version 1"), "{}", again.stderr);
    let named = done(&[
        "register",
        &project,
        "--out",
        &folder.file("named"),
        "--name",
        "shop",
        "--version",
        "7.1",
        "--json",
    ])
    .json();
    assert_eq!(
        (named["model"].as_str(), named["version"].as_str()),
        (Some("shop"), Some("7.1"))
    );
    // Retraining goes on from the champion in the project.
    let new = rows(&folder, "new.csv", 700..1200);
    done(&["retrain", &project, "--data", &new, "--out", &folder.file("next")]);
    let (next_name, _, next) = called(&folder.file("next/bundle"));
    assert_eq!(next_name, name);
    assert!(is_version(&next, 2), "{next}");
    for (args, words) in [
        (
            vec!["register", project.as_str(), "--out", bundle.as_str()],
            "holds something already",
        ),
        (vec!["register", "nowhere.mllc"], "is not a file"),
    ] {
        let ran = mllc(&args);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    let ran = mllc(&["register", &project, "--run", "99"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("no run 99"), "{}", ran.stderr);
}

#[test]
fn openings_are_counted_in_a_file_that_may_stand_in_the_repository() {
    let folder = Folder::new("ledger");
    let data = rows(&folder, "customers.csv", 0..700);
    let pipeline = pipeline(&folder, &data, 1);
    let ledger = folder.file("ledger.json");
    let openings = |out: &str| {
        let out = folder.file(out);
        done(&[
            "run",
            &pipeline,
            "--data",
            &data,
            "--out",
            &out,
            "--open-test",
            "--reason",
            "a look",
            "--ledger",
            &ledger,
        ]);
        let report: Value = serde_json::from_str(&std::fs::read_to_string(format!("{out}/report.json")).unwrap()).unwrap();
        report["test_openings"].as_u64().unwrap()
    };
    // A runner starts with an empty folder every time.
    assert_eq!((openings("a"), openings("b"), openings("c")), (1, 2, 3));
    let new = rows(&folder, "new.csv", 700..1200);
    done(&[
        "retrain",
        &pipeline,
        "--data",
        &data,
        "--data",
        &new,
        "--ledger",
        &ledger,
        "--out",
        &folder.file("d"),
    ]);
    assert_eq!(openings("e"), 4, "retraining forgets none");
}
