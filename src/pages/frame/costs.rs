use leptos::prelude::*;
use spec::Task;
use spec::framing::Costs;
use spec::texts::ui::frame as words;

use super::sheet::Sheet;
use crate::ui::{Button, ButtonKind, Card, NumberField, TextField};

/// What a false alarm and a miss cost. The pair is stored when both are there.
#[component]
pub fn CostsCard(sheet: Sheet) -> impl IntoView {
    let costs = sheet.part(|framing| framing.costs.clone());
    let half = RwSignal::new((None::<f64>, None::<f64>));
    let currency = RwSignal::new(costs.get_untracked().map(|costs| costs.currency).unwrap_or_default());
    let false_positive = Memo::new(move |_| {
        costs
            .with(|costs| costs.as_ref().map(|costs| costs.false_positive))
            .or(half.get().0)
    });
    let false_negative = Memo::new(move |_| {
        costs
            .with(|costs| costs.as_ref().map(|costs| costs.false_negative))
            .or(half.get().1)
    });
    let shown_currency = Memo::new(move |_| {
        costs
            .with(|costs| costs.as_ref().map(|costs| costs.currency.clone()))
            .unwrap_or(currency.get())
    });
    let store = move |false_positive: Option<f64>, false_negative: Option<f64>| {
        half.set((false_positive, false_negative));
        let currency = shown_currency.get_untracked();
        let pair = false_positive.zip(false_negative);
        sheet.change(|framing| {
            framing.costs = pair.map(|(false_positive, false_negative)| Costs {
                false_positive,
                false_negative,
                currency,
            });
        });
    };
    let set_false_positive = move |value: Option<f64>| store(value, false_negative.get_untracked());
    let set_false_negative = move |value: Option<f64>| store(false_positive.get_untracked(), value);
    let positive = sheet.part(|framing| {
        framing
            .positive_class
            .clone()
            .unwrap_or_else(|| words::POSITIVE.to_lowercase())
    });
    let is_half = Memo::new(move |_| costs.read().is_none() && (half.get().0.is_some() || half.get().1.is_some()));
    view! {
        <Show when=move || sheet.framing.read().task.is_none_or(|task| task == Task::Binary)>
            <Card title=words::COSTS actions=|| view! { <span class="muted">{words::COSTS_ABOUT}</span> }>
                <div class="form-grid">
                    <NumberField
                        label=move || words::false_positive(&positive.read())
                        value=false_positive
                        min=Some(0.0)
                        unit=shown_currency
                        optional=true
                        disabled=sheet.locked
                        term="false_positive"
                        error=move || (is_half.get() && false_positive.get().is_none()).then(|| words::BOTH_COSTS.to_owned())
                        on_change=set_false_positive
                    />
                    <NumberField
                        label=move || words::false_negative(&positive.read())
                        value=false_negative
                        min=Some(0.0)
                        unit=shown_currency
                        optional=true
                        disabled=sheet.locked
                        term="false_negative"
                        error=move || (is_half.get() && false_negative.get().is_none()).then(|| words::BOTH_COSTS.to_owned())
                        on_change=set_false_negative
                    />
                    <TextField
                        label=words::CURRENCY
                        value=shown_currency
                        placeholder="€"
                        disabled=sheet.locked
                        on_change=move |text: String| {
                            currency.set(text.clone());
                            sheet.change(|framing| {
                                if let Some(costs) = &mut framing.costs {
                                    costs.currency = text;
                                }
                            });
                        }
                    />
                </div>
                <Show when=move || costs.read().is_some() && !sheet.locked.get()>
                    <Button label=words::COSTS_CLEAR kind=ButtonKind::Quiet on_press=move || store(None, None) />
                </Show>
            </Card>
        </Show>
    }
}
