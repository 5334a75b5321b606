use leptos::prelude::*;
use spec::texts::ui::monitor as words;

use super::columns_panel::ColumnsPanel;
use super::join_panel::JoinPanel;
use super::model;
use super::performance_panel::PerformancePanel;
use super::watch::Watch;
use crate::ui::{Card, Figure, FigureText, Tabs};

/// The batch that is shown: its verdict in a sentence, the figures, then columns, performance and outcomes.
#[component]
pub fn BatchPanel(watch: Watch) -> impl IntoView {
    let session = watch.session;
    let tab = RwSignal::new("columns".to_owned());
    let report = Memo::new(move |_| watch.report());
    let name = Memo::new(move |_| {
        watch
            .batch
            .with(|batch| batch.as_ref().map_or_else(String::new, |one| one.summary.name.clone()))
    });
    let headline = Memo::new(move |_| {
        let (batch, report) = (watch.batch.get()?, report.get()?);
        session
            .project
            .with(|project| project.as_ref().map(|project| model::headline(project, &batch, &report)))
    });
    let sentences = Memo::new(move |_| {
        report.with(|report| {
            let dataset = &report.as_ref()?.drift.dataset;
            let moved = words::moved(dataset.n_judged, dataset.n_drifted, dataset.share_of_importance);
            Some((moved, dataset.message.says(), dataset.message.hint()))
        })
    });
    let notes = Memo::new(move |_| {
        report.with(|report| {
            let Some(report) = report else { return Vec::new() };
            let all = report.warnings.iter().chain(&report.drift.warnings);
            let performance = report.performance.iter().flat_map(|one| &one.warnings);
            all.chain(performance)
                .map(|note| (note.says(), note.hint()))
                .collect::<Vec<(String, String)>>()
        })
    });
    let has_join = Memo::new(move |_| report.with(|report| report.as_ref().is_some_and(|report| report.join.is_some())));
    let tabs = Signal::derive(move || {
        let mut tabs = vec![("columns", words::COLUMNS), ("performance", words::PERFORMANCE)];
        if has_join.get() {
            tabs.push(("join", words::JOINED));
        }
        tabs.into_iter()
            .map(|(value, label)| (value.to_owned(), label.to_owned()))
            .collect::<Vec<_>>()
    });
    let value = Signal::derive(move || {
        let value = tab.get();
        if value == "join" && !has_join.get() {
            "columns".to_owned()
        } else {
            value
        }
    });
    let body = move || match value.get().as_str() {
        "performance" => view! { <PerformancePanel watch report/> }.into_any(),
        "join" => view! { <JoinPanel report/> }.into_any(),
        _ => view! { <ColumnsPanel watch report/> }.into_any(),
    };
    let figure = |text: FigureText| view! { <div class="headline-figure"><Figure text=text/></div> };
    let verdict = move || {
        sentences.get().map(|(moved, says, hint)| {
            view! {
                <p><b>{moved}</b></p>
                <p class="muted">{says} ". " {hint}</p>
            }
        })
    };
    let note = |(says, hint): (String, String)| view! { <li>{says} {(!hint.is_empty()).then(|| view! { <small class="sentence">{hint}</small> })}</li> };
    view! {
        <Card title=name>
            <Show when=move || report.with(Option::is_some) fallback=|| view! { <p class="muted">{words::OPENING}</p> }>
                <div class="stack wide">
                    <div class="stack">{verdict}</div>
                    <div class="cols headline">{move || headline.get().map(|all| all.into_iter().map(figure).collect_view())}</div>
                    <Show when=move || notes.with(|notes| !notes.is_empty())>
                        <details>
                            <summary>{words::NOTES} " (" {move || notes.with(Vec::len)} ")"</summary>
                            <ul>{move || notes.get().into_iter().map(note).collect_view()}</ul>
                        </details>
                    </Show>
                    <Tabs label=words::PARTS tabs=tabs value=value on_change=move |chosen: String| tab.set(chosen)>
                        {body}
                    </Tabs>
                </div>
            </Show>
        </Card>
    }
}
