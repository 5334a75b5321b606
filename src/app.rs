//! The root of the page: the hall, the address, and what stands around every page.

use leptos::prelude::*;
use spec::texts::ui::shell as words;
use spec::{Message, Severity};

use crate::hall::Hall;
use crate::platform::drops::{self, NotOpened};
use crate::platform::{focus, location, offline, page, theme, time};
use crate::route::{Route, Stage};
use crate::shell::{self, ExplainDrawer, Module, Modules, Place, Rail, TopBar};
use crate::ui::{Banner, Button, ButtonKind, Explain, Toasts, Tone};

#[component]
pub fn App() -> impl IntoView {
    theme::apply_stored();
    let hall = Hall::provide();
    let modules = Modules::provide(hall);
    let explain = Explain::new(shell::was_open());
    provide_context(explain);
    let route = location::route_signal();
    let update = offline::register();
    let shortcuts_open = RwSignal::new(false);
    shell::listen(hall, modules, explain, shortcuts_open);
    let stage = Memo::new(move |_| match route.get() {
        Route::Stage { stage, .. } => Some(stage),
        Route::Home | Route::Lesson(_) => None,
    });
    follow_address(modules, route.into());
    name_the_page(hall, stage.into());
    drops::guard(move |what| hall.notify(Severity::Warning, not_opened(&what)));
    let is_read_only = Memo::new(move |_| hall.open.with(|open| open.as_ref().is_some_and(|open| open.read_only)));
    view! {
        <button type="button" class="skip" on:click=move |_| focus::main_heading()>
            {words::SKIP}
        </button>
        <div class="app" class:closed=move || !explain.open.get()>
            <TopBar shortcuts_open />
            <Rail current=stage />
            <main class="main" id="main">
                <Show when=move || update.get()>
                    <Banner tone=Tone::Accent lead=words::UPDATE_LEAD message=words::UPDATE_READY>
                        <Button label=words::UPDATE_NOW kind=ButtonKind::Small on_press=offline::take_update />
                    </Banner>
                </Show>
                <Show when=move || is_read_only.get()>
                    <Banner tone=Tone::Warn lead=words::READ_ONLY message=words::READ_ONLY_ABOUT />
                </Show>
                <Place route />
            </main>
            <ExplainDrawer current=stage />
        </div>
        <Toasts />
    }
}

fn not_opened(what: &NotOpened) -> Message {
    match what {
        NotOpened::NoPlace { file } => Message::new("page.no_place").with("file", file),
        NotOpened::Others { opened, n } => Message::new("page.others_not_opened").with("file", opened).with("n", *n),
    }
}

/// The address says which project is open, as soon as there is a session to open it; the keyboard goes to the heading of a
/// page that one went to.
fn follow_address(modules: Modules, route: Signal<Route>) {
    Effect::new(move |before: Option<Route>| {
        let route = route.get();
        match (&route, modules.session()) {
            (Route::Stage { project, .. }, Some(session)) => session.open(project),
            (Route::Stage { stage, .. }, None) => {
                modules.want(Module::Session);
                modules.want(Module::of(*stage));
            }
            (Route::Home, Some(session)) => session.close(),
            (Route::Home, None) | (Route::Lesson(_), _) => {}
        }
        if before.is_some_and(|before| before != route) {
            time::next_frame(focus::main_heading);
        }
        route
    });
}

/// Title of the window: page, project, brand.
fn name_the_page(hall: Hall, stage: Signal<Option<Stage>>) {
    let name = Memo::new(move |_| {
        hall.open
            .with(|open| open.as_ref().map(|open| open.name.clone()).unwrap_or_default())
    });
    Effect::new(move |_| {
        let name = name.get();
        match stage.get() {
            Some(stage) => page::title(&words::page_title(words::STAGES[stage.number() - 1], &name)),
            None => page::title(words::BRAND),
        }
    });
}
