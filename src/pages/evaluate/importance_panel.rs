use leptos::prelude::*;
use spec::evaluation::Evaluation;
use spec::job::{Answer, Job};
use spec::registry::ModelRef;
use spec::texts::ui::{evaluate as words, explain};

use super::contributions::Contributions;
use super::on_demand::OnDemand;
use crate::chart::{Chart, bar};
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card};

/// How often each column is shuffled.
const N_REPEATS: u32 = 5;

/// What the model leans on: by shuffling columns, or by what each adds to the scores. Computed when asked for.
#[component]
pub fn ImportancePanel(evaluation: Signal<Option<Evaluation>>) -> impl IntoView {
    let session = Session::get();
    let is_contributions = RwSignal::new(false);
    let run = Memo::new(move |_| evaluation.with(|one| one.as_ref().map(|one| one.run)));
    let shuffled = OnDemand::new(session, move || {
        Some(Job::Importance {
            run: run.get()?,
            n_repeats: N_REPEATS,
        })
    });
    let contributions = OnDemand::new(session, move || {
        Some(Job::Contributions {
            of: ModelRef::Run(run.get()?),
        })
    });
    let shown = move || if is_contributions.get() { contributions } else { shuffled };
    let importance = Memo::new(move |_| {
        let own = match shuffled.answer() {
            Some(Answer::Importance(items)) => Some(items),
            _ => None,
        };
        own.or_else(|| evaluation.with(|one| one.as_ref().map(|one| one.importance.clone())))
            .unwrap_or_default()
    });
    let button = move || {
        let label = match (is_contributions.get(), shown().answer().is_some()) {
            (false, false) => words::IMPORTANCE_RUN,
            (true, false) => explain::COMPUTE,
            (false, true) => words::IMPORTANCE_AGAIN,
            (true, true) => explain::AGAIN,
        };
        view! { <Button label=label kind=ButtonKind::Small on_press=move |()| shown().compute()/> }
    };
    let is_idle = Memo::new(move |_| shown().running().is_none());
    let way = move |label: &'static str, own: bool| {
        view! {
            <Button
                label=label
                kind=ButtonKind::Small
                pressed=Signal::derive(move || is_contributions.get() == own)
                on_press=move |()| is_contributions.set(own)
            />
        }
    };
    let plot = Memo::new(move |_| importance.with(|items| bar::importance(items)));
    let height = move || format!("{}em", importance.with(|items| items.len().clamp(3, 40)) as f64 * 1.9);
    let by_shuffling = move || {
        view! {
            <Show when=move || importance.with(|items| !items.is_empty())>
                <div style=("--chart-height", height)><Chart plot=plot/></div>
            </Show>
        }
    };
    view! {
        <Card title=words::IMPORTANCE actions=move || view! { <Show when=move || is_idle.get()>{button}</Show> }>
            <div class="stack">
                <div class="row" role="group" aria-label=explain::WAY>
                    {way(explain::SHUFFLED, false)}
                    {way(explain::CONTRIBUTIONS, true)}
                </div>
                <p class="muted">{move || if is_contributions.get() { explain::CONTRIBUTIONS_ABOUT } else { explain::SHUFFLED_ABOUT }}</p>
                {move || shown().state()}
                <Show when=move || is_contributions.get() fallback=by_shuffling>
                    <Contributions found=Signal::derive(move || match contributions.answer() {
                        Some(Answer::Contributions(summaries)) => summaries,
                        _ => Vec::new(),
                    })/>
                </Show>
            </div>
        </Card>
    }
}
