use leptos::prelude::*;
use spec::texts::ui::shell as words;

use super::modules::Modules;
use super::network_ledger::NetworkLedger;
use super::shortcuts::Shortcuts;
use super::view_menu::ViewMenu;
use crate::hall::Hall;
use crate::route::Route;
use crate::ui::{Button, ButtonKind};

/// Brand, project, save state; then what was sent, history, looks and help.
#[component]
pub fn TopBar(shortcuts_open: RwSignal<bool>) -> impl IntoView {
    let (hall, modules) = (Hall::get(), Modules::get());
    let has_project = Memo::new(move |_| hall.open.with(Option::is_some));
    let project_bar = move || modules.session_now().map(|module| (module.project_bar)());
    let history = move || modules.session_now().map(|module| (module.history)());
    view! {
        <header class="top">
            <a class="brand" href=Route::Home.to_string() aria-label=words::HOME>
                <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true">
                    <circle cx="12" cy="12" r="9" fill="none" stroke="var(--line-strong)" stroke-width="3"></circle>
                    <path d="M12 3a9 9 0 0 1 9 9" fill="none" stroke="var(--accent)" stroke-width="3" stroke-linecap="round"></path>
                </svg>
                {words::BRAND}
            </a>
            <Show when=move || has_project.get()>{project_bar}</Show>
            <span class="spacer"></span>
            <NetworkLedger />
            <Show when=move || has_project.get()>{history}</Show>
            <ViewMenu />
            <Button
                label="?"
                name=words::SHORTCUTS
                kind=ButtonKind::Small
                on_press=move || shortcuts_open.set(true)
            />
            <Shortcuts open=shortcuts_open />
        </header>
    }
}
