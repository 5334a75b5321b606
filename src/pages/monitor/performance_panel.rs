use std::sync::Arc;

use leptos::prelude::*;
use spec::monitor::BatchReport;
use spec::texts::names;
use spec::texts::ui::monitor as words;

use super::model::{self, MetricLine};
use super::watch::Watch;
use crate::ui::{EmptyState, Pill, Term};

/// Every metric beside what was expected, with intervals and what is tolerated.
#[component]
pub fn PerformancePanel(watch: Watch, report: Memo<Option<Arc<BatchReport>>>) -> impl IntoView {
    let primary = move || {
        watch
            .batch
            .with(|batch| batch.as_ref().and_then(|batch| batch.summary.metric))
    };
    let lines = Memo::new(move |_| {
        report.with(|report| {
            report
                .as_ref()
                .map_or_else(Vec::new, |one| model::metric_lines(one, primary()))
        })
    });
    let sentence = Memo::new(move |_| {
        report.with(|report| {
            let performance = report.as_ref()?.performance.as_ref()?;
            Some(performance.figures.get(&primary()?)?.message.says())
        })
    });
    let n_rows = Memo::new(move |_| {
        report.with(|report| {
            let performance = report.as_ref().and_then(|report| report.performance.as_ref());
            performance.map(|performance| performance.n_rows)
        })
    });
    let line = |line: MetricLine| {
        view! {
            <tr>
                <th scope="row"><Term id=line.metric.name() text=names::metric(line.metric)/></th>
                <td><Pill text=names::change(line.change) tone=model::change_tone(line.change)/></td>
                <td class="num">{line.expected}</td>
                <td class="num">{line.value}</td>
                <td class="num">{line.interval}</td>
                <td class="num">{line.difference}</td>
                <td class="num">{line.tolerated}</td>
            </tr>
        }
    };
    view! {
        <Show
            when=move || n_rows.get().is_some()
            fallback=|| view! { <EmptyState title=words::NO_OUTCOMES message=words::NO_OUTCOMES_ABOUT/> }
        >
            <div class="stack">
                <p>{move || sentence.get()}</p>
                <p class="muted">{move || n_rows.get().map(words::performance_about)}</p>
                <div class="scroll" tabindex="0" role="group" aria-label=words::PERFORMANCE>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{words::METRIC}</th>
                                <th scope="col">{words::CHANGE}</th>
                                <th scope="col" class="num">{words::REFERENCE}</th>
                                <th scope="col" class="num">{words::IN_BATCH}</th>
                                <th scope="col" class="num"><Term id="confidence_interval" text=words::INTERVAL/></th>
                                <th scope="col" class="num">{words::DIFFERENCE}</th>
                                <th scope="col" class="num">{words::TOLERATED}</th>
                            </tr>
                        </thead>
                        <tbody>{move || lines.get().into_iter().map(line).collect_view()}</tbody>
                    </table>
                </div>
            </div>
        </Show>
    }
}
