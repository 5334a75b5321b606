//! Stage 3: choose, train, tune, compare.

mod candidate_dialog;
mod candidates;
mod candidates_panel;
mod leaderboard;
mod leaderboard_panel;
mod progress;
mod progress_panel;
mod run_dialog;
mod run_metrics;
mod run_row;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::Job;
use spec::texts::ui::train as words;

use self::candidates::{GoTo, Next, Obstacle};
use self::candidates_panel::CandidatesPanel;
use self::leaderboard_panel::LeaderboardPanel;
use crate::pages::caveats::CaveatList;
use crate::pages::goal;
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{Banner, Button, ButtonKind, EmptyState, LinkButton, StageHeader, Tone};

/// Name of an algorithm or a trial of it.
pub use self::progress::name;
/// What training tells while it runs.
pub use self::progress_panel::ProgressPanel;

/// Candidates, progress and leaderboard.
#[component]
pub fn TrainPage() -> impl IntoView {
    let session = Session::get();
    let obstacle = Memo::new(move |_| {
        let read_only = session.read_only.get();
        session.project.with(|project| {
            session.description.with(|description| {
                let empty = spec::job::Description::default();
                let description = description.as_deref().unwrap_or(&empty);
                project
                    .as_ref()
                    .and_then(|project| candidates::obstacle(project, description, read_only))
            })
        })
    });
    let running = Memo::new(move |_| session.running(|job| matches!(job, Job::Train { .. })));
    let is_running = Memo::new(move |_| running.with(Option::is_some));
    let has_runs = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().is_some_and(|project| !project.runs.is_empty()))
    });
    let about = Memo::new(move |_| {
        session.description.with(|description| {
            description.as_ref().map_or_else(String::new, |one| {
                one.split.as_ref().map_or_else(String::new, |split| {
                    words::about(split.train.n_rows, split.n_folds, one.recipe.features.len())
                })
            })
        })
    });
    let href = move |stage| {
        Memo::new(move |_| {
            session.project.with(|project| {
                project
                    .as_ref()
                    .map_or_else(String::new, |one| Route::stage(&one.id, stage).to_string())
            })
        })
    };
    let (to_evaluate, to_prepare, to_frame) = (href(Stage::Evaluate), href(Stage::Prepare), href(Stage::Frame));
    let caveats = Memo::new(move |_| goal::caveats(session));
    let train = move || train(session);
    let next_training = Memo::new(move |_| {
        session.project.with(|project| {
            session.catalogue.with(|catalogue| match (project, catalogue) {
                (Some(project), Some(catalogue)) => candidates::next(project, catalogue),
                _ => Next::All,
            })
        })
    });
    let why_not = Signal::derive(move || {
        if is_running.get() {
            return Some(words::BUSY.to_owned());
        }
        if has_runs.get() && next_training.get() == Next::Nothing && obstacle.with(Option::is_none) {
            return Some(words::NOTHING_NEW.to_owned());
        }
        obstacle.with(|obstacle| obstacle.as_ref().map(|_| String::new()))
    });
    let actions = move || {
        let label = Signal::derive(move || {
            let label = match (has_runs.get(), next_training.get()) {
                (false, _) => words::TRAIN,
                (true, Next::New) => words::TRAIN_NEW,
                (true, _) => words::TRAIN_AGAIN,
            };
            label.to_owned()
        });
        let kind = Memo::new(move |_| !has_runs.get() || is_running.get());
        move || {
            let kind = if kind.get() { ButtonKind::Primary } else { ButtonKind::Plain };
            view! { <Button label=label kind=kind why_not=why_not on_press=move |()| train()/> }
        }
    };
    let next = Signal::derive(move || (if has_runs.get() { words::NEXT } else { "" }).to_owned());
    let can_begin = Memo::new(move |_| {
        obstacle.with(|obstacle| obstacle.as_ref().is_none_or(|obstacle| obstacle.go_to != Some(GoTo::Prepare))) || has_runs.get()
    });
    let banner = move || {
        obstacle
            .get()
            .filter(|_| !is_running.get())
            .map(|one| obstacle_banner(one, to_prepare.into(), to_frame.into()))
    };
    view! {
        <div class="page">
            <StageHeader title=words::TITLE about=about actions=actions next=next next_href=to_evaluate next_is_main=has_runs/>
            <Show
                when=move || can_begin.get()
                fallback=move || {
                    view! {
                        <EmptyState
                            title=words::EMPTY_TITLE
                            message=Signal::derive(move || obstacle.get().map_or_else(String::new, |one| one.says))
                        >
                            <LinkButton label=words::GO_TO_PREPARE href=to_prepare kind=ButtonKind::Primary/>
                        </EmptyState>
                    }
                }
            >
                {banner}
                <ProgressPanel running=running/>
                <CaveatList caveats=caveats/>
                <LeaderboardPanel why_not/>
                <CandidatesPanel/>
            </Show>
        </div>
    }
}

/// Trains what the document names.
pub fn train(session: Session) {
    let models = session.project.with_untracked(|project| {
        project
            .as_ref()
            .map(|project| project.pipeline.models.clone())
            .unwrap_or_default()
    });
    spawn_local(async move {
        if let Err(failure) = session.train(models).await {
            session.report(failure);
        }
    });
}

fn obstacle_banner(obstacle: Obstacle, to_prepare: Signal<String>, to_frame: Signal<String>) -> impl IntoView {
    let Obstacle { says, hint, go_to } = obstacle;
    let message = if hint.is_empty() { says } else { format!("{says}. {hint}") };
    view! {
        <Banner tone=Tone::Warn message=message>
            {go_to
                .map(|go_to| match go_to {
                    GoTo::Prepare => view! { <LinkButton label=words::GO_TO_PREPARE href=to_prepare kind=ButtonKind::Small/> },
                    GoTo::Frame => view! { <LinkButton label=words::GO_TO_FRAME href=to_frame kind=ButtonKind::Small/> },
                })}
        </Banner>
    }
}
