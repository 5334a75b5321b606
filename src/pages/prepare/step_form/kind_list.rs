use leptos::prelude::*;
use spec::texts::ui::prepare as words;

use super::draft::Draft;
use super::kind::Kind;

/// All kinds of steps with a sentence each, under the two faces.
#[component]
pub fn KindList(
    /// Called with an empty step of the chosen kind.
    on_choose: Callback<Kind>,
) -> impl IntoView {
    let line = move |kind: Kind| {
        view! {
            <li>
                <button type="button" on:click=move |_| on_choose.run(kind)>
                    <b>{Draft::name_of(kind)}</b>
                    <small>{kind.about()}</small>
                </button>
            </li>
        }
    };
    view! {
        <div class="cols two">
            <section>
                <h3>{words::PIPELINE_STEPS}</h3>
                <p class="muted">{words::PIPELINE_HELP}</p>
                <ul class="plain step-kinds">{Kind::PIPELINE.map(line).collect_view()}</ul>
            </section>
            <section>
                <h3>{words::SHAPE_STEPS}</h3>
                <p class="muted">{words::SHAPE_HELP}</p>
                <ul class="plain step-kinds">{Kind::SHAPE.map(line).collect_view()}</ul>
            </section>
        </div>
    }
}
