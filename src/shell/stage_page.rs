//! The six pages, by twos in modules of their own, which are fetched when somebody first goes there: the first visit
//! downloads the shell and the home page only. `cargo xtask build` cuts the page at the functions marked `wasm_split`.

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::texts::ui::{common, shell as words};
use spec::{Failure, Message};
use wasm_split_helpers::SplitLoaderError;

use crate::pages::deploy::DeployPage;
use crate::pages::evaluate::EvaluatePage;
use crate::pages::frame::FramePage;
use crate::pages::monitor::MonitorPage;
use crate::pages::prepare::PreparePage;
use crate::pages::train::TrainPage;
use crate::platform::{focus, time};
use crate::route::Stage;
use crate::session::{Readiness, Session};
use crate::ui::{Button, EmptyState, ErrorState, ProgressBar};

/// Draws a page of a module; the code stands in the module that gave this.
type Draw = fn(Stage) -> AnyView;

/// How long after the engine is ready the modules not asked for yet are fetched, in ms: not while a page is being drawn.
const REST_AFTER_MS: u32 = 600;

mod cut {
    use wasm_split_helpers::wasm_split;

    use super::*;

    #[wasm_split(data, fallible)]
    pub fn data() -> Result<Draw, SplitLoaderError> {
        Ok(|stage| match stage {
            Stage::Frame => view! { <FramePage /> }.into_any(),
            _ => view! { <PreparePage /> }.into_any(),
        })
    }

    #[wasm_split(models, fallible)]
    pub fn models() -> Result<Draw, SplitLoaderError> {
        Ok(|stage| match stage {
            Stage::Train => view! { <TrainPage /> }.into_any(),
            _ => view! { <EvaluatePage /> }.into_any(),
        })
    }

    #[wasm_split(operations, fallible)]
    pub fn operations() -> Result<Draw, SplitLoaderError> {
        Ok(|stage| match stage {
            Stage::Deploy => view! { <DeployPage /> }.into_any(),
            _ => view! { <MonitorPage /> }.into_any(),
        })
    }
}

/// A part of the page that is fetched by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Module {
    Data,
    Models,
    Operations,
}

impl Module {
    const ALL: [Self; 3] = [Self::Data, Self::Models, Self::Operations];

    fn of(stage: Stage) -> Self {
        match stage {
            Stage::Frame | Stage::Prepare => Self::Data,
            Stage::Train | Stage::Evaluate => Self::Models,
            Stage::Deploy | Stage::Monitor => Self::Operations,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Away,
    Loading,
    Here,
    Failed,
}

/// The modules of the pages, and how far each is.
#[derive(Clone, Copy)]
pub struct StageModules {
    states: RwSignal<[State; 3]>,
    draws: StoredValue<[Option<Draw>; 3]>,
}

impl StageModules {
    /// Once the engine is ready the modules that nobody asked for are fetched too: a click finds them there, and a network
    /// that goes away takes none of them along.
    pub fn new(session: Session) -> Self {
        let modules = Self {
            states: RwSignal::default(),
            draws: StoredValue::default(),
        };
        Effect::new(move |_| {
            if session.readiness.get() == Readiness::Ready {
                time::after(REST_AFTER_MS, move || spawn_local(modules.load_rest()));
            }
        });
        modules
    }

    fn state(self, module: Module) -> State {
        self.states.with(|states| states[module as usize])
    }

    fn is_away(self, module: Module) -> bool {
        let state = self.states.with_untracked(|states| states[module as usize]);
        matches!(state, State::Away | State::Failed)
    }

    async fn load_rest(self) {
        for module in Module::ALL {
            if self.is_away(module) {
                self.load(module).await;
            }
        }
    }

    async fn load(self, module: Module) {
        let set = |state| self.states.update(|states| states[module as usize] = state);
        set(State::Loading);
        let loaded = match module {
            Module::Data => cut::data().await,
            Module::Models => cut::models().await,
            Module::Operations => cut::operations().await,
        };
        if let Ok(draw) = loaded {
            self.draws.update_value(|draws| draws[module as usize] = Some(draw));
        }
        set(if loaded.is_ok() { State::Here } else { State::Failed });
    }
}

/// The page of a stage, as soon as its module is here.
#[component]
pub fn StagePage(stage: Stage, modules: StageModules) -> impl IntoView {
    let module = Module::of(stage);
    let load = move || spawn_local(modules.load(module));
    if modules.is_away(module) {
        load();
    }
    let state = Memo::new(move |_| modules.state(module));
    let name = words::STAGES[stage.number() - 1];
    let draw = move || modules.draws.with_value(|draws| draws[module as usize]);
    move || match (state.get(), draw()) {
        (State::Here, Some(draw)) => {
            // The keyboard stays on the heading when the page takes the place of the one that said it was loading.
            if focus::is_on_main_heading() {
                time::next_frame(focus::main_heading);
            }
            draw(stage)
        }
        (State::Failed, _) => view! {
            <div class="page">
                <h1 tabindex="-1">{name}</h1>
                <ErrorState failure=Failure::new(Message::new("page.stage").with("stage", name)) place=words::STAGE_FAILED>
                    <Button label=common::TRY_AGAIN on_press=load />
                </ErrorState>
            </div>
        }
        .into_any(),
        _ => view! {
            <div class="page">
                <h1 tabindex="-1">{name}</h1>
                <EmptyState title="" message=words::STAGE_LOADING />
                <ProgressBar progress=None />
            </div>
        }
        .into_any(),
    }
}
