use leptos::prelude::*;
use spec::Edit;
use spec::step::UnusedColumn;
use spec::texts::ui::prepare as words;

use super::alerts;
use crate::session::Session;
use crate::ui::{Button, ButtonKind};

/// Columns that no step can use: why, and the step that would change it.
#[component]
pub fn Unused() -> impl IntoView {
    let session = Session::get();
    let unused = Memo::new(move |_| {
        session
            .description
            .with(|one| one.as_ref().map_or_else(Vec::new, |one| one.recipe.unused.clone()))
    });
    let line = move |column: UnusedColumn| {
        let offer = column.offer.map(|step| {
            let label = step.texts().name();
            let add = move |()| {
                let index = session
                    .project
                    .with_untracked(|project| project.as_ref().map(|one| alerts::place(&step, &one.pipeline.recipe)));
                session.edit_or_report(Edit::AddPipelineStep {
                    index,
                    kind: step.clone(),
                });
            };
            view! { <Button label=label kind=ButtonKind::Small on_press=add/> }
        });
        view! {
            <li>
                <span><bdi class="strong">{column.column}</bdi> <small>{column.reason.says()}</small></span>
                {offer}
            </li>
        }
    };
    view! {
        <Show when=move || unused.with(|unused| !unused.is_empty())>
            <h3>{words::UNUSED}</h3>
            <ul class="plain unused">{move || unused.get().into_iter().map(line).collect_view()}</ul>
        </Show>
    }
}
