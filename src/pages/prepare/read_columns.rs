use leptos::prelude::*;
use spec::ColumnType;
use spec::read::SniffedColumn;
use spec::texts::ui::prepare as words;

use super::import::ReadDraft;
use super::import_flow::ImportFlow;
use crate::ui::{Select, SelectOption};

/// Columns with choices of their own; the table shows no more.
const N_COLUMNS: usize = 100;

/// What may hold for one column and not for the file: its type, its decimal mark, what counts as missing in it.
#[component]
pub fn ReadColumns(flow: ImportFlow) -> impl IntoView {
    // Rows are made anew when the columns are others, not when one of them is read otherwise.
    let header = Memo::new(move |_| {
        flow.sniff
            .with(|sniff| sniff.as_ref().map(|sniff| sniff.header.clone()).unwrap_or_default())
    });
    let rows = move || {
        let names = header.get();
        let rows = names.into_iter().take(N_COLUMNS).enumerate();
        rows.map(|(index, name)| view! { <ColumnRow flow index name/> })
            .collect_view()
    };
    let caption = move || {
        let n = header.with(Vec::len);
        (n > N_COLUMNS).then(|| view! { <caption>{words::more_columns(N_COLUMNS, n)}</caption> })
    };
    view! {
        <details class="whole read-columns">
            <summary>{words::READ_COLUMNS}</summary>
            <p class="muted">{words::READ_COLUMNS_HELP}</p>
            <div class="scroll" tabindex="0" role="region" aria-label=words::READ_COLUMNS>
                <table>
                    {caption}
                    <thead>
                        <tr>
                            <th scope="col">{words::COLUMN}</th>
                            <th scope="col">{words::step::TYPE}</th>
                            <th scope="col">{words::DECIMAL_MARK}</th>
                            <th scope="col">{words::OWN_TOKENS}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

#[component]
fn ColumnRow(
    flow: ImportFlow,
    /// Its place in the header.
    index: usize,
    name: String,
) -> impl IntoView {
    let draft = flow.draft;
    let name = StoredValue::new(name);
    let change = move |act: &dyn Fn(&mut ReadDraft, &str)| {
        draft.update(|draft| {
            if let Some(draft) = draft {
                name.with_value(|name| act(draft, name));
            }
        });
        if let Some(Ok(options)) = draft.with_untracked(|draft| draft.as_ref().map(ReadDraft::build)) {
            flow.again(options);
        }
    };
    let of = move |get: fn(&ReadDraft, &str) -> String| {
        Signal::derive(move || {
            draft.with(|draft| {
                draft
                    .as_ref()
                    .map(|draft| name.with_value(|name| get(draft, name)))
                    .unwrap_or_default()
            })
        })
    };
    let found = move || {
        flow.sniff
            .with(|sniff| sniff.as_ref().and_then(|sniff| sniff.columns.get(index).cloned()))
    };
    let types = Signal::derive(move || {
        let automatic = match found() {
            Some(SniffedColumn { column_type, .. }) => words::automatic(words::column_type(column_type)),
            None => words::AUTOMATIC.to_owned(),
        };
        let mut options = vec![SelectOption::new("", automatic)];
        options.extend(ColumnType::ALL.map(|one| SelectOption::new(one.name(), words::column_type(one))));
        options
    });
    let marks = vec![
        SelectOption::new("", words::AUTOMATIC),
        SelectOption::new("point", words::POINT),
        SelectOption::new("comma", words::COMMA),
    ];
    let label = |what: &str| format!("{what}: {}", name.get_value());
    view! {
        <tr>
            <th scope="row">
                <bdi>{name.get_value()}</bdi>
            </th>
            <td>
                <Select
                    label=label(words::step::TYPE)
                    bare=true
                    options=types
                    value=of(|draft, name| draft.options.types.get(name).map(|one| one.name().to_owned()).unwrap_or_default())
                    on_change=move |id: String| {
                        let chosen = ColumnType::ALL.into_iter().find(|one| one.name() == id);
                        change(&|draft, name| draft.set_type(name, chosen));
                    }
                />
            </td>
            <td>
                <Select
                    label=label(words::DECIMAL_MARK)
                    bare=true
                    options=marks
                    value=of(|draft, name| draft.mark(name).to_owned())
                    on_change=move |mark: String| change(&|draft, name| draft.set_mark(name, &mark))
                />
            </td>
            <td>
                <input
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    aria-label=label(words::OWN_TOKENS)
                    prop:value=of(|draft, name| draft.options.tokens_of(name).join(", "))
                    on:change=move |event| {
                        let text = event_target_value(&event);
                        change(&|draft, name| draft.set_tokens(name, &text));
                    }
                />
            </td>
        </tr>
    }
}
