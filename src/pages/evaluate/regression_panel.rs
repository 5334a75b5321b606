use leptos::prelude::*;
use spec::evaluation::RegressionDetail;
use spec::texts::ui::{evaluate as words, explain};

use crate::chart::{Chart, scatter};
use crate::pages::explanation::RowExplanation;
use crate::ui::{Button, Card, Dialog};

/// Prediction against truth, and how far predictions are off. A point opens the explanation of its row.
#[component]
pub fn RegressionPanel(detail: Signal<RegressionDetail>, run: u32) -> impl IntoView {
    let points = Memo::new(move |_| detail.with(scatter::predicted_against_true));
    let residuals = Memo::new(move |_| detail.with(scatter::residuals));
    let explained = RwSignal::new(None::<u64>);
    let title = Signal::derive(move || explained.get().map_or_else(String::new, explain::row_title));
    let select = move |mark: usize| explained.set(detail.with_untracked(|detail| scatter::row_at(detail, mark)));
    view! {
        <div class="cols two">
            <Card title=words::PREDICTED_TRUE>
                <Chart plot=points square=true on_select=Callback::new(select)/>
                <p class="muted">{explain::POINT_HINT}</p>
            </Card>
            <Card title=words::RESIDUALS><Chart plot=residuals/></Card>
        </div>
        <Dialog title=title open=Signal::derive(move || explained.with(Option::is_some)) on_close=move |()| explained.set(None) wide=true>
            <RowExplanation run row=explained threshold=None/>
            <footer><Button label=words::CLOSE on_press=move |()| explained.set(None)/></footer>
        </Dialog>
    }
}
