use leptos::prelude::*;
use spec::evaluation::{ClassificationDetail, Part, ThresholdPoint};
use spec::job::{RowSelection, RowState};
use spec::texts::ui::{evaluate as words, explain};

use super::threshold;
use crate::chart::ConfusionMatrix;
use crate::pages::explanation::RowExplanation;
use crate::pages::prepare::table::DataTable;
use crate::ui::{Button, Card, Dialog};

/// The confusion matrix at the slider's threshold; a cell opens its rows, a row its explanation.
#[component]
pub fn ConfusionPanel(
    detail: Signal<ClassificationDetail>,
    /// The point of the threshold slider; none for several classes.
    point: Signal<Option<ThresholdPoint>>,
    run: u32,
    part: Part,
) -> impl IntoView {
    let shown = RwSignal::new(None::<(String, String)>);
    let explained = RwSignal::new(None::<u64>);
    let classes = Memo::new(move |_| detail.with(|detail| detail.classes.clone()));
    let confusion = Memo::new(move |_| {
        point.get().map_or_else(
            || detail.with(|detail| detail.confusion.clone()),
            |point| threshold::confusion(&point),
        )
    });
    let at_threshold = move || point.get_untracked().map(|point| point.threshold);
    let selection = Memo::new(move |_| {
        shown.get().map(|(truth, predicted)| RowSelection::ConfusionCell {
            run,
            part,
            truth,
            predicted,
            threshold: at_threshold(),
        })
    });
    let title = Signal::derive(move || {
        if let Some(row) = explained.get() {
            return explain::row_title(row);
        }
        shown.with(|shown| {
            shown
                .as_ref()
                .map_or_else(String::new, |(truth, predicted)| words::cell_rows(truth, predicted))
        })
    });
    let close = move |()| {
        shown.set(None);
        explained.set(None);
    };
    let is_row = Memo::new(move |_| explained.with(Option::is_some));
    let rows = move || {
        view! {
            <p class="muted">{explain::ROW_HINT}</p>
            <div class="dialog-table">
                <DataTable
                    state=Signal::stored(RowState::Shaped)
                    selection=selection
                    on_row=Callback::new(move |row| explained.set(Some(row)))
                />
            </div>
        }
    };
    view! {
        <Card title=words::CONFUSION>
            <div class="stack">
                <ConfusionMatrix classes=classes confusion=confusion on_select=move |cell| shown.set(Some(cell))/>
                <p class="muted">{words::CONFUSION_HINT}</p>
            </div>
            <Dialog title=title open=Signal::derive(move || shown.with(Option::is_some)) on_close=close wide=true>
                <Show when=move || is_row.get() fallback=rows>
                    <RowExplanation run row=explained threshold=at_threshold()/>
                </Show>
                <footer>
                    <Show when=move || is_row.get()>
                        <Button label=explain::BACK on_press=move |()| explained.set(None)/>
                    </Show>
                    <Button label=words::CLOSE on_press=close/>
                </footer>
            </Dialog>
        </Card>
    }
}
