use leptos::prelude::*;
use spec::job::ProjectCard;
use spec::texts::ui::{common, home as words};

use super::Starter;
use super::actions::Action;
use crate::platform::location;
use crate::route::{Route, Stage};
use crate::ui::{Button, ButtonKind, Confirm, Dialog, Menu, MenuItem, TextField};

/// What one can do with a project of the list: open, rename, duplicate, delete.
#[component]
pub fn ProjectMenu(card: ProjectCard, starter: Starter) -> impl IntoView {
    let renaming = RwSignal::new(false);
    let deleting = RwSignal::new(false);
    let name = card.name.clone();
    let card = StoredValue::new(card);
    let id = move || card.with_value(|card| card.id.clone());
    let own_name = move || card.with_value(|card| card.name.clone());
    let open = MenuItem::new(words::OPEN, move || location::go(&Route::stage(&id(), Stage::Frame)));
    let rename = MenuItem::new(words::RENAME, move || renaming.set(true));
    let copy = MenuItem::new(words::DUPLICATE, move || {
        starter.act(Action::Duplicate {
            id: id(),
            name: own_name(),
        });
    });
    let save = MenuItem::new(words::SAVE_PROJECT, move || starter.act(Action::Save { id: id() }));
    let delete = MenuItem::new(words::DELETE, move || deleting.set(true)).danger();
    let items = if card.with_value(|card| card.damaged) {
        vec![delete]
    } else {
        vec![open, rename, copy, save, delete]
    };
    view! {
        <Menu label=words::ACTIONS name=words::actions_of(&name) kind=ButtonKind::Quiet items=items />
        <Confirm
            title=words::delete_title(&name)
            message=words::delete_about(card.with_value(|card| card.n_runs))
            action=words::DELETE_ACTION
            open=deleting
            on_close=move || deleting.set(false)
            on_confirm=move || starter.act(Action::Delete { id: id(), name: own_name() })
        />
        <RenameDialog
            name=name
            open=renaming
            on_name=move |name: String| starter.act(Action::Rename { id: id(), name })
        />
    }
}

/// Asks for the new name.
#[component]
fn RenameDialog(
    name: String,
    open: RwSignal<bool>,
    /// Called with a name that is not empty.
    #[prop(into)]
    on_name: Callback<String>,
) -> impl IntoView {
    let draft = RwSignal::new(name);
    let submit = move || {
        if !draft.read_untracked().trim().is_empty() {
            open.set(false);
            on_name.run(draft.get_untracked().trim().to_owned());
        }
    };
    let is_empty = Memo::new(move |_| draft.read().trim().is_empty());
    view! {
        <Dialog title=words::RENAME_TITLE open=open on_close=move || open.set(false)>
            <form on:submit=move |ev| {
                ev.prevent_default();
                submit();
            }>
                <TextField
                    label=words::NAME
                    value=draft
                    error=move || is_empty.get().then(|| common::NEEDS_TEXT.to_owned())
                    on_change=move |text: String| draft.set(text)
                />
            </form>
            <div class="foot">
                <Button label=common::CANCEL on_press=move || open.set(false) />
                <Button
                    label=words::RENAME_ACTION
                    kind=ButtonKind::Primary
                    why_not=move || is_empty.get().then(String::new)
                    on_press=submit
                />
            </div>
        </Dialog>
    }
}
