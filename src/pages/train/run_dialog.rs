use leptos::prelude::*;
use spec::Metric;
use spec::run::Run;
use spec::texts::names;
use spec::texts::number::{count, score};
use spec::texts::ui::{evaluate, train as words};

use super::leaderboard;
use super::progress::name;
use crate::chart::{Chart, line};
use crate::platform::time;
use crate::session::Session;
use crate::ui::{Banner, Button, Dialog, Pill, Tone};

/// Everything that a run recorded (T23).
#[component]
pub fn RunDialog(
    /// The run; the dialog is open while there is one.
    shown: RwSignal<Option<u32>>,
) -> impl IntoView {
    let session = Session::get();
    let run = Memo::new(move |_| {
        let id = shown.get()?;
        session
            .project
            .with(|project| project.as_ref()?.runs.iter().find(|run| run.id == id).cloned())
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

fn metrics(run: &Run) -> impl IntoView + use<> {
    let fold = |scores: &std::collections::BTreeMap<Metric, spec::run::FoldScore>, metric: Metric| {
        scores.get(&metric).map_or_else(
            || words::NOT_DEFINED.to_owned(),
            |score| words::mean_std(score.mean, score.std),
        )
    };
    let lines: Vec<(Metric, [String; 4])> = Metric::ALL
        .iter()
        .copied()
        .filter(|metric| run.cv.contains_key(metric) || run.validation.contains_key(metric))
        .map(|metric| {
            let pooled = run.validation.get(&metric);
            let interval = pooled
                .and_then(|one| one.low.zip(one.high))
                .map_or_else(String::new, |(low, high)| evaluate::range(low, high));
            let baseline = pooled.and_then(|one| one.baseline).map_or_else(String::new, score);
            (metric, [fold(&run.cv, metric), interval, fold(&run.train, metric), baseline])
        })
        .collect();
    let line = |(metric, cells): (Metric, [String; 4])| {
        view! {
            <tr>
                <th scope="row">{names::metric(metric)}</th>
                {cells.map(|cell| view! { <td class="num">{cell}</td> }).collect_view()}
            </tr>
        }
    };
    view! {
        <div class="scroll" tabindex="0">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words::METRIC}</th>
                        <th scope="col" class="num">{words::VALIDATION}</th>
                        <th scope="col" class="num">{words::INTERVAL}</th>
                        <th scope="col" class="num">{words::TRAIN_ROWS}</th>
                        <th scope="col" class="num">{words::BASELINE}</th>
                    </tr>
                </thead>
                <tbody>{lines.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
}
