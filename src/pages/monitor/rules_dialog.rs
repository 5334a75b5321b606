use leptos::prelude::*;
use spec::Failure;
use spec::monitor::{MonitorRules, RetrainRule};
use spec::texts::names;
use spec::texts::ui::monitor as words;

use super::rules::{self, NumberRule};
use super::watch::Watch;
use crate::platform::focus;
use crate::ui::{Button, ButtonKind, Dialog, ErrorState, NumberField, Select, Switch};

/// All rules of the project. Saving checks them and judges every batch again.
#[component]
pub fn RulesDialog(watch: Watch, editing: RwSignal<bool>) -> impl IntoView {
    let session = watch.session;
    let draft = RwSignal::new(MonitorRules::default());
    let failure = RwSignal::new(None::<Failure>);
    Effect::new(move |_| {
        if editing.get() {
            failure.set(None);
            draft.set(session.project.with_untracked(|project| {
                project
                    .as_ref()
                    .map(|project| project.monitor_rules.clone())
                    .unwrap_or_default()
            }));
        }
    });
    let save = move |()| {
        // What does not read as a number is not in the draft.
        if focus::to_wrong_field() {
            return;
        }
        let rules = draft.get_untracked();
        match rules.check() {
            Err(wrong) => failure.set(Some(wrong)),
            Ok(()) => {
                watch.set_rules(rules);
                editing.set(false);
            }
        }
    };
    let reset = move |()| {
        // What was chosen column by column is no default and stays.
        draft.update(|draft| {
            *draft = MonitorRules {
                methods: draft.methods.clone(),
                not_judged: draft.not_judged.clone(),
                ..MonitorRules::default()
            };
        });
    };
    let section = move |title: &'static str, fields: &'static [NumberRule]| {
        let fields = fields
            .iter()
            .map(|rule| view! { <NumberOf rule=*rule draft/> })
            .collect_view();
        view! {
            <section class="stack rule-fields">
                <h3>{title}</h3>
                <div class="form-grid">{fields}</div>
            </section>
        }
    };
    let correction = Signal::derive(move || draft.with(|draft| rules::correction_value(draft.correction).to_owned()));
    let why_not = Signal::derive(move || watch.why_not());
    view! {
        <Dialog title=words::RULES_TITLE wide=true open=editing on_close=move |()| editing.set(false)>
            {move || failure.get().map(|failure| view! { <ErrorState failure=failure/> })}
            {section(words::RULES_DRIFT, &rules::COLUMN)}
            <div class="form-grid">
                <Select
                    label=words::CORRECTION
                    term="multiple_testing"
                    options=rules::correction_options()
                    value=correction
                    on_change=move |value: String| draft.update(|draft| draft.correction = rules::correction_of(&value))
                />
            </div>
            {section(words::RULES_DATASET, &rules::DATASET)}
            {section(words::RULES_PERFORMANCE, &rules::PERFORMANCE)}
            <Alerts draft/>
            <Retrain draft/>
            <footer>
                <Button label=words::RESET_RULES on_press=reset/>
                <Button label=words::CANCEL on_press=move |()| editing.set(false)/>
                <Button label=words::SAVE_RULES kind=ButtonKind::Primary why_not=why_not on_press=save/>
            </footer>
        </Dialog>
    }
}

#[component]
fn NumberOf(rule: NumberRule, draft: RwSignal<MonitorRules>) -> impl IntoView {
    let take = move |x: Option<f64>| {
        if let Some(x) = x {
            draft.update(|draft| (rule.set)(draft, x));
        }
    };
    view! {
        <NumberField
            label=rule.label
            help=rule.help
            unit=rule.unit
            term=rule.term
            min=Some(0.0)
            max=rule.max
            value=Signal::derive(move || draft.with(|draft| Some((rule.get)(draft))))
            on_change=take
        />
    }
}

/// Which conditions raise an alarm, how severe it is, and after how many batches in a row.
#[component]
fn Alerts(draft: RwSignal<MonitorRules>) -> impl IntoView {
    let n = Memo::new(move |_| draft.with(|draft| draft.alerts.len()));
    let row = move |i: usize| {
        let of = move |read: fn(&spec::monitor::AlertRule) -> Option<f64>| {
            Signal::derive(move || draft.with(|draft| draft.alerts.get(i).and_then(read)))
        };
        let change = move |act: &dyn Fn(&mut spec::monitor::AlertRule)| {
            draft.update(|draft| {
                if let Some(rule) = draft.alerts.get_mut(i) {
                    act(rule);
                }
            });
        };
        let what = draft.with_untracked(|draft| {
            draft
                .alerts
                .get(i)
                .map(|rule| names::condition(&rule.when))
                .unwrap_or_default()
        });
        let has_share =
            draft.with_untracked(|draft| draft.alerts.get(i).is_some_and(|rule| rules::share_of(&rule.when).is_some()));
        let shown = Signal::derive(move || {
            draft.with(|draft| {
                draft
                    .alerts
                    .get(i)
                    .map(|rule| names::condition(&rule.when))
                    .unwrap_or_default()
            })
        });
        let is_on = Signal::derive(move || draft.with(|draft| draft.alerts.get(i).is_some_and(|rule| rule.enabled)));
        let severity = Signal::derive(move || {
            draft.with(|draft| {
                draft
                    .alerts
                    .get(i)
                    .map_or_else(String::new, |rule| rules::severity_value(rule.severity).to_owned())
            })
        });
        view! {
            <tr>
                <td><Switch label=words::rule_switch(&what) on=is_on on_change=move |on: bool| change(&|rule| rule.enabled = on)/></td>
                <td>{move || shown.get()}</td>
                <td>
                    {has_share.then(|| {
                        view! {
                            <NumberCell
                                label=words::rule_field(words::RULE_SHARE, &what)
                                value=of(|rule| rules::share_of(&rule.when))
                                on_change=move |x: f64| change(&|rule| rules::set_share(&mut rule.when, x))
                            />
                        }
                    })}
                </td>
                <td>
                    <NumberCell
                        label=words::rule_field(words::RULE_BATCHES, &what)
                        value=of(|rule| Some(f64::from(rule.for_batches)))
                        on_change=move |x: f64| change(&|rule| rule.for_batches = x.round() as u32)
                    />
                </td>
                <td>
                    <Select
                        label=words::rule_field(words::RULE_SEVERITY, &what)
                        bare=true
                        options=rules::severity_options()
                        value=severity
                        on_change=move |value: String| change(&|rule| rule.severity = rules::severity_of(&value))
                    />
                </td>
            </tr>
        }
    };
    view! {
        <section class="stack">
            <h3>{words::RULES_ALARMS}</h3>
            <div class="scroll" tabindex="0" role="group" aria-label=words::RULES_ALARMS>
                <table class="rules">
                    <thead>
                        <tr>
                            <th scope="col">{words::RULE_ON}</th>
                            <th scope="col">{words::RULE_WHEN}</th>
                            <th scope="col">{words::RULE_SHARE}</th>
                            <th scope="col">{words::RULE_BATCHES}</th>
                            <th scope="col">{words::RULE_SEVERITY}</th>
                        </tr>
                    </thead>
                    <tbody>{move || (0..n.get()).map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

/// When it is time to train again.
#[component]
fn Retrain(draft: RwSignal<MonitorRules>) -> impl IntoView {
    let n = Memo::new(move |_| draft.with(|draft| draft.retrain.len()));
    let field = move |i: usize| {
        let line = move |rule: Option<&RetrainRule>| rule.map(rules::retrain_line);
        let (what, _, is_days) = draft
            .with_untracked(|draft| line(draft.retrain.get(i)))
            .unwrap_or((String::new(), 0.0, false));
        let label = if is_days { words::RETRAIN_DAYS } else { words::RETRAIN_AFTER };
        let unit = if is_days { words::DAYS } else { "" };
        let take = move |x: Option<f64>| {
            draft.update(|draft| {
                if let (Some(x), Some(rule)) = (x, draft.retrain.get_mut(i)) {
                    rules::set_retrain(rule, x);
                }
            });
        };
        view! {
            <NumberField
                label=label
                help=what
                unit=unit
                min=Some(1.0)
                value=Signal::derive(move || draft.with(|draft| line(draft.retrain.get(i)).map(|line| line.1)))
                on_change=take
            />
        }
    };
    view! {
        <section class="stack">
            <h3>{words::RULES_RETRAIN}</h3>
            <div class="form-grid">{move || (0..n.get()).map(field).collect_view()}</div>
        </section>
    }
}

/// A number in a table, named for those who hear it.
#[component]
fn NumberCell(label: String, value: Signal<Option<f64>>, #[prop(into)] on_change: Callback<f64>) -> impl IntoView {
    let is_wrong = RwSignal::new(false);
    let take = move |text: String| match crate::ui::parse_number(&text) {
        Ok(Some(x)) => {
            is_wrong.set(false);
            on_change.run(x);
        }
        _ => is_wrong.set(true),
    };
    view! {
        <input
            type="text"
            class="number"
            inputmode="decimal"
            autocomplete="off"
            aria-label=label
            aria-invalid=move || is_wrong.get().then_some("true")
            prop:value=move || value.get().map_or_else(String::new, |x| x.to_string())
            on:change:target=move |ev| take(ev.target().value())
        />
    }
}
