use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::Job;
use spec::texts::ui::prepare as words;

use super::table;
use crate::pages::export;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Dialog, RadioGroup, RadioOption, Select, SelectOption};

/// The data as CSV, exact or safe for a spreadsheet.
#[component]
pub fn ExportDialog(open: RwSignal<bool>) -> impl IntoView {
    let session = Session::get();
    let (state, kind) = (RwSignal::new("shaped".to_owned()), RwSignal::new("exact".to_owned()));
    let states = Signal::derive(move || {
        session.project.with(|project| {
            let recipe = project
                .as_ref()
                .map(|project| project.pipeline.recipe.clone())
                .unwrap_or_default();
            table::options(&recipe, has_features(session))
                .into_iter()
                .map(|(value, label)| SelectOption::new(value, label))
                .collect()
        })
    });
    let option = |value: &str, label: &str, about: &str| RadioOption {
        value: value.to_owned(),
        label: label.to_owned(),
        about: about.to_owned(),
        why_not: None,
    };
    let kinds = vec![
        option("exact", words::EXPORT_EXACT, words::EXPORT_EXACT_HELP),
        option("safe", words::EXPORT_SAFE, words::EXPORT_SAFE_HELP),
    ];
    let export = move || {
        let recipe = session
            .project
            .with_untracked(|project| project.as_ref().map(|one| one.pipeline.recipe.clone()).unwrap_or_default());
        let job = Job::ExportData {
            state: table::parse(&state.get_untracked(), &recipe),
            spreadsheet_safe: kind.get_untracked() == "safe",
        };
        open.set(false);
        spawn_local(async move {
            if let Err(failure) = export::download(session, job).await {
                session.report(failure);
            }
        });
    };
    view! {
        <Dialog title=words::EXPORT_TITLE open=open on_close=move |()| open.set(false)>
            <Select label=words::EXPORT_STATE options=states value=state on_change=move |value: String| state.set(value)/>
            <RadioGroup
                legend=words::EXPORT_TITLE
                bare=true
                options=kinds.clone()
                value=kind
                on_change=move |value: String| kind.set(value)
            />
            <footer>
                <Button label=words::CANCEL on_press=move |()| open.set(false)/>
                <Button label=words::EXPORT kind=ButtonKind::Primary on_press=move |()| export()/>
            </footer>
        </Dialog>
    }
}

/// The pipeline was fitted, so that its states can be shown.
pub fn has_features(session: Session) -> bool {
    session
        .description
        .with(|one| one.as_ref().is_some_and(|one| !one.recipe.features.is_empty()))
}
