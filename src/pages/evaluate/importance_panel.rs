use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Failure;
use spec::evaluation::{Evaluation, Importance};
use spec::job::{Answer, Job};
use spec::texts::ui::evaluate as words;

use crate::chart::{Chart, bar};
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card, ErrorState, ProgressBar};

/// How often each column is shuffled.
const N_REPEATS: u32 = 5;

/// Permutation importance on validation rows (E19), computed when asked for.
#[component]
pub fn ImportancePanel(evaluation: Signal<Option<Evaluation>>) -> impl IntoView {
    let session = Session::get();
    let found = RwSignal::new(None::<(u32, Vec<Importance>)>);
    let failure = RwSignal::new(None::<Failure>);
    let run = Memo::new(move |_| evaluation.with(|one| one.as_ref().map(|one| one.run)));
    let importance = Memo::new(move |_| {
        let own = found.with(|found| {
            found
                .as_ref()
                .filter(|found| Some(found.0) == run.get())
                .map(|found| found.1.clone())
        });
        own.or_else(|| evaluation.with(|one| one.as_ref().map(|one| one.importance.clone())))
            .unwrap_or_default()
    });
    let is_there = Memo::new(move |_| importance.with(|one| !one.is_empty()));
    let running = Memo::new(move |_| session.running(|job| matches!(job, Job::Importance { .. })));
    let compute = move |()| {
        let Some(run) = run.get_untracked() else { return };
        failure.set(None);
        spawn_local(async move {
            match session
                .run(Job::Importance {
                    run,
                    n_repeats: N_REPEATS,
                })
                .await
                .map(|reply| reply.answer)
            {
                Ok(Answer::Importance(items)) => found.set(Some((run, items))),
                Ok(_) => {}
                Err(wrong) if wrong.cancelled => {}
                Err(wrong) => failure.set(Some(wrong)),
            }
        });
    };
    let plot = Memo::new(move |_| importance.with(|items| bar::importance(items)));
    let height = move || format!("{}em", importance.with(|items| items.len().clamp(3, 40)) as f64 * 1.9);
    let button = move || {
        let label = if is_there.get() {
            words::IMPORTANCE_AGAIN
        } else {
            words::IMPORTANCE_RUN
        };
        view! { <Button label=label kind=ButtonKind::Small on_press=compute/> }
    };
    let progress = move || {
        running.get().map(|job| {
            view! { <ProgressBar progress=Signal::stored(job.progress) on_cancel=Callback::new(move |()| session.cancel(job.id))/> }
        })
    };
    view! {
        <Card title=words::IMPORTANCE actions=move || view! { <Show when=move || running.with(Option::is_none)>{button}</Show> }>
            <div class="stack">
                <p class="muted">{words::IMPORTANCE_HELP}</p>
                {progress}
                {move || failure.get().map(|failure| view! { <ErrorState failure=failure/> })}
                <Show when=move || is_there.get()>
                    <div style=("--chart-height", height)><Chart plot=plot/></div>
                </Show>
            </div>
        </Card>
    }
}
