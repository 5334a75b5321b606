use leptos::prelude::*;
use spec::Task;
use spec::texts::ui::{common, frame as words};

use super::model;
use super::sheet::Sheet;
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{Banner, Card, LinkButton, RadioGroup, Select, SelectOption, Tone};

/// Target, task and positive class.
#[component]
pub fn Question(sheet: Sheet) -> impl IntoView {
    let session = Session::get();
    let columns = Memo::new(move |_| {
        let description = session.description.get();
        session.project.with(|project| {
            project
                .as_ref()
                .map_or_else(Vec::new, |p| model::columns(p, description.as_deref()))
        })
    });
    let has_data = Memo::new(move |_| !columns.read().is_empty());
    let options = Memo::new(move |_| {
        let description = session.description.get();
        model::target_options(
            &columns.read(),
            description.as_ref().map_or(&[], |description| &description.proposals),
        )
    });
    let target = sheet.part(|framing| framing.target.clone().unwrap_or_default());
    let is_gone = Memo::new(move |_| has_data.get() && !target.read().is_empty() && !columns.read().contains(&target.get()));
    let reason = Memo::new(move |_| {
        let description = session.description.get();
        sheet
            .framing
            .with(|framing| model::target_reason(framing, description.as_deref()))
    });
    let classes = Memo::new(move |_| {
        let description = session.description.get();
        sheet.framing.with(|framing| model::classes(framing, description.as_deref()))
    });
    let class_options = Memo::new(move |_| {
        classes.with(|classes| {
            classes
                .iter()
                .map(|class| SelectOption::new(&class.0, &class.0))
                .collect::<Vec<_>>()
        })
    });
    let to_prepare = move || {
        session.project.with(|project| {
            project
                .as_ref()
                .map_or_else(String::new, |p| Route::stage(&p.id, Stage::Prepare).to_string())
        })
    };
    let is_binary = sheet.part(|framing| framing.task == Some(Task::Binary));
    view! {
        <Card title=words::QUESTION>
            <div class="stack">
                <Show when=move || !has_data.get()>
                    <Banner message=words::ADD_DATA_FIRST>
                        <LinkButton label=words::ADD_DATA href=to_prepare />
                    </Banner>
                </Show>
                <div class="form-grid">
                    <Select
                        label=words::TARGET
                        options=options
                        value=target
                        placeholder=words::TARGET_NONE
                        help=words::TARGET_HELP
                        term="target"
                        error=move || is_gone.get().then(|| words::TARGET_GONE.to_owned())
                        disabled=move || sheet.locked.get() || !has_data.get()
                        on_change=move |column: String| {
                            let description = session.description.get_untracked();
                            let column = Some(column).filter(|column| !column.is_empty());
                            sheet.set(model::with_target(&sheet.framing.get_untracked(), column, description.as_deref()));
                        }
                    />
                    <Show when=move || is_binary.get() && !classes.read().is_empty()>
                        <Select
                            label=words::POSITIVE
                            options=class_options
                            value=sheet.part(|framing| framing.positive_class.clone().unwrap_or_default())
                            placeholder=common::NONE_CHOSEN
                            help=words::POSITIVE_HELP
                            term="positive_class"
                            disabled=sheet.locked
                            on_change=move |class: String| {
                                sheet.change(|framing| framing.positive_class = Some(class).filter(|class| !class.is_empty()));
                            }
                        />
                    </Show>
                </div>
                <Show when=move || !reason.read().is_empty()>
                    <Banner lead=words::WHY_TARGET tone=Tone::Accent message=move || explained(&reason.read(), &classes.read()) />
                </Show>
                <RadioGroup
                    legend=words::TASK
                    options=model::task_options()
                    columns=true
                    value=sheet.part(|framing| framing.task.map(model::task_word).unwrap_or_default())
                    disabled=sheet.locked
                    on_change=move |word: String| {
                        if let Some(task) = model::task_of_word(&word) {
                            let description = session.description.get_untracked();
                            sheet.set(model::with_task(&sheet.framing.get_untracked(), task, description.as_deref()));
                        }
                    }
                />
            </div>
        </Card>
    }
}

fn explained(reason: &str, classes: &[(String, u64)]) -> String {
    let line = model::class_line(classes);
    if line.is_empty() {
        reason.to_owned()
    } else {
        format!("{reason} ({line})")
    }
}
