use std::sync::Arc;

use leptos::prelude::*;
use spec::monitor::{BatchReport, JoinSummary};
use spec::texts::number::count;
use spec::texts::ui::monitor as words;

use crate::ui::Term;

const SECS_PER_DAY: f64 = 86_400.0;

/// How outcomes and predictions came together: counts, delay, sentences.
#[component]
pub fn JoinPanel(report: Memo<Option<Arc<BatchReport>>>) -> impl IntoView {
    let join = Memo::new(move |_| report.with(|report| report.as_ref().and_then(|report| report.join.clone())));
    view! { {move || join.get().map(|join| counts(&join))} }
}

fn counts(join: &JoinSummary) -> impl IntoView + use<> {
    let of = join.counts;
    let facts = [
        (words::PREDICTED, of.n_predictions),
        (words::WITH_OUTCOME, of.n_joined),
        (words::LATE, of.n_late),
        (words::WAITING, of.n_waiting),
        (words::OVERDUE, of.n_overdue),
        (words::N_OUTCOMES, of.n_outcomes),
        (words::DUPLICATE, of.n_duplicate),
        (words::ORPHAN, of.n_orphan),
        (words::AMBIGUOUS, of.n_ambiguous),
    ];
    let fact = |(name, n): (&'static str, u64)| view! { <dt>{name}</dt> <dd class="number">{count(n as f64)}</dd> };
    let delay = join
        .delay
        .map(|delay| words::delay(delay.p50 / SECS_PER_DAY, delay.p90 / SECS_PER_DAY));
    let sentences: Vec<(String, String)> = join.sentences.iter().map(|one| (one.says(), one.hint())).collect();
    view! {
        <div class="cols two">
            <dl class="facts">
                {facts.map(fact).collect_view()}
                {delay.map(|delay| view! { <dt><Term id="label_delay" text=words::DELAY/></dt> <dd>{delay}</dd> })}
            </dl>
            <ul>
                {sentences
                    .into_iter()
                    .map(|(says, hint)| view! { <li>{says} <small class="sentence">{hint}</small></li> })
                    .collect_view()}
            </ul>
        </div>
    }
}
