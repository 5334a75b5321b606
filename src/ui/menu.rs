use leptos::{html, prelude::*};

use super::{ButtonKind, unique_id};
use crate::platform;

/// One line of a [`Menu`].
#[derive(Clone)]
pub struct MenuItem {
    pub label: String,
    pub danger: bool,
    /// For one of several: whether it is the chosen one.
    pub checked: Option<bool>,
    pub on_press: Callback<()>,
}

impl MenuItem {
    pub fn new(label: impl Into<String>, on_press: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            label: label.into(),
            danger: false,
            checked: None,
            on_press: Callback::new(move |()| on_press()),
        }
    }

    pub fn checked(mut self, checked: bool) -> Self {
        self.checked = Some(checked);
        self
    }

    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }
}

/// A button that opens a list of actions, on the platform's popover: Escape and a click elsewhere close it.
#[component]
pub fn Menu(
    #[prop(into)] label: Signal<String>,
    /// The accessible name where the label alone does not tell.
    #[prop(into, optional)]
    name: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(into)] items: Signal<Vec<MenuItem>>,
) -> impl IntoView {
    let id = StoredValue::new(unique_id("menu"));
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    view! {
        <span class="menu">
            <button
                type="button"
                class=kind.class()
                node_ref=button
                aria-haspopup="true"
                aria-label=(!name.is_empty()).then_some(name)
                popovertarget=id.get_value()
            >
                {move || label.get()}
                " ▾"
            </button>
            <div
                id=id.get_value()
                popover="auto"
                class="menu-items"
                role="group"
                aria-label=move || label.get()
                node_ref=list
                on:toggle=move |_| {
                    if let (Some(list), Some(button)) = (list.get_untracked(), button.get_untracked()) {
                        platform::popover::place_below(&list, &button);
                    }
                }
            >
                {move || {
                    items
                        .get()
                        .into_iter()
                        .map(|item| {
                            view! {
                                <button
                                    type="button"
                                    class:danger=item.danger
                                    aria-pressed=item.checked.map(|checked| checked.to_string())
                                    popovertarget=id.get_value()
                                    popovertargetaction="hide"
                                    on:click=move |_| item.on_press.run(())
                                >
                                    {item.label}
                                </button>
                            }
                        })
                        .collect_view()
                }}
            </div>
        </span>
    }
}
