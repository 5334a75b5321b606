use leptos::prelude::*;
use spec::sample::{EXAMPLES, Example};
use spec::texts::ui::home as words;

use super::Starter;
use super::actions::Action;
use crate::platform::files::UserFile;
use crate::ui::{Button, ButtonKind, Card, FileDrop};

/// Drop or choose a file.
#[component]
pub fn StartWithFile(starter: Starter) -> impl IntoView {
    let take = move |file: UserFile| starter.act(Action::StartFile(file));
    view! { <FileDrop invitation=words::DROP label=words::CHOOSE accept=words::ACCEPT on_file=take /> }
}

/// A blank project, a framing sheet, a worked example.
#[component]
pub fn OtherWays(starter: Starter) -> impl IntoView {
    view! {
        <Card title=words::OTHER_WAYS>
            <div class="lines">
                <Way
                    label=words::BLANK
                    about=words::BLANK_ABOUT
                    starter=starter
                    on_press=move || starter.act(Action::StartBlank)
                />
                <Way
                    label=words::IMPORT_PROJECT
                    about=words::IMPORT_PROJECT_ABOUT
                    starter=starter
                    on_press=move || starter.pick(words::PROJECT_FILE_END, Action::StartFile)
                />
                <Way
                    label=words::IMPORT_SHEET
                    about=words::IMPORT_SHEET_ABOUT
                    starter=starter
                    on_press=move || starter.pick(words::ACCEPT_SHEET, Action::StartSheet)
                />
            </div>
            <details>
                <summary>{words::EXAMPLES}</summary>
                <p class="muted">{words::EXAMPLES_ABOUT}</p>
                <div class="lines">
                    {EXAMPLES.iter().map(|example| view! { <ExampleWay example starter /> }).collect_view()}
                </div>
            </details>
        </Card>
    }
}

#[component]
fn ExampleWay(example: &'static Example, starter: Starter) -> impl IntoView {
    view! {
        <Way
            label=example.title
            about=example.goal
            starter=starter
            on_press=move || starter.act(Action::StartExample(example))
        />
    }
}

#[component]
fn Way(
    #[prop(into)] label: String,
    #[prop(into)] about: String,
    starter: Starter,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="way">
            <Button label=label kind=ButtonKind::Small why_not=move || starter.is_busy().then(String::new) on_press=on_press />
            <span class="muted">{about}</span>
        </div>
    }
}
