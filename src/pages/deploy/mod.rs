//! Stage 5: versions, what leaves, and what the model says to whoever asks it.

mod alias_dialog;
mod card_panel;
mod experiment;
mod export_dialog;
mod goal_banner;
mod graph;
mod inputs;
mod inputs_panel;
mod journal;
mod journal_panel;
mod lineage_dialog;
mod model;
mod newest;
mod register_dialog;
mod try_field;
mod try_form;
mod try_panel;
mod version_row;
mod versions;
mod versions_panel;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Project;
use spec::evaluation::{Evaluation, Part};
use spec::job::{Answer, Job};
use spec::registry::ModelRef;
use spec::texts::ui::{deploy as words, experiment as experiment_words, graph as graph_words, registry, shell};

use self::card_panel::CardPanel;
use self::experiment::{Experiment, ExperimentPanel};
use self::export_dialog::ExportDialog;
use self::goal_banner::GoalBanner;
use self::graph::GraphPanel;
use self::inputs_panel::InputsPanel;
pub use self::journal_panel::JournalPanel;
use self::register_dialog::RegisterDialog;
use self::try_panel::TryPanel;
use self::versions_panel::VersionsPanel;
use crate::pages::asked::Asked;
use crate::pages::evaluate;
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card, EmptyState, LinkButton, Select, StageHeader, Tabs};

/// What is shown of the model.
const TABS: [(&str, &str); 6] = [
    ("versions", registry::VERSIONS),
    ("try", words::TAB_TRY),
    ("graph", graph_words::TITLE),
    ("card", words::TAB_CARD),
    ("inputs", words::TAB_INPUTS),
    ("experiment", experiment_words::TITLE),
];

/// The registry, the export, and the model to be tried, drawn and described; all about one run or version.
#[component]
pub fn DeployPage() -> impl IntoView {
    let session = Session::get();
    // None: what the project suggests.
    let chosen = RwSignal::new(None::<ModelRef>);
    let tab = RwSignal::new(TABS[0].0.to_owned());
    let experiment = Experiment::new();
    let (registering, exporting) = (RwSignal::new(None::<u32>), RwSignal::new(None::<ModelRef>));
    let of_project = move |of: &dyn Fn(&Project) -> Option<String>| {
        session
            .project
            .with(|project| project.as_ref().and_then(of))
            .unwrap_or_default()
    };
    let subject = Memo::new(move |_| {
        session
            .project
            .with(|project| model::subject(project.as_ref()?, chosen.get()))
    });
    // What can be asked: a run on data that are gone cannot.
    let at_hand = Memo::new(move |_| {
        session.project.with(|project| {
            subject
                .get()
                .filter(|of| project.as_ref().is_some_and(|one| !model::is_out_of_reach(one, *of)))
        })
    });
    let about = move || of_project(&|project| Some(model::about(project, subject.get()?)));
    let href = move |stage: Stage| of_project(&|project| Some(Route::stage(&project.id, stage).to_string()));
    let computed = Memo::new(move |_| computed(session, subject.get()?));
    let threshold = Memo::new(move |_| {
        session
            .project
            .with(|project| model::threshold(project.as_ref()?, subject.get()?, computed.get().as_ref()))
    });
    let threshold_words =
        move || of_project(&|project| Some(model::threshold_words(project, subject.get()?, computed.get().as_ref())));
    // What chooses a run's threshold is computed when it is not there, or was for other costs.
    let needed = Memo::new(move |_| {
        let Some(ModelRef::Run(run)) = subject.get() else {
            return None;
        };
        session.project.with(|project| {
            session
                .evaluations
                .with(|shown| evaluate::needed(project.as_ref()?, shown, run, Part::Validation))
        })?;
        Some(run)
    });
    Effect::new(move |_| {
        if let Some(run) = needed.get() {
            spawn_local(async move {
                if let Err(failure) = session.evaluate(run, Part::Validation, String::new()).await {
                    session.report(failure);
                }
            });
        }
    });
    let asked_inputs = Asked::new(
        session,
        Memo::new(move |_| Some((Job::ModelInputs { of: at_hand.get()? }, 0))),
    );
    let inputs = Memo::new(move |_| match asked_inputs.answer.get() {
        Some(Answer::ModelInputs(inputs)) => Some(*inputs),
        _ => None,
    });
    let run = Memo::new(move |_| match subject.get()? {
        ModelRef::Run(run) => Some(run),
        ModelRef::Version(_) => None,
    });
    let cannot = Signal::derive(move || at_hand.get().is_none().then(|| words::OUT_OF_REACH_WHY.to_owned()));
    let cannot_register = Signal::derive(move || {
        let is_read_only = session.read_only.get();
        is_read_only
            .then(|| registry::READ_ONLY.to_owned())
            .or_else(|| cannot.get().map(|_| String::new()))
    });
    let actions = move || {
        view! {
            <Show when=move || run.get().is_some()>
                <Button label=registry::REGISTER why_not=cannot_register on_press=move |()| registering.set(run.get_untracked())/>
            </Show>
            <Show when=move || subject.get().is_some()>
                <Button label=words::EXPORT kind=ButtonKind::Primary why_not=cannot on_press=move |()| exporting.set(subject.get_untracked())/>
            </Show>
        }
    };
    let is_at_hand = Memo::new(move |_| at_hand.get().is_some());
    let body = move || match tab.get().as_str() {
        "versions" => view! {
            <div class="stack wide">
                <VersionsPanel subject on_choose=move |of| chosen.set(Some(of))/>
                <JournalPanel/>
            </div>
        }
        .into_any(),
        "experiment" => view! { <ExperimentPanel experiment/> }.into_any(),
        _ if !is_at_hand.get() => view! {
            <Card><EmptyState title=words::OUT_OF_REACH message=words::OUT_OF_REACH_ABOUT/></Card>
        }
        .into_any(),
        "try" => view! { <TryPanel subject=at_hand asked=asked_inputs inputs threshold/> }.into_any(),
        "graph" => view! { <GraphPanel subject=at_hand threshold/> }.into_any(),
        "card" => view! { <CardPanel subject=at_hand/> }.into_any(),
        _ => view! { <InputsPanel asked=asked_inputs inputs/> }.into_any(),
    };
    let tabs = TABS.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
    let page = move || {
        view! {
            <GoalBanner of=subject/>
            <div class="deploy-subject">
                <Select
                    label=words::SUBJECT
                    options=move || session.project.with(|project| project.as_ref().map_or_else(Vec::new, model::options))
                    value=move || subject.get().map_or_else(String::new, model::key)
                    on_change=move |key: String| chosen.set(model::parse(&key))
                />
                <Show when=move || !threshold_words().is_empty()>
                    <dl class="facts"><dt>{words::THRESHOLD}</dt> <dd>{threshold_words}</dd></dl>
                </Show>
            </div>
            <Tabs label=words::TABS tabs=tabs.clone() value=tab on_change=move |value: String| tab.set(value)>
                {body}
            </Tabs>
        }
    };
    view! {
        <div class="page">
            <StageHeader
                title=shell::STAGES[4]
                about=about
                actions=actions
                next=shell::next(shell::STAGES[5])
                next_href=move || href(Stage::Monitor)
            />
            <Show
                when=move || subject.get().is_some()
                fallback=move || {
                    view! {
                        <Card>
                            <EmptyState title=words::NO_RUN message=words::NO_RUN_ABOUT>
                                <LinkButton label=words::TO_TRAIN href=move || href(Stage::Train) kind=ButtonKind::Primary/>
                            </EmptyState>
                        </Card>
                    }
                }
            >
                {page.clone()}
            </Show>
            <RegisterDialog run=registering on_done=move |of| chosen.set(Some(of))/>
            <ExportDialog of=exporting threshold=Signal::derive(threshold_words)/>
        </div>
    }
}

/// A run's validation figures, computed in this session; reactive.
fn computed(session: Session, of: ModelRef) -> Option<Evaluation> {
    let ModelRef::Run(run) = of else { return None };
    session.evaluations.with(|all| {
        let mut newest = all.iter().rev().map(|(_, one)| one);
        newest.find(|one| one.run == run && one.part == Part::Validation).cloned()
    })
}
