use leptos::prelude::*;
use spec::texts::names;
use spec::texts::ui::train as words;
use spec::{Edit, EstimatorInfo, ModelSpec, Params};

use super::candidates;
use crate::form::{ParamForm, is_valid};
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Checkbox, Dialog, NumberField};

/// Parameters and search of one candidate, from the estimator's one list of parameters.
#[component]
pub fn CandidateDialog(
    /// Index into the document's models.
    editing: RwSignal<Option<usize>>,
) -> impl IntoView {
    let session = Session::get();
    let draft = RwSignal::new(None::<ModelSpec>);
    let open = Memo::new(move |_| editing.with(Option::is_some));
    Effect::new(move |_| {
        let index = editing.get();
        draft.set(session.project.with_untracked(|project| {
            project
                .as_ref()
                .zip(index)
                .and_then(|(one, i)| one.pipeline.models.get(i).cloned())
        }));
    });
    let info = Memo::new(move |_| {
        let algorithm = draft.with(|draft| draft.as_ref().map(|draft| draft.algorithm));
        session.catalogue.with(|catalogue| {
            let found = catalogue
                .as_ref()
                .zip(algorithm)
                .and_then(|(one, this)| one.estimators.iter().find(|info| info.algorithm == this));
            found.cloned()
        })
    });
    let title = Signal::derive(move || {
        draft.with(|draft| {
            draft
                .as_ref()
                .map_or_else(String::new, |one| names::algorithm(one.algorithm).to_owned())
        })
    });
    let specs = Signal::derive(move || info.get().map_or_else(Vec::new, |info| info.params));
    let params =
        Signal::derive(move || draft.with(|draft| draft.as_ref().map_or_else(Params::new, |draft| draft.params.clone())));
    let change = move |act: &dyn Fn(&mut ModelSpec)| {
        draft.update(|draft| {
            if let Some(draft) = draft {
                act(draft);
            }
        });
    };
    let searches = Memo::new(move |_| draft.with(|draft| draft.as_ref().is_some_and(|draft| draft.search.is_some())));
    let n_trials = Signal::derive(move || {
        draft.with(|draft| {
            draft
                .as_ref()
                .and_then(|one| one.search.as_ref())
                .map(|search| f64::from(search.n_trials))
        })
    });
    let can_search = Memo::new(move |_| {
        info.with(|info| {
            info.as_ref()
                .is_some_and(|info| info.params.iter().any(|param| param.search.is_some()))
        })
    });
    let why_not = Signal::derive(move || (!is_valid(&specs.get(), &params.get())).then(String::new));
    let save = move |()| {
        let (Some(index), Some(model)) = (editing.get_untracked(), draft.get_untracked()) else {
            return;
        };
        let mut models = session
            .project
            .with_untracked(|one| one.as_ref().map(|one| one.pipeline.models.clone()).unwrap_or_default());
        if let Some(place) = models.get_mut(index) {
            *place = model;
            session.edit_or_report(Edit::SetModels { models });
        }
        editing.set(None);
    };
    let set_trials = move |n: Option<f64>| {
        change(&|model| {
            if let (Some(search), Some(n)) = (&mut model.search, n) {
                search.n_trials = n.round() as u32;
            }
        });
    };
    let fixed = move || {
        let info = info.get();
        let searched = info
            .iter()
            .flat_map(|info| info.params.iter())
            .filter(|param| param.search.is_some());
        let boxes = searched.map(|param| {
            let (name, this) = (param.name.clone(), param.name.clone());
            let is_fixed = Signal::derive(move || {
                draft.with(|one| {
                    one.as_ref()
                        .and_then(|one| one.search.as_ref())
                        .is_some_and(|search| search.fixed.contains(&this))
                })
            });
            let toggle = move |on: bool| {
                change(&|model: &mut ModelSpec| {
                    if let Some(search) = &mut model.search {
                        search.fixed.retain(|other| *other != name);
                        if on {
                            search.fixed.push(name.clone());
                        }
                    }
                });
            };
            view! { <Checkbox label=param.label.clone() checked=is_fixed on_change=toggle/> }
        });
        view! { <div class="column-boxes">{boxes.collect_view()}</div> }
    };
    view! {
        <Dialog title=title open=open on_close=move |()| editing.set(None) wide=true>
            <p class="muted">{move || info.get().map(about)}</p>
            <h3>{words::PARAMETERS}</h3>
            <ParamForm specs=specs params=params on_change=move |params: Params| change(&|model| model.params.clone_from(&params))/>
            <Show when=move || can_search.get()>
                <Checkbox
                    label=words::SEARCH
                    help=words::SEARCH_HELP
                    checked=searches
                    on_change=move |on: bool| change(&|model| model.search = on.then(candidates::search))
                />
            </Show>
            <Show when=move || searches.get()>
                <div class="form-grid">
                    <NumberField
                        label=words::N_TRIALS
                        value=n_trials
                        min=Some(1.0)
                        max=Some(1000.0)
                        whole=true
                        on_change=set_trials
                    />
                    <fieldset class="field whole"><legend>{words::FIXED}</legend>{fixed()}</fieldset>
                </div>
            </Show>
            <footer>
                <Button label=words::CANCEL on_press=move |()| editing.set(None)/>
                <Button label=words::SAVE kind=ButtonKind::Primary why_not=why_not on_press=save/>
            </footer>
        </Dialog>
    }
}

fn about(info: EstimatorInfo) -> String {
    if info.handles_missing {
        info.about
    } else {
        format!("{}; {}", info.about, words::FILLS_MISSING)
    }
}
