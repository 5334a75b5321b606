//! What the home page does: start, rename, duplicate, delete, erase. The code stands in the session's module; the page asks
//! for it by an [`Action`].

use leptos::prelude::{Set, WithUntracked};
use spec::job::{Answer, Job, Start};
use spec::lesson::Lesson;
use spec::sample::{self, Example, Sample};
use spec::texts::ui::home as words;
use spec::{Edit, Framing, Message, Outcome, Severity};

use super::model;
use crate::pages::export;
use crate::platform::files::{self, UserFile};
use crate::platform::{journal, location};
use crate::route::{Route, Stage};
use crate::session::Session;

/// What can be asked for on the home page.
#[derive(Clone, Debug)]
pub enum Action {
    /// A new project on a built-in data set.
    StartSample(&'static Sample),
    /// A new project as a lesson link says (C1).
    StartLesson(Lesson),
    /// A new project for a file, or the one that a project file holds (O2).
    StartFile(UserFile),
    StartBlank,
    /// A new project from a worked framing (F15).
    StartExample(&'static Example),
    /// A new project from a framing sheet in Markdown (F14).
    StartSheet(UserFile),
    Duplicate {
        id: String,
        name: String,
    },
    Rename {
        id: String,
        name: String,
    },
    /// As one file (O2).
    Save {
        id: String,
    },
    Delete {
        id: String,
        name: String,
    },
    /// Everything in this browser (A16).
    EraseAll,
}

/// Does it, and goes where it leads.
pub async fn act(session: Session, action: Action) -> Outcome<()> {
    match action {
        Action::StartSample(sample) => {
            let id = start_sample(session, sample, None, None).await?;
            go(&id, Stage::Frame);
            Ok(())
        }
        Action::StartLesson(lesson) => {
            let id = start_lesson(session, &lesson).await?;
            location::replace(&Route::stage(&id, Stage::Frame));
            Ok(())
        }
        Action::StartFile(file) if file.name.to_lowercase().ends_with(words::PROJECT_FILE_END) => {
            start_project_file(session, &file).await
        }
        Action::StartFile(file) => start_file(session, file).await,
        Action::StartBlank => start(session, words::UNTITLED, Start::Blank).await,
        Action::StartExample(example) => {
            let framing = sample::framing(example.id).unwrap_or_default();
            start(session, example.title, Start::Framing { framing }).await
        }
        Action::StartSheet(file) => start_sheet(session, &file).await,
        Action::Duplicate { id, name } => start(session, &words::copy_of(&name), Start::Copy { id }).await,
        Action::Rename { id, name } => rename(session, id, name).await,
        Action::Save { id } => save_project_file(session, id).await,
        Action::Delete { id, name } => {
            session.delete(id).await?;
            session.notify(Severity::Info, Message::new("page.deleted").with("name", name));
            Ok(())
        }
        Action::EraseAll => {
            session.erase_all().await?;
            session.notify(Severity::Info, Message::new("page.erased"));
            Ok(())
        }
    }
}

/// A new project on a built-in data set; its id. `framing` and `seed` come from a lesson.
pub async fn start_sample(session: Session, sample: &Sample, framing: Option<Framing>, seed: Option<u64>) -> Outcome<String> {
    let file = files::fetch(&sample.file()).await?;
    let start = Start::Sample {
        id: sample.id.to_owned(),
        file: file.key,
        framing,
        seed,
    };
    let made = session.create(unique(session, sample.title), start).await;
    files::forget(file.key);
    made
}

async fn start_lesson(session: Session, lesson: &Lesson) -> Outcome<String> {
    let sample = sample::sample(&lesson.sample).ok_or_else(|| Message::new("page.no_lesson").with("sample", &lesson.sample))?;
    start_sample(session, sample, Some(model::framing_of(lesson)), lesson.seed).await
}

/// The Prepare page then asks how to read the file.
async fn start_file(session: Session, file: UserFile) -> Outcome<()> {
    let name = unique(session, &model::name_of_file(&file.name));
    let id = session.create(name, Start::Blank).await?;
    session.incoming.set(Some(file));
    go(&id, Stage::Prepare);
    Ok(())
}

async fn start_project_file(session: Session, file: &UserFile) -> Outcome<()> {
    let made = session.import_project(file).await;
    files::forget(file.key);
    go(&made?, Stage::Frame);
    Ok(())
}

async fn start(session: Session, wanted: &str, start: Start) -> Outcome<()> {
    let id = session.create(unique(session, wanted), start).await?;
    go(&id, Stage::Frame);
    Ok(())
}

async fn start_sheet(session: Session, file: &UserFile) -> Outcome<()> {
    let text = files::read_text(file).await?;
    files::forget(file.key);
    let Answer::Framing(framing) = session.ask(Job::ReadFraming { text }).await?.answer else {
        return Err(Message::new("engine.wrong_output").into());
    };
    let name = Some(model::name_of_goal(&framing))
        .filter(|name| !name.is_empty())
        .unwrap_or(model::name_of_file(&file.name));
    start(session, &name, Start::Framing { framing: *framing }).await
}

async fn save_project_file(session: Session, id: String) -> Outcome<()> {
    session.ask(Job::OpenProject { id, take_over: false }).await?;
    let saved = export::download(session, Job::ExportProject).await;
    session.ask(Job::CloseProject).await?;
    saved.map(|_| ())
}

/// Renames a project that is not open: by the same numbered edit as an open one, after those that its journal still has.
async fn rename(session: Session, id: String, name: String) -> Outcome<()> {
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
    session.hall.list_projects(false).await;
    outcome
}

pub fn go(id: &str, stage: Stage) {
    location::go(&Route::stage(id, stage));
}

fn unique(session: Session, wanted: &str) -> String {
    session
        .hall
        .projects
        .with_untracked(|cards| model::unique_name(wanted, cards.as_deref().unwrap_or_default()))
}
