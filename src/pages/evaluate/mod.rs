//! Stage 4: validation, the locked test set, fairness, go or no-go.

mod classes_panel;
mod confusion_panel;
mod curves_panel;
mod decision_panel;
mod fairness;
mod fairness_panel;
mod figures;
mod figures_panel;
mod importance_panel;
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
use crate::pages::{stage, train};
use crate::platform::location;
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{Banner, Button, ButtonKind, EmptyState, ErrorState, LinkButton, ProgressBar, StageHeader, Tabs, Tone};

/// What the page is about: one run.
#[derive(Clone, Debug, PartialEq)]
struct Subject {
    run: u32,
    name: String,
    /// What changed since it was trained.
    stale: Option<&'static str>,
    /// The threshold that the document names.
    threshold: Option<f64>,
}

impl Subject {
    fn of(project: &Project) -> Option<Self> {
        let run: &Run = project.current_run()?;
        Some(Self {
            run: run.id,
            name: train::name(run.algorithm, run.trial),
            stale: (!project.is_fresh(run)).then(|| stage::what_changed(project, run)),
            threshold: project.pipeline.decision_threshold,
        })
    }
}

/// The newest evaluation of a run on a part.
fn evaluation(project: &Project, run: u32, part: Part) -> Option<&Evaluation> {
    project
        .evaluations
        .iter()
        .rev()
        .find(|one| one.run == run && one.part == part)
}

/// Validation first, then the locked test set, then the decision.
#[component]
pub fn EvaluatePage() -> impl IntoView {
    let session = Session::get();
    let subject = Memo::new(move |_| session.project.with(|project| project.as_ref().and_then(Subject::of)));
    let run = Memo::new(move |_| subject.with(|subject| subject.as_ref().map(|subject| subject.run)));
    let of_part = move |part| {
        Memo::new(move |_| {
            let run = run.get()?;
            session
                .project
                .with(|project| evaluation(project.as_ref()?, run, part).cloned())
        })
    };
    let (validation, test) = (of_part(Part::Validation), of_part(Part::Test));
    let (part, failure) = (RwSignal::new(Part::Validation), RwSignal::new(None::<Failure>));
    let running = Memo::new(move |_| session.running(|job| matches!(job, Job::Evaluate { .. })));

    let compute = move |run: u32| {
        failure.set(None);
        spawn_local(async move {
            let job = Job::Evaluate {
                run,
                part: Part::Validation,
                reason: String::new(),
            };
            if let Err(wrong) = session.run_and_follow(job).await
                && !wrong.cancelled
            {
                failure.set(Some(wrong));
            }
        });
    };
    // The figures of a run that has none, or has them at another threshold, are computed when it is shown.
    let needed = Memo::new(move |_| {
        let subject = subject.get()?;
        let is_there = validation.with(|one| {
            one.as_ref()
                .is_some_and(|one| subject.threshold.is_none() || one.decision_threshold == subject.threshold)
        });
        (!is_there && !session.read_only.get()).then_some((subject.run, subject.threshold.map(f64::to_bits)))
    });
    Effect::new(move |_| {
        if let Some((run, _)) = needed.get() {
            compute(run);
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
            (Some(subject), Some(one)) => words::about(subject.run, &subject.name, one.part, one.n_rows, n_openings.get()),
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
    let progress = move || {
        running.get().map(|job| {
            view! { <ProgressBar progress=Signal::stored(job.progress) on_cancel=Callback::new(move |()| session.cancel(job.id))/> }
        })
    };
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
                        compute(run);
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
                {progress}
                {move || failure.get().map(|failure| view! { <ErrorState failure=failure/> })}
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
    fn the_newest_evaluation_counts() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.8);
        project.evaluations = vec![fixture::test_evaluation(1, 0.7), fixture::test_evaluation(1, 0.8)];
        let found = evaluation(&project, 1, Part::Test).unwrap();
        assert_eq!(found.scores[&spec::Metric::RocAuc].value, Some(0.8));
        assert_eq!(evaluation(&project, 1, Part::Validation), None);
    }
}
