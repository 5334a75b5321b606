use leptos::prelude::*;
use spec::texts::ui::frame as words;

use super::model;
use super::sheet::Sheet;
use crate::session::Session;
use crate::ui::{Card, Checkbox, TextField};

/// From this many columns on, a field finds one by name.
const MANY_COLUMNS: usize = 12;

/// Columns that are not known at prediction time.
#[component]
pub fn NotKnown(sheet: Sheet) -> impl IntoView {
    let session = Session::get();
    let find = RwSignal::new(String::new());
    let columns = Memo::new(move |_| {
        let description = session.description.get();
        let columns = session.project.with(|project| {
            project
                .as_ref()
                .map_or_else(Vec::new, |p| model::columns(p, description.as_deref()))
        });
        let target = sheet.framing.with(|framing| framing.target.clone());
        columns
            .into_iter()
            .filter(|column| Some(column) != target.as_ref())
            .collect::<Vec<_>>()
    });
    let found = Memo::new(move |_| {
        let wanted = find.read().to_lowercase();
        columns
            .get()
            .into_iter()
            .filter(|column| column.to_lowercase().contains(&wanted))
            .collect::<Vec<_>>()
    });
    let n_marked = sheet.part(|framing| framing.not_known.len());
    view! {
        <Card title=words::NOT_KNOWN actions=move || view! { <span class="muted">{move || words::n_kept_out(n_marked.get())}</span> }>
            <div class="stack">
                <p class="muted">
                    {move || if columns.read().is_empty() { words::NO_COLUMNS } else { words::NOT_KNOWN_HELP }}
                </p>
                <Show when=move || { columns.read().len() > MANY_COLUMNS }>
                    <TextField label=words::FIND_COLUMN value=find on_change=move |text: String| find.set(text) />
                </Show>
                <div class="columns" role="group" aria-label=words::NOT_KNOWN>
                    <For each=move || found.get() key=|column| column.clone() let:column>
                        <Mark sheet column />
                    </For>
                </div>
            </div>
        </Card>
    }
}

#[component]
fn Mark(sheet: Sheet, column: String) -> impl IntoView {
    let name = StoredValue::new(column.clone());
    view! {
        <Checkbox
            label=column
            checked=sheet.part(move |framing| framing.not_known.contains(&name.get_value()))
            disabled=sheet.locked
            on_change=move |on: bool| {
                sheet
                    .change(|framing| {
                        framing.not_known.retain(|column| *column != name.get_value());
                        if on {
                            framing.not_known.push(name.get_value());
                        }
                    });
            }
        />
    }
}
