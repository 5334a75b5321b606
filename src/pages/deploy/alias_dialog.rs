use leptos::prelude::*;
use spec::texts::ui::{common, registry as words};

use super::versions::Action;
use crate::platform::time;
use crate::session::Session;
use crate::ui::{Banner, Button, ButtonKind, Dialog, TextArea, Tone};

/// Says what an action does, asks why, and does it.
#[component]
pub fn AliasDialog(
    /// The dialog is open while there is one.
    asked: RwSignal<Option<Action>>,
) -> impl IntoView {
    let session = Session::get();
    let reason = RwSignal::new(String::new());
    let why_not = Signal::derive(move || {
        reason
            .with(|text| text.trim().is_empty())
            .then(|| words::NEEDS_REASON.to_owned())
    });
    let close = move |()| {
        asked.set(None);
        reason.set(String::new());
    };
    let act = move |()| {
        if let Some(action) = asked.get_untracked() {
            session.edit_or_report(action.edit(time::now_ms(), reason.get_untracked().trim().to_owned()));
        }
        close(());
    };
    let text = move |of: fn(Action) -> String| Signal::derive(move || asked.get().map_or_else(String::new, of));
    let is_against_goal = Memo::new(move |_| {
        session.project.with(|project| {
            asked
                .get()
                .zip(project.as_ref())
                .is_some_and(|(action, project)| action.is_against_goal(project))
        })
    });
    view! {
        <Dialog title=text(Action::title) open=Signal::derive(move || asked.get().is_some()) on_close=close>
            <p>{text(Action::says)}</p>
            <Show when=move || is_against_goal.get()>
                <Banner tone=Tone::Bad message=words::NOT_MET/>
            </Show>
            <TextArea label=words::REASON help=words::REASON_HELP live=true value=reason on_change=move |text: String| reason.set(text)/>
            <footer>
                <Button label=common::CANCEL on_press=close/>
                <Button label=text(|action| action.verb().to_owned()) kind=ButtonKind::Primary why_not=why_not on_press=act/>
            </footer>
        </Dialog>
    }
}
