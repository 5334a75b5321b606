//! Stage 5: what leaves the workbench. In this version: exports.

mod bundle;
mod experiment;
mod model;
mod schema;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Project;
use spec::job::Job;
use spec::run::Run;
use spec::texts::names;
use spec::texts::ui::{deploy as words, shell};

use self::bundle::Bundle;
use self::experiment::ExperimentPanel;
use self::schema::Schema;
use crate::pages::export;
use crate::pages::stage::what_changed;
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{Banner, Button, Card, EmptyState, LinkButton, Select, StageHeader, Tone};

/// Exports of the current run.
#[component]
pub fn DeployPage() -> impl IntoView {
    let session = Session::get();
    // None: the current run.
    let chosen = RwSignal::new(None::<u32>);
    let of_run = move |of: fn(&Project, &Run) -> String| {
        session.project.with(|project| {
            project
                .as_ref()
                .and_then(|p| run_of(p, chosen.get()).map(|run| of(p, run)))
                .unwrap_or_default()
        })
    };
    let href = move |stage: Stage| {
        session.project.with(|p| {
            p.as_ref()
                .map_or_else(String::new, |p| Route::stage(&p.id, stage).to_string())
        })
    };
    let run = Memo::new(move |_| {
        session
            .project
            .with(|p| p.as_ref().and_then(|p| run_of(p, chosen.get())).map(|run| run.id))
    });
    view! {
        <div class="page">
            <StageHeader
                title=shell::STAGES[4]
                about=move || of_run(|_, run| words::about(run.id, names::algorithm(run.algorithm)))
                next=shell::next(shell::STAGES[5])
                next_href=move || href(Stage::Monitor)
            />
            <Show
                when=move || run.get().is_some()
                fallback=move || {
                    view! {
                        <Card>
                            <EmptyState title=words::NO_RUN message=words::NO_RUN_ABOUT>
                                <LinkButton label=words::TO_TRAIN href=move || href(Stage::Train) />
                            </EmptyState>
                        </Card>
                    }
                }
            >
                <Goal run />
                <div class="cols two">
                    <div class="stack wide">
                        <Card title=words::MODEL>
                            <Select
                                label=words::RUN
                                help=words::RUN_HELP
                                options=move || session.project.with(|p| p.as_ref().map_or_else(Vec::new, model::run_options))
                                value=move || run.get().map_or_else(String::new, |run| run.to_string())
                                on_change=move |id: String| chosen.set(id.parse().ok())
                            />
                        </Card>
                        <Bundle run />
                        <Others />
                    </div>
                    <Schema />
                </div>
                <ExperimentPanel />
            </Show>
        </div>
    }
}

fn run_of(project: &Project, chosen: Option<u32>) -> Option<&Run> {
    chosen
        .and_then(|id| project.runs.iter().find(|run| run.id == id))
        .or_else(|| project.current_run())
}

/// The goal, met or a clear warning, and whether the run is from before a change (F6).
#[component]
fn Goal(#[prop(into)] run: Signal<Option<u32>>) -> impl IntoView {
    let session = Session::get();
    let with_run = move |of: &dyn Fn(&Project, &Run) -> AnyView| {
        let id = run.get()?;
        session.project.with(|project| {
            let project = project.as_ref()?;
            project.runs.iter().find(|run| run.id == id).map(|run| of(project, run))
        })
    };
    let goal = move || {
        with_run(&|project, run| {
            let (tone, lead, message) = model::goal_line(project, run);
            view! { <Banner tone=tone lead=lead message=message /> }.into_any()
        })
    };
    let stale = move || {
        with_run(&|project, run| {
            if project.is_fresh(run) {
                return ().into_any();
            }
            let message = words::stale(run.id, what_changed(project, run));
            view! { <Banner tone=Tone::Warn lead=words::STALE_LEAD message=message /> }.into_any()
        })
    };
    view! {
        {goal}
        {stale}
    }
}

/// The text forms: the pipeline and the report.
#[component]
fn Others() -> impl IntoView {
    let session = Session::get();
    let save = move |job: Job| {
        spawn_local(async move {
            if let Err(failure) = export::download(session, job).await {
                session.report(failure);
            }
        });
    };
    view! {
        <Card title=words::ALSO>
            <div class="stack">
                <p class="muted">{words::ALSO_ABOUT}</p>
                <div class="row">
                    <Button label=words::DOWNLOAD_PIPELINE on_press=move || save(Job::ExportPipeline) />
                    <Button label=words::DOWNLOAD_REPORT on_press=move || save(Job::ExportReport) />
                </div>
            </div>
        </Card>
    }
}
