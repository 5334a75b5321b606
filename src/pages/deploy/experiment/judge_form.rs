use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Failure;
use spec::experiment::{Better, ExperimentVerdict, OutcomeKind, Plan};
use spec::job::{Answer, Job};
use spec::texts::ui::experiment as words;

use super::model::{self, JudgeDraft};
use super::verdict_view::VerdictView;
use crate::pages::job_progress::JobProgress;
use crate::platform::files::{self, UserFile};
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Checkbox, ErrorState, NumberField, RadioGroup, Select, SelectOption, TextField};

/// Files, columns and what counts; then the verdict.
#[component]
pub fn JudgeForm(plan: RwSignal<Option<Result<Plan, Failure>>>) -> impl IntoView {
    let session = Session::get();
    let draft = RwSignal::new(JudgeDraft::default());
    let judged = RwSignal::new(None::<Result<ExperimentVerdict, Failure>>);
    let running = Memo::new(move |_| session.running(|job| matches!(job, Job::JudgeExperiment { .. })));
    // Of the other tab, if it compares the same.
    let planned = Memo::new(move |_| {
        let kind = draft.with(|draft| draft.kind);
        plan.with(|plan| plan.as_ref()?.as_ref().ok().and_then(|plan| model::planned(plan, kind)))
    });
    let judge = move |()| {
        let Some(data) = draft.with_untracked(JudgeDraft::data) else {
            return;
        };
        let (outcome_is, request) = draft.with_untracked(|draft| (draft.outcome_is(), draft.request(planned.get_untracked())));
        judged.set(None);
        spawn_local(async move {
            let job = Job::JudgeExperiment {
                data,
                outcome_is,
                request,
            };
            match session.run(job).await.map(|reply| reply.answer) {
                Ok(Answer::Judged(verdict)) => judged.set(Some(Ok(*verdict))),
                Ok(_) => {}
                Err(failure) if failure.cancelled => {}
                Err(failure) => judged.set(Some(Err(failure))),
            }
        });
    };
    let of_log = Memo::new(move |_| draft.with(|draft| draft.of_log));
    let is_rate = Memo::new(move |_| draft.with(|draft| draft.kind == OutcomeKind::Rate));
    let text = move |of: fn(&JudgeDraft) -> &String| Signal::derive(move || draft.with(|draft| of(draft).clone()));
    let set = move |place: fn(&mut JudgeDraft) -> &mut String| {
        Callback::new(move |text: String| draft.update(|draft| *place(draft) = text))
    };
    let file = move |label: &'static str, place: fn(&mut JudgeDraft) -> &mut Option<UserFile>| {
        let name = Memo::new(move |_| {
            let mut draft = draft.get();
            place(&mut draft).as_ref().map(|file| file.name.clone())
        });
        let pick = move |()| {
            spawn_local(async move {
                if let Some(file) = files::pick(words::ACCEPT).await {
                    draft.update(|draft| *place(draft) = Some(file));
                }
            });
        };
        view! {
            <div class="field">
                <span class="label">{label}</span>
                <span class="row">
                    <Button label=words::CHOOSE name=format!("{label}: {}", words::CHOOSE) kind=ButtonKind::Small on_press=pick/>
                    <bdi class="muted">{move || name.get().unwrap_or_else(|| words::NONE.to_owned())}</bdi>
                </span>
            </div>
        }
    };
    let set_margin = Callback::new(move |x: Option<f64>| draft.update(|draft| draft.margin = x));
    let set_share = Callback::new(move |x: Option<f64>| draft.update(|draft| draft.share_b = x.unwrap_or(0.5)));
    let betters = || {
        vec![
            SelectOption::new("higher", words::HIGHER),
            SelectOption::new("lower", words::LOWER),
        ]
    };
    view! {
        <div class="stack">
            <RadioGroup
                legend=words::SOURCE
                columns=true
                options=model::sources()
                value=Signal::derive(move || if of_log.get() { "log" } else { "table" }.to_owned())
                on_change=move |value: String| draft.update(|draft| draft.of_log = value == "log")
            />
            <div class="form-grid">
                <Show
                    when=move || of_log.get()
                    fallback=move || view! {
                        {file(words::TABLE, |draft| &mut draft.table)}
                        <TextField label=words::VARIANT value=text(|draft| &draft.variant) on_change=set(|draft| &mut draft.variant)/>
                        <TextField label=words::OUTCOME value=text(|draft| &draft.outcome) on_change=set(|draft| &mut draft.outcome)/>
                        <TextField label=words::KEY help=words::KEY_HELP value=text(|draft| &draft.key) on_change=set(|draft| &mut draft.key)/>
                    }
                >
                    {file(words::LOG, |draft| &mut draft.log)}
                    {file(words::OUTCOMES, |draft| &mut draft.outcomes)}
                    <TextField
                        label=words::KEY_SALT
                        help=words::KEY_SALT_HELP
                        value=text(|draft| &draft.key_salt)
                        on_change=set(|draft| &mut draft.key_salt)
                    />
                </Show>
            </div>
            <RadioGroup
                legend=words::COMPARE
                columns=true
                options=model::kinds()
                value=Signal::derive(move || draft.with(|draft| model::kind_value(draft.kind).to_owned()))
                on_change=move |value: String| draft.update(|draft| draft.kind = model::kind_of(&value))
            />
            <div class="form-grid">
                <TextField label=words::NAME_A value=text(|draft| &draft.a) on_change=set(|draft| &mut draft.a)/>
                <TextField label=words::NAME_B value=text(|draft| &draft.b) on_change=set(|draft| &mut draft.b)/>
                <Show when=move || is_rate.get()>
                    <TextField
                        label=words::OUTCOME_IS
                        help=words::OUTCOME_IS_HELP
                        value=text(|draft| &draft.outcome_is)
                        on_change=set(|draft| &mut draft.outcome_is)
                    />
                </Show>
                <Select
                    label=words::BETTER
                    options=betters()
                    value=Signal::derive(move || draft.with(|draft| if draft.better == Better::Lower { "lower" } else { "higher" }.to_owned()))
                    on_change=move |value: String| {
                        draft.update(|draft| draft.better = if value == "lower" { Better::Lower } else { Better::Higher });
                    }
                />
                <NumberField
                    label=words::MARGIN
                    help=words::MARGIN_HELP
                    optional=true
                    min=Some(0.0)
                    value=Signal::derive(move || draft.with(|draft| draft.margin))
                    on_change=set_margin
                />
                <NumberField
                    label=words::SHARE
                    min=Some(0.001)
                    max=Some(0.999)
                    value=Signal::derive(move || draft.with(|draft| Some(draft.share_b)))
                    on_change=set_share
                />
            </div>
            {move || planned.get().map(|planned| view! {
                <Checkbox
                    label=words::by_plan(&planned)
                    checked=Signal::derive(move || draft.with(|draft| draft.by_plan))
                    on_change=move |chosen| draft.update(|draft| draft.by_plan = chosen)
                />
            })}
            <div>
                <Button
                    label=words::JUDGE_NOW
                    kind=ButtonKind::Primary
                    why_not=Signal::derive(move || {
                        let obstacle = draft.with(JudgeDraft::obstacle).map(str::to_owned);
                        obstacle.or_else(|| running.get().map(|_| String::new()))
                    })
                    on_press=judge
                />
            </div>
            <JobProgress running=running/>
            {move || judged.get().map(|judged| match judged {
                Ok(verdict) => view! { <VerdictView verdict/> }.into_any(),
                Err(failure) => view! { <ErrorState failure/> }.into_any(),
            })}
        </div>
    }
}
