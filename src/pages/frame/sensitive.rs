use leptos::prelude::*;
use spec::Order;
use spec::framing::{FairnessCriterion, Sensitive};
use spec::texts::names;
use spec::texts::ui::{common, frame as words};

use super::model;
use super::sheet::Sheet;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card, NumberField, Select, SelectOption};

/// What a newly declared column is judged by.
const FIRST_TOLERATED: [(FairnessCriterion, f64); 2] = [
    (FairnessCriterion::DemographicParity, 0.1),
    (FairnessCriterion::EqualOpportunity, 0.1),
];

/// Sensitive columns with the tolerated gap per criterion.
#[component]
pub fn SensitiveCard(sheet: Sheet) -> impl IntoView {
    let session = Session::get();
    let declared = sheet.part(|framing| {
        framing
            .sensitive
            .iter()
            .map(|sensitive| sensitive.column.clone())
            .collect::<Vec<_>>()
    });
    let others = Memo::new(move |_| {
        let description = session.description.get();
        let columns = session.project.with(|project| {
            project
                .as_ref()
                .map_or_else(Vec::new, |p| model::columns(p, description.as_deref()))
        });
        let target = sheet.framing.with(|framing| framing.target.clone());
        columns
            .into_iter()
            .filter(|column| Some(column) != target.as_ref() && !declared.read().contains(column))
            .map(|column| SelectOption::new(column.clone(), column))
            .collect::<Vec<_>>()
    });
    view! {
        <Card title=words::SENSITIVE actions=|| view! { <span class="muted">{words::SENSITIVE_ABOUT}</span> }>
            <div class="stack">
                <Show when=move || declared.read().is_empty()>
                    <p class="muted">{words::SENSITIVE_NONE}</p>
                </Show>
                <For each=move || declared.get() key=|column| column.clone() let:column>
                    <Column sheet column />
                </For>
                <Show when=move || !sheet.locked.get() && !others.read().is_empty()>
                    <Select
                        label=words::SENSITIVE_ADD
                        options=others
                        value=""
                        placeholder=common::NONE_CHOSEN
                        on_change=move |column: String| {
                            if !column.is_empty() {
                                sheet.change(|framing| {
                                    framing.sensitive.push(Sensitive { column, tolerated: FIRST_TOLERATED.to_vec() });
                                });
                            }
                        }
                    />
                </Show>
            </div>
        </Card>
    }
}

/// One sensitive column: a tolerance per criterion, empty for "shown, not judged".
#[component]
fn Column(sheet: Sheet, column: String) -> impl IntoView {
    let name = StoredValue::new(column.clone());
    let tolerated = sheet.part(move |framing| {
        framing
            .sensitive
            .iter()
            .find(|sensitive| sensitive.column == name.get_value())
            .map(|s| s.tolerated.clone())
            .unwrap_or_default()
    });
    let set = move |criterion: FairnessCriterion, value: Option<f64>| {
        sheet.change(|framing| {
            if let Some(sensitive) = framing
                .sensitive
                .iter_mut()
                .find(|sensitive| sensitive.column == name.get_value())
            {
                sensitive.tolerated.retain(|(other, _)| *other != criterion);
                sensitive.tolerated.extend(value.map(|value| (criterion, value)));
                sensitive.tolerated.order_by_key(|(criterion, _)| *criterion);
            }
        });
    };
    view! {
        <fieldset class="choice">
            <legend class="hidden-text">{column.clone()}</legend>
            <div class="row">
                <b>
                    <bdi>{column.clone()}</bdi>
                </b>
                <span class="spacer"></span>
                <Show when=move || !sheet.locked.get()>
                    <Button
                        label=common::REMOVE
                        kind=ButtonKind::Quiet
                        name=words::remove_sensitive(&name.get_value())
                        on_press=move || sheet.change(|framing| framing.sensitive.retain(|s| s.column != name.get_value()))
                    />
                </Show>
            </div>
            <p class="muted">{words::TOLERATED}</p>
            <div class="form-grid">
                {FairnessCriterion::ALL
                    .map(|criterion| {
                        let set_one = move |value: Option<f64>| set(criterion, value);
                        view! {
                            <NumberField
                                label=names::criterion(criterion)
                                value=move || tolerated.read().iter().find(|(other, _)| *other == criterion).map(|(_, value)| *value)
                                min=Some(0.0)
                                max=Some(1.0)
                                placeholder=words::NOT_JUDGED
                                term=term(criterion)
                                optional=true
                                disabled=sheet.locked
                                on_change=set_one
                            />
                        }
                    })
                    .collect_view()}
            </div>
        </fieldset>
    }
}

fn term(criterion: FairnessCriterion) -> &'static str {
    match criterion {
        FairnessCriterion::DemographicParity => "demographic_parity",
        FairnessCriterion::EqualizedOdds => "equalized_odds",
        FairnessCriterion::EqualOpportunity => "equal_opportunity",
        FairnessCriterion::PredictiveParity => "predictive_parity",
    }
}
