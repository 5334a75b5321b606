//! Stage 2: acquire, profile, clean, engineer, split.

pub mod alerts;
mod alerts_panel;
mod empty;
mod export_dialog;
mod import;
mod import_dialog;
mod import_flow;
mod read_columns;
mod read_form;
mod recipe;
mod recipe_panel;
mod split;
mod split_dialog;
mod split_panel;
mod step_card;
mod step_form;
mod summary_panel;
pub mod table;
mod table_panel;
mod unused_panel;

use leptos::prelude::*;
use spec::job::{Job, RowSelection, RowState};
use spec::texts::ui::prepare as words;

use self::alerts_panel::AlertsPanel;
use self::empty::EmptyPrepare;
use self::export_dialog::ExportDialog;
use self::import_dialog::ImportDialog;
use self::import_flow::ImportFlow;
use self::recipe_panel::RecipePanel;
use self::split_panel::SplitPanel;
use self::step_form::{StepDialog, StepRequest};
use self::summary_panel::SummaryPanel;
use self::table_panel::TablePanel;
use crate::pages::job_progress::JobProgress;
use crate::platform::drops;
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{Button, ErrorState, StageHeader};

/// Kinds of files that the picker offers. What a file is is decided by its content.
const ACCEPT: &str = ".csv,.tsv,.tab,.txt,.psv,text/csv,text/tab-separated-values,text/plain";

/// Data, alerts, recipe and split.
#[component]
pub fn PreparePage() -> impl IntoView {
    let session = Session::get();
    let flow = ImportFlow::new(session);
    Effect::new(move |_| {
        if let Some(file) = session.incoming.get() {
            session.incoming.set(None);
            flow.look_at_first(file);
        }
    });
    let taker = drops::take(move |file| flow.drop_beside(file));
    on_cleanup(move || drops::release(taker));
    let request = RwSignal::new(None::<StepRequest>);
    let exporting = RwSignal::new(false);
    let (state, selection) = (RwSignal::new("shaped".to_owned()), RwSignal::new(None::<RowSelection>));
    let has_data = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().is_some_and(|project| project.data.is_some()))
    });
    let about = Memo::new(move |_| {
        session.project.with(|project| {
            project.as_ref().and_then(|project| project.data.as_ref()).map_or_else(
                || words::NO_DATA.to_owned(),
                |data| {
                    let summary = &data.summary;
                    words::header(&summary.file_name, summary.n_kept, summary.schema.len(), summary.n_rejected)
                },
            )
        })
    });
    let next = Memo::new(move |_| {
        if has_data.get() {
            words::NEXT.to_owned()
        } else {
            String::new()
        }
    });
    let next_href = Memo::new(move |_| {
        session.project.with(|project| {
            project
                .as_ref()
                .map_or_else(String::new, |one| Route::stage(&one.id, Stage::Train).to_string())
        })
    });
    let importing = Memo::new(move |_| session.running(|job| matches!(job, Job::Import { .. } | Job::ImportSameRecipe { .. })));
    let actions = move || {
        view! {
            <Show when=move || has_data.get()>
                <Button label=words::REPLACE_DATA on_press=move |()| flow.pick()/>
                <Button label=words::EXPORT_DATA on_press=move |()| exporting.set(true)/>
                <Button label=words::ADD_STEP on_press=move |()| request.set(Some(StepRequest::Add))/>
            </Show>
        }
    };
    let show_rows = Callback::new(move |rows: RowSelection| {
        state.set("shaped".to_owned());
        selection.set(Some(rows));
    });
    let show_state = Callback::new(move |shown: RowState| {
        selection.set(None);
        state.set(table::key(&shown));
    });
    let failed = move || {
        session
            .description_failure
            .get()
            .map(|failure| view! { <ErrorState failure=failure/> })
    };
    view! {
        <div class="page">
            <StageHeader title=words::TITLE about=about actions=actions next=next next_href=next_href next_is_main=true/>
            <JobProgress running=importing/>
            {failed}
            <Show when=move || has_data.get() fallback=move || view! { <EmptyPrepare flow/> }>
                <div class="cols prepare" aria-busy=move || session.describing.get().to_string()>
                    <div class="stack wide">
                        <TablePanel state selection/>
                        <AlertsPanel on_rows=show_rows request/>
                        <SplitPanel/>
                        <SummaryPanel/>
                    </div>
                    <RecipePanel request on_state=show_state/>
                </div>
                <StepDialog request/>
                <ExportDialog open=exporting/>
            </Show>
            <ImportDialog flow/>
        </div>
    }
}
