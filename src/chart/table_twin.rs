use leptos::prelude::*;
use spec::texts::ui::chart as words;

use super::plot::Twin;

/// The chart's figures as a table, drawn when it is opened.
#[component]
pub fn TableTwin(
    /// Headers and rows.
    #[prop(into)]
    twin: Signal<Twin>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let table = move || {
        let twin = twin.get();
        view! {
            <div class="twin-scroll" tabindex="0">
                <table>
                    <thead>
                        <tr>{twin.headers.into_iter().map(|header| view! { <th scope="col">{header}</th> }).collect_view()}</tr>
                    </thead>
                    <tbody>
                        {twin
                            .rows
                            .into_iter()
                            .map(|row| {
                                view! { <tr>{row.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view()}</tr> }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </div>
        }
    };
    view! {
        <details class="twin" on:toggle=move |_| open.update(|open| *open = !*open)>
            <summary>{words::SHOW_AS_TABLE}</summary>
            <Show when=move || open.get()>{table}</Show>
        </details>
    }
}
