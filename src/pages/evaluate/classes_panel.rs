use leptos::prelude::*;
use spec::evaluation::{Averages, ClassScores, ClassificationDetail};
use spec::texts::names;
use spec::texts::number::count;
use spec::texts::ui::evaluate as words;

use super::figures::shown;
use crate::ui::Card;

/// Figures per class, and their micro, macro and weighted averages.
#[component]
pub fn ClassesPanel(detail: Signal<ClassificationDetail>) -> impl IntoView {
    let class = |one: ClassScores| {
        view! {
            <tr>
                <th scope="row"><bdi>{one.class}</bdi></th>
                <td class="num">{count(one.n_rows as f64)}</td>
                {[one.precision, one.recall, one.f1, one.roc_auc].map(|value| view! { <td class="num">{shown(value)}</td> }).collect_view()}
            </tr>
        }
    };
    let average = |one: Averages| {
        view! {
            <tr>
                <th scope="row">{names::metric(one.metric)}</th>
                {[one.micro, one.macro_, one.weighted].map(|value| view! { <td class="num">{shown(value)}</td> }).collect_view()}
            </tr>
        }
    };
    let heads = |names: &'static [&'static str]| {
        names
            .iter()
            .enumerate()
            .map(|(i, name)| view! { <th scope="col" class:num={i > 0}>{*name}</th> })
            .collect_view()
    };
    view! {
        <div class="cols two">
            <Card title=words::PER_CLASS>
                <div class="scroll" tabindex="0">
                    <table>
                        <thead>
                            <tr>{heads(&[words::CLASS, words::ROWS, words::PRECISION, words::RECALL, words::F1, words::ROC_AUC])}</tr>
                        </thead>
                        <tbody>{move || detail.get().per_class.into_iter().map(class).collect_view()}</tbody>
                    </table>
                </div>
            </Card>
            <Card title=words::AVERAGES>
                <div class="scroll" tabindex="0">
                    <table>
                        <thead>
                            <tr>{heads(&[words::METRIC, words::MICRO, words::MACRO, words::WEIGHTED])}</tr>
                        </thead>
                        <tbody>{move || detail.get().averages.into_iter().map(average).collect_view()}</tbody>
                    </table>
                </div>
            </Card>
        </div>
    }
}
