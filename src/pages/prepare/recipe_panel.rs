use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Edit;
use spec::job::{Answer, Job, RowState};
use spec::step::RecipeView;
use spec::texts::ui::prepare as words;

use super::recipe::{self, StepCard};
use super::step_card::StepCardView;
use super::step_form::StepRequest;
use super::unused_panel::Unused;
use crate::platform::files;
use crate::session::Session;
use crate::ui::{ButtonKind, Card, Menu, MenuItem};

/// Shape steps and pipeline steps, each with what it learned.
#[component]
pub fn RecipePanel(
    request: RwSignal<Option<StepRequest>>,
    /// Shows the table in a state.
    on_state: Callback<RowState>,
) -> impl IntoView {
    let session = Session::get();
    let cards = |of: fn(&spec::step::Recipe, &RecipeView) -> Vec<StepCard>| {
        Memo::new(move |_| {
            session.description.with(|description| {
                let empty = RecipeView::default();
                let view = description.as_ref().map_or(&empty, |description| &description.recipe);
                session.project.with(|project| {
                    project
                        .as_ref()
                        .map_or_else(Vec::new, |project| of(&project.pipeline.recipe, view))
                })
            })
        })
    };
    let (shape, pipeline) = (cards(recipe::shape_cards), cards(recipe::pipeline_cards));
    let n_train = Memo::new(move |_| {
        session
            .description
            .with(|one| one.as_ref().map_or(0, |one| one.recipe.n_train_rows))
    });
    let n_features = Memo::new(move |_| {
        session
            .description
            .with(|one| one.as_ref().map_or(0, |one| one.recipe.features.len()))
    });
    let propose = move || {
        spawn_local(async move {
            match session.ask(Job::Propose).await.map(|reply| reply.answer) {
                Ok(Answer::Proposed(pipeline)) => {
                    session.edit_or_report(Edit::SetRecipe { recipe: pipeline.recipe });
                    session.edit_or_report(Edit::SetSplit { split: pipeline.split });
                }
                Ok(_) => {}
                Err(failure) => session.report(failure),
            }
        });
    };
    let on_file = move || {
        spawn_local(async move {
            if let Some(file) = files::pick(super::ACCEPT).await
                && let Err(failure) = session.import_same_recipe(&file).await
            {
                session.report(failure);
            }
        });
    };
    let actions = move || {
        let items = vec![
            MenuItem::new(words::RUN_ON_FILE, on_file),
            MenuItem::new(words::PROPOSE, propose),
        ];
        view! {
            <Menu label=words::MORE name=words::RECIPE_ACTIONS kind=ButtonKind::Small items=items/>
        }
    };
    let list = move |cards: Memo<Vec<StepCard>>, empty: &'static str| {
        let dragged = RwSignal::new(None::<u32>);
        view! {
            <ol class="plain steps">
                {move || {
                    let cards = cards.get();
                    if cards.is_empty() {
                        return view! { <li class="muted">{empty}</li> }.into_any();
                    }
                    cards.into_iter().map(|card| view! { <StepCardView card request on_state dragged/> }).collect_view().into_any()
                }}
            </ol>
        }
    };
    view! {
        <Card title=words::RECIPE actions=actions>
            <h3 title=words::SHAPE_HELP>{words::SHAPE}</h3>
            {list(shape, words::NO_SHAPE)}
            <h3 title=words::PIPELINE_HELP>{move || words::pipeline_from(n_train.get())}</h3>
            {list(pipeline, words::NO_PIPELINE)}
            <Show when=move || { n_features.get() > 0 }>
                <p class="muted">{move || words::n_features(n_features.get())}</p>
            </Show>
            <Unused/>
        </Card>
    }
}
