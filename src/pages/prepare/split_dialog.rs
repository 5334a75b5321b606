use leptos::prelude::*;
use spec::Edit;
use spec::split::SplitSpec;
use spec::texts::ui::prepare as words;

use super::split::SplitDraft;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Dialog, MAX_WHOLE, NumberField, RadioGroup, RadioOption, Select, SelectOption};

/// The split in one form.
#[component]
pub fn SplitDialog(open: RwSignal<bool>) -> impl IntoView {
    let session = Session::get();
    let draft = RwSignal::new(SplitDraft::of(&SplitSpec::default()));
    let problem = RwSignal::new(None::<&'static str>);
    Effect::new(move |_| {
        if open.get() {
            problem.set(None);
            session.project.with_untracked(|project| {
                if let Some(project) = project {
                    draft.set(SplitDraft::of(&project.pipeline.split));
                }
            });
        }
    });
    let assignments = options(&[
        ("stratified", words::STRATIFIED),
        ("random", words::RANDOM),
        ("grouped", words::GROUPED),
        ("time", words::TIME),
    ]);
    let validations = options(&[("folds", words::FOLDS), ("hold_out", words::HOLD_OUT)]);
    let columns = Signal::derive(move || {
        let is_time = draft.with(|draft| draft.assignment == "time");
        session.description.with(|description| {
            let profile = description.as_ref().and_then(|one| one.profile.as_ref());
            let fits = |one: &&spec::profile::ColumnProfile| {
                !is_time || matches!(one.column_type, spec::ColumnType::Time | spec::ColumnType::Number)
            };
            profile.map_or_else(Vec::new, |profile| {
                profile
                    .columns
                    .iter()
                    .filter(fits)
                    .map(|one| SelectOption::new(one.name.clone(), one.name.clone()))
                    .collect()
            })
        })
    });
    let column_label = Signal::derive(move || {
        (if draft.with(|draft| draft.assignment == "time") {
            words::TIME_COLUMN
        } else {
            words::GROUP_COLUMN
        })
        .to_owned()
    });
    let apply = move || match draft.with_untracked(SplitDraft::build) {
        Ok(split) => {
            session.edit_or_report(Edit::SetSplit { split });
            open.set(false);
        }
        Err(wrong) => problem.set(Some(wrong)),
    };
    let number = move |get: fn(&SplitDraft) -> f64| Signal::derive(move || Some(draft.with(get)));
    let set = move |change: fn(&mut SplitDraft, f64)| {
        move |value: Option<f64>| {
            if let Some(value) = value {
                draft.update(|draft| change(draft, value));
            }
        }
    };
    view! {
        <Dialog title=words::SPLIT_TITLE open=open on_close=move |()| open.set(false)>
            <RadioGroup
                legend=words::ASSIGNMENT
                options=assignments.clone()
                value=Signal::derive(move || draft.with(|draft| draft.assignment.clone()))
                on_change=move |value: String| draft.update(|draft| draft.assignment = value.clone())
            />
            <Show when=move || draft.with(SplitDraft::needs_column)>
                <Select
                    label=column_label
                    options=columns
                    placeholder=words::CHOOSE_COLUMN
                    value=Signal::derive(move || draft.with(|draft| draft.column.clone()))
                    on_change=move |value: String| draft.update(|draft| draft.column = value.clone())
                />
            </Show>
            <RadioGroup
                legend=words::VALIDATION
                options=validations.clone()
                columns=true
                value=Signal::derive(move || draft.with(|draft| draft.validation.clone()))
                on_change=move |value: String| draft.update(|draft| draft.validation = value.clone())
            />
            <div class="form-grid">
                <Show
                    when=move || draft.with(|draft| draft.validation == "folds")
                    fallback=move || {
                        view! {
                            <NumberField
                                label=words::VALIDATION_SHARE
                                value=number(|draft| draft.validation_percent)
                                unit="%"
                                on_change=set(|draft, x| draft.validation_percent = x)
                            />
                        }
                    }
                >
                    <NumberField label=words::K value=number(|draft| draft.k) whole=true on_change=set(|draft, x| draft.k = x)/>
                </Show>
                <NumberField
                    label=words::TEST_SHARE
                    value=number(|draft| draft.test_percent)
                    unit="%"
                    on_change=set(|draft, x| draft.test_percent = x)
                />
                <NumberField
                    label=words::SEED
                    help=words::SEED_HELP
                    value=number(|draft| draft.seed)
                    min=Some(0.0)
                    max=Some(MAX_WHOLE)
                    whole=true
                    on_change=set(|draft, x| draft.seed = x)
                />
            </div>
            <Show when=move || problem.get().is_some()>
                <p class="field"><span class="error" role="alert">{move || problem.get()}</span></p>
            </Show>
            <footer>
                <Button label=words::CANCEL on_press=move |()| open.set(false)/>
                <Button label=words::APPLY kind=ButtonKind::Primary on_press=move |()| apply()/>
            </footer>
        </Dialog>
    }
}

fn options(pairs: &[(&str, &str)]) -> Vec<RadioOption> {
    let one = |(value, label): &(&str, &str)| RadioOption {
        value: (*value).to_owned(),
        label: (*label).to_owned(),
        ..RadioOption::default()
    };
    pairs.iter().map(one).collect()
}
