use leptos::prelude::*;
use spec::evaluation::{ClassificationDetail, Detail, Evaluation, Part, RegressionDetail};
use spec::texts::ui::evaluate as words;
use spec::{Metric, Task};

use super::classes_panel::ClassesPanel;
use super::confusion_panel::ConfusionPanel;
use super::curves_panel::CurvesPanel;
use super::fairness_panel::FairnessPanel;
use super::figures_panel::{AllFigures, FiguresPanel};
use super::importance_panel::ImportancePanel;
use super::regression_panel::RegressionPanel;
use super::threshold;
use super::threshold_panel::ThresholdPanel;
use crate::ui::{Banner, Tone};

/// Everything that one evaluation says.
#[component]
pub fn PartView(
    /// Of one run on one part; drawn while there is one.
    #[prop(into)]
    evaluation: Signal<Option<Evaluation>>,
) -> impl IntoView {
    let detail = Memo::new(move |_| {
        evaluation.with(|one| match one.as_ref().map(|one| &one.detail) {
            Some(Detail::Classification(detail)) => Some(detail.clone()),
            _ => None,
        })
    });
    let regression = Memo::new(move |_| {
        evaluation.with(|one| match one.as_ref().map(|one| &one.detail) {
            Some(Detail::Regression(detail)) => Some(detail.clone()),
            _ => None,
        })
    });
    let facts =
        Memo::new(move |_| evaluation.with(|one| one.as_ref().map(|one| (one.run, one.part, one.task, one.decision_threshold))));
    // The slider's place; starts at the threshold in use.
    let at = RwSignal::new(None::<usize>);
    let in_use = Memo::new(move |_| {
        let chosen = facts.get().and_then(|facts| facts.3);
        detail.with(|detail| threshold::in_use(detail.as_ref()?, chosen))
    });
    Effect::new(move |_| at.set(in_use.get()));
    let point = Memo::new(move |_| detail.with(|detail| detail.as_ref()?.thresholds.get(at.get()?).copied()));
    let scores = move |metric: Metric| Signal::derive(move || evaluation.with(|one| one.as_ref()?.scores.get(&metric)?.value));
    let warnings = move || {
        let warnings = evaluation.with(|one| one.as_ref().map_or_else(Vec::new, |one| one.warnings.clone()));
        warnings
            .into_iter()
            .map(|one| view! { <Banner tone=Tone::Warn lead=words::WARNINGS message=format!("{} {}", one.says(), one.hint())/> })
            .collect_view()
    };
    let classification = move || {
        let is_binary = facts.with(|facts| facts.is_some_and(|facts| facts.2 == Task::Binary));
        let detail = Signal::derive(move || detail.get().unwrap_or_else(ClassificationDetail::default));
        let part = facts.with(|facts| facts.map_or(Part::Validation, |facts| facts.1));
        let run = facts.with(|facts| facts.map_or(0, |facts| facts.0));
        view! {
            {is_binary.then(|| view! { <ThresholdPanel part detail=detail at in_use=in_use.into()/> })}
            <div class="cols evaluate-plots">
                <CurvesPanel detail=detail point=point.into() auc=scores(Metric::RocAuc) ap=scores(Metric::AveragePrecision)/>
                <ConfusionPanel detail=detail point=point.into() run part/>
            </div>
            {(!is_binary).then(|| view! { <ClassesPanel detail=detail/> })}
            <FairnessPanel evaluation/>
        }
    };
    // Drawn anew for another kind of task or part only.
    let shape = Memo::new(move |_| facts.get().map(|(run, part, task, _)| (run, part, task)));
    let body = move || match shape.get() {
        Some((_, _, task)) if task.is_classification() => untrack(classification).into_any(),
        Some(_) => {
            let detail = Signal::derive(move || regression.get().unwrap_or_else(RegressionDetail::default));
            let run = facts.with_untracked(|facts| facts.map_or(0, |facts| facts.0));
            view! { <RegressionPanel detail=detail run/> }.into_any()
        }
        None => ().into_any(),
    };
    view! {
        <FiguresPanel evaluation/>
        {warnings}
        {body}
        <div class="cols two figures-row">
            <ImportancePanel evaluation/>
            <AllFigures evaluation/>
        </div>
    }
}
