use leptos::prelude::*;
use spec::Metric;
use spec::framing::{Reference, SuccessThreshold};
use spec::texts::ui::{common, frame as words};

use super::model;
use super::sheet::Sheet;
use crate::ui::{Card, NumberField, Select, SelectOption};

const ABSOLUTE: &str = "absolute";
const BASELINE: &str = "baseline";
const CURRENT: &str = "current";

/// Metric and success threshold with its reference.
#[component]
pub fn Success(sheet: Sheet) -> impl IntoView {
    // The reference may be chosen before the threshold has a number: it waits here until there is one.
    let pending = RwSignal::new(Reference::Absolute);
    let metric = sheet.part(|framing| framing.metric);
    let threshold = sheet.part(|framing| framing.threshold);
    let reference = Memo::new(move |_| threshold.get().map_or_else(|| pending.get(), |threshold| threshold.reference));
    let bounds = Memo::new(move |_| {
        metric
            .get()
            .map_or((None, None), |metric| model::threshold_bounds(metric, reference.get()))
    });
    // An absolute figure is no difference to another one: when the kind changes, the number has to be said anew.
    let set_reference = move |next: Reference| {
        let is_absolute = |reference: Reference| reference == Reference::Absolute;
        let is_kept = is_absolute(reference.get_untracked()) == is_absolute(next);
        pending.set(next);
        sheet.change(|framing| {
            framing.threshold = framing.threshold.filter(|_| is_kept).map(|threshold| SuccessThreshold {
                reference: next,
                ..threshold
            });
        });
    };
    let set_value = move |value: Option<f64>| {
        let reference = reference.get_untracked();
        sheet.change(|framing| framing.threshold = value.map(|value| SuccessThreshold { value, reference }));
    };
    let set_current = move |value: Option<f64>| {
        if let Some(value) = value {
            set_reference(Reference::OverCurrent { value });
        }
    };
    let current = Memo::new(move |_| match reference.get() {
        Reference::OverCurrent { value } => Some(value).filter(|value| *value != 0.0),
        _ => None,
    });
    let asks_current = Memo::new(move |_| matches!(reference.get(), Reference::OverCurrent { .. }));
    let no_metric = move || sheet.locked.get() || metric.get().is_none();
    view! {
        <Card title=words::SUCCESS>
            <div class="form-grid">
                <Select
                    label=words::METRIC
                    options=move || sheet.framing.with(|framing| framing.task).map_or_else(Vec::new, model::metric_options)
                    value=move || metric.get().map(|metric| metric.name().to_owned()).unwrap_or_default()
                    placeholder=common::NONE_CHOSEN
                    help=move || {
                        if sheet.framing.read().task.is_some() { words::METRIC_HELP } else { words::CHOOSE_TASK_FIRST }.to_owned()
                    }
                    term="primary_metric"
                    disabled=move || sheet.locked.get() || sheet.framing.read().task.is_none()
                    on_change=move |name: String| {
                        if let Some(metric) = Metric::parse(&name) {
                            sheet.set(model::with_metric(&sheet.framing.get_untracked(), metric));
                        }
                    }
                />
                <NumberField
                    label=words::THRESHOLD
                    value=move || threshold.get().map(|threshold| threshold.value)
                    min=move || bounds.get().0
                    max=move || bounds.get().1
                    unit=move || target_unit(metric.get(), &sheet.framing.read().target)
                    help=move || match metric.get() {
                        None => words::CHOOSE_METRIC_FIRST.to_owned(),
                        Some(metric) => words::threshold_help(bounds.get().0, bounds.get().1, metric.greater_is_better()),
                    }
                    term="success_threshold"
                    optional=true
                    disabled=no_metric
                    on_change=set_value
                />
                <Select
                    label=words::REFERENCE
                    options=vec![
                        SelectOption::new(ABSOLUTE, words::REFERENCE_ABSOLUTE),
                        SelectOption::new(BASELINE, words::REFERENCE_BASELINE),
                        SelectOption::new(CURRENT, words::REFERENCE_CURRENT),
                    ]
                    value=move || reference_word(reference.get()).to_owned()
                    help=words::REFERENCE_HELP
                    disabled=no_metric
                    on_change=move |word: String| {
                        set_reference(match word.as_str() {
                            BASELINE => Reference::OverBaseline,
                            CURRENT => Reference::OverCurrent { value: 0.0 },
                            _ => Reference::Absolute,
                        });
                    }
                />
                <Show when=move || asks_current.get()>
                    <NumberField
                        label=words::CURRENT_VALUE
                        value=current
                        error=move || current.get().is_none().then(|| common::NEEDS_NUMBER.to_owned())
                        min=move || metric.get().and_then(|metric| model::bounds(metric).0)
                        max=move || metric.get().and_then(|metric| model::bounds(metric).1)
                        unit=move || target_unit(metric.get(), &sheet.framing.read().target)
                        disabled=sheet.locked
                        on_change=set_current
                    />
                </Show>
            </div>
        </Card>
    }
}

fn reference_word(reference: Reference) -> &'static str {
    match reference {
        Reference::Absolute => ABSOLUTE,
        Reference::OverBaseline => BASELINE,
        Reference::OverCurrent { .. } => CURRENT,
    }
}

/// An error metric carries the target's own unit.
fn target_unit(metric: Option<Metric>, target: &Option<String>) -> String {
    if metric.is_some_and(Metric::has_target_unit) {
        target.clone().unwrap_or_default()
    } else {
        String::new()
    }
}
