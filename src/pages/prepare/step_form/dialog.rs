use leptos::prelude::*;
use spec::step::Recipe;
use spec::texts::ui::prepare as words;
use spec::{ColumnType, Edit};

use super::columns;
use super::draft::{Draft, Problems};
use super::kind::NewStep;
use super::kind_list::KindList;
use super::setting_field::SettingField;
use crate::pages::prepare::alerts;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Dialog};

/// What the dialog is opened for.
#[derive(Clone, Debug, PartialEq)]
pub enum StepRequest {
    /// A kind is chosen first.
    Add,
    /// A new step that begins with these settings.
    Begin(NewStep),
    Change(u32, NewStep),
}

/// Chooses and fills in a step.
#[component]
pub fn StepDialog(
    /// Open while there is one.
    request: RwSignal<Option<StepRequest>>,
) -> impl IntoView {
    let session = Session::get();
    let draft = RwSignal::new(None::<Draft>);
    let problems = RwSignal::new(Problems::new());
    let open = Memo::new(move |_| request.with(Option::is_some));
    Effect::new(move |_| {
        problems.set(Problems::new());
        draft.set(request.with(|request| match request {
            Some(StepRequest::Begin(step) | StepRequest::Change(_, step)) => Some(Draft::of(step)),
            _ => None,
        }));
    });
    let columns: Memo<Vec<(String, ColumnType)>> = Memo::new(move |_| {
        let is_shape = draft.with(|draft| draft.as_ref().is_some_and(|draft| draft.kind.is_shape()));
        session.description.with(|description| {
            let profile = description.as_ref().and_then(|description| description.profile.as_ref());
            session.project.with(|project| match (profile, project) {
                (Some(profile), Some(project)) => {
                    let document = &project.pipeline;
                    columns::for_step(
                        is_shape,
                        &profile.columns,
                        document.framing.target.as_deref(),
                        &document.recipe,
                    )
                }
                _ => Vec::new(),
            })
        })
    });
    let title = move || {
        draft.with(|draft| {
            draft
                .as_ref()
                .map_or(words::CHOOSE_STEP, |draft| Draft::name_of(draft.kind))
                .to_owned()
        })
    };
    let close = move || request.set(None);
    let save = move || {
        let Some(Ok(step)) = draft.with_untracked(|draft| draft.as_ref().map(Draft::build)) else {
            problems.set(draft.with_untracked(|draft| draft.as_ref().and_then(|draft| draft.build().err()).unwrap_or_default()));
            return;
        };
        let recipe = session
            .project
            .with_untracked(|project| project.as_ref().map(|project| project.pipeline.recipe.clone()));
        let id = match request.get_untracked() {
            Some(StepRequest::Change(id, _)) => Some(id),
            _ => None,
        };
        session.edit_or_report(edit(id, step, &recipe.unwrap_or_default()));
        close();
    };
    let is_adding = move || request.with(|request| matches!(request, Some(StepRequest::Add)));
    let form = move || {
        let settings = draft.with(|draft| draft.as_ref().map_or_else(Vec::new, |draft| draft.kind.settings()));
        view! {
            <p class="muted">{draft.with(|draft| draft.as_ref().map(|draft| draft.kind.about()))}</p>
            <div class="stack">
                {settings
                    .into_iter()
                    .map(|setting| view! { <SettingField setting draft columns=columns.into() problems=problems.into()/> })
                    .collect_view()}
            </div>
            <footer>
                <Show when=is_adding>
                    <Button label=words::BACK on_press=move |()| draft.set(None)/>
                </Show>
                <Button label=words::CANCEL on_press=move |()| close()/>
                <Button
                    label=Signal::derive(move || {
                        let is_change = request.with(|request| matches!(request, Some(StepRequest::Change(..))));
                        (if is_change { words::SAVE } else { words::ADD }).to_owned()
                    })
                    kind=ButtonKind::Primary
                    on_press=move |()| save()
                />
            </footer>
        }
    };
    // The form is drawn anew for another kind only, not at every key.
    let kind = Memo::new(move |_| draft.with(|draft| draft.as_ref().map(|draft| draft.kind)));
    view! {
        <Dialog title=Signal::derive(title) open=open on_close=move |()| close() wide=true>
            {move || match kind.get() {
                Some(_) => untrack(form).into_any(),
                None => {
                    view! { <KindList on_choose=Callback::new(move |kind| draft.set(Some(Draft::new(kind))))/> }.into_any()
                }
            }}
        </Dialog>
    }
}

/// A changed step stays where it is; a new pipeline step goes where it works.
fn edit(id: Option<u32>, step: NewStep, recipe: &Recipe) -> Edit {
    match (id, step) {
        (Some(id), NewStep::Shape(kind)) => Edit::ReplaceShapeStep { id, kind },
        (Some(id), NewStep::Pipeline(kind)) => Edit::ReplacePipelineStep { id, kind },
        (None, NewStep::Shape(kind)) => Edit::AddShapeStep { index: None, kind },
        (None, NewStep::Pipeline(kind)) => Edit::AddPipelineStep {
            index: Some(alerts::place(&kind, recipe)),
            kind,
        },
    }
}
