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

#[test]
fn a_file_without_one_of_its_chunks_is_refused() {
    let lab = Lab::sample("iris", 1);
    let bytes = saved(&lab);
    let records = engine::project_file::unpack(&bytes, &mut spec::Unobserved).unwrap();
    let bare = engine::project_file::Records {
        chunks: Default::default(),
        ..records
    };
    let bytes = engine::project_file::pack(&bare, &mut spec::Unobserved).unwrap();
    let path = scratch("project-c");
    std::fs::write(&path, bytes).unwrap();
    let file = lab.session.engine.host().add_file(&path);
    let failure = lab.refuses(Job::ImportProject { file });
    assert_eq!(failure.message.code, "project_file.damaged");
    std::fs::remove_file(&path).unwrap();
}
