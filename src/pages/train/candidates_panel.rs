use leptos::prelude::*;
use spec::texts::names;
use spec::texts::ui::train as words;
use spec::{Edit, ModelSpec};

use super::candidate_dialog::CandidateDialog;
use super::candidates::{self, CandidateLine};
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card, MAX_SEED, Menu, MenuItem, NumberField, Pill};

/// The candidates of the document: choose, change, search, remove.
#[component]
pub fn CandidatesPanel() -> impl IntoView {
    let session = Session::get();
    let editing = RwSignal::new(None::<usize>);
    let lines = Memo::new(move |_| {
        session.project.with(|project| {
            session.catalogue.with(|catalogue| match (project, catalogue) {
                (Some(project), Some(catalogue)) => candidates::lines(project, catalogue),
                _ => Vec::new(),
            })
        })
    });
    let change = move |act: &dyn Fn(&mut Vec<ModelSpec>)| {
        let mut models = session
            .project
            .with_untracked(|one| one.as_ref().map(|one| one.pipeline.models.clone()).unwrap_or_default());
        act(&mut models);
        session.edit_or_report(Edit::SetModels { models });
    };
    let menu = Signal::derive(move || {
        let task = session
            .project
            .with(|project| project.as_ref().and_then(|project| project.pipeline.framing.task));
        session.catalogue.with(|catalogue| {
            let offered = catalogue
                .as_ref()
                .zip(task)
                .map(|(catalogue, task)| candidates::offered(catalogue, task))
                .unwrap_or_default();
            offered
                .into_iter()
                .map(|info| {
                    let algorithm = info.algorithm;
                    MenuItem::new(names::algorithm(algorithm), move || {
                        change(&|models| models.push(candidates::new(algorithm)))
                    })
                })
                .collect::<Vec<_>>()
        })
    });
    let seed = Signal::derive(move || {
        session
            .project
            .with(|project| project.as_ref().map(|project| project.pipeline.seed as f64))
    });
    let set_seed = move |value: Option<f64>| {
        if let Some(value) = value {
            session.edit_or_report(Edit::SetSeed { seed: value as u64 });
        }
    };
    let actions = move || view! { <Menu label=words::ADD_CANDIDATE kind=ButtonKind::Small items=menu/> };
    let line = move |line: CandidateLine| {
        candidate(
            line,
            editing,
            Callback::new(move |i: usize| change(&|models| drop(models.remove(i)))),
        )
    };
    view! {
        <Card title=words::CANDIDATES actions=actions>
            <p class="muted">{words::CANDIDATES_HELP}</p>
            <div class="lines candidates">{move || lines.get().into_iter().map(line).collect_view()}</div>
            <div class="seed"><NumberField label=words::SEED help=words::SEED_HELP whole=true min=Some(0.0) max=Some(MAX_SEED) value=seed on_change=set_seed/></div>
            <CandidateDialog editing/>
        </Card>
    }
}

fn candidate(line: CandidateLine, editing: RwSignal<Option<usize>>, on_remove: Callback<usize>) -> impl IntoView {
    let CandidateLine {
        index,
        name,
        about,
        settings,
        is_baseline,
        ..
    } = line;
    view! {
        <div>
            <span class="strong">{name}</span>
            <span><small>{about}</small> {settings}</span>
            {if is_baseline {
                view! { <Pill text=words::ALWAYS/> }.into_any()
            } else {
                index
                    .map(|index| {
                        view! {
                            <span class="row">
                                <Button
                                    label=words::EDIT
                                    name=words::edit(name)
                                    kind=ButtonKind::Small
                                    on_press=move |()| editing.set(Some(index))
                                />
                                <Button
                                    label=words::REMOVE
                                    name=words::remove(name)
                                    kind=ButtonKind::Quiet
                                    on_press=move |()| on_remove.run(index)
                                />
                            </span>
                        }
                    })
                    .into_any()
            }}
        </div>
    }
}
