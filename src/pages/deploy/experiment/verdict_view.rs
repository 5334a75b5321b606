use leptos::prelude::*;
use spec::experiment::{Arm, ExperimentVerdict};
use spec::texts::number::{count, percent, significant};
use spec::texts::ui::experiment as words;

use super::model;
use crate::ui::{Banner, Pill, Tone};

/// The conclusion with its sentence, the variants, and the figures three ways.
#[component]
pub fn VerdictView(verdict: ExperimentVerdict) -> impl IntoView {
    let value = |x: Option<f64>| x.map_or_else(String::new, |x| significant(x, 4));
    let arm = |arm: &Arm| {
        view! {
            <tr>
                <th scope="row"><bdi>{arm.name.clone()}</bdi></th>
                <td class="num">{count(arm.n_units as f64)}</td>
                <td class="num">{count(arm.n_known as f64)}</td>
                <td class="num">{value(arm.value)}</td>
            </tr>
        }
    };
    let facts: Vec<(&str, Option<String>)> = vec![
        (words::DIFFERENCE, verdict.difference.map(|x| significant(x, 4))),
        (
            words::WHENEVER,
            verdict.any_time.map(|test| words::interval(test.low, test.high)),
        ),
        (
            words::LOOKED_ONCE,
            verdict.once.map(|test| words::interval(test.low, test.high)),
        ),
        (
            words::PROBABILITY,
            verdict.bayes.map(|bayes| percent(bayes.probability_b_better)),
        ),
        (words::LOSS, verdict.bayes.map(|bayes| significant(bayes.loss_if_b, 3))),
        (
            words::SPLIT,
            verdict.split.map(|split| words::split(split.expected_share_b, split.share_b)),
        ),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| view! { <dt>{name}</dt> <dd>{value}</dd> }))
        .collect_view();
    let warnings = verdict
        .warnings
        .iter()
        .map(|one| view! { <Banner tone=Tone::Warn lead=words::WARNINGS message=format!("{} {}", one.says(), one.hint())/> })
        .collect_view();
    view! {
        <div class="stack" role="status">
            <div class="row">
                <Pill text=words::conclusion(verdict.conclusion) tone=model::tone(verdict.conclusion)/>
                <p class="sentence">{verdict.sentence.says()}</p>
            </div>
            {warnings}
            <div class="cols two">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{words::ARM}</th>
                            <th scope="col" class="num">{words::UNITS_SHORT}</th>
                            <th scope="col" class="num">{words::KNOWN}</th>
                            <th scope="col" class="num">{words::VALUE}</th>
                        </tr>
                    </thead>
                    <tbody>{arm(&verdict.arms.a)} {arm(&verdict.arms.b)}</tbody>
                </table>
                <dl class="facts">{facts}</dl>
            </div>
        </div>
    }
}
