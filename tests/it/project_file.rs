//! A project as one file: the same bytes both ways, and nothing overwritten.

use spec::job::{Answer, Job};
use spec::{Algorithm, Edit};

use crate::lab::{Lab, model, scratch};

/// The bytes of the open project's file.
fn saved(lab: &Lab) -> Vec<u8> {
    lab.session.project_file().unwrap()
}

fn opened(lab: &Lab, bytes: &[u8], name: &str) -> spec::Project {
    let path = scratch(name);
    std::fs::write(&path, bytes).unwrap();
    let file = lab.session.engine.host().add_file(&path);
    let Answer::Project { project, .. } = lab.ask(Job::ImportProject { file }) else {
        panic!("no project")
    };
    std::fs::remove_file(&path).unwrap();
    *project
}

#[test]
fn a_project_file_opens_elsewhere_and_saves_to_the_same_bytes() {
    let lab = Lab::sample("iris", 2);
    lab.ask(Job::Train {
        models: vec![model(Algorithm::DecisionTree)],
    });
    let bytes = saved(&lab);
    let elsewhere = Lab {
        session: cli::session::Session::new(Some(1)).unwrap(),
    };
    let project = opened(&elsewhere, &bytes, "project-a");
    assert_eq!(project, lab.project());
    assert_eq!(saved(&elsewhere), bytes);
    // It is a whole project: what was trained there is evaluated and exported here.
    let run = elsewhere.run_of(Algorithm::DecisionTree);
    elsewhere.evaluate(run, spec::evaluation::Part::Validation, "");
    elsewhere.ask(Job::Export { run });
}

#[test]
fn opened_where_it_came_from_it_becomes_a_new_project() {
    let lab = Lab::sample("iris", 1);
    let (before, bytes) = (lab.project(), saved(&lab));
    lab.edit(Edit::Rename { name: "Later".into() });
    let copy = opened(&lab, &bytes, "project-b");
    assert_ne!(copy.id, before.id);
    assert_eq!(copy.pipeline, before.pipeline);
    let Answer::Projects(cards) = lab.ask(Job::ListProjects) else {
        panic!("no list")
    };
    let mut names: Vec<&str> = cards.iter().map(|card| card.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Later", "Sample iris (imported)"]);
}

/// A zip as another hand would write it: the parts of `pack` without its look at what it wrote.
fn forged(record: &[u8], chunks: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let part = |bytes: &[u8]| serde_json::json!({ "sha256": engine::sha256(bytes), "n_bytes": bytes.len() });
    let parts: Vec<_> = chunks.iter().map(|(_, bytes)| part(bytes)).collect();
    let manifest = serde_json::json!({ "format": 1, "kind": "mllc_project", "project": part(record), "chunks": parts });
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut put = |name: &str, bytes: &[u8]| {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    };
    put("manifest.json", manifest.to_string().as_bytes());
    put("project.json", record);
    for (hash, bytes) in chunks {
        put(&format!("chunks/{hash}"), bytes);
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn only_a_file_with_all_that_its_record_names_and_nothing_else_is_opened() {
    let lab = Lab::sample("iris", 1);
    let bytes = saved(&lab);
    let records = engine::project_file::unpack(&bytes, &mut spec::Unobserved).unwrap();
    let own: Vec<(&str, &[u8])> = records
        .chunks
        .iter()
        .map(|(hash, bytes)| (hash.as_str(), bytes.as_slice()))
        .collect();
    let refused = |bytes: Vec<u8>| {
        let path = scratch("project-c");
        std::fs::write(&path, bytes).unwrap();
        let file = lab.session.engine.host().add_file(&path);
        let failure = lab.refuses(Job::ImportProject { file });
        std::fs::remove_file(&path).unwrap();
        failure.message
    };
    assert_eq!(refused(forged(&records.record, &[])).code, "project_file.lost");
    // 300 MB that no record names are not unpacked, however small the file.
    let zeros = vec![0; 300 << 20];
    let hash = engine::sha256(&zeros);
    let mut more = own.clone();
    more.push((&hash, &zeros));
    let message = refused(forged(&records.record, &more));
    assert_eq!(message.code, "project_file.refused");
    assert!(message.says().contains(&hash), "{}", message.says());
    // Nor is what lacks a chunk written.
    let bare = engine::project_file::Records {
        chunks: Default::default(),
        ..records
    };
    let failure = engine::project_file::pack(&bare, &mut spec::Unobserved).unwrap_err();
    assert_eq!(failure.message.code, "project_file.lost");
}

/// Rare flags are squeezed to less than a thousandth: what the workbench wrote is a backup only if it opens again.
#[test]
fn a_table_of_rare_flags_opens_again() {
    let mut text = String::from("id,a,b,c,d,e,f,g,h\n");
    for i in 0..300_000 {
        text += if i % 60_000 == 7 {
            "1,1,0,0,0,0,0,0,1\n"
        } else {
            "0,0,0,0,0,0,0,0,0\n"
        };
    }
    let lab = Lab {
        session: cli::session::Session::new(Some(2)).unwrap(),
    };
    let path = scratch("flags");
    std::fs::write(&path, text).unwrap();
    lab.session
        .import("flags", &path, None, &cli::reading::Reading::default())
        .unwrap();
    std::fs::remove_file(&path).unwrap();
    let bytes = saved(&lab);
    assert!(bytes.len() < 21_600_000 / 200, "{}", bytes.len());
    let elsewhere = Lab {
        session: cli::session::Session::new(Some(1)).unwrap(),
    };
    assert_eq!(opened(&elsewhere, &bytes, "flags-again"), lab.project());
    assert_eq!(saved(&elsewhere), bytes);
}
