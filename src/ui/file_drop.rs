use leptos::prelude::*;
use spec::texts::ui::common;

use crate::platform::drops;
use crate::platform::files::{self, UserFile};

/// A place to drop a file on, with a button that chooses one.
#[component]
pub fn FileDrop(
    /// "Drop a CSV file here".
    #[prop(into)]
    invitation: Signal<String>,
    /// On the button: "Choose a file…".
    #[prop(into)]
    label: Signal<String>,
    /// Of the platform's file picker: ".csv,.tsv,.txt".
    #[prop(into)]
    accept: String,
    /// Called with the first file.
    #[prop(into)]
    on_file: Callback<UserFile>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let take = move |file: Option<UserFile>| {
        if let Some(file) = file {
            on_file.run(file);
        }
    };
    view! {
        <div
            class="drop"
            class:over=move || over.get()
            on:dragover=move |ev| {
                ev.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |ev| {
                ev.prevent_default();
                over.set(false);
                take(drops::first(&ev));
            }
        >
            <p class="strong">{move || invitation.get()}</p>
            <p class="muted">{common::FILE_STAYS_HERE}</p>
            <label class="btn">
                {move || label.get()}
                <input type="file" class="hidden-text" accept=accept on:change:target=move |ev| take(drops::first_of(files::chosen(&ev.target()))) />
            </label>
        </div>
    }
}
