use leptos::prelude::*;
use spec::framing::FramingExample;
use spec::texts::ui::home as words;

use super::{Starter, actions};
use crate::pages::incoming::IncomingFile;
use crate::platform::files::{self, UserFile};
use crate::route::Stage;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card, FileDrop};

/// Drop or choose a file.
#[component]
pub fn StartWithFile(starter: Starter) -> impl IntoView {
    let session = Session::get();
    let incoming = IncomingFile::get();
    let take = move |file: UserFile| {
        starter.run(async move {
            if file.name.to_lowercase().ends_with(words::PROJECT_FILE_END) {
                return actions::start_project_file(session, &file).await;
            }
            let id = actions::start_file(session, &file).await?;
            incoming.put(file);
            actions::go(&id, Stage::Prepare);
            Ok(())
        });
    };
    view! { <FileDrop invitation=words::DROP label=words::CHOOSE accept=words::ACCEPT on_file=take /> }
}

/// A blank project, a framing sheet (F14), a worked example (F15).
#[component]
pub fn OtherWays(starter: Starter) -> impl IntoView {
    let session = Session::get();
    let examples = spec::sample::examples;
    let sheet = move || {
        starter.run(async move {
            match files::pick(words::ACCEPT_SHEET).await {
                Some(file) => actions::start_sheet(session, &file).await,
                None => Ok(()),
            }
        });
    };
    let project_file = move || {
        starter.run(async move {
            match files::pick(words::PROJECT_FILE_END).await {
                Some(file) => actions::start_project_file(session, &file).await,
                None => Ok(()),
            }
        });
    };
    view! {
        <Card title=words::OTHER_WAYS>
            <div class="lines">
                <Way
                    label=words::BLANK
                    about=words::BLANK_ABOUT
                    starter=starter
                    on_press=move || starter.run(async move { actions::start_blank(session).await })
                />
                <Way
                    label=words::IMPORT_PROJECT
                    about=words::IMPORT_PROJECT_ABOUT
                    starter=starter
                    on_press=project_file
                />
                <Way label=words::IMPORT_SHEET about=words::IMPORT_SHEET_ABOUT starter=starter on_press=sheet />
            </div>
            <Show when=move || !examples().is_empty()>
                <details>
                    <summary>{words::EXAMPLES}</summary>
                    <p class="muted">{words::EXAMPLES_ABOUT}</p>
                    <div class="lines">
                        <For each=examples key=|example| example.id.clone() let:example>
                            <Example example starter />
                        </For>
                    </div>
                </details>
            </Show>
        </Card>
    }
}

#[component]
fn Example(example: FramingExample, starter: Starter) -> impl IntoView {
    let session = Session::get();
    let about = example.framing.business.goal.clone();
    let title = example.title.clone();
    let kept = StoredValue::new(example);
    let start = move || {
        let example = kept.get_value();
        starter.run(async move { actions::start_framing(session, &example.title, example.framing).await });
    };
    view! { <Way label=title about=about starter=starter on_press=start /> }
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
