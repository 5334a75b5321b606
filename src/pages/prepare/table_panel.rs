use leptos::prelude::*;
use spec::ColumnType;
use spec::job::{RowSelection, RowState};
use spec::texts::ui::prepare as words;

use super::export_dialog::has_features;
use super::table::{self, DataTable};
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card, Select, SelectOption};

/// The table with the switch between its states, and the way back from a selection of rows.
#[component]
pub fn TablePanel(
    /// Key of the state, as in `table::options`.
    state: RwSignal<String>,
    selection: RwSignal<Option<RowSelection>>,
) -> impl IntoView {
    let session = Session::get();
    let recipe = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map(|one| one.pipeline.recipe.clone()).unwrap_or_default())
    });
    let shown = Memo::new(move |_| table::parse(&state.get(), &recipe.get()));
    let options = Signal::derive(move || {
        let has_features = has_features(session);
        table::options(&recipe.get(), has_features)
            .into_iter()
            .map(|(value, label)| SelectOption::new(value, label))
            .collect::<Vec<_>>()
    });
    let range = RwSignal::new((0, 0, 0));
    let is_after = move || matches!(shown.get(), RowState::AfterShape { .. } | RowState::AfterPipeline { .. });
    let set_type = Callback::new(move |(column, column_type): (String, ColumnType)| {
        session.edit_or_report(recipe.with_untracked(|recipe| table::type_edit(recipe, &column, column_type)));
    });
    let drawn = move || {
        let can_retype = matches!(shown.get(), RowState::Original | RowState::Shaped) && !session.read_only.get();
        view! {
            <DataTable
                state=shown
                selection=selection
                on_range=move |(first, last, all)| range.set((first, last, all))
                on_type=can_retype.then_some(set_type)
            />
        }
    };
    view! {
        <Card flush=true>
            <div class="table-bar">
                <Select label=words::SHOWING bare=true options=options value=state on_change=move |value: String| state.set(value)/>
                <span class="muted">{move || { let (first, last, all) = range.get(); words::range(first, last, all) }}</span>
                <Show when=is_after><span class="muted"><i class="changed-key"></i> {words::CHANGED_LEGEND}</span></Show>
                <span class="spacer"></span>
                <Show when=move || selection.with(Option::is_some)>
                    <Button label=words::ALL_ROWS kind=ButtonKind::Small on_press=move |()| selection.set(None)/>
                </Show>
            </div>
            {drawn}
        </Card>
    }
}
