use leptos::prelude::*;
use spec::texts::ui::chart as words;

use super::confusion::{ConfusionCell, cells};

/// From here on the cells are small and have no room for words.
const MANY_CLASSES: usize = 4;

/// Truth in rows, prediction in columns; every cell is a button that shows its rows.
#[component]
pub fn ConfusionMatrix(
    /// In the order of both sides of `confusion`.
    #[prop(into)]
    classes: Signal<Vec<String>>,
    /// `[truth][predicted]`, rows.
    #[prop(into)]
    confusion: Signal<Vec<Vec<u64>>>,
    /// Called with truth and prediction.
    #[prop(into)]
    on_select: Callback<(String, String)>,
) -> impl IntoView {
    let matrix = Memo::new(move |_| cells(&classes.get(), &confusion.get()));
    let cell = move |cell: ConfusionCell| {
        let key = (cell.truth.clone(), cell.predicted.clone());
        view! {
            <td class=format!("shade-{}{}", cell.shade, if cell.right { " right" } else { "" })>
                <button type="button" title=cell.label.clone() aria-label=cell.label on:click=move |_| on_select.run(key.clone())>
                    <b>{cell.count}</b>
                    <small>{cell.share}</small>
                </button>
            </td>
        }
    };
    let row = move |row: Vec<ConfusionCell>| {
        let (name, title) = row
            .first()
            .map_or_else(Default::default, |cell| (cell.truth.clone(), words::is(&cell.truth)));
        let name = if row.len() > MANY_CLASSES { name } else { title.clone() };
        view! { <tr><th scope="row" title=title><bdi>{name}</bdi></th>{row.into_iter().map(cell).collect_view()}</tr> }
    };
    view! {
        <div class="confusion-scroll" class:many=move || { classes.get().len() > MANY_CLASSES } tabindex="0" role="group" aria-label=words::CONFUSION>
            <table class="confusion">
                <caption>{words::CONFUSION_SIDES}</caption>
                <thead>
                    <tr>
                        <td></td>
                        {move || {
                            classes
                                .get()
                                .into_iter()
                                .map(|class| {
                                    let title = words::said(&class);
                                    let name = if classes.with(Vec::len) > MANY_CLASSES { class } else { title.clone() };
                                    view! { <th scope="col" title=title><bdi>{name}</bdi></th> }
                                })
                                .collect_view()
                        }}
                    </tr>
                </thead>
                <tbody>{move || matrix.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
