use leptos::prelude::*;
use spec::texts::names;
use spec::texts::number::count;
use spec::texts::ui::monitor as words;

use super::empty::{KeySalt, OfSample};
use super::model::{self, BatchLine};
use super::watch::Watch;
use crate::platform::drops;
use crate::platform::time;
use crate::ui::{ButtonKind, Card, Confirm, Menu, MenuItem, Pill};

/// Every batch with its verdict, the newest first; a file can be dropped here.
#[component]
pub fn BatchesPanel(watch: Watch) -> impl IntoView {
    let session = watch.session;
    let (over, deleting) = (RwSignal::new(false), RwSignal::new(None::<(u32, String)>));
    let lines = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map_or_else(Vec::new, model::batch_lines))
    });
    let metric = Memo::new(move |_| {
        session.project.with(|project| {
            let metric = project.as_ref().and_then(|project| project.pipeline.framing.metric);
            metric.map_or(words::METRIC_NONE, names::metric)
        })
    });
    let shown = Memo::new(move |_| watch.batch.with(|batch| batch.as_ref().map(|batch| batch.summary.id)));
    let drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(file) = drops::first(&event) {
            watch.load(file);
        }
    };
    let line = move |line: BatchLine| view! { <BatchRow watch line shown deleting/> };
    let says =
        Signal::derive(move || deleting.with(|one| one.as_ref().map_or_else(String::new, |one| words::delete_says(&one.1))));
    view! {
        <div
            class="dropping"
            class:over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <Card title=words::BATCHES>
                <div class="scroll" tabindex="0" role="group" aria-label=words::BATCHES>
                    <table class="batches">
                        <thead>
                            <tr>
                                <th scope="col">{words::BATCH}</th>
                                <th scope="col">{words::VERDICT}</th>
                                <th scope="col" class="num">{words::DRIFTED}</th>
                                <th scope="col" class="num">{move || metric.get()}</th>
                                <th scope="col" class="num">{words::VERSION}</th>
                                <th scope="col"><span class="hidden-text">{words::ACTIONS}</span></th>
                            </tr>
                        </thead>
                        <tbody>{move || lines.get().into_iter().map(line).collect_view()}</tbody>
                    </table>
                </div>
                <div class="row drop-more">
                    <span class="muted">{words::DROP_MORE}</span>
                    <OfSample watch/>
                </div>
                <KeySalt watch/>
                <Confirm
                    title=words::DELETE_TITLE
                    message=says
                    action=words::DELETE_NOW
                    open=Signal::derive(move || deleting.with(Option::is_some))
                    on_close=move |()| deleting.set(None)
                    on_confirm=move |()| {
                        if let Some((batch, _)) = deleting.get_untracked() {
                            watch.delete(batch);
                        }
                    }
                />
            </Card>
        </div>
    }
}

#[component]
fn BatchRow(watch: Watch, line: BatchLine, shown: Memo<Option<u32>>, deleting: RwSignal<Option<(u32, String)>>) -> impl IntoView {
    let (id, name) = (line.id, line.name.clone());
    let items = vec![MenuItem::new(words::DELETE, move || deleting.set(Some((id, name.clone())))).danger()];
    let is_shown = Memo::new(move |_| shown.get() == Some(id));
    let about = format!(
        "{}, {} rows, {}",
        time::local_date_time(line.at_ms),
        count(line.n_rows as f64),
        line.kind
    );
    view! {
        <tr class:current=move || is_shown.get()>
            <th scope="row">
                <button
                    type="button"
                    class="link"
                    aria-current=move || is_shown.get().then_some("true")
                    aria-label=words::show_batch(&line.name)
                    on:click=move |_| watch.show(id)
                >
                    <bdi>{line.name.clone()}</bdi>
                </button>
                <small>{about}</small>
            </th>
            <td class="verdicts">
                <Pill text=names::drift_verdict(line.verdict) tone=model::verdict_tone(line.verdict)/>
                {(line.n_alarms > 0).then(|| view! { <Pill text=words::n_alarms(line.n_alarms) tone=line.alarm_tone/> })}
            </td>
            <td class="num">{line.moved}</td>
            <td class="num">
                {line.figure}
                {line.change.map(|change| view! { <small>{names::change(change)}</small> })}
            </td>
            <td class="num">{line.version}</td>
            <td>
                <Show when=move || !watch.session.read_only.get()>
                    <Menu label="" name=words::actions_of(&line.name) kind=ButtonKind::Quiet items=items.clone()/>
                </Show>
            </td>
        </tr>
    }
}
