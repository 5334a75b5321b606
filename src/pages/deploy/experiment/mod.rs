//! A/B tests: planned before, judged from the service's log after.

mod judge_form;
mod model;
mod plan_form;
mod verdict_view;

use leptos::prelude::*;
use spec::Failure;
use spec::experiment::Plan;
use spec::texts::ui::experiment as words;

use self::judge_form::JudgeForm;
use self::model::PlanDraft;
use self::plan_form::PlanForm;
use crate::ui::{Card, Tabs};

/// What was entered: kept while other tabs are looked at.
#[derive(Clone, Copy)]
pub struct Experiment {
    part: RwSignal<String>,
    draft: RwSignal<PlanDraft>,
    plan: RwSignal<Option<Result<Plan, Failure>>>,
}

impl Experiment {
    pub fn new() -> Self {
        Self {
            part: RwSignal::new("plan".to_owned()),
            draft: RwSignal::new(PlanDraft::default()),
            plan: RwSignal::new(None),
        }
    }
}

/// Plan and judge.
#[component]
pub fn ExperimentPanel(experiment: Experiment) -> impl IntoView {
    let Experiment { part, draft, plan } = experiment;
    let tabs = vec![
        ("plan".to_owned(), words::PLAN.to_owned()),
        ("judge".to_owned(), words::JUDGE.to_owned()),
    ];
    let body = move || {
        if *part.read() == "plan" {
            view! { <PlanForm draft plan/> }.into_any()
        } else {
            view! { <JudgeForm plan/> }.into_any()
        }
    };
    view! {
        <Card title=words::TITLE>
            <div class="stack">
                <p class="muted">{words::ABOUT}</p>
                <Tabs label=words::PARTS tabs=Signal::stored(tabs) value=part on_change=move |chosen: String| part.set(chosen)>
                    {body}
                </Tabs>
            </div>
        </Card>
    }
}
