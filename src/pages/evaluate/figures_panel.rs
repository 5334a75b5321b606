use leptos::prelude::*;
use spec::Metric;
use spec::evaluation::Evaluation;
use spec::texts::names;
use spec::texts::ui::evaluate as words;

use super::figures;
use crate::pages::goal;
use crate::session::Session;
use crate::ui::{Card, Figure, FigureText, Term};

/// The most important figures, each with its interval, baseline and sentence.
#[component]
pub fn FiguresPanel(evaluation: Signal<Option<Evaluation>>) -> impl IntoView {
    let session = Session::get();
    let headline = Memo::new(move |_| {
        let run = evaluation.with(|one| one.as_ref().map(|one| one.run));
        let standing = run.and_then(|run| goal::standing_of(session, run));
        let n_open = standing.map_or(0, |standing| standing.n_open());
        session.project.with(|project| {
            evaluation.with(|one| match (one, project) {
                (Some(one), Some(project)) => figures::headline(one, &project.pipeline.framing, n_open),
                _ => Vec::new(),
            })
        })
    });
    let card = |text: FigureText| view! { <section class="card"><Figure text=text/></section> };
    view! { <div class="cols headline">{move || headline.get().into_iter().map(card).collect_view()}</div> }
}

/// Every figure as a table.
#[component]
pub fn AllFigures(evaluation: Signal<Option<Evaluation>>) -> impl IntoView {
    let lines = Memo::new(move |_| evaluation.with(|one| one.as_ref().map(figures::all).unwrap_or_default()));
    let line = |(metric, [value, interval, baseline, sentence]): (Metric, [String; 4])| {
        view! {
            <tr>
                <th scope="row">
                    <Term id=metric.name() text=names::metric(metric)/>
                    {(!sentence.is_empty()).then(|| view! { <small class="sentence">{sentence}</small> })}
                </th>
                <td class="num">{value}</td>
                <td class="num">{interval}</td>
                <td class="num">{baseline}</td>
            </tr>
        }
    };
    view! {
        <Card title=words::ALL_FIGURES>
            <div class="scroll" tabindex="0">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{words::METRIC}</th>
                            <th scope="col" class="num">{words::VALUE}</th>
                            <th scope="col" class="num">{words::INTERVAL}</th>
                            <th scope="col" class="num">{words::BASELINE}</th>
                        </tr>
                    </thead>
                    <tbody>{move || lines.get().into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        </Card>
    }
}
