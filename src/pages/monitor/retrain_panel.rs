use leptos::prelude::*;
use spec::job::Job;
use spec::texts::ui::monitor as words;

use super::model::{self, Choice};
use super::watch::Watch;
use crate::pages::train::ProgressPanel;
use crate::ui::{Button, ButtonKind, Card, Checkbox, ErrorState};

/// Where the card is on the page.
pub const RETRAIN_ID: &str = "train-again";

/// The same recipe and search on old and new rows, with the progress of training.
#[component]
pub fn RetrainPanel(watch: Watch) -> impl IntoView {
    let session = watch.session;
    let left_out = RwSignal::new(Vec::<u32>::new());
    let choices = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map_or_else(Vec::new, model::choices))
    });
    let running = Memo::new(move |_| session.running(|job| matches!(job, Job::Retrain { .. })));
    let is_running = Memo::new(move |_| running.with(Option::is_some));
    let chosen = Memo::new(move |_| {
        let all = choices.get().into_iter();
        let is_chosen = |choice: &Choice| left_out.with(|left_out| !left_out.contains(&choice.id));
        all.filter(is_chosen).map(|choice| choice.id).collect::<Vec<u32>>()
    });
    let why_not = Signal::derive(move || {
        if is_running.get() {
            Some(String::new())
        } else if choices.with(Vec::is_empty) {
            Some(words::RETRAIN_NONE.to_owned())
        } else if chosen.with(Vec::is_empty) {
            Some(words::RETRAIN_CHOOSE.to_owned())
        } else {
            watch.why_not()
        }
    });
    let choice = move |choice: Choice| {
        let id = choice.id;
        let checked = Signal::derive(move || left_out.with(|left_out| !left_out.contains(&id)));
        let help = if choice.is_known { words::RETRAIN_KNOWN } else { "" };
        let toggle = move |on: bool| {
            left_out.update(|left_out| {
                left_out.retain(|other| *other != id);
                if !on {
                    left_out.push(id);
                }
            });
        };
        view! { <Checkbox label=choice.label help=help checked=checked on_change=toggle/> }
    };
    view! {
        <div id=RETRAIN_ID tabindex="-1">
        <Card title=words::RETRAIN>
            <div class="stack">
                <p class="muted">{words::RETRAIN_ABOUT}</p>
                <fieldset>
                    <legend class="hidden-text">{words::USE_BATCH}</legend>
                    {move || choices.get().into_iter().map(choice).collect_view()}
                </fieldset>
                <div>
                    <Button
                        label=words::RETRAIN_NOW
                        kind=ButtonKind::Primary
                        why_not=why_not
                        on_press=move |()| watch.retrain(chosen.get_untracked())
                    />
                </div>
                {move || {
                    watch.retrain_failure.get().map(|failure| view! { <ErrorState place=words::FAILED_RETRAIN failure=failure/> })
                }}
            </div>
        </Card>
        </div>
        <ProgressPanel running=running/>
    }
}
