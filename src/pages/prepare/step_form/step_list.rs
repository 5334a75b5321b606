use leptos::prelude::*;
use spec::step::StepInfo;
use spec::texts::ui::prepare as words;

/// All steps with a sentence each, under the two phases.
#[component]
pub fn StepList(
    steps: Vec<StepInfo>,
    /// Called with the chosen step.
    on_choose: Callback<StepInfo>,
) -> impl IntoView {
    let line = move |info: StepInfo| {
        let (name, about) = (info.begin.texts().name(), info.about.clone());
        view! {
            <li>
                <button type="button" on:click=move |_| on_choose.run(info.clone())>
                    <b>{name}</b>
                    <small>{about}</small>
                </button>
            </li>
        }
    };
    let (cleaning, preprocessing): (Vec<_>, Vec<_>) = steps.into_iter().partition(|info| info.begin.is_cleaning());
    view! {
        <div class="cols two">
            <section>
                <h3>{words::PIPELINE_STEPS}</h3>
                <p class="muted">{words::PIPELINE_HELP}</p>
                <ul class="plain step-kinds">{preprocessing.into_iter().map(line).collect_view()}</ul>
            </section>
            <section>
                <h3>{words::SHAPE_STEPS}</h3>
                <p class="muted">{words::SHAPE_HELP}</p>
                <ul class="plain step-kinds">{cleaning.into_iter().map(line).collect_view()}</ul>
            </section>
        </div>
    }
}
