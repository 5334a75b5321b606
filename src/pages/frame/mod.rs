//! Stage 1: what is to be decided, how success is measured, what a mistake costs.

mod business;
mod check;
mod costs;
pub mod model;
mod not_known;
mod notes;
mod question;
mod sensitive;
mod sheet;
mod success;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::Job;
use spec::texts::ui::{frame as words, shell};

use self::business::Business;
use self::check::CheckCard;
use self::costs::CostsCard;
use self::not_known::NotKnown;
use self::notes::NotesCard;
use self::question::Question;
use self::sensitive::SensitiveCard;
use self::sheet::Sheet;
use self::success::Success;
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{Button, StageHeader};

/// The framing sheet.
#[component]
pub fn FramePage() -> impl IntoView {
    let session = Session::get();
    let sheet = Sheet::of(session);
    let about = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map(model::about).unwrap_or_default())
    });
    let next = Memo::new(move |_| {
        session.project.with(|project| {
            project
                .as_ref()
                .map_or_else(String::new, |p| Route::stage(&p.id, Stage::Prepare).to_string())
        })
    });
    let export = move || {
        spawn_local(async move {
            if let Err(failure) = super::export::download(session, Job::ExportFraming).await {
                session.report(failure);
            }
        });
    };
    view! {
        <div class="page">
            <StageHeader
                title=shell::STAGES[0]
                about=about
                actions=move || view! { <Button label=words::EXPORT on_press=export /> }
                next=shell::next(shell::STAGES[1])
                next_href=next
                next_is_main=true
            />
            <div class="cols frame">
                <div class="stack wide">
                    <Question sheet />
                    <Success sheet />
                    <CostsCard sheet />
                    <NotesCard sheet />
                </div>
                <div class="stack wide">
                    <CheckCard sheet />
                    <Business sheet />
                    <SensitiveCard sheet />
                    <NotKnown sheet />
                </div>
            </div>
        </div>
    }
}
