use leptos::prelude::*;
use spec::texts::ui::deploy as words;

use super::model::{self, InputRow};
use crate::session::Session;
use crate::ui::Card;

/// The raw columns that the exported model takes (D4).
#[component]
pub fn Schema() -> impl IntoView {
    let session = Session::get();
    let rows = Memo::new(move |_| {
        let description = session.description.get()?;
        session
            .project
            .with(|project| project.as_ref().map(|project| model::inputs(project, &description)))
    });
    view! {
        <Card title=words::SCHEMA actions=|| view! { <span class="muted">{words::SCHEMA_ABOUT}</span> } flush=true>
            {move || match rows.get() {
                None => view! { <p class="muted">{words::NO_SCHEMA}</p> }.into_any(),
                Some(rows) => table(rows).into_any(),
            }}
        </Card>
    }
}

fn table(rows: Vec<InputRow>) -> impl IntoView {
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=words::SCHEMA>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words::COLUMN}</th>
                        <th scope="col">{words::TYPE}</th>
                        <th scope="col">{words::VALUES}</th>
                        <th scope="col" class="num">
                            {words::MISSING}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {rows
                        .into_iter()
                        .map(|row| {
                            view! {
                                <tr>
                                    <th scope="row">
                                        <bdi>{row.name}</bdi>
                                    </th>
                                    <td>{row.column_type}</td>
                                    <td>
                                        <bdi>{row.values}</bdi>
                                    </td>
                                    <td class="num">{row.missing}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}
