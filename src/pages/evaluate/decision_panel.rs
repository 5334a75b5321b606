use leptos::prelude::*;
use spec::Edit;
use spec::evaluation::{Choice, Decision, Evaluation, GoalStatus};
use spec::texts::names;
use spec::texts::ui::evaluate as words;

use crate::pages::caveats::CaveatList;
use crate::pages::goal;
use crate::platform::time;
use crate::session::Session;
use crate::ui::{Banner, Button, ButtonKind, Card, Pill, RadioGroup, RadioOption, TextArea, Tone};

/// Go or no-go against the goal, recorded with its reason.
#[component]
pub fn DecisionPanel(
    #[prop(into)] run: Signal<Option<u32>>,
    #[prop(into)] test: Signal<Option<Evaluation>>,
    #[prop(into)] validation: Signal<Option<Evaluation>>,
) -> impl IntoView {
    let session = Session::get();
    let (choice, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let status = Memo::new(move |_| {
        let of = |evaluation: &Option<Evaluation>| evaluation.as_ref().and_then(|one| one.goal.clone());
        test.with(of).or_else(|| validation.with(of))
    });
    let standing = Memo::new(move |_| run.get().and_then(|run| goal::standing_of(session, run)));
    let n_open = Memo::new(move |_| standing.with(|one| one.as_ref().map_or(0, |one| one.n_open())));
    let caveats = Memo::new(move |_| standing.with(|one| one.as_ref().map_or_else(Vec::new, |one| one.caveats.clone())));
    let decisions = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map_or_else(Vec::new, |one| one.decisions.clone()))
    });
    let options: Vec<RadioOption> = [
        ("go", words::GO, words::GO_ABOUT),
        ("no_go", words::NO_GO, words::NO_GO_ABOUT),
    ]
    .into_iter()
    .map(|(value, label, about)| RadioOption {
        value: value.to_owned(),
        label: label.to_owned(),
        about: about.to_owned(),
        why_not: None,
    })
    .collect();
    let why_not = Signal::derive(move || {
        if choice.with(String::is_empty) {
            Some(words::NEEDS_DECISION.to_owned())
        } else if reason.with(|reason| reason.trim().is_empty()) {
            Some(words::NEEDS_DECISION_REASON.to_owned())
        } else {
            None
        }
    });
    let record = move |()| {
        let Some(run) = run.get_untracked() else { return };
        let decision = Decision {
            run,
            choice: if choice.get_untracked() == "go" {
                Choice::Go
            } else {
                Choice::NoGo
            },
            reason: reason.get_untracked().trim().to_owned(),
            at_ms: time::now_ms(),
            goal: status.get_untracked(),
            n_open: n_open.get_untracked() as u32,
        };
        session.edit_or_report(Edit::RecordDecision { decision });
        choice.set(String::new());
        reason.set(String::new());
    };
    let is_early = Memo::new(move |_| test.with(Option::is_none));
    view! {
        <Card title=words::DECISION actions=|| view! { <span class="muted">{words::DECISION_HELP}</span> }>
            <div class="stack">
                {move || {
                    status.get()
                        .map(|status| {
                            let n_open = n_open.get();
                            view! {
                                <p class="strong">
                                    <Pill text=goal::verdict_words(status.verdict, n_open) tone=goal::tone(status.verdict, n_open)/> " "
                                    {goal_words(&status, n_open)}
                                </p>
                            }
                        })
                }}
                <CaveatList caveats=caveats/>
                <Show when=move || is_early.get()><Banner message=words::BEFORE_TEST/></Show>
                <RadioGroup
                    legend=words::CHOICE
                    bare=true
                    columns=true
                    options=options
                    value=choice
                    on_change=move |value: String| choice.set(value)
                />
                <TextArea label=words::DECISION_REASON live=true value=reason on_change=move |text: String| reason.set(text)/>
                <div><Button label=words::RECORD kind=ButtonKind::Primary why_not=why_not on_press=record/></div>
                <Show when=move || decisions.with(|decisions| !decisions.is_empty())>
                    <h3>{words::DECISIONS}</h3>
                    <ul class="plain decisions">{move || decisions.get().into_iter().rev().map(line).collect_view()}</ul>
                </Show>
            </div>
        </Card>
    }
}

fn goal_words(goal: &GoalStatus, n_open: usize) -> String {
    words::goal_then(
        names::metric(goal.metric),
        goal.value,
        goal.required,
        goal.part,
        &goal::verdict_words(goal.verdict, n_open),
    )
}

fn line(decision: Decision) -> impl IntoView {
    let tone = if decision.choice == Choice::Go {
        Tone::Good
    } else {
        Tone::Bad
    };
    let goal = decision.goal.as_ref().map_or_else(
        || words::NO_GOAL.to_owned(),
        |goal| goal_words(goal, decision.n_open as usize),
    );
    view! {
        <li>
            <Pill text=words::choice(decision.choice) tone=tone/>
            <span>
                <bdi>{decision.reason}</bdi>
                <small>
                    {time::local_date_time(decision.at_ms)} ", " {words::RUN} " " {decision.run} ". " {words::GOAL_THEN} ": " {goal}
                </small>
            </span>
        </li>
    }
}
