use leptos::prelude::*;
use spec::job::CandidateState;
use spec::texts::ui::train as words;

use super::progress::{self, CandidateProgress};
use crate::chart::{Chart, line};
use crate::session::{RunningJob, Session};
use crate::ui::{Card, ErrorState, ProgressBar};

/// A bar a candidate, the loss while it falls, the time left and a way to stop. What failed stays until the
/// next training.
#[component]
pub fn ProgressPanel(
    /// The training job, while there is one.
    #[prop(into)]
    running: Signal<Option<RunningJob>>,
) -> impl IntoView {
    let session = Session::get();
    let is_running = Memo::new(move |_| running.with(Option::is_some));
    let lines = Memo::new(move |_| running.with(|job| job.as_ref().map_or_else(Vec::new, progress::lines)));
    let failures = Memo::new(move |before: Option<&Vec<CandidateProgress>>| {
        if is_running.get() {
            lines.get().into_iter().filter(|line| line.failure().is_some()).collect()
        } else {
            before.cloned().unwrap_or_default()
        }
    });
    let loss = Memo::new(move |_| running.with(|job| job.as_ref().and_then(progress::loss)));
    let loss_name = Memo::new(move |_| loss.with(|loss| loss.as_ref().map(|loss| loss.0.clone())));
    let plot = Memo::new(move |_| loss.with(|loss| line::loss(loss.as_ref().map_or(&[], |loss| &loss.1))));
    let progress = Signal::derive(move || running.with(|job| job.as_ref().and_then(|job| job.progress.clone())));
    let cancel = Callback::new(move |()| {
        if let Some(job) = running.get_untracked() {
            session.cancel(job.id);
        }
    });
    let failed = move || {
        failures
            .get()
            .into_iter()
            .filter_map(|line| Some((line.name.clone(), line.failure()?.clone())))
            .map(|(name, failure)| view! { <ErrorState place=name failure=failure/> })
            .collect_view()
    };
    let bars = move || {
        view! {
            <div class="training">
                <ul class="plain stack">
                    <For each=move || lines.get() key=|line| line.index let:line>
                        <CandidateBar index=line.index lines=lines.into()/>
                    </For>
                </ul>
                <Show when=move || loss_name.with(Option::is_some)>
                    <section>
                        <h3>{words::LIVE_LOSS} ", " {move || loss_name.get()}</h3>
                        <Chart plot=plot/>
                    </section>
                </Show>
            </div>
        }
    };
    view! {
        <Show when=move || is_running.get()>
            <Card title=words::TRAINING>
                <div class="stack">
                    <ProgressBar progress=progress on_cancel=cancel/>
                    {bars}
                </div>
            </Card>
        </Show>
        {failed}
    }
}

#[component]
fn CandidateBar(index: u32, lines: Signal<Vec<CandidateProgress>>) -> impl IntoView {
    let line = Memo::new(move |_| lines.with(|lines| lines.iter().find(|line| line.index == index).cloned()));
    let name = Memo::new(move |_| line.with(|line| line.as_ref().map_or_else(String::new, |line| line.name.clone())));
    let fraction = Memo::new(move |_| line.with(|line| line.as_ref().and_then(|line| line.fraction)));
    let word = Memo::new(move |_| line.with(|line| line.as_ref().map_or("", CandidateProgress::word)));
    let is_waiting =
        Memo::new(move |_| line.with(|line| line.as_ref().is_some_and(|line| line.state == CandidateState::Waiting)));
    view! {
        <li class="candidate-bar" class:waiting=move || is_waiting.get()>
            <span>{move || name.get()}</span>
            <progress max="1" value=move || fraction.get().map(|x| format!("{x:.3}")) aria-label=move || words::progress_of(&name.get())></progress>
            <span class="muted">{move || word.get()}</span>
        </li>
    }
}
