//! Stage 4: validation, the locked test set, fairness, go or no-go.

mod classes_panel;
mod confusion_panel;
mod contributions;
mod curves_panel;
mod decision_panel;
mod fairness;
mod fairness_panel;
mod figures;
mod figures_panel;
mod importance_panel;
mod on_demand;
mod part_view;
mod regression_panel;
mod test_panel;
mod threshold;
mod threshold_panel;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::evaluation::{Evaluation, Part};
use spec::job::Job;
use spec::run::Run;
use spec::texts::ui::evaluate as words;
use spec::{Failure, Project};

use self::decision_panel::DecisionPanel;
use self::part_view::PartView;
use self::test_panel::TestPanel;
use crate::pages::caveats::CaveatList;
use crate::pages::job_progress::JobProgress;
use crate::pages::{goal, stage, train};
use crate::platform::location;
use crate::route::{Route, Stage};
use crate::session::{Basis, Session};
use crate::ui::{Banner, Button, ButtonKind, EmptyState, ErrorState, LinkButton, StageHeader, Tabs, Tone};

/// What the page is about: one run.
#[derive(Clone, Debug, PartialEq)]
struct Subject {
    run: u32,
    name: String,
    /// What changed since it was trained.
    stale: Option<&'static str>,
    /// The threshold that the document names.
    threshold: Option<f64>,
    has_folds: bool,
}

impl Subject {
    fn of(project: &Project) -> Option<Self> {
        let run: &Run = project.current_run()?;
        Some(Self {
            run: run.id,
            name: train::name(run.algorithm, run.trial),
            stale: (!project.is_fresh(run)).then(|| stage::what_changed(project, run)),
            threshold: project.pipeline.decision_threshold,
            has_folds: run.has_folds(),
        })
    }
}

/// The figures of a run on a part, computed now or stored when the test set was opened; reactive.
fn evaluation(session: Session, run: u32, part: Part) -> Option<Evaluation> {
    let computed = session.evaluations.with(|all| {
        let newest = all.iter().rev().map(|(_, one)| one);
        newest.into_iter().find(|one| one.run == run && one.part == part).cloned()
    });
    computed.or_else(|| session.project.with(|project| stored(project.as_ref()?, run, part).cloned()))
}

fn stored(project: &Project, run: u32, part: Part) -> Option<&Evaluation> {
    project
        .evaluations
        .iter()
        .rev()
        .find(|one| one.run == run && one.part == part)
}

/// What has to be computed for the part that is shown: validation always, the test set only once it was opened at the
/// threshold that is in use (at another one it would be a new opening).
pub fn needed(project: &Project, shown: &[(Basis, Evaluation)], run: u32, part: Part) -> Option<Basis> {
    let basis = Basis::of(project, run, part);
    if part == Part::Test {
        let opened = stored(project, run, part)?;
        let in_use = project.pipeline.decision_threshold;
        if in_use.is_some() && in_use != opened.decision_threshold {
            return None;
        }
    }
    shown.iter().all(|(own, _)| *own != basis).then_some(basis)
}

/// Validation first, then the locked test set, then the decision.
#[component]
pub fn EvaluatePage() -> impl IntoView {
    let session = Session::get();
    let subject = Memo::new(move |_| session.project.with(|project| project.as_ref().and_then(Subject::of)));
    let run = Memo::new(move |_| subject.with(|subject| subject.as_ref().map(|subject| subject.run)));
    let of_part = move |part| Memo::new(move |_| evaluation(session, run.get()?, part));
    let (validation, test) = (of_part(Part::Validation), of_part(Part::Test));
    let (part, failure) = (RwSignal::new(Part::Validation), RwSignal::new(None::<Failure>));
    let running = Memo::new(move |_| session.running(|job| matches!(job, Job::Evaluate { .. })));

    let caveats = Memo::new(move |_| {
        run.get()
            .and_then(|run| goal::standing_of(session, run))
            .map_or_else(Vec::new, |one| one.caveats)
    });

    let compute = move |run: u32, part: Part| {
        failure.set(None);
        spawn_local(async move {
            if let Err(wrong) = session.evaluate(run, part, String::new()).await
                && !wrong.cancelled
                // With other costs the best threshold has moved: the figures of the opening stand.
                && wrong.message.code != "engine.reason_needed"
            {
                failure.set(Some(wrong));
            }
        });
    };
    // What has no figures yet, or has them for another threshold, cost or group, is computed when it is shown.
    let needed = Memo::new(move |_| {
        let run = run.get()?;
        let is_writer = !session.read_only.get();
        session.project.with(|project| {
            let project = project.as_ref().filter(|_| is_writer)?;
            session.evaluations.with(|shown| needed(project, shown, run, part.get()))
        })
    });
    Effect::new(move |_| {
        if let Some(run) = needed.with(|basis| basis.is_some()).then(|| run.get_untracked()).flatten() {
            compute(run, part.get_untracked());
        }
    });

    let href = move |stage| {
        Memo::new(move |_| {
            session.project.with(|project| {
                project
                    .as_ref()
                    .map_or_else(String::new, |one| Route::stage(&one.id, stage).to_string())
            })
        })
    };
    let (to_train, to_deploy) = (href(Stage::Train), href(Stage::Deploy));
    let n_openings = Memo::new(move |_| test_panel::n_openings(session));
    let about = Memo::new(move |_| {
        let shown = if part.get() == Part::Test {
            test.get()
        } else {
            validation.get()
        };
        subject.with(|subject| match (subject, shown) {
            (Some(subject), Some(one)) => words::about(
                subject.run,
                &subject.name,
                (one.part, subject.has_folds),
                one.n_rows,
                n_openings.get(),
            ),
            (Some(subject), None) => spec::texts::ui::train::run_title(subject.run, &subject.name),
            _ => String::new(),
        })
    });
    let train_again = move |()| {
        train::train(session);
        if let Some(project) = session
            .project
            .with_untracked(|project| project.as_ref().map(|one| one.id.clone()))
        {
            location::go(&Route::stage(&project, Stage::Train));
        }
    };
    let stale = move || {
        subject
            .get()
            .and_then(|one| one.stale.map(|what| words::stale(what, one.run)))
            .map(|message| {
                view! {
                    <Banner tone=Tone::Warn lead=words::STALE message=message>
                        <Button label=words::TRAIN_AGAIN kind=ButtonKind::Small on_press=train_again/>
                    </Banner>
                }
            })
    };
    // The threshold was chosen anew after the test set had been opened: its figures are of another model, so to say.
    let moved = Memo::new(move |_| {
        let opened = test.with(|test| test.as_ref()?.decision_threshold)?;
        let in_use = session
            .project
            .with(|project| project.as_ref()?.pipeline.decision_threshold)?;
        (in_use != opened).then(|| words::opened_elsewhere(opened, in_use))
    });
    let tabs = Signal::derive(move || {
        let test_name = if test.with(Option::is_some) {
            words::TEST_OPEN
        } else {
            words::TEST_LOCKED
        };
        vec![
            ("validation".to_owned(), words::VALIDATION.to_owned()),
            ("test".to_owned(), test_name.to_owned()),
        ]
    });
    let value = Signal::derive(move || (if part.get() == Part::Test { "test" } else { "validation" }).to_owned());
    let body = move || match part.get() {
        Part::Validation => {
            let fallback = move || {
                let again = move |()| {
                    if let Some(run) = run.get_untracked() {
                        compute(run, Part::Validation);
                    }
                };
                view! {
                    <Show when=move || running.with(Option::is_none)>
                        <EmptyState title=words::NOT_COMPUTED message="">
                            <Button label=words::COMPUTE kind=ButtonKind::Primary on_press=again/>
                        </EmptyState>
                    </Show>
                }
            };
            view! { <Show when=move || validation.with(Option::is_some) fallback=fallback><PartView evaluation=validation/></Show> }.into_any()
        }
        Part::Test => view! {
            <TestPanel run=run n_openings=n_openings is_open=Signal::derive(move || test.with(Option::is_some))/>
            {move || moved.get().map(|message| view! { <Banner tone=Tone::Warn lead=words::OPENED_ELSEWHERE message=message/> })}
            <Show when=move || test.with(Option::is_some)><PartView evaluation=test/></Show>
        }
        .into_any(),
    };
    view! {
        <div class="page">
            <StageHeader title=words::TITLE about=about next=words::NEXT next_href=to_deploy next_is_main=true/>
            <Show
                when=move || run.with(Option::is_some)
                fallback=move || {
                    view! {
                        <EmptyState title=words::EMPTY_TITLE message=words::EMPTY_TEXT>
                            <LinkButton label=words::GO_TO_TRAIN href=to_train kind=ButtonKind::Primary/>
                        </EmptyState>
                    }
                }
            >
                {stale}
                <JobProgress running=running/>
                {move || failure.get().map(|failure| view! { <ErrorState failure=failure/> })}
                <CaveatList caveats=caveats/>
                <Tabs
                    label=words::PARTS
                    tabs=tabs
                    value=value
                    on_change=move |chosen: String| part.set(if chosen == "test" { Part::Test } else { Part::Validation })
                >
                    <div class="stack wide">{body}</div>
                </Tabs>
                <DecisionPanel run=run test=test validation=validation/>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use spec::Algorithm;

    use super::*;
    use crate::pages::fixture;

    #[test]
    fn the_page_is_about_the_current_run_and_says_when_it_is_stale() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.8);
        let subject = Subject::of(&project).unwrap();
        assert_eq!(
            (subject.run, subject.name.as_str(), subject.stale),
            (1, "Random forest", None)
        );
        project.pipeline.seed = 7;
        assert!(Subject::of(&project).unwrap().stale.is_some());
        project.runs.clear();
        assert_eq!(Subject::of(&project), None);
    }

    #[test]
    fn figures_are_computed_anew_when_what_they_rest_on_changed() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.8);
        let basis = needed(&project, &[], 1, Part::Validation).unwrap();
        let shown = [(basis, fixture::test_evaluation(1, 0.8))];
        assert_eq!(needed(&project, &shown, 1, Part::Validation), None);
        project.pipeline.framing.notes.ethics = "A note changes no figure.".to_owned();
        assert_eq!(needed(&project, &shown, 1, Part::Validation), None);
        project.pipeline.decision_threshold = Some(0.3);
        assert!(needed(&project, &shown, 1, Part::Validation).is_some());
    }

    #[test]
    fn a_locked_test_set_is_never_computed_by_being_looked_at() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.8);
        assert_eq!(needed(&project, &[], 1, Part::Test), None);
        project.evaluations = vec![fixture::test_evaluation(1, 0.7)];
        assert!(needed(&project, &[], 1, Part::Test).is_some());
        let opened_at = project.evaluations[0].decision_threshold.unwrap_or(0.5);
        project.pipeline.decision_threshold = Some(opened_at / 2.0);
        assert_eq!(needed(&project, &[], 1, Part::Test), None);
    }
}
