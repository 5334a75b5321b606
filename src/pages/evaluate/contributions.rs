use leptos::prelude::*;
use spec::explain::ContributionSummary;
use spec::texts::ui::explain as words;

use crate::chart::{Chart, waterfall};
use crate::pages::explanation::counted_in;
use crate::session::Session;
use crate::ui::{Select, SelectOption, Term};

/// Mean absolute contributions of the columns, per class.
#[component]
pub fn Contributions(
    /// One per class, or one of the value; empty before they are computed.
    found: Signal<Vec<ContributionSummary>>,
) -> impl IntoView {
    let session = Session::get();
    let chosen = RwSignal::new(None::<String>);
    // Of two classes the positive one.
    let at = Memo::new(move |_| {
        found.with(|found| {
            let of = |class: &String| found.iter().position(|one| one.class.as_ref() == Some(class));
            chosen
                .with(|chosen| chosen.as_ref().and_then(of))
                .unwrap_or(if found.len() == 2 { 1 } else { 0 })
        })
    });
    let shown = Memo::new(move |_| found.with(|found| found.get(at.get()).cloned()));
    let options = Memo::new(move |_| {
        found.with(|found| {
            let classes = found.iter().filter_map(|one| one.class.clone());
            classes
                .map(|class| SelectOption::new(class.clone(), class))
                .collect::<Vec<_>>()
        })
    });
    let class = Signal::derive(move || shown.with(|one| one.as_ref().and_then(|one| one.class.clone()).unwrap_or_default()));
    let target = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref()?.pipeline.framing.target.clone())
            .unwrap_or_default()
    });
    let plot = Memo::new(move |_| {
        shown.with(|one| {
            one.as_ref()
                .map_or_else(Default::default, |one| waterfall::contributions(one, &target.get()))
        })
    });
    let height = move || {
        let n = shown.with(|one| one.as_ref().map_or(0, |one| one.columns.len()));
        format!("{}em", n.clamp(3, 40) as f64 * 1.9)
    };
    let about = move || {
        shown.with(|one| {
            one.as_ref()
                .map(|one| format!(" {}. {}", words::over_rows(one.n_rows), words::method(one.method)))
        })
    };
    view! {
        <Show when=move || shown.with(Option::is_some)>
            <Show when=move || { options.with(Vec::len) > 2 }>
                <div class="explained-class">
                    <Select label=words::CLASS options=options value=class on_change=move |class| chosen.set(Some(class))/>
                </div>
            </Show>
            <div style=("--chart-height", height)><Chart plot=plot/></div>
            <p class="muted">
                <Term id="shap_value" text=words::CONTRIBUTIONS/>
                {move || shown.with(|one| one.as_ref().and_then(|one| words::unit_term(one.unit)).map(counted_in))}
                {about}
            </p>
        </Show>
    }
}
