use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Failure;
use spec::experiment::{OutcomeKind, Plan, SampleSize};
use spec::job::{Answer, Job};
use spec::texts::number::count;
use spec::texts::ui::experiment as words;

use super::model::{self, PlanDraft};
use crate::chart::{Chart, Plot};
use crate::session::Session;
use crate::ui::{Banner, ErrorState, NumberField, RadioGroup, Tone};

/// Units and days from rate, difference, alpha and power; computed anew at every change.
#[component]
pub fn PlanForm(draft: RwSignal<PlanDraft>, plan: RwSignal<Option<Result<Plan, Failure>>>) -> impl IntoView {
    let session = Session::get();
    Effect::new(move |_| {
        let request = draft.with(PlanDraft::request);
        spawn_local(async move {
            let answer = session.ask(Job::PlanExperiment { request }).await;
            // An older answer must not overwrite that of what is typed now.
            // Nor may one that comes after the page was left.
            if draft.try_with_untracked(PlanDraft::request) == Some(request) {
                plan.set(match answer.map(|reply| reply.answer) {
                    Ok(Answer::Planned(plan)) => Some(Ok(*plan)),
                    Ok(_) => None,
                    Err(failure) => Some(Err(failure)),
                });
            }
        });
    });
    let is_mean = Memo::new(move |_| draft.with(|draft| draft.kind == OutcomeKind::Mean));
    let number = move |of: fn(&PlanDraft) -> f64| Signal::derive(move || Some(draft.with(of)));
    let set = move |change: fn(&mut PlanDraft, f64)| {
        Callback::new(move |x: Option<f64>| {
            if let Some(x) = x {
                draft.update(|draft| change(draft, x));
            }
        })
    };
    let set_per_day = Callback::new(move |x: Option<f64>| draft.update(|draft| draft.units_per_day = x));
    view! {
        <div class="stack">
            <RadioGroup
                legend=words::COMPARE
                columns=true
                options=model::kinds()
                value=Signal::derive(move || draft.with(|draft| model::kind_value(draft.kind).to_owned()))
                on_change=move |value: String| draft.update(|draft| draft.kind = model::kind_of(&value))
            />
            <div class="form-grid">
                <NumberField
                    label=Signal::derive(move || if is_mean.get() { words::TODAY_MEAN } else { words::TODAY_RATE }.to_owned())
                    help=Signal::derive(move || if is_mean.get() { "" } else { words::TODAY_RATE_HELP }.to_owned())
                    value=number(|draft| draft.today)
                    on_change=set(|draft, x| draft.today = x)
                />
                <Show when=move || is_mean.get()>
                    <NumberField
                        label=words::STD_DEV
                        help=words::STD_DEV_HELP
                        value=number(|draft| draft.std_dev)
                        on_change=set(|draft, x| draft.std_dev = x)
                    />
                </Show>
                <NumberField
                    label=words::EFFECT
                    help=words::EFFECT_HELP
                    term="minimum_detectable_effect"
                    value=number(|draft| draft.effect)
                    on_change=set(|draft, x| draft.effect = x)
                />
                <NumberField
                    label=words::ALPHA
                    help=words::ALPHA_HELP
                    value=number(|draft| draft.alpha)
                    on_change=set(|draft, x| draft.alpha = x)
                />
                <NumberField
                    label=words::POWER
                    help=words::POWER_HELP
                    term="power"
                    value=number(|draft| draft.power)
                    on_change=set(|draft, x| draft.power = x)
                />
                <NumberField
                    label=words::PER_DAY
                    help=words::PER_DAY_HELP
                    optional=true
                    value=Signal::derive(move || draft.with(|draft| draft.units_per_day))
                    on_change=set_per_day
                />
            </div>
            {move || plan.get().map(|plan| match plan {
                Ok(plan) => planned(plan).into_any(),
                Err(failure) => view! { <ErrorState failure/> }.into_any(),
            })}
        </div>
    }
}

fn planned(plan: Plan) -> impl IntoView {
    let line = |looks: &'static str, size: SampleSize| {
        view! {
            <tr>
                <th scope="row">{looks}</th>
                <td class="num">{count(size.n_a as f64)}</td>
                <td class="num">{count(size.n_b as f64)}</td>
                <td class="num">{words::days(size.days)}</td>
            </tr>
        }
    };
    let warnings = plan
        .warnings
        .iter()
        .map(|one| view! { <Banner tone=Tone::Warn lead=words::WARNINGS message=format!("{} {}", one.says(), one.hint())/> })
        .collect_view();
    let plot: Plot = model::power_plot(&plan);
    view! {
        <p class="sentence" aria-live="polite">{plan.sentence.says()}</p>
        {warnings}
        <div class="cols two">
            <table>
                <caption>{words::SIZES}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words::LOOKS}</th>
                        <th scope="col" class="num">{words::OF_A}</th>
                        <th scope="col" class="num">{words::OF_B}</th>
                        <th scope="col" class="num">{words::DAYS}</th>
                    </tr>
                </thead>
                <tbody>{line(words::ONCE, plan.once)} {line(words::ANY_TIME, plan.any_time)}</tbody>
            </table>
            <section>
                <h3>{words::POWER_CURVE}</h3>
                <Chart plot=Signal::stored(plot)/>
            </section>
        </div>
    }
}
