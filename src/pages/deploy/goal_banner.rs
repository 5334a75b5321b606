use leptos::prelude::*;
use spec::registry::ModelRef;
use spec::texts::ui::deploy as words;

use super::model;
use crate::pages::caveats::CaveatList;
use crate::pages::goal;
use crate::pages::stage::what_changed;
use crate::session::Session;
use crate::ui::{Banner, Tone};

/// The goal, met or a clear warning, whether a run is from before a change, and what stands against the figure.
#[component]
pub fn GoalBanner(#[prop(into)] of: Signal<Option<ModelRef>>) -> impl IntoView {
    let session = Session::get();
    let shown = Memo::new(move |_| match of.get()? {
        ModelRef::Run(run) => goal::shown(session, run),
        ModelRef::Version(_) => None,
    });
    let goal = Memo::new(move |_| {
        session
            .project
            .with(|project| Some(model::goal_line(project.as_ref()?, of.get()?, shown.get().as_ref())))
    });
    let caveats = Memo::new(move |_| {
        session.project.with(|project| {
            let asked = project.as_ref().zip(of.get());
            asked.map_or_else(Vec::new, |(project, of)| model::caveats(project, of, shown.get().as_ref()))
        })
    });
    let stale = Memo::new(move |_| {
        session.project.with(|project| {
            let project = project.as_ref()?;
            let Some(ModelRef::Run(_)) = of.get() else { return None };
            let run = model::run_of(project, of.get()?)?;
            if model::is_out_of_reach(project, of.get()?) {
                return Some(words::OUT_OF_REACH.to_owned());
            }
            (!project.is_fresh(run)).then(|| words::stale(run.id, what_changed(project, run)))
        })
    });
    // A goal that was met before the change says nothing of what there is now.
    let shown = Memo::new(move |_| goal.get().filter(|_| stale.read().is_none()));
    view! {
        {move || shown.get().map(|(tone, lead, message)| view! { <Banner tone=tone lead=lead message=message/> })}
        {move || stale.get().map(|message| view! { <Banner tone=Tone::Warn lead=words::STALE_LEAD message=message/> })}
        <CaveatList caveats=caveats/>
    }
}
