use leptos::prelude::*;
use spec::Edit;
use spec::evaluation::{ClassificationDetail, Part};
use spec::texts::ui::evaluate as words;

use super::threshold;
use crate::chart::{Chart, Plot, line};
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card, Pill, Tone};

/// The decision threshold: on validation it is chosen, on the test set it stands fixed and moving it is a "what if".
#[component]
pub fn ThresholdPanel(
    part: Part,
    detail: Signal<ClassificationDetail>,
    /// The slider's place among the thresholds.
    at: RwSignal<Option<usize>>,
    /// The place that is in use.
    in_use: Signal<Option<usize>>,
) -> impl IntoView {
    let session = Session::get();
    let is_test = part == Part::Test;
    let point = Memo::new(move |_| detail.with(|detail| detail.thresholds.get(at.get()?).copied()));
    let shown = Memo::new(move |_| {
        point
            .get()
            .map_or_else(String::new, |point| words::threshold_value(point.threshold))
    });
    let costs = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().and_then(|one| one.pipeline.framing.costs.clone()))
    });
    let currency =
        Memo::new(move |_| costs.with(|costs| costs.as_ref().map_or_else(String::new, |costs| costs.currency.clone())));
    let remark = move || {
        if is_test {
            return words::WHAT_IF_HELP.to_owned();
        }
        let best = detail.with(|detail| {
            detail
                .best_threshold
                .and_then(|best| detail.thresholds.get(best as usize))
                .map_or(0.5, |one| one.threshold)
        });
        costs.with(|costs| match costs {
            Some(costs) => words::best_cost(
                best,
                &words::money(costs.false_positive, &costs.currency),
                &words::money(costs.false_negative, &costs.currency),
            ),
            None => words::no_costs(best),
        })
    };
    let slide = move |text: String| {
        if let Ok(value) = text.parse::<f64>() {
            at.set(detail.with_untracked(|detail| threshold::nearest(&detail.thresholds, value)));
        }
    };
    let adopt = move |()| {
        if let Some(point) = point.get_untracked() {
            session.edit_or_report(Edit::SetDecisionThreshold {
                threshold: Some(point.threshold),
            });
        }
    };
    let to_best = move |()| {
        at.set(
            detail
                .with_untracked(|detail| detail.best_threshold.map(|best| best as usize))
                .or(in_use.get_untracked()),
        )
    };
    let is_best = Memo::new(move |_| {
        let best = detail.with(|detail| detail.best_threshold.map(|best| best as usize));
        best.or(in_use.get()) == at.get()
    });
    let why_not_best = Signal::derive(move || is_best.get().then(String::new));
    let is_in_use = Memo::new(move |_| at.get() == in_use.get());
    let is_chosen = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().is_some_and(|one| one.pipeline.decision_threshold.is_some()))
    });
    let why_not = Signal::derive(move || (is_in_use.get() && is_chosen.get()).then(String::new));
    let cost_plot = Memo::new(move |_| {
        let currency = currency.get();
        let show = move |cost: f64| words::money(cost, &currency);
        at.get()
            .and_then(|at| detail.with(|detail| line::cost(&detail.thresholds, at, &show)))
    });
    let figures = move || {
        let figures = point
            .get()
            .map(|point| threshold::figures(&point, &currency.get()))
            .unwrap_or_default();
        figures
            .into_iter()
            .map(|(name, value)| view! { <div><dt>{name}</dt> <dd>{value}</dd></div> })
            .collect_view()
    };
    let actions = move || {
        view! {
            <Show when=move || is_test && !is_in_use.get()><Pill text=words::WHAT_IF tone=Tone::Warn/></Show>
            <Show when=move || is_in_use.get()><Pill text=words::IN_USE tone=Tone::Good/></Show>
            <span class="muted">{remark}</span>
        }
    };
    let has_cost = Memo::new(move |_| cost_plot.with(Option::is_some));
    view! {
        <Card title=if is_test { words::THRESHOLD_TEST } else { words::THRESHOLD } actions=actions>
            <div class="threshold">
                <div class="stack">
                    <div class="slider">
                        <input
                            type="range"
                            min="0"
                            max="1"
                            step="0.001"
                            aria-label=if is_test { words::THRESHOLD_TEST } else { words::THRESHOLD }
                            aria-valuetext=shown
                            prop:value=move || point.get().map_or(0.5, |point| point.threshold).to_string()
                            on:input:target=move |event| slide(event.target().value())
                        />
                        <output class="strong number">{move || shown.get()}</output>
                    </div>
                    <p class="muted">{words::FLAGGED_WHEN}</p>
                    <dl class="at-threshold" aria-live="polite">{figures}</dl>
                    <div class="row">
                        <Button label=words::USE_BEST kind=ButtonKind::Small why_not=why_not_best on_press=to_best/>
                        {(!is_test).then(|| view! { <Button label=words::USE_THRESHOLD kind=ButtonKind::Small why_not=why_not on_press=adopt/> })}
                        <Show when=move || is_chosen.get() && !is_test>
                            <Button
                                label=words::AUTOMATIC
                                kind=ButtonKind::Quiet
                                on_press=move |()| session.edit_or_report(Edit::SetDecisionThreshold { threshold: None })
                            />
                        </Show>
                    </div>
                </div>
                <Show when=move || has_cost.get()>
                    <section class="cost">
                        <h3>{words::COST_CURVE}</h3>
                        <Chart plot=Signal::derive(move || cost_plot.get().unwrap_or_else(Plot::default))/>
                    </section>
                </Show>
            </div>
        </Card>
    }
}
