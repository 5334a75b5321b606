use leptos::prelude::*;
use spec::texts::ui::registry as words;

use super::journal::{self, Entry};
use crate::platform::time;
use crate::session::Session;
use crate::ui::{Card, Term};

/// What was done and decided about models, and why.
#[component]
pub fn JournalPanel() -> impl IntoView {
    let session = Session::get();
    let entries = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map_or_else(Vec::new, journal::entries))
    });
    let line = |entry: Entry| {
        view! {
            <tr>
                <td class="number">{time::local_date_time(entry.at_ms)}</td>
                <td>{entry.what}</td>
                <td><bdi>{entry.reason}</bdi></td>
            </tr>
        }
    };
    let table = move || {
        view! {
            <div class="scroll" tabindex="0" role="group" aria-label=words::JOURNAL>
                <table class="journal">
                    <thead>
                        <tr>
                            <th scope="col">{words::WHEN}</th>
                            <th scope="col">{words::WHAT}</th>
                            <th scope="col">{words::WHY}</th>
                        </tr>
                    </thead>
                    <tbody>{move || entries.get().into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        }
    };
    view! {
        <Card title=words::JOURNAL actions=|| view! { <span class="muted"><Term id="journal" text=words::JOURNAL/> ": " {words::JOURNAL_ABOUT}</span> }>
            <Show
                when=move || entries.with(|entries| !entries.is_empty())
                fallback=|| view! { <p class="muted">{words::JOURNAL_EMPTY}</p> }
            >
                {table}
            </Show>
        </Card>
    }
}
