use leptos::prelude::*;
use spec::framing::BusinessGoal;
use spec::texts::ui::frame as words;

use super::sheet::Sheet;
use crate::ui::{Card, NumberField, TextArea, TextField};

/// The business side of the goal.
#[component]
pub fn Business(sheet: Sheet) -> impl IntoView {
    let part = move |of: fn(&BusinessGoal) -> String| sheet.part(move |framing| of(&framing.business));
    let number = move |of: fn(&BusinessGoal) -> Option<f64>| sheet.part(move |framing| of(&framing.business));
    let unit = part(|business| business.unit.clone());
    let set_today = move |value: Option<f64>| sheet.change(|framing| framing.business.value_today = value);
    let set_target = move |value: Option<f64>| sheet.change(|framing| framing.business.value_target = value);
    view! {
        <Card title=words::BUSINESS actions=|| view! { <span class="muted">{words::BUSINESS_ABOUT}</span> }>
            <div class="stack">
                <TextArea
                    label=words::GOAL
                    value=part(|business| business.goal.clone())
                    placeholder=words::GOAL_HINT
                    disabled=sheet.locked
                    on_change=move |text: String| sheet.change(|framing| framing.business.goal = text)
                />
                <TextField
                    label=words::DECISION
                    value=part(|business| business.decision.clone())
                    placeholder=words::DECISION_HINT
                    disabled=sheet.locked
                    on_change=move |text: String| sheet.change(|framing| framing.business.decision = text)
                />
                <TextField
                    label=words::AFFECTED
                    value=part(|business| business.affected.clone())
                    placeholder=words::AFFECTED_HINT
                    disabled=sheet.locked
                    on_change=move |text: String| sheet.change(|framing| framing.business.affected = text)
                />
                <div class="form-grid">
                    <TextField
                        label=words::BUSINESS_METRIC
                        value=part(|business| business.metric.clone())
                        placeholder=words::BUSINESS_METRIC_HINT
                        disabled=sheet.locked
                        on_change=move |text: String| sheet.change(|framing| framing.business.metric = text)
                    />
                    <TextField
                        label=words::UNIT
                        value=unit
                        disabled=sheet.locked
                        on_change=move |text: String| sheet.change(|framing| framing.business.unit = text)
                    />
                    <NumberField
                        label=words::TODAY
                        value=number(|business| business.value_today)
                        unit=unit
                        optional=true
                        disabled=sheet.locked
                        on_change=set_today
                    />
                    <NumberField
                        label=words::TO_REACH
                        value=number(|business| business.value_target)
                        unit=unit
                        optional=true
                        disabled=sheet.locked
                        on_change=set_target
                    />
                </div>
            </div>
        </Card>
    }
}
