use std::sync::Arc;

use leptos::prelude::*;
use spec::monitor::{BatchReport, ColumnDrift};
use spec::texts::names;
use spec::texts::number::count;
use spec::texts::ui::monitor as words;

use super::model;
use super::watch::Watch;
use crate::chart::{Chart, paired};
use crate::ui::{Button, Checkbox, Dialog, Pill, Select, Term};

/// One column: training and batch in the same bins, every measure, what is new in it, and how it is judged.
#[component]
pub fn ColumnDialog(
    watch: Watch,
    report: Memo<Option<Arc<BatchReport>>>,
    /// The column; the dialog is open while there is one.
    shown: RwSignal<Option<String>>,
) -> impl IntoView {
    let drift = Memo::new(move |_| {
        let name = shown.get()?;
        report.with(|report| {
            let mut all = report.as_ref()?.drift.columns.iter();
            all.find(|column| column.name == name).cloned()
        })
    });
    let title = Signal::derive(move || shown.get().unwrap_or_default());
    let plot = Memo::new(move |_| drift.with(|drift| drift.as_ref().map(paired::of_column).unwrap_or_default()));
    let height = move || {
        let n_lying = plot.with(|plot| {
            if plot.x.title == words::SHARE_OF_ROWS {
                plot.y.ticks.len()
            } else {
                0
            }
        });
        if n_lying > 0 {
            format!("{}em", n_lying.max(3) as f64 * 2.1)
        } else {
            "230px".to_owned()
        }
    };
    let verdict = move || drift.get().map(|column| judged(&column));
    let body = move || drift.get().map(|column| facts(&column));
    view! {
        <Dialog title=title wide=true open=Signal::derive(move || drift.with(Option::is_some)) on_close=move |()| shown.set(None)>
            {verdict}
            <div class="cols column-details">
                <div class="stack" style=("--chart-height", height)><Chart plot=plot/></div>
                <div class="stack">
                    {body}
                    <HowJudged watch drift/>
                </div>
            </div>
            <footer><Button label=words::CLOSE on_press=move |()| shown.set(None)/></footer>
        </Dialog>
    }
}

fn judged(column: &ColumnDrift) -> impl IntoView + use<> {
    view! {
        <p class="judged">
            <Pill text=names::drift_verdict(column.verdict) tone=model::verdict_tone(column.verdict)/>
            <span>{column.message.says()} <small class="sentence">{column.message.hint()}</small></span>
        </p>
    }
}

fn facts(column: &ColumnDrift) -> impl IntoView + use<> {
    let measures = model::measures(column);
    let measure = |(name, value): (&'static str, String)| view! { <dt>{name}</dt> <dd class="number">{value}</dd> };
    let unseen = column.unseen.examples.clone();
    let level = |(level, n, row): (String, u64, u64)| {
        view! {
            <tr>
                <td><bdi>{level}</bdi></td>
                <td class="num">{count(n as f64)}</td>
                <td class="num">{count(row as f64 + 1.0)}</td>
            </tr>
        }
    };
    let range = &column.out_of_range;
    let side = |name: &'static str, values: &[(String, u64)]| {
        values
            .iter()
            .map(|(value, row)| (name, value.clone(), *row))
            .collect::<Vec<_>>()
    };
    let outside = [side(words::BELOW, &range.below), side(words::ABOVE, &range.above)].concat();
    let value = |(name, value, row): (&'static str, String, u64)| {
        view! {
            <tr>
                <td>{name}</td>
                <td class="num">{value}</td>
                <td class="num">{count(row as f64 + 1.0)}</td>
            </tr>
        }
    };
    view! {
        <p class="muted">
            <Term id=model::method_term(column.method) text=names::drift_method(column.method)/>
            ": " {column.method_reason.says()}
        </p>
        <dl class="facts">{measures.into_iter().map(measure).collect_view()}</dl>
        {(!unseen.is_empty())
            .then(|| {
                view! {
                    <table>
                        <caption><Term id="unseen_level" text=words::UNSEEN_TITLE/></caption>
                        <thead>
                            <tr>
                                <th scope="col">{words::LEVEL}</th>
                                <th scope="col" class="num">{words::ROWS}</th>
                                <th scope="col" class="num">{words::FIRST_ROW}</th>
                            </tr>
                        </thead>
                        <tbody>{unseen.into_iter().map(level).collect_view()}</tbody>
                    </table>
                }
            })}
        {(!outside.is_empty())
            .then(|| {
                view! {
                    <table>
                        <caption><Term id="out_of_range" text=words::RANGE_TITLE/></caption>
                        <thead>
                            <tr>
                                <th scope="col"><span class="hidden-text">{words::SIDE}</span></th>
                                <th scope="col" class="num">{words::VALUE}</th>
                                <th scope="col" class="num">{words::ROW}</th>
                            </tr>
                        </thead>
                        <tbody>{outside.into_iter().map(value).collect_view()}</tbody>
                    </table>
                }
            })}
    }
}

/// The method of this column, and whether it is judged at all; both are rules of the project.
#[component]
fn HowJudged(watch: Watch, drift: Memo<Option<ColumnDrift>>) -> impl IntoView {
    let session = watch.session;
    let name = Memo::new(move |_| drift.with(|drift| drift.as_ref().map_or_else(String::new, |one| one.name.clone())));
    let rules = Memo::new(move |_| {
        session.project.with(|project| {
            project
                .as_ref()
                .map(|project| project.monitor_rules.clone())
                .unwrap_or_default()
        })
    });
    let value = Signal::derive(move || {
        let method = rules.with(|rules| rules.methods.get(&name.get()).copied());
        method.map(model::method_value).unwrap_or_default()
    });
    let options = Signal::derive(move || drift.with(|drift| drift.as_ref().map(model::method_options).unwrap_or_default()));
    let is_judged = Signal::derive(move || rules.with(|rules| !rules.not_judged.contains(&name.get())));
    let choose = move |value: String| {
        let mut rules = rules.get_untracked();
        match model::method_of(&value) {
            Some(method) => rules.methods.insert(name.get_untracked(), method),
            None => rules.methods.remove(&name.get_untracked()),
        };
        watch.set_rules(rules);
    };
    let judge = move |on: bool| {
        let (mut rules, name) = (rules.get_untracked(), name.get_untracked());
        rules.not_judged.retain(|other| *other != name);
        if !on {
            rules.not_judged.push(name);
        }
        watch.set_rules(rules);
    };
    let disabled = Signal::derive(move || session.read_only.get());
    view! {
        <Select label=words::METHOD help=words::METHOD_HELP options=options value=value disabled=disabled on_change=choose/>
        <Checkbox label=words::JUDGE help=words::JUDGE_HELP checked=is_judged disabled=disabled on_change=judge/>
    }
}
