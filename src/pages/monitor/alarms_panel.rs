use leptos::prelude::*;
use spec::monitor::Alarm;
use spec::texts::names;
use spec::texts::ui::monitor as words;

use super::model;
use super::retrain_panel::RETRAIN_ID;
use super::rules_dialog::RulesDialog;
use super::watch::Watch;
use crate::platform::{focus, time};
use crate::ui::{Banner, Button, ButtonKind, Card, Pill, Tone};

const MS_PER_DAY: f64 = 86_400_000.0;

/// What the rules raised in the batch that is shown, the most severe first, with what to do; and whether to train again.
#[component]
pub fn AlarmsPanel(watch: Watch) -> impl IntoView {
    let editing = RwSignal::new(false);
    let alarms = Memo::new(move |_| {
        watch
            .batch
            .with(|batch| batch.as_ref().map_or_else(Vec::new, |batch| batch.alarms.clone()))
    });
    let name = Memo::new(move |_| {
        watch.batch.with(|batch| {
            batch
                .as_ref()
                .map_or_else(String::new, |batch| words::of_batch(&batch.summary.name))
        })
    });
    let advice = Memo::new(move |_| watch.watched.with(|watched| watched.as_ref().map(|one| one.advice.clone())));
    let due = move || {
        let advice = advice.get().filter(|advice| advice.due)?;
        let reasons: Vec<String> = advice.reasons.iter().map(spec::Message::says).collect();
        Some(view! {
            <Banner tone=Tone::Warn lead=words::RETRAIN_DUE message=reasons.join(". ")>
                <Button
                    label=words::RETRAIN_GO
                    kind=ButtonKind::Small
                    on_press=|()| {
                        focus::to(RETRAIN_ID);
                    }
                />
            </Banner>
        })
    };
    let next_due = move || {
        let advice = advice.get().filter(|advice| !advice.due)?;
        let days = (advice.next_due_ms? - time::now_ms()) / MS_PER_DAY;
        Some(view! { <p class="muted">{words::next_due(days.max(0.0))}</p> })
    };
    let line = |alarm: Alarm| {
        let tone = model::severity_tone(alarm.severity);
        view! {
            <li class="alarm-line">
                <Pill text=names::alarm_severity(alarm.severity) tone=tone/>
                <span>
                    {alarm.message.says()}
                    <small>{alarm.message.hint()}</small>
                </span>
            </li>
        }
    };
    let actions = move || {
        view! {
            <bdi class="muted">{move || name.get()}</bdi>
            <Button label=words::RULES kind=ButtonKind::Small on_press=move |()| editing.set(true)/>
        }
    };
    view! {
        {due}
        <Card title=words::ALARMS actions=actions>
            <div class="stack">
                <Show when=move || alarms.with(|alarms| !alarms.is_empty()) fallback=|| view! { <p>{words::NO_ALARMS}</p> }>
                    <ul class="plain stack">{move || alarms.get().into_iter().map(line).collect_view()}</ul>
                </Show>
                {next_due}
            </div>
            <RulesDialog watch editing/>
        </Card>
    }
}
