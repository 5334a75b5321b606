//! What the home page does: start, rename, duplicate, delete, erase. The code stands in the session's module; the page asks
//! for it by an [`Action`].

use leptos::prelude::{Set, WithUntracked};
use spec::job::{Answer, Job, Start};
use spec::lesson::Lesson;
use spec::sample::{self, Example, Sample};
use spec::texts::ui::home as words;
use spec::{Framing, Message, Outcome, Severity};

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
    /// A new project as a lesson link says.
    StartLesson(Lesson),
    /// A new project for a file, or the one that a project file holds.
    StartFile(UserFile),
    StartBlank,
    /// A new project from a worked framing.
    StartExample(&'static Example),
    /// A new project from a framing sheet in Markdown.
    StartSheet(UserFile),
    Duplicate {
        id: String,
        name: String,
    },
    Rename {
        id: String,
        name: String,
    },
    /// As one file.
    Save {
        id: String,
    },
    Delete {
        id: String,
        name: String,
    },
    /// Everything in this browser.
    EraseAll,
}

/// Does it, and goes where it leads.
pub async fn act(session: Session, action: Action) -> Outcome<()> {
    let from = location::route();
    let (id, stage) = match action {
        Action::StartSample(sample) => (start_sample(session, sample, None, None).await?, Stage::Frame),
        Action::StartLesson(lesson) => (start_lesson(session, &lesson).await?, Stage::Frame),
        Action::StartFile(file) if file.name.to_lowercase().ends_with(words::PROJECT_FILE_END) => {
            let made = session.import_project(&file).await;
            files::forget(file.key);
            (made?, Stage::Frame)
        }
        // The Prepare page then asks how to read it. What cannot be read at all makes no project.
        Action::StartFile(file) => {
            let look = Job::Sniff {
                file: file.key,
                options: None,
            };
            if let Err(failure) = session.ask(look).await {
                files::forget(file.key);
                return Err(failure);
            }
            let id = start(session, &model::name_of_file(&file.name), Start::Blank).await?;
            session.incoming.set(Some(file));
            (id, Stage::Prepare)
        }
        Action::StartBlank => (start(session, words::UNTITLED, Start::Blank).await?, Stage::Frame),
        Action::StartExample(example) => {
            let framing = sample::framing(example.id).unwrap_or_default();
            (start(session, example.title, Start::Framing { framing }).await?, Stage::Frame)
        }
        Action::StartSheet(file) => (start_sheet(session, &file).await?, Stage::Frame),
        Action::Duplicate { id, name } => (
            start(session, &words::copy_of(&name), Start::Copy { id }).await?,
            Stage::Frame,
        ),
        Action::Rename { id, name } => return rename(session, id, name).await,
        Action::Save { id } => return save_project_file(session, id).await,
        Action::Delete { id, name } => {
            session.delete(id).await?;
            session.notify(Severity::Info, Message::new("page.deleted").with("name", name));
            return Ok(());
        }
        Action::EraseAll => {
            session.erase_all().await?;
            session.notify(Severity::Info, Message::new("page.erased"));
            return Ok(());
        }
    };
    arrive(session, &from, &id, stage);
    Ok(())
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
    let made = session.create(unique(session, sample.title).await, start).await;
    files::forget(file.key);
    made
}

async fn start_lesson(session: Session, lesson: &Lesson) -> Outcome<String> {
    let sample = sample::sample(&lesson.sample).ok_or_else(|| Message::new("page.no_lesson").with("sample", &lesson.sample))?;
    start_sample(session, sample, Some(model::framing_of(lesson)), lesson.seed).await
}

async fn start(session: Session, wanted: &str, start: Start) -> Outcome<String> {
    session.create(unique(session, wanted).await, start).await
}

async fn start_sheet(session: Session, file: &UserFile) -> Outcome<String> {
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

/// What an earlier visit left unsaved of it goes along, unless another tab is at it.
async fn save_project_file(session: Session, id: String) -> Outcome<()> {
    let unsaved = session.unsaved(&id).await?;
    if !unsaved.edits.is_empty() {
        let last_seq = unsaved.last_seq();
        let saving = session.ask(Job::Edits {
            id: id.clone(),
            base_generation: unsaved.base_generation,
            first_seq: unsaved.first_seq,
            edits: unsaved.edits,
        });
        match saving.await {
            Ok(_) => journal::acknowledge(&id, last_seq),
            Err(failure) if failure.message.code == "store.open_elsewhere" => {}
            Err(failure) => session.report(failure),
        }
    }
    export::download(session, Job::ExportProject { id }).await.map(|_| ())
}

async fn rename(session: Session, id: String, name: String) -> Outcome<()> {
    session.ask(Job::RenameProject { id, name }).await?;
    session.hall.list_projects(false).await;
    Ok(())
}

pub fn go(id: &str, stage: Stage) {
    location::go(&Route::stage(id, stage));
}

/// Goes to the new project, unless the user went elsewhere while it was made: then that is what stays open.
fn arrive(session: Session, from: &Route, id: &str, stage: Stage) {
    let now = location::route();
    if now == *from {
        let there = Route::stage(id, stage);
        // The way back from a lesson's project does not make another one.
        return match from {
            Route::Lesson(_) => location::replace(&there),
            _ => location::go(&there),
        };
    }
    let name = session.hall.projects.with_untracked(|cards| {
        let card = cards.iter().flatten().find(|card| card.id == id);
        card.map(|card| card.name.clone()).unwrap_or_default()
    });
    session.notify(Severity::Info, Message::new("page.made").with("name", name));
    match now {
        Route::Stage { project, .. } => session.open(&project),
        Route::Home | Route::Lesson(_) => session.close(),
    }
}

async fn unique(session: Session, wanted: &str) -> String {
    if session.hall.projects.with_untracked(Option::is_none) {
        session.hall.list_projects(true).await;
    }
    session
        .hall
        .projects
        .with_untracked(|cards| model::unique_name(wanted, cards.as_deref().unwrap_or_default()))
}
