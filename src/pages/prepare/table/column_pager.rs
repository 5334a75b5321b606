use std::ops::Range;

use leptos::prelude::*;
use spec::texts::ui::prepare as words;

use super::data_table::COLUMNS;
use crate::ui::{Button, ButtonKind};

/// Goes through the columns of a very wide table.
#[component]
pub fn ColumnPager(
    /// First column drawn.
    from: RwSignal<usize>,
    /// The columns drawn.
    columns: Signal<Range<usize>>,
    n_columns: Signal<usize>,
) -> impl IntoView {
    let text = move || {
        words::columns(
            columns.with(|columns| columns.start + 1),
            columns.with(|columns| columns.end),
            n_columns.get(),
        )
    };
    let at_start = Signal::derive(move || columns.with(|columns| columns.start == 0).then(String::new));
    let at_end = Signal::derive(move || (columns.with(|columns| columns.end) >= n_columns.get()).then(String::new));
    view! {
        <div class="table-bar">
            <span class="muted">{text}</span>
            <Button
                label="◀"
                name=words::COLUMNS_BEFORE
                kind=ButtonKind::Small
                why_not=at_start
                on_press=move |()| from.update(|from| *from = from.saturating_sub(COLUMNS))
            />
            <Button
                label="▶"
                name=words::COLUMNS_AFTER
                kind=ButtonKind::Small
                why_not=at_end
                on_press=move |()| from.update(|from| *from += COLUMNS)
            />
        </div>
    }
}
