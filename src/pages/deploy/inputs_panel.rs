use leptos::prelude::*;
use spec::explain::{ModelInput, ModelInputs};
use spec::texts::ui::deploy as words;

use super::inputs;
use crate::pages::asked::{Asked, AskedState};
use crate::ui::Card;

/// The raw columns that the model takes, as its training rows had them.
#[component]
pub fn InputsPanel(
    asked: Asked,
    /// The answer, once it is there.
    #[prop(into)]
    inputs: Signal<Option<ModelInputs>>,
) -> impl IntoView {
    let about = move || inputs.with(|inputs| inputs.as_ref().map(|inputs| words::schema_about(inputs.n_train_rows)));
    view! {
        <Card title=words::SCHEMA>
            <div class="stack">
                <AskedState asked place=words::SCHEMA/>
                <p class="muted">{about}</p>
                {move || inputs.with(|inputs| inputs.as_ref().map(|inputs| table(&inputs.columns)))}
            </div>
        </Card>
    }
}

fn table(columns: &[ModelInput]) -> impl IntoView + use<> {
    let row = |column: &ModelInput| {
        view! {
            <tr>
                <th scope="row"><bdi>{column.column.clone()}</bdi></th>
                <td>{inputs::type_name(column)}</td>
                <td><bdi>{inputs::values(column)}</bdi></td>
                <td class="num">{inputs::missing(column)}</td>
            </tr>
        }
    };
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=words::SCHEMA>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words::COLUMN}</th>
                        <th scope="col">{words::TYPE}</th>
                        <th scope="col">{words::VALUES}</th>
                        <th scope="col" class="num">{words::MISSING}</th>
                    </tr>
                </thead>
                <tbody>{columns.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
