//! The root of the page: the session, the address, and what stands around every page.

use leptos::prelude::*;
use spec::texts::ui::shell as words;

use crate::pages::incoming::IncomingFile;
use crate::platform::{focus, location, offline, page, theme, time};
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::shell::{self, ExplainDrawer, Place, Rail, TopBar};
use crate::ui::{Banner, Button, ButtonKind, Explain, Toasts, Tone};

#[component]
pub fn App() -> impl IntoView {
    theme::apply_stored();
    let session = Session::provide();
    let explain = Explain::new(shell::was_open());
    provide_context(explain);
    IncomingFile::provide();
    let route = location::route_signal();
    let update = offline::register();
    let shortcuts_open = RwSignal::new(false);
    shell::listen(session, explain, shortcuts_open);
    let stage = Memo::new(move |_| match route.get() {
        Route::Stage { stage, .. } => Some(stage),
        Route::Home | Route::Lesson(_) => None,
    });
    follow_address(session, route.into());
    name_the_page(session, stage.into());
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
                <Show when=move || session.read_only.get() && session.project.read().is_some()>
                    <Banner tone=Tone::Warn lead=words::READ_ONLY message=words::READ_ONLY_ABOUT />
                </Show>
                <Place route />
            </main>
            <ExplainDrawer current=stage />
        </div>
        <Toasts />
    }
}

/// The address says which project is open; the keyboard goes to the heading of a page that one went to.
fn follow_address(session: Session, route: Signal<Route>) {
    Effect::new(move |before: Option<Route>| {
        let route = route.get();
        match &route {
            Route::Stage { project, .. } => session.open(project),
            Route::Home => session.close(),
            Route::Lesson(_) => {}
        }
        if before.is_some_and(|before| before != route) {
            time::next_frame(focus::main_heading);
        }
        route
    });
}

/// Title of the window: page, project, brand.
fn name_the_page(session: Session, stage: Signal<Option<Stage>>) {
    Effect::new(move |_| {
        let name = session
            .project
            .with(|project| project.as_ref().map(|project| project.name.clone()).unwrap_or_default());
        match stage.get() {
            Some(stage) => page::title(&words::page_title(words::STAGES[stage.number() - 1], &name)),
            None => page::title(words::BRAND),
        }
    });
}
