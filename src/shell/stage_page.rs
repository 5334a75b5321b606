use leptos::prelude::*;
use spec::texts::ui::{common, shell as words};
use spec::{Failure, Message};

use super::modules::{Module, Modules, State};
use crate::platform::{focus, time};
use crate::route::Stage;
use crate::ui::{Button, EmptyState, ErrorState, ProgressBar};

/// The page of a stage, as soon as its module is here.
#[component]
pub fn StagePage(stage: Stage) -> impl IntoView {
    let modules = Modules::get();
    let module = Module::of(stage);
    modules.want(module);
    let state = Memo::new(move |_| modules.state(module));
    let name = words::STAGES[stage.number() - 1];
    move || match (state.get(), modules.draw(module)) {
        (State::Here, Some(draw)) => {
            // The keyboard stays on the heading when the page takes the place of the one that said it was loading.
            if focus::is_on_main_heading() {
                time::next_frame(focus::main_heading);
            }
            draw(stage)
        }
        (State::Failed, _) => view! {
            <div class="page">
                <h1 tabindex="-1">{name}</h1>
                <ErrorState failure=Failure::new(Message::new("page.stage").with("stage", name)) place=words::STAGE_FAILED>
                    <Button label=common::TRY_AGAIN on_press=move || modules.want(module) />
                </ErrorState>
            </div>
        }
        .into_any(),
        _ => view! {
            <div class="page">
                <h1 tabindex="-1">{name}</h1>
                <EmptyState title="" message=words::STAGE_LOADING />
                <ProgressBar progress=None />
            </div>
        }
        .into_any(),
    }
}
