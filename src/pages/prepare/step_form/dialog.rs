use std::collections::BTreeMap;

use leptos::prelude::*;
use spec::step::{AnyStep, Recipe, StepInfo};
use spec::texts::ui::prepare as words;
use spec::{ColumnSet, ColumnType, Domain, Edit, ParamSpec};

use super::columns;
use super::draft::{Draft, Problems, info_of};
use super::formula_field::FormulaField;
use super::levels_field::LevelsField;
use super::step_list::StepList;
use crate::form::{Field, FormContext, FormValue, SpecialField};
use crate::pages::prepare::alerts;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Dialog};

/// What the dialog is opened for.
#[derive(Clone, Debug, PartialEq)]
pub enum StepRequest {
    /// A step is chosen first.
    Add,
    /// A new step that begins with these settings.
    Begin(AnyStep),
    Change(u32, AnyStep),
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
    let steps = Memo::new(move |_| -> Vec<StepInfo> {
        session
            .catalogue
            .with(|catalogue| catalogue.as_ref().map_or_else(Vec::new, |catalogue| catalogue.steps.clone()))
    });
    Effect::new(move |_| {
        problems.set(Problems::new());
        draft.set(request.with(|request| match request {
            Some(StepRequest::Begin(step) | StepRequest::Change(_, step)) => {
                steps.with(|steps| info_of(steps, step)).map(|info| Draft::of(info, step))
            }
            _ => None,
        }));
    });
    let columns: Memo<Vec<(String, ColumnType)>> = Memo::new(move |_| {
        let is_shape = draft.with(|draft| draft.as_ref().is_some_and(|draft| draft.info.begin.is_cleaning()));
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
                .map_or(words::CHOOSE_STEP, |draft| draft.info.begin.texts().name())
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
    let context = FormContext {
        columns: columns.into(),
        values: Signal::derive(move || {
            draft.with(|draft| draft.as_ref().map_or_else(BTreeMap::new, |draft| draft.values.clone()))
        }),
        special: Some(special),
    };
    let field = move |spec: ParamSpec| {
        let (of_value, of_error, changed) = (spec.name.clone(), spec.name.clone(), spec.name.clone());
        let value = Signal::derive(move || {
            let value = draft.with(|draft| draft.as_ref().and_then(|draft| draft.values.get(&of_value).cloned()));
            value.unwrap_or_else(|| FormValue::Typed(String::new()))
        });
        let error = Signal::derive(move || problems.with(|problems| problems.get(&of_error).cloned()));
        let on_change = Callback::new(move |value: FormValue| {
            draft.update(|draft| {
                if let Some(draft) = draft {
                    draft.values.insert(changed.clone(), value);
                }
            });
        });
        view! { <Field spec value error context on_change/> }
    };
    let form = move || {
        let (about, settings) = draft.with(|draft| {
            let info = draft.as_ref().map(|draft| &draft.info);
            info.map(|info| (info.about.clone(), info.settings.clone()))
                .unwrap_or_default()
        });
        view! {
            <p class="muted">{about}</p>
            <div class="stack">{settings.into_iter().map(field).collect_view()}</div>
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
    // The form is drawn anew for another step only, not at every key.
    let key = Memo::new(move |_| draft.with(|draft| draft.as_ref().map(|draft| draft.info.begin.key())));
    view! {
        <Dialog title=Signal::derive(title) open=open on_close=move |()| close() wide=true>
            {move || match key.get() {
                Some(_) => untrack(form).into_any(),
                None => {
                    view! { <StepList steps=steps.get() on_choose=Callback::new(move |info| draft.set(Some(Draft::new(info))))/> }.into_any()
                }
            }}
        </Dialog>
    }
}

/// A changed step stays where it is; a new pipeline step goes where it works.
fn edit(id: Option<u32>, step: AnyStep, recipe: &Recipe) -> Edit {
    match (id, step) {
        (Some(id), AnyStep::Cleaning(kind)) => Edit::ReplaceShapeStep { id, kind },
        (Some(id), AnyStep::Preprocessing(kind)) => Edit::ReplacePipelineStep { id, kind },
        (None, AnyStep::Cleaning(kind)) => Edit::AddShapeStep { index: None, kind },
        (None, AnyStep::Preprocessing(kind)) => Edit::AddPipelineStep {
            index: Some(alerts::place(&kind, recipe)),
            kind,
        },
    }
}

/// The controls that look at the data.
fn special(field: SpecialField) -> AnyView {
    let SpecialField {
        spec,
        value,
        error,
        context,
        on_change,
    } = field;
    match spec.domain {
        Domain::Levels => view! { <LevelsField value error values=context.values on_change/> }.into_any(),
        Domain::Expression => {
            let columns = Signal::derive(move || {
                let columns = context
                    .columns
                    .get()
                    .into_iter()
                    .filter(|column| ColumnSet::Numbers.has(column.1));
                columns.map(|column| column.0).collect::<Vec<_>>()
            });
            let text = Signal::derive(move || value.with(|value| value.text().to_owned()));
            let on_change = Callback::new(move |text: String| on_change.run(FormValue::Typed(text)));
            view! { <FormulaField label=spec.label value=text columns error on_change/> }.into_any()
        }
        _ => ().into_any(),
    }
}
