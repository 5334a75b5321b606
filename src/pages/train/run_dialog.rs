use leptos::prelude::*;
use spec::run::Run;
use spec::texts::names;
use spec::texts::number::count;
use spec::texts::ui::train as words;

use super::leaderboard;
use super::progress::name;
use super::run_metrics::{self, MetricLine};
use crate::chart::{Chart, line};
use crate::platform::time;
use crate::session::Session;
use crate::ui::{Banner, Button, Dialog, Pill, Tone};

/// Everything that a run recorded.
#[component]
pub fn RunDialog(
    /// The run; the dialog is open while there is one.
    shown: RwSignal<Option<u32>>,
) -> impl IntoView {
    let session = Session::get();
    let run = Memo::new(move |_| {
        let id = shown.get()?;
        session.project.with(|project| {
            let project = project.as_ref()?;
            let mut run = project.runs.iter().find(|run| run.id == id)?.clone();
            run.diagnosis = project.diagnosis(&run);
            Some(run)
        })
    });
    let title = Signal::derive(move || {
        run.with(|run| {
            run.as_ref()
                .map_or_else(String::new, |run| words::run_title(run.id, &name(run.algorithm, run.trial)))
        })
    });
    view! {
        <Dialog title=title open=Signal::derive(move || run.with(Option::is_some)) on_close=move |()| shown.set(None) wide=true>
            {move || {
                run.get().map(|run| {
                    let tone = run.diagnosis.as_ref().map_or(Tone::Neutral, |one| {
                        session.project.with(|project| {
                            let project = project.as_ref();
                            project.map_or(Tone::Neutral, |project| leaderboard::fit_tone(project, &run, one.verdict))
                        })
                    });
                    record(&run, tone)
                })
            }}
            <footer><Button label=words::CLOSE on_press=move |()| shown.set(None)/></footer>
        </Dialog>
    }
}

fn record(run: &Run, fit_tone: Tone) -> impl IntoView + use<> {
    let diagnosis = run.diagnosis.clone();
    let has_loss = !run.loss_curve.is_empty();
    let plot = line::loss(&run.loss_curve);
    let params: Vec<(String, String)> = run
        .params
        .iter()
        .map(|(name, value)| (name.clone(), spec::param::show(value)))
        .collect();
    let facts = [
        (words::STARTED, time::local_date_time(run.started_at_ms)),
        (words::FIT_TIME, words::seconds(run.fit_secs)),
        (words::PREDICT_TIME, words::per_row(run.predict_secs_per_row)),
        (words::SIZE, words::size(run.n_bytes)),
        (words::FEATURES, count(f64::from(run.n_features))),
        (words::SEED, run.seed.to_string()),
        (
            words::EXACT,
            (if run.exact { words::EXACT_YES } else { words::EXACT_NO }).to_owned(),
        ),
        (words::VERSION, run.code_version.clone()),
        (words::DATA_HASH, run.data_sha256.clone()),
        (words::MODEL_HASH, run.model_hash.clone()),
    ];
    let fact = |(name, value): (&'static str, String)| view! { <dt>{name}</dt> <dd>{value}</dd> };
    view! {
        <div class="stack">
            {diagnosis
                .map(|one| view! { <p><Pill text=words::fit(one.verdict) tone=fit_tone/> " " {one.message.says()}</p> })}
            {run.warnings.iter().map(|one| view! { <Banner tone=Tone::Warn message=format!("{} {}", one.says(), one.hint())/> }).collect_view()}
            {metrics(run)}
            {has_loss.then(|| view! { <h3>{words::LOSS_CURVE}</h3> <Chart plot=Signal::stored(plot)/> })}
            <div class="cols two">
                <section>
                    <h3>{words::PARAMETERS}</h3>
                    <dl class="facts mono">
                        {params.into_iter().map(|(name, value)| view! { <dt>{name}</dt> <dd>{value}</dd> }).collect_view()}
                    </dl>
                </section>
                <section>
                    <h3>{words::RECORD}</h3>
                    <dl class="facts">{facts.into_iter().map(fact).collect_view()}</dl>
                </section>
            </div>
        </div>
    }
}

/// Mean of the folds and the figure of all their rows together stand side by side, each with what belongs to it: the
/// interval is that of the second.
fn metrics(run: &Run) -> impl IntoView + use<> {
    let line = |line: MetricLine| {
        view! {
            <tr>
                <th scope="row">{names::metric(line.metric)}</th>
                {line.cells.map(|cell| view! { <td class="num">{cell}</td> }).collect_view()}
            </tr>
        }
    };
    let head = |(name, help): (&'static str, &'static str)| view! { <th scope="col" class="num" title=help>{name}</th> };
    let has_folds = run.has_folds();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=words::METRICS>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words::METRIC}</th>
                        {words::METRIC_COLUMNS.map(head).collect_view()}
                    </tr>
                </thead>
                <tbody>{run_metrics::lines(run).into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
        {has_folds.then(|| view! { <p class="muted">{words::FOLDS_AND_POOLED}</p> })}
    }
}
