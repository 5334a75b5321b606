use std::ops::Range;

use leptos::prelude::*;
use leptos::{ev, html};
use spec::ColumnType;
use spec::job::{RowSelection, RowState, SortBy};
use spec::texts::ui::prepare as words;

use super::body::Body;
use super::column_header::ColumnHeader;
use super::column_pager::ColumnPager;
use super::store::RowStore;
use super::window::{Cursor, Window};
use crate::platform::{element, time};
use crate::session::Session;
use crate::ui::{ErrorState, unique_id};

/// Columns that are drawn at once.
pub(super) const COLUMNS: usize = 60;
/// Width of the row numbers, which stay while the columns scroll.
const ROW_NUMBER_PX: f64 = 90.0;

/// Rows of the open project in one state, or those of a selection. Draws what is on screen, however many rows there are.
#[component]
pub fn DataTable(
    #[prop(into)] state: Signal<RowState>,
    #[prop(into, optional)] selection: Signal<Option<RowSelection>>,
    /// Told which rows are on screen: first, last (from 1), all.
    #[prop(optional, into)]
    on_range: Option<Callback<(u64, u64, u64)>>,
    /// Lets the header change a column's type.
    #[prop(optional_no_strip)]
    on_type: Option<Callback<(String, ColumnType)>>,
    /// Makes rows selectable: called with the row's number in the file (the first is 0).
    #[prop(optional, into)]
    on_row: Option<Callback<u64>>,
) -> impl IntoView {
    let session = Session::get();
    let sort = RwSignal::new(None::<SortBy>);
    let store = RowStore::new(session, state, selection, sort);
    let (view_px, head_px, row_px) = (RwSignal::new(0.0_f64), RwSignal::new(0.0_f64), RwSignal::new(29.0_f64));
    let window = Memo::new(move |_| Window {
        n_rows: store.n_rows.get(),
        row_px: row_px.get(),
        view_px: (view_px.get() - head_px.get()).max(0.0),
    });
    let wanted_first = RwSignal::new(0u64);
    let first = Memo::new(move |_| {
        wanted_first
            .get()
            .min(window.get().n_rows.saturating_sub(window.get().n_visible()))
    });
    let cursor = RwSignal::new(None::<Cursor>);
    let columns_from = RwSignal::new(0usize);
    let columns = Memo::new(move |_| {
        let all = store.columns.with(Vec::len);
        let from = if columns_from.get() < all { columns_from.get() } else { 0 };
        from..(from + COLUMNS).min(all)
    });

    Effect::new(move |_| store.want(window.get().blocks(first.get())));
    Effect::new(move |_| {
        let (window, first) = (window.get(), first.get());
        if let Some(on_range) = on_range {
            on_range.run((
                (first + 1).min(window.n_rows),
                (first + window.n_visible()).min(window.n_rows),
                window.n_rows,
            ));
        }
    });

    let here_id = StoredValue::new(unique_id("cell"));
    let scroller = NodeRef::<html::Div>::new();
    let sizer = NodeRef::<html::Div>::new();
    let head = NodeRef::<html::Thead>::new();
    scroller.on_load(move |node| element::on_resize(&node, move |_, height| view_px.set(height)));
    sizer.on_load(move |node| element::on_resize(&node, move |_, height| row_px.set(height)));
    head.on_load(move |node| element::on_resize(&node, move |_, height| head_px.set(height)));

    let scrolled = move |_| {
        if let Some(node) = scroller.get_untracked() {
            wanted_first.set(window.get_untracked().first_at(element::scroll_top(&node)));
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        let window = window.get_untracked();
        let n_columns = store.columns.with_untracked(Vec::len);
        if event.target() != event.current_target() || window.n_rows == 0 {
            return;
        }
        let at = cursor.get_untracked().unwrap_or(Cursor {
            row: first.get_untracked(),
            column: 0,
        });
        if let (Some(on_row), "Enter") = (on_row, event.key().as_str()) {
            event.prevent_default();
            if let Some((id, _)) = store.row(at.row) {
                on_row.run(id);
            }
            return;
        }
        let Some(next) = at.after(&event.key(), event.ctrl_key() || event.meta_key(), window, n_columns) else {
            return;
        };
        event.prevent_default();
        cursor.set(Some(next));
        columns_from.set(next.column / COLUMNS * COLUMNS);
        let top = window.reveal(first.get_untracked(), next.row);
        wanted_first.set(top);
        if let Some(node) = scroller.get_untracked() {
            element::scroll_to(&node, window.top_of(top));
            time::next_frame(move || element::reveal_across(&node, &here_id.get_value(), ROW_NUMBER_PX));
        }
    };
    let told = move || {
        let at = cursor.get()?;
        let (id, cells) = store.row(at.row)?;
        let name = store
            .columns
            .with(|columns| columns.get(at.column).map(|column| column.0.clone()))?;
        let cell = cells.get(at.column)?;
        Some(words::cell_read(
            id,
            &name,
            if cell.missing { words::MISSING } else { &cell.text },
        ))
    };
    view! {
        <Show when=move || store.failure.get().is_some()>
            <ErrorState failure=Signal::derive(move || store.failure.get().unwrap_or_else(spec::Failure::cancelled))/>
        </Show>
        <div class="grid-row-size" node_ref=sizer aria-hidden="true"></div>
        <Show when=move || store.columns.with(|columns| columns.len() > COLUMNS)>
            <ColumnPager from=columns_from columns=columns.into() n_columns=Signal::derive(move || store.columns.with(Vec::len))/>
        </Show>
        <div
            class="grid-scroll"
            node_ref=scroller
            tabindex="0"
            role="region"
            aria-label=words::TABLE
            aria-description=words::TABLE_KEYS
            aria-busy=move || store.is_loading.get().to_string()
            on:scroll=scrolled
            on:keydown=key
        >
            <div class="grid-length" style:height=move || format!("{}px", window.get().content_px() + head_px.get())></div>
            <table class="grid" aria-rowcount=move || (store.n_rows.get() + 1).to_string()>
                <thead node_ref=head>
                    <tr>
                        <th scope="col" class="corner">{words::ROW_NUMBER}</th>
                        {move || headers(session, store, columns.get(), sort, on_type)}
                    </tr>
                </thead>
                <Body store window=window.into() first=first.into() columns=columns.into() cursor=cursor.into() here_id on_row/>
            </table>
        </div>
        <output class="hidden-text">{told}</output>
    }
}

fn headers(
    session: Session,
    store: RowStore,
    columns: Range<usize>,
    sort: RwSignal<Option<SortBy>>,
    on_type: Option<Callback<(String, ColumnType)>>,
) -> impl IntoView {
    let target = session
        .project
        .with(|project| project.as_ref().and_then(|project| project.pipeline.framing.target.clone()));
    let description = session.description.get();
    let profile = description.as_ref().and_then(|description| description.profile.as_ref());
    store
        .columns
        .with(|all| all.get(columns).map(<[_]>::to_vec).unwrap_or_default())
        .into_iter()
        .map(|(name, column_type)| {
            let known = profile.and_then(|profile| profile.columns.iter().find(|column| column.name == name).cloned());
            let is_target = target.as_deref() == Some(name.as_str());
            let n_rows = profile.map_or(0, |profile| profile.n_rows);
            view! { <ColumnHeader name column_type profile=known n_rows is_target sort on_type/> }
        })
        .collect_view()
}
