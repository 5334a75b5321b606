use leptos::prelude::*;
use spec::texts::ui::shell as words;

use super::modules::Modules;
use crate::hall::Hall;
use crate::pages::stage::StageState;
use crate::route::{Route, Stage};

/// The six stages with their state, and the goal. Without a project the stages are there, but lead nowhere.
#[component]
pub fn Rail(#[prop(into)] current: Signal<Option<Stage>>) -> impl IntoView {
    let (hall, modules) = (Hall::get(), Modules::get());
    let id = Memo::new(move |_| hall.open.with(|open| open.as_ref().map(|open| open.id.clone())));
    let goal_card = move || modules.session_now().map(|module| (module.goal_card)());
    view! {
        <nav class="rail" aria-label=words::LIFECYCLE>
            <ol class="plain">
                {Stage::ALL
                    .map(|stage| {
                        let line = Memo::new(move |_| {
                            let line = hall.open.with(|open| open.as_ref().map(|open| open.stages[stage.number() - 1].clone()));
                            line.map_or((StageState::Todo, String::new()), |line| (line.state, line.small))
                        });
                        let href = Memo::new(move |_| id.read().as_ref().map(|id| Route::stage(id, stage).to_string()));
                        view! { <Entry stage line href is_current=move || current.get() == Some(stage) /> }
                    })
                    .collect_view()}
            </ol>
            <Show when=move || id.read().is_some()>{goal_card}</Show>
        </nav>
    }
}

#[component]
fn Entry(
    stage: Stage,
    line: Memo<(StageState, String)>,
    href: Memo<Option<String>>,
    #[prop(into)] is_current: Signal<bool>,
) -> impl IntoView {
    let (class, sign, state) = (
        move || match line.get().0 {
            StageState::Todo => "stage",
            StageState::Done => "stage done",
            StageState::Stale => "stage stale",
            StageState::Alarm => "stage alarm",
        },
        move || match line.get().0 {
            StageState::Todo => stage.number().to_string(),
            StageState::Done => "✓".to_owned(),
            StageState::Stale | StageState::Alarm => "!".to_owned(),
        },
        move || match line.get().0 {
            StageState::Todo => words::TO_DO,
            StageState::Done => words::DONE,
            StageState::Stale => words::STALE,
            StageState::Alarm => words::ALARM,
        },
    );
    view! {
        <li>
            <a
                class=class
                href=move || href.get()
                aria-current=move || is_current.get().then_some("page")
                aria-disabled=move || href.read().is_none().then_some("true")
            >
                <span class="n" aria-hidden="true">
                    {sign}
                </span>
                <span>
                    <b>{words::STAGES[stage.number() - 1]}</b>
                    <span class="hidden-text">", " {state} ", "</span>
                    <small>{move || line.get().1}</small>
                </span>
            </a>
        </li>
    }
}
