use leptos::prelude::*;
use spec::evaluation::Evaluation;
use spec::texts::ui::evaluate as words;

use super::fairness::{self, CriterionLine, FairnessText, GroupLine};
use crate::ui::{Banner, Card, Pill, Term, Tone};

/// One card a sensitive column: rates per group with their intervals, gaps against what is tolerated.
#[component]
pub fn FairnessPanel(evaluation: Signal<Option<Evaluation>>) -> impl IntoView {
    let texts = Memo::new(move |_| {
        evaluation.with(|one| {
            one.as_ref()
                .map_or_else(Vec::new, |one| one.fairness.iter().map(fairness::text).collect::<Vec<_>>())
        })
    });
    let cards = move || {
        let texts = texts.get();
        if texts.is_empty() {
            return view! { <Card title=words::FAIRNESS><p class="muted">{words::FAIRNESS_NONE}</p></Card> }.into_any();
        }
        texts.into_iter().map(column).collect_view().into_any()
    };
    view! { {cards} }
}

fn column(text: FairnessText) -> impl IntoView {
    let (n_past, n_judged) = text.past;
    let actions = move || {
        let tone = if n_past > 0 { Tone::Warn } else { Tone::Good };
        (n_judged > 0).then(|| view! { <Pill text=words::past_tolerance(n_past, n_judged) tone=tone/> })
    };
    let rate_heads = [words::SELECTED, words::TPR, words::FPR, words::PRECISION, words::ACCURACY];
    view! {
        <Card title=words::fairness_of(&text.column) actions=actions>
            <div class="stack">
                {text.warnings.into_iter().map(|one| view! { <Banner tone=Tone::Warn message=one/> }).collect_view()}
                <div class="scroll" tabindex="0">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{words::CRITERION}</th>
                                <th scope="col" class="num">{words::DIFFERENCE}</th>
                                <th scope="col" class="num">{words::INTERVAL}</th>
                                <th scope="col" class="num">{words::RATIO}</th>
                                <th scope="col" class="num">{words::TOLERATED}</th>
                                <th scope="col">{words::VERDICT}</th>
                            </tr>
                        </thead>
                        <tbody>{text.criteria.into_iter().map(criterion).collect_view()}</tbody>
                    </table>
                </div>
                <div class="scroll" tabindex="0">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{words::GROUP}</th>
                                <th scope="col" class="num">{words::ROWS}</th>
                                {rate_heads.map(|head| view! { <th scope="col" class="num">{head}</th> }).collect_view()}
                            </tr>
                        </thead>
                        <tbody>{text.groups.into_iter().map(group).collect_view()}</tbody>
                    </table>
                </div>
            </div>
        </Card>
    }
}

fn criterion(line: CriterionLine) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">
                <Term id=line.name.to_lowercase().replace(' ', "_") text=line.name/>
                <small class="sentence">{line.says}</small>
            </th>
            <td class="num">{line.difference}</td>
            <td class="num">{line.interval}</td>
            <td class="num">{line.ratio}</td>
            <td class="num">{line.tolerated}</td>
            <td><Pill text=line.verdict tone=line.tone/></td>
        </tr>
    }
}

fn group(line: GroupLine) -> impl IntoView {
    view! {
        <tr class:too-small=line.too_small>
            <th scope="row">
                <bdi>{line.group}</bdi> {line.too_small.then(|| view! { <Pill text=words::TOO_SMALL tone=Tone::Warn/> })}
            </th>
            <td class="num">{line.rows}</td>
            {line
                .rates
                .into_iter()
                .map(|(value, interval)| view! { <td class="num">{value} <small class="interval">{interval}</small></td> })
                .collect_view()}
        </tr>
    }
}
