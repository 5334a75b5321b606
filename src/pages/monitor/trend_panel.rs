use leptos::prelude::*;
use spec::texts::ui::monitor as words;

use super::model;
use super::watch::Watch;
use crate::chart::{Chart, trend};
use crate::ui::{Card, Select};

/// One figure over all batches.
#[component]
pub fn TrendPanel(watch: Watch) -> impl IntoView {
    let session = watch.session;
    let chosen = RwSignal::new(None::<spec::monitor::TrendOf>);
    let trends = Memo::new(move |_| {
        watch
            .watched
            .with(|watched| watched.as_ref().map_or_else(Vec::new, |one| one.trends.clone()))
    });
    let place = Memo::new(move |_| {
        trends.with(|trends| {
            let metric = session
                .project
                .with(|project| project.as_ref().and_then(|project| project.pipeline.framing.metric));
            let of_choice = chosen.with(|chosen| chosen.as_ref().and_then(|of| trends.iter().position(|trend| trend.of == *of)));
            of_choice.unwrap_or_else(|| model::first_trend(trends, metric))
        })
    });
    let plot = Memo::new(move |_| {
        let names: Vec<(u32, String)> = session.project.with(|project| {
            let batches = project.as_ref().map_or(&[][..], |project| &project.batches);
            batches
                .iter()
                .map(|batch| (batch.summary.id, batch.summary.name.clone()))
                .collect()
        });
        let name = |id: u32| {
            names
                .iter()
                .find(|one| one.0 == id)
                .map(|one| one.1.clone())
                .unwrap_or_default()
        };
        trends.with(|trends| {
            trends
                .get(place.get())
                .map(|one| trend::over_batches(one, &name))
                .unwrap_or_default()
        })
    });
    let says = Memo::new(move |_| trends.with(|trends| trends.get(place.get()).map(|trend| trend.message.says())));
    let show = move |i: usize| {
        let batch = trends.with_untracked(|trends| Some(trends.get(place.get_untracked())?.points.get(i)?.batch));
        if let Some(batch) = batch {
            watch.show(batch);
        }
    };
    let choose = move |value: String| {
        let of = value
            .parse::<usize>()
            .ok()
            .and_then(|place| trends.with(|trends| trends.get(place).map(|trend| trend.of.clone())));
        chosen.set(of);
    };
    view! {
        <Card title=words::TREND>
            <div class="stack trend">
                <Select
                    label=words::TREND_OF
                    bare=true
                    options=Signal::derive(move || trends.with(|trends| model::trend_options(trends)))
                    value=Signal::derive(move || place.get().to_string())
                    on_change=choose
                />
                <Chart plot=plot on_select=show/>
                <p class="muted">{move || says.get()}</p>
            </div>
        </Card>
    }
}
