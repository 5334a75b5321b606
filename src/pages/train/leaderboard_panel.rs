use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::texts::names;
use spec::texts::ui::train as words;

use super::leaderboard::{self, SortKey};
use super::progress::name;
use super::run_dialog::RunDialog;
use super::run_row::RunRow;
use crate::session::Session;
use crate::ui::{Banner, Button, ButtonKind, Card, Confirm, Term, Tone};

/// Every run beside the others, the baseline always among them.
#[component]
pub fn LeaderboardPanel(
    /// Why training cannot begin now.
    why_not: Signal<Option<String>>,
) -> impl IntoView {
    let session = Session::get();
    let sort = RwSignal::new(None::<(SortKey, bool)>);
    let (shown, deleting) = (RwSignal::new(None::<u32>), RwSignal::new(None::<u32>));
    let board = Memo::new(move |_| {
        session.project.with(|project| {
            session.catalogue.with(|catalogue| {
                project
                    .as_ref()
                    .map(|one| leaderboard::leaderboard(one, catalogue.as_deref(), sort.get()))
                    .unwrap_or_default()
            })
        })
    });
    let is_empty = Memo::new(move |_| board.with(|board| board.lines.is_empty()));
    let sentence = Memo::new(move |_| {
        session.project.with(|project| {
            project
                .as_ref()
                .and_then(|one| leaderboard::sentence(one, one.current_run()?))
        })
    });
    let n_stale = Memo::new(move |_| board.with(|board| board.n_stale));
    let help = move || {
        if board.with(|board| board.has_folds) {
            words::LEADERBOARD_HELP
        } else {
            words::LEADERBOARD_HOLD_OUT
        }
    };
    let actions = move || view! { <span class="muted">{help}</span> };
    let delete = move |()| {
        if let Some(run) = deleting.get_untracked() {
            spawn_local(async move {
                if let Err(failure) = session.delete_run(run).await {
                    session.report(failure);
                }
            });
        }
    };
    let delete_says = Signal::derive(move || {
        session.project.with(|project| {
            let run = deleting
                .get()
                .and_then(|id| project.as_ref()?.runs.iter().find(|run| run.id == id));
            run.map_or_else(String::new, |run| words::delete_says(run.id, &name(run.algorithm, run.trial)))
        })
    });
    let table = move || {
        view! {
            <div class="scroll" tabindex="0" role="group" aria-label=words::LEADERBOARD>
                <table class="leaderboard">
                    <thead>
                        <tr>
                            <th scope="col">{words::CURRENT}</th>
                            <th scope="col"><SortButton label=words::RUN key=SortKey::Run sort/></th>
                            <th scope="col">{words::MODEL}</th>
                            <th scope="col">{words::SETTINGS}</th>
                            {move || {
                                board
                                    .with(|board| board.metrics.clone())
                                    .into_iter()
                                    .enumerate()
                                    .map(|(i, metric)| {
                                        view! {
                                            <th scope="col" class="num">
                                                <Term id=metric.name() text=names::metric(metric)/>
                                                <SortButton label="" key=SortKey::Metric(metric) sort/>
                                            </th>
                                            {(i == 0).then(|| view! { <th scope="col" class="num" title=words::ON_TRAINING_HELP>{words::ON_TRAINING}</th> })}
                                        }
                                    })
                                    .collect_view()
                            }}
                            <th scope="col" class="num"><SortButton label=words::FIT_TIME key=SortKey::FitTime sort/></th>
                            <th scope="col" class="num"><SortButton label=words::PREDICT_TIME key=SortKey::PredictTime sort/></th>
                            <th scope="col" class="num"><SortButton label=words::SIZE key=SortKey::Size sort/></th>
                            <th scope="col"><Term id="overfitting" text=words::FIT/></th>
                            <th scope="col"><span class="hidden-text">{words::ACTIONS}</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || board.get().lines.into_iter().map(|line| view! { <RunRow line shown deleting/> }).collect_view()}
                    </tbody>
                </table>
            </div>
        }
    };
    view! {
        <Show when=move || { n_stale.get() > 0 }>
            <Banner tone=Tone::Warn lead=words::STALE message=Signal::derive(move || words::stale_runs(n_stale.get()))>
                <Show when=move || why_not.get().is_none()>
                    <Button label=words::TRAIN_AGAIN kind=ButtonKind::Small on_press=move |()| super::train(session)/>
                </Show>
            </Banner>
        </Show>
        <Card title=words::LEADERBOARD actions=actions>
            <Show
                when=move || !is_empty.get()
                fallback=|| view! { <p class="strong">{words::NO_RUNS}</p> <p class="muted">{words::NO_RUNS_TEXT}</p> }
            >
                {table}
                <p class="sentence">{move || sentence.get()}</p>
            </Show>
            <RunDialog shown/>
            <Confirm
                title=words::DELETE_TITLE
                message=delete_says
                action=words::DELETE.trim_end_matches('…')
                open=Signal::derive(move || deleting.with(Option::is_some))
                on_close=move |()| deleting.set(None)
                on_confirm=delete
            />
        </Card>
    }
}

/// Sorts by one column; a second press turns the order round, a third gives the best-first order back.
#[component]
fn SortButton(label: &'static str, key: SortKey, sort: RwSignal<Option<(SortKey, bool)>>) -> impl IntoView {
    let state = Memo::new(move |_| sort.with(|sort| sort.filter(|sort| sort.0 == key).map(|sort| sort.1)));
    let name = match key {
        SortKey::Metric(metric) => names::metric(metric),
        _ => label,
    };
    let press = move |_| {
        sort.set(match state.get_untracked() {
            None => Some((key, false)),
            Some(false) => Some((key, true)),
            Some(true) => None,
        });
    };
    view! {
        <button type="button" class="sort" aria-label=words::sort_by(name) on:click=press>
            {label} <i aria-hidden="true">{move || match state.get() {
                None => "↕",
                Some(false) => "▲",
                Some(true) => "▼",
            }}</i>
        </button>
    }
}
