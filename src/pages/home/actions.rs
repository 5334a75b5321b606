//! What the home page does: start, rename, duplicate, delete, erase.

use spec::job::{Answer, Job, Start};
use spec::sample::Sample;
use spec::texts::ui::home as words;
use spec::{Edit, Framing, Message, Outcome, Severity};

use super::model;
use crate::pages::export;
use crate::platform::files::{self, UserFile};
use crate::platform::{journal, location};
use crate::route::{Route, Stage};
use crate::session::Session;

/// A new project on a built-in data set; its id. `framing` and `seed` come from a lesson.
pub async fn start_sample(session: Session, sample: &Sample, framing: Option<Framing>, seed: Option<u64>) -> Outcome<String> {
    let file = files::fetch(&sample.file).await?;
    let start = Start::Sample {
        id: sample.id.clone(),
        file: file.key,
        framing,
        seed,
    };
    let made = session.create(unique(session, &sample.title), start).await;
    files::forget(file.key);
    made
}

/// A project from a project file (O2).
pub async fn start_project_file(session: Session, file: &UserFile) -> Outcome<()> {
    let made = session.import_project(file).await;
    files::forget(file.key);
    go(&made?, Stage::Frame);
    Ok(())
}

/// A project of the list as one file (O2).
pub async fn save_project_file(session: Session, id: String) -> Outcome<()> {
    session.ask(Job::OpenProject { id, take_over: false }).await?;
    let saved = export::download(session, Job::ExportProject).await;
    session.ask(Job::CloseProject).await?;
    saved.map(|_| ())
}

/// A new project for a file; the Prepare page then asks how to read it.
pub async fn start_file(session: Session, file: &UserFile) -> Outcome<String> {
    session
        .create(unique(session, &model::name_of_file(&file.name)), Start::Blank)
        .await
}

pub async fn start_blank(session: Session) -> Outcome<()> {
    go(
        &session.create(unique(session, words::UNTITLED), Start::Blank).await?,
        Stage::Frame,
    );
    Ok(())
}

pub async fn start_framing(session: Session, name: &str, framing: Framing) -> Outcome<()> {
    go(
        &session.create(unique(session, name), Start::Framing { framing }).await?,
        Stage::Frame,
    );
    Ok(())
}

/// A new project from a framing sheet in Markdown (F14).
pub async fn start_sheet(session: Session, file: &UserFile) -> Outcome<()> {
    let text = files::read_text(file).await?;
    files::forget(file.key);
    let Answer::Framing(framing) = session.ask(Job::ReadFraming { text }).await?.answer else {
        return Err(Message::new("engine.wrong_output").into());
    };
    let name = Some(model::name_of_goal(&framing))
        .filter(|name| !name.is_empty())
        .unwrap_or(model::name_of_file(&file.name));
    start_framing(session, &name, *framing).await
}

pub async fn duplicate(session: Session, id: String, name: &str) -> Outcome<()> {
    go(
        &session
            .create(unique(session, &words::copy_of(name)), Start::Copy { id })
            .await?,
        Stage::Frame,
    );
    Ok(())
}

/// Renames a project that is not open: by the same numbered edit as an open one, after those that its journal still has.
pub async fn rename(session: Session, id: String, name: String) -> Outcome<()> {
    let reply = session
        .ask(Job::OpenProject {
            id: id.clone(),
            take_over: false,
        })
        .await?;
    let Answer::Project { project, read_only } = reply.answer else {
        return Err(Message::new("engine.wrong_output").into());
    };
    let unsaved = if read_only {
        Err(Message::new("store.read_only").into())
    } else {
        session.unsaved(&id).await
    };
    let outcome = match unsaved {
        Err(failure) => Err(failure),
        Ok(mut journal) => {
            journal.acknowledge(project.journal_seq, project.generation);
            journal.push(Edit::Rename { name }, project.journal_seq, project.generation);
            journal::write(&id, &journal);
            let (first_seq, base_generation, edits) = (journal.first_seq, journal.base_generation, journal.edits.clone());
            let last_seq = journal.last_seq();
            let saved = session
                .ask(Job::Edits {
                    id: id.clone(),
                    base_generation,
                    first_seq,
                    edits,
                })
                .await;
            if let Ok(Answer::Saved { generation, .. }) = saved.as_ref().map(|reply| &reply.answer) {
                journal.acknowledge(last_seq, *generation);
                journal::write(&id, &journal);
            }
            saved.map(|_| ())
        }
    };
    session.ask(Job::CloseProject).await?;
    session.list_projects(false).await;
    outcome
}

pub async fn delete(session: Session, id: String, name: String) -> Outcome<()> {
    session.delete(id).await?;
    session.notify(Severity::Info, Message::new("page.deleted").with("name", name));
    Ok(())
}

pub async fn erase(session: Session) -> Outcome<()> {
    session.erase_all().await?;
    session.notify(Severity::Info, Message::new("page.erased"));
    Ok(())
}

pub fn go(id: &str, stage: Stage) {
    location::go(&Route::stage(id, stage));
}

fn unique(session: Session, wanted: &str) -> String {
    use leptos::prelude::WithUntracked;
    session
        .projects
        .with_untracked(|cards| model::unique_name(wanted, cards.as_deref().unwrap_or_default()))
}
