use leptos::prelude::*;
use spec::evaluation::{ClassificationDetail, Part, ThresholdPoint};
use spec::job::{RowSelection, RowState};
use spec::texts::ui::evaluate as words;

use super::threshold;
use crate::chart::ConfusionMatrix;
use crate::pages::prepare::table::DataTable;
use crate::ui::{Button, Card, Dialog};

/// The confusion matrix at the slider's threshold; a cell opens its rows (E4).
#[component]
pub fn ConfusionPanel(
    detail: Signal<ClassificationDetail>,
    /// The point of the threshold slider; none for several classes.
    point: Signal<Option<ThresholdPoint>>,
    run: u32,
    part: Part,
) -> impl IntoView {
    let shown = RwSignal::new(None::<(String, String)>);
    let classes = Memo::new(move |_| detail.with(|detail| detail.classes.clone()));
    let confusion = Memo::new(move |_| {
        point.get().map_or_else(
            || detail.with(|detail| detail.confusion.clone()),
            |point| threshold::confusion(&point),
        )
    });
    let selection = Memo::new(move |_| {
        shown.get().map(|(truth, predicted)| {
            let threshold = point.get_untracked().map(|point| point.threshold);
            RowSelection::ConfusionCell {
                run,
                part,
                truth,
                predicted,
                threshold,
            }
        })
    });
    let title = Signal::derive(move || {
        shown.with(|shown| {
            shown
                .as_ref()
                .map_or_else(String::new, |(truth, predicted)| words::cell_rows(truth, predicted))
        })
    });
    view! {
        <Card title=words::CONFUSION>
            <div class="stack">
                <ConfusionMatrix classes=classes confusion=confusion on_select=move |cell| shown.set(Some(cell))/>
                <p class="muted">{words::CONFUSION_HINT}</p>
            </div>
            <Dialog title=title open=Signal::derive(move || shown.with(Option::is_some)) on_close=move |()| shown.set(None) wide=true>
                <div class="dialog-table"><DataTable state=Signal::stored(RowState::Shaped) selection=selection/></div>
                <footer><Button label=words::CLOSE on_press=move |()| shown.set(None)/></footer>
            </Dialog>
        </Card>
    }
}
