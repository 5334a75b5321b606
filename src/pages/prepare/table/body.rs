use std::ops::Range;

use leptos::prelude::*;
use spec::texts::number::count;
use spec::texts::ui::{explain, prepare as words};
use spec::{Cell, ColumnType};

use super::store::RowStore;
use super::window::{Cursor, Window};

/// The rows on screen.
#[component]
pub fn Body(
    store: RowStore,
    window: Signal<Window>,
    /// The row on top.
    first: Signal<u64>,
    /// The columns drawn.
    columns: Signal<Range<usize>>,
    cursor: Signal<Option<Cursor>>,
    /// Element id of the cell that has the keyboard.
    here_id: StoredValue<String>,
    /// Makes rows selectable.
    on_row: Option<Callback<u64>>,
) -> impl IntoView {
    let rows = move || {
        let first = first.get();
        let drawn = columns.get();
        let types: Vec<ColumnType> = store.columns.with(|columns| columns.iter().map(|column| column.1).collect());
        (first..first + window.get().n_drawn(first))
            .map(|row| draw_row(row, drawn.clone(), &types, store.row(row), cursor, here_id, on_row))
            .collect_view()
    };
    view! { <tbody>{rows}</tbody> }
}

fn draw_row(
    row: u64,
    columns: Range<usize>,
    types: &[ColumnType],
    found: Option<(u64, Vec<Cell>)>,
    cursor: Signal<Option<Cursor>>,
    here_id: StoredValue<String>,
    on_row: Option<Callback<u64>>,
) -> impl IntoView + use<> {
    let is_here = move |column: usize| cursor.with(|cursor| *cursor == Some(Cursor { row, column }));
    let Some((id, cells)) = found else {
        let n_columns = columns.len();
        return view! {
            <tr aria-rowindex=(row + 2).to_string()>
                <th scope="row">{count(row as f64 + 1.0)}</th>
                <td class="waiting" colspan=n_columns.to_string()>{words::LOADING}</td>
            </tr>
        }
        .into_any();
    };
    let types = types.to_vec();
    view! {
        <tr aria-rowindex=(row + 2).to_string() class:selectable=on_row.is_some() on:click=move |_| select(on_row, id)>
            <th scope="row">{row_number(id, on_row)}</th>
            {cells
                .into_iter()
                .enumerate()
                .skip(columns.start)
                .take(columns.len())
                .map(|(i, cell)| {
                    let is_number = types.get(i) == Some(&ColumnType::Number);
                    let title = (cell.text.len() > 24).then(|| cell.text.clone());
                    view! {
                        <td
                            class:num=is_number
                            class:na=cell.missing
                            class:changed=cell.changed
                            class:here=move || is_here(i)
                            id=move || is_here(i).then(|| here_id.get_value())
                            title=title
                        >
                            {if cell.missing { words::MISSING.into_any() } else { view! { <bdi>{cell.text}</bdi> }.into_any() }}
                        </td>
                    }
                })
                .collect_view()}
        </tr>
    }
    .into_any()
}

/// The row's number in the file; a button where rows can be selected, so that the keyboard and a reader find it.
fn row_number(id: u64, on_row: Option<Callback<u64>>) -> AnyView {
    let number = count(id as f64 + 1.0);
    if on_row.is_none() {
        return number.into_any();
    }
    // The click goes on to the row.
    view! { <button type="button" class="link" aria-label=explain::explain_row(id)>{number}</button> }.into_any()
}

fn select(on_row: Option<Callback<u64>>, id: u64) {
    if let Some(on_row) = on_row {
        on_row.run(id);
    }
}
