use leptos::prelude::*;
use spec::evaluation::RegressionDetail;
use spec::texts::ui::evaluate as words;

use crate::chart::{Chart, scatter};
use crate::ui::Card;

/// Prediction against truth, and how far predictions are off.
#[component]
pub fn RegressionPanel(detail: Signal<RegressionDetail>) -> impl IntoView {
    let points = Memo::new(move |_| detail.with(scatter::predicted_against_true));
    let residuals = Memo::new(move |_| detail.with(scatter::residuals));
    view! {
        <div class="cols two">
            <Card title=words::PREDICTED_TRUE><Chart plot=points square=true/></Card>
            <Card title=words::RESIDUALS><Chart plot=residuals/></Card>
        </div>
    }
}
