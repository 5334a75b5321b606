//! Stage 6: what happens after deployment.

mod alarms_panel;
mod batch_panel;
mod batches_panel;
mod column_dialog;
mod columns_panel;
mod contest_panel;
mod empty;
mod join_panel;
mod model;
mod performance_panel;
mod retrain_panel;
mod rules;
mod rules_dialog;
mod trend_panel;
mod watch;

use leptos::prelude::*;
use spec::job::Job;
use spec::texts::ui::{monitor as words, shell};

use self::alarms_panel::AlarmsPanel;
use self::batch_panel::BatchPanel;
use self::batches_panel::BatchesPanel;
use self::contest_panel::ContestPanel;
use self::empty::{FirstBatch, NoVersion};
use self::retrain_panel::RetrainPanel;
use self::trend_panel::TrendPanel;
use self::watch::Watch;
use crate::pages::deploy::JournalPanel;
use crate::pages::job_progress::JobProgress;
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{Button, ErrorState, StageHeader};

/// Later files against what the version in use learned from, and what follows from them.
#[component]
pub fn MonitorPage() -> impl IntoView {
    let session = Session::get();
    let watch = Watch::new(session);
    let of_project = move |of: fn(&spec::Project) -> bool| {
        Memo::new(move |_| session.project.with(|project| project.as_ref().is_some_and(of)))
    };
    let has_version = of_project(|project| project.registry.in_use().is_some());
    let has_batches = of_project(|project| !project.batches.is_empty());
    let about = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map_or_else(|| words::ABOUT.to_owned(), model::about))
    });
    let back = Memo::new(move |_| {
        session.project.with(|project| {
            project
                .as_ref()
                .map_or_else(String::new, |p| Route::stage(&p.id, Stage::Frame).to_string())
        })
    });
    let running = Memo::new(move |_| session.running(|job| matches!(job, Job::CheckBatch { .. } | Job::JudgeBatches)));
    let actions = move || {
        view! {
            <Show when=move || has_batches.get()>
                <Button label=words::LOAD why_not=Signal::derive(move || watch.cannot_load()) on_press=move |()| watch.pick()/>
            </Show>
        }
    };
    view! {
        <div class="page">
            <StageHeader
                title=shell::STAGES[5]
                about=about
                actions=actions
                next=shell::next(shell::STAGES[0])
                next_href=back
            />
            <JobProgress running=running/>
            {move || watch.load_failure.get().map(|failure| view! { <ErrorState place=words::FAILED failure=failure/> })}
            <Show when=move || has_version.get() fallback=move || view! { <NoVersion watch/> }>
                <Show when=move || has_batches.get() fallback=move || view! { <FirstBatch watch/> }>
                    <AlarmsPanel watch/>
                    <div class="cols watched">
                        <BatchesPanel watch/>
                        <TrendPanel watch/>
                    </div>
                    <BatchPanel watch/>
                    <RetrainPanel watch/>
                </Show>
                <ContestPanel watch/>
                <JournalPanel/>
            </Show>
        </div>
    }
}
