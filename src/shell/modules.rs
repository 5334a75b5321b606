//! The parts of the page that are modules of their own: the code of the session, which comes once the projects are listed,
//! or when somebody needs it, and the six pages, by twos, when somebody first goes there. The first visit downloads the hall
//! and the home page only. `cargo xtask build` cuts the page at the functions marked `wasm_split`.

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::{Message, Outcome};
use wasm_split_helpers::SplitLoaderError;

use super::session_module::SessionModule;
use crate::hall::{Hall, Readiness};
use crate::pages::deploy::DeployPage;
use crate::pages::evaluate::EvaluatePage;
use crate::pages::frame::FramePage;
use crate::pages::monitor::MonitorPage;
use crate::pages::prepare::PreparePage;
use crate::pages::train::TrainPage;
use crate::platform::time;
use crate::route::Stage;

/// Draws a page of a module; the code stands in the module that gave this.
pub type Draw = fn(Stage) -> AnyView;

/// How long after the engine is ready the pages not asked for yet are fetched, in ms: not while a page is being drawn.
const REST_AFTER_MS: u32 = 600;

mod cut {
    use wasm_split_helpers::wasm_split;

    use super::*;

    #[wasm_split(session, fallible)]
    pub fn session() -> Result<fn(Hall) -> SessionModule, SplitLoaderError> {
        Ok(SessionModule::make)
    }

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
pub enum Module {
    Session,
    Data,
    Models,
    Operations,
}

impl Module {
    const PAGES: [Self; 3] = [Self::Data, Self::Models, Self::Operations];

    pub fn of(stage: Stage) -> Self {
        match stage {
            Stage::Frame | Stage::Prepare => Self::Data,
            Stage::Train | Stage::Evaluate => Self::Models,
            Stage::Deploy | Stage::Monitor => Self::Operations,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Away,
    Loading,
    Here,
    Failed,
}

/// The modules, and how far each is. Copies are handles to the same; get it by [`Modules::get`].
#[derive(Clone, Copy)]
pub struct Modules {
    hall: Hall,
    states: RwSignal<[State; 4]>,
    draws: StoredValue<[Option<Draw>; 4]>,
    session: RwSignal<Option<SessionModule>>,
    /// What the session belongs to: the root component, not whoever needed it first.
    owner: StoredValue<Option<Owner>>,
}

impl Modules {
    /// To be called once, in the root component. Once the engine is ready the modules that nobody asked for are fetched
    /// too: a click finds them there, and a network that goes away takes none of them along.
    pub fn provide(hall: Hall) -> Self {
        let modules = Self {
            hall,
            states: RwSignal::default(),
            draws: StoredValue::default(),
            session: RwSignal::new(None),
            owner: StoredValue::new(Owner::current()),
        };
        provide_context(modules);
        // Not before the projects are listed: whoever looks at the home page waits for those.
        let is_answering = Memo::new(move |_| hall.readiness.get() == Readiness::Ready && hall.projects.read().is_some());
        Effect::new(move |_| {
            if is_answering.get() {
                modules.want(Module::Session);
                time::after(REST_AFTER_MS, move || spawn_local(modules.load_pages()));
            }
        });
        modules
    }

    /// The modules of the page; to be called in a component.
    pub fn get() -> Self {
        expect_context()
    }

    pub fn state(self, module: Module) -> State {
        self.states.with(|states| states[module as usize])
    }

    /// What draws the pages of a module, once it is here.
    pub fn draw(self, module: Module) -> Option<Draw> {
        self.draws.with_value(|draws| draws[module as usize])
    }

    /// The session's module, once it is here; reactive.
    pub fn session(self) -> Option<SessionModule> {
        self.session.get()
    }

    /// As [`Modules::session`], not reactive.
    pub fn session_now(self) -> Option<SessionModule> {
        self.session.get_untracked()
    }

    /// The session's module, fetched when it is not here. Errors: `page.session`.
    pub async fn fetch_session(self) -> Outcome<SessionModule> {
        self.load(Module::Session).await;
        self.session_now().ok_or_else(|| Message::new("page.session").into())
    }

    /// Has a module fetched that is neither here nor on its way.
    pub fn want(self, module: Module) {
        let state = self.states.with_untracked(|states| states[module as usize]);
        if matches!(state, State::Away | State::Failed) {
            spawn_local(self.load(module));
        }
    }

    async fn load_pages(self) {
        for module in Module::PAGES {
            if self.states.with_untracked(|states| states[module as usize]) == State::Away {
                self.load(module).await;
            }
        }
    }

    /// Whoever asks for a module that is on its way waits for the same one.
    async fn load(self, module: Module) {
        let set = |state| {
            if self.states.with_untracked(|states| states[module as usize]) != state {
                self.states.update(|states| states[module as usize] = state);
            }
        };
        if self.states.with_untracked(|states| states[module as usize]) != State::Here {
            set(State::Loading);
        }
        let loaded = match module {
            Module::Session => cut::session().await.map(|make| self.make_session(make)),
            Module::Data => cut::data().await.map(|draw| self.keep(module, draw)),
            Module::Models => cut::models().await.map(|draw| self.keep(module, draw)),
            Module::Operations => cut::operations().await.map(|draw| self.keep(module, draw)),
        };
        set(if loaded.is_ok() { State::Here } else { State::Failed });
    }

    fn keep(self, module: Module, draw: Draw) {
        self.draws.update_value(|draws| draws[module as usize] = Some(draw));
    }

    fn make_session(self, make: fn(Hall) -> SessionModule) {
        if self.session_now().is_none() {
            let made = match self.owner.get_value() {
                Some(owner) => owner.with(|| make(self.hall)),
                None => make(self.hall),
            };
            self.session.set(Some(made));
        }
    }
}
