use leptos::prelude::*;
use spec::Message;
use spec::job::Job;
use spec::monitor::{ChallengerVerdict, Retrained};
use spec::registry::Alias;
use spec::texts::names;
use spec::texts::number::score;
use spec::texts::ui::monitor as words;

use super::model::{self, Contest};
use super::watch::Watch;
use crate::platform::time;
use crate::ui::{Button, ButtonKind, Card, Dialog, ErrorState, Pill, Select, SelectOption, Term, TextArea};

/// Champion against challenger, what is decided about them, and the record of it.
#[component]
pub fn ContestPanel(watch: Watch) -> impl IntoView {
    let session = watch.session;
    let rolling_back = RwSignal::new(false);
    let of_project = move |of: fn(&spec::Project) -> bool| {
        Memo::new(move |_| session.project.with(|project| project.as_ref().is_some_and(of)))
    };
    let can_roll_back = of_project(can_roll_back_in);
    let is_shown =
        of_project(|project| project.retrained.is_some() || project.registry.challenger.is_some() || can_roll_back_in(project));
    let retrained = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().and_then(|project| project.retrained.clone()))
    });
    let actions = move || {
        view! {
            <Show when=move || can_roll_back.get() && !session.read_only.get()>
                <Button label=words::ROLL_BACK kind=ButtonKind::Small on_press=move |()| rolling_back.set(true)/>
            </Show>
        }
    };
    let warnings = move || {
        let all = retrained.with(|retrained| retrained.as_ref().map_or_else(Vec::new, |one| one.warnings.clone()));
        let line = |note: Message| {
            let hint = note.hint();
            view! { <li>{note.says()} {(!hint.is_empty()).then(|| view! { <small class="sentence">{hint}</small> })}</li> }
        };
        (!all.is_empty()).then(|| view! { <ul>{all.into_iter().map(line).collect_view()}</ul> })
    };
    let verdict = move || {
        retrained.get().map(|retrained| {
            let names = session
                .project
                .with(|project| project.as_ref().map(|project| sides(project, &retrained)));
            let about = |verdict: &ChallengerVerdict| {
                let batch = session.project.with(|project| {
                    let mut batches = project.as_ref()?.batches.iter();
                    batches
                        .find(|batch| Some(batch.summary.id) == retrained.batch)
                        .map(|batch| batch.summary.name.clone())
                });
                let batch = batch.unwrap_or_else(|| words::BATCH_GONE.to_owned());
                words::contest_about(verdict.n_rows, &batch, &time::local_date_time(retrained.at_ms))
            };
            match (retrained.verdict.as_ref(), names) {
                (Some(verdict), Some(names)) => view! {
                    <p class="muted">{about(verdict)}</p>
                    {figures(verdict, names)}
                }
                .into_any(),
                _ => view! { <p>{words::NO_CONTEST}</p> }.into_any(),
            }
        })
    };
    view! {
        <Show when=move || is_shown.get()>
            <Card title=words::CONTEST actions=actions>
                <div class="stack">
                    {verdict}
                    {warnings}
                    <Decide watch/>
                    {move || {
                        let failure = watch.register_failure.get();
                        failure.map(|failure| view! { <ErrorState place=words::FAILED_REGISTER failure=failure/> })
                    }}
                </div>
                <RollBack watch open=rolling_back/>
            </Card>
        </Show>
    }
}

fn can_roll_back_in(project: &spec::Project) -> bool {
    !model::former_champions(project).is_empty()
}

/// Names of champion and challenger, as the figures are of them.
fn sides(project: &spec::Project, retrained: &Retrained) -> [String; 2] {
    let champion = retrained.champion.and_then(|number| project.registry.version(number));
    let run = retrained
        .runs
        .first()
        .and_then(|id| project.runs.iter().find(|run| run.id == *id));
    [
        champion.map_or_else(String::new, |version| {
            words::version_of(version.number, &model::model(&version.run))
        }),
        run.map_or_else(String::new, |run| words::run_of(run.id, &model::model(run))),
    ]
}

fn figures(verdict: &ChallengerVerdict, [champion, challenger]: [String; 2]) -> impl IntoView + use<> {
    let shown = |x: Option<f64>| x.map_or_else(String::new, score);
    let difference = verdict
        .difference
        .map(|difference| words::difference(difference, verdict.low, verdict.high));
    view! {
        <div class="row"><Pill text=words::contest_change(verdict.change) tone=model::change_tone(verdict.change)/></div>
        <dl class="facts">
            <dt><Term id="champion" text=words::CHAMPION/></dt>
            <dd>{shown(verdict.champion)} " " {names::metric(verdict.metric)} ", " {champion}</dd>
            <dt><Term id="challenger" text=words::CHALLENGER/></dt>
            <dd>{shown(verdict.challenger)} " " {names::metric(verdict.metric)} ", " {challenger}</dd>
            <dt>{words::DIFFERENCE_OF}</dt>
            <dd>{difference}</dd>
        </dl>
        <p>{verdict.message.says()} <small class="sentence">{verdict.message.hint()}</small></p>
    }
}

/// From the new run to the challenger, from the challenger to the champion; each decision with its reason.
#[component]
fn Decide(watch: Watch) -> impl IntoView {
    let session = watch.session;
    let reason = RwSignal::new(String::new());
    let contest = Memo::new(move |_| session.project.with(|project| project.as_ref().map(model::contest)));
    let is_busy = Memo::new(move |_| session.running(|job| matches!(job, Job::Register { .. })).is_some());
    let why_not = Signal::derive(move || watch.why_not().or_else(|| is_busy.get().then(String::new)));
    let needs_reason = Signal::derive(move || {
        let is_empty = reason.with(|reason| reason.trim().is_empty());
        watch.why_not().or_else(|| is_empty.then(|| words::NEEDS_REASON.to_owned()))
    });
    let take_reason = move || {
        let text = reason.get_untracked().trim().to_owned();
        reason.set(String::new());
        text
    };
    let note = move || {
        let batch = watch
            .batch
            .with_untracked(|batch| batch.as_ref().map(|batch| batch.summary.name.clone()));
        batch.map_or_else(String::new, |batch| words::retrained_note(&batch))
    };
    let buttons = move |contest: Contest| {
        let main = |is_main: bool| if is_main { ButtonKind::Primary } else { ButtonKind::Plain };
        if let Some(run) = contest.run {
            let press = move |()| watch.register(run, Alias::Challenger, note(), String::new());
            return view! {
                <div><Button label=words::make_challenger(run) kind=main(contest.wins) why_not=why_not on_press=press/></div>
            }
            .into_any();
        }
        let Some(challenger) = contest.challenger else {
            return ().into_any();
        };
        let promote = move |()| watch.name(Alias::Champion, challenger, take_reason());
        let keep = move |()| watch.keep_champion(take_reason());
        view! {
            <TextArea label=words::REASON help=words::REASON_HELP live=true value=reason on_change=move |text: String| reason.set(text)/>
            <div class="row">
                <Button label=words::promote(challenger) kind=main(contest.wins) why_not=needs_reason on_press=promote/>
                {contest.champion.map(|champion| {
                    view! { <Button label=words::keep(champion) kind=main(!contest.wins) why_not=needs_reason on_press=keep/> }
                })}
            </div>
        }
        .into_any()
    };
    view! { {move || contest.get().map(buttons)} }
}

/// Brings an earlier champion back.
#[component]
fn RollBack(watch: Watch, open: RwSignal<bool>) -> impl IntoView {
    let session = watch.session;
    let (reason, chosen) = (RwSignal::new(String::new()), RwSignal::new(None::<u32>));
    let former = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map_or_else(Vec::new, model::former_champions))
    });
    let version = Memo::new(move |_| {
        former.with(|former| {
            chosen
                .get()
                .filter(|one| former.contains(one))
                .or_else(|| former.first().copied())
        })
    });
    let options = Signal::derive(move || {
        session.project.with(|project| {
            let name = |number: u32| {
                let version = project.as_ref().and_then(|project| project.registry.version(number));
                version.map_or_else(String::new, |version| words::version_of(number, &model::model(&version.run)))
            };
            former.with(|former| {
                former
                    .iter()
                    .map(|number| SelectOption::new(number.to_string(), name(*number)))
                    .collect::<Vec<_>>()
            })
        })
    });
    let why_not = Signal::derive(move || {
        reason
            .with(|reason| reason.trim().is_empty())
            .then(|| words::NEEDS_REASON.to_owned())
    });
    let roll_back = move |()| {
        if let Some(version) = version.get_untracked() {
            watch.name(Alias::Champion, version, reason.get_untracked().trim().to_owned());
        }
        reason.set(String::new());
        open.set(false);
    };
    view! {
        <Dialog title=words::ROLL_BACK_TITLE open=open on_close=move |()| open.set(false)>
            <Select
                label=words::ROLL_BACK_TO
                options=options
                value=Signal::derive(move || version.get().map_or_else(String::new, |version| version.to_string()))
                on_change=move |value: String| chosen.set(value.parse().ok())
            />
            <TextArea label=words::REASON help=words::REASON_HELP live=true value=reason on_change=move |text: String| reason.set(text)/>
            <footer>
                <Button label=words::CANCEL on_press=move |()| open.set(false)/>
                <Button
                    label=Signal::derive(move || version.get().map(words::roll_back).unwrap_or_default())
                    kind=ButtonKind::Primary
                    why_not=why_not
                    on_press=roll_back
                />
            </footer>
        </Dialog>
    }
}
