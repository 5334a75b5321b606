use leptos::prelude::*;
use spec::texts::ui::chart as words;

use super::confusion::{ConfusionCell, cells};

/// Truth in rows, prediction in columns; every cell is a button that shows its rows (E4).
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
                <button type="button" aria-label=cell.label on:click=move |_| on_select.run(key.clone())>
                    <b>{cell.count}</b>
                    <small>{cell.share}</small>
                </button>
            </td>
        }
    };
    let row = move |row: Vec<ConfusionCell>| {
        let truth = row.first().map(|cell| words::is(&cell.truth));
        view! { <tr><th scope="row"><bdi>{truth}</bdi></th>{row.into_iter().map(cell).collect_view()}</tr> }
    };
    view! {
        <div class="confusion-scroll" tabindex="0" role="group" aria-label=words::CONFUSION>
            <table class="confusion">
                <thead>
                    <tr>
                        <td></td>
                        {move || {
                            classes
                                .get()
                                .into_iter()
                                .map(|class| view! { <th scope="col"><bdi>{words::said(&class)}</bdi></th> })
                                .collect_view()
                        }}
                    </tr>
                </thead>
                <tbody>{move || matrix.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
