use leptos::prelude::*;
use spec::Edit;
use spec::job::RowState;
use spec::texts::ui::prepare as words;

use super::recipe::StepCard;
use super::step_form::StepRequest;
use crate::session::Session;
use crate::ui::{ButtonKind, Menu, MenuItem, Switch};

/// Lines of what was learned that a card shows.
const LINES: usize = 3;

/// One step: what it was told, what it learned, its switch and its actions. Can be dragged, or moved from the menu.
#[component]
pub fn StepCardView(
    card: StepCard,
    request: RwSignal<Option<StepRequest>>,
    on_state: Callback<RowState>,
    /// The step that is being dragged within this list.
    dragged: RwSignal<Option<u32>>,
) -> impl IntoView {
    let session = Session::get();
    let StepCard {
        id,
        title,
        enabled,
        settings,
        learned,
        failure,
        index,
        ..
    } = card.clone();
    let move_to = move |index: u32| session.edit_or_report(Edit::MoveStep { id, index });
    let state = if card.step.is_cleaning() {
        RowState::AfterShape { step: id }
    } else {
        RowState::AfterPipeline { step: id }
    };
    let step = card.step.clone();
    let mut items = vec![MenuItem::new(words::EDIT, move || {
        request.set(Some(StepRequest::Change(id, step.clone())))
    })];
    if enabled && failure.is_none() {
        items.push(MenuItem::new(words::SHOW_AFTER, move || on_state.run(state.clone())));
    }
    if !card.is_first {
        items.push(MenuItem::new(words::MOVE_UP, move || move_to(index.saturating_sub(1))));
    }
    if !card.is_last {
        items.push(MenuItem::new(words::MOVE_DOWN, move || move_to(index + 1)));
    }
    items.push(MenuItem::new(words::DELETE, move || session.edit_or_report(Edit::RemoveStep { id })).danger());
    let n_more = learned.len().saturating_sub(LINES);
    let has_failed = failure.is_some();
    let over = RwSignal::new(false);
    let drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(moved) = dragged.get_untracked().filter(|moved| *moved != id) {
            session.edit_or_report(Edit::MoveStep { id: moved, index });
        }
        dragged.set(None);
    };
    view! {
        <li
            class="step"
            class:off=!enabled
            class:failed=has_failed
            class:over=move || over.get()
            draggable="true"
            on:dragstart=move |_| dragged.set(Some(id))
            on:dragend=move |_| dragged.set(None)
            on:dragover=move |event| {
                if dragged.get_untracked().is_some() {
                    event.prevent_default();
                    over.set(true);
                }
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <span class="grip" aria-hidden="true">"⠿"</span>
            <div>
                <span class="strong">{title}</span>
                <small><bdi>{settings}</bdi></small>
                {learned.into_iter().take(LINES).map(|line| view! { <small class="learned"><bdi>{line}</bdi></small> }).collect_view()}
                {(n_more > 0).then(|| view! { <small class="learned">{words::more_lines(n_more)}</small> })}
                {failure
                    .map(|failure| {
                        view! {
                            <p class="step-failure" role="alert">"✕ " {failure.message.says()}</p>
                            <small>{failure.message.hint()}</small>
                        }
                    })}
            </div>
            <Switch
                label=format!("{}: {title}", words::STEP_ON)
                on=enabled
                on_change=move |enabled: bool| session.edit_or_report(Edit::EnableStep { id, enabled })
            />
            <Menu label="" name=words::step_menu(title) kind=ButtonKind::Quiet items=items/>
        </li>
    }
}
