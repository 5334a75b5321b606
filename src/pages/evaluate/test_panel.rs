use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Failure;
use spec::evaluation::{Opening, Part};
use spec::texts::ui::evaluate as words;

use super::Subject;
use crate::platform::time;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card, Dialog, ErrorState, TextArea};

/// How often the test rows of the current split have been opened; reactive.
pub fn n_openings(session: Session) -> u32 {
    let test_id = session.description.with(|one| {
        one.as_ref()
            .and_then(|one| one.split.as_ref())
            .map(|split| split.test_id.clone())
    });
    session.project.with(|project| {
        project
            .as_ref()
            .zip(test_id)
            .map_or(0, |(project, test_id)| project.n_openings(&test_id))
    })
}

/// The locked test set: opening it is confirmed and counted; a second look needs a reason.
#[component]
pub fn TestPanel(
    #[prop(into)] run: Signal<Option<u32>>,
    #[prop(into)] n_openings: Signal<u32>,
    /// The test figures of this run are here.
    is_open: Signal<bool>,
) -> impl IntoView {
    let session = Session::get();
    let asking = RwSignal::new(false);
    let (reason, failure) = (RwSignal::new(String::new()), RwSignal::new(None::<Failure>));
    let n_rows = Memo::new(move |_| {
        session
            .description
            .with(|one| one.as_ref().and_then(|one| one.split.as_ref()).map(|split| split.test.n_rows))
    });
    let n_seen = Memo::new(move |_| {
        session.description.with(|one| {
            let split = one.as_ref().and_then(|one| one.split.as_ref());
            split.map_or(0, |split| split.n_seen)
        })
    });
    let openings = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map_or_else(Vec::new, |one| one.openings.clone()))
    });
    let needs_reason = Memo::new(move |_| n_openings.get() > 0);
    let why_not = Signal::derive(move || {
        if n_rows.get().is_none() {
            return Some(words::NO_SPLIT.to_owned());
        }
        (needs_reason.get() && reason.with(|reason| reason.trim().is_empty())).then(|| words::NEEDS_REASON.to_owned())
    });
    let cannot = Signal::derive(move || n_rows.get().is_none().then(|| words::NO_SPLIT.to_owned()));
    let open = move |()| {
        let Some(run) = run.get_untracked() else { return };
        asking.set(false);
        failure.set(None);
        let why = reason.get_untracked().trim().to_owned();
        reason.set(String::new());
        spawn_local(async move {
            if let Err(wrong) = session.evaluate(run, Part::Test, why).await
                && !wrong.cancelled
            {
                failure.set(Some(wrong));
            }
        });
    };
    let says = move || {
        let subject = session.project.with(|project| project.as_ref().and_then(Subject::of))?;
        let validation = super::evaluation(session, subject.run, Part::Validation);
        let in_use = subject.threshold.or(validation.and_then(|one| one.decision_threshold));
        Some(words::open_says(subject.run, &subject.name, n_rows.get()?, in_use))
    };
    let line = |opening: Opening| {
        let reason = if opening.reason.is_empty() {
            words::FIRST.to_owned()
        } else {
            opening.reason
        };
        view! {
            <tr>
                <td>{time::local_date_time(opening.at_ms)}</td>
                <td class="num">{opening.run}</td>
                <td><bdi>{reason}</bdi></td>
            </tr>
        }
    };
    let button = move || {
        let (label, kind) = if is_open.get() {
            (words::OPEN_AGAIN, ButtonKind::Small)
        } else {
            (words::OPEN_TEST, ButtonKind::Primary)
        };
        view! { <Button label=label kind=kind why_not=cannot on_press=move |()| asking.set(true)/> }
    };
    view! {
        <Card title=words::TEST actions=move || view! { {button} }>
            <div class="stack">
                <Show when=move || !is_open.get()>
                    <p>{move || n_rows.get().map(|n_rows| words::locked(n_rows, n_seen.get()))}</p>
                </Show>
                {move || failure.get().map(|failure| view! { <ErrorState failure=failure/> })}
                <Show when=move || openings.with(|openings| !openings.is_empty())>
                    <table>
                        <caption>{words::OPENINGS} ": " {move || words::opened(n_openings.get())}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{words::WHEN}</th>
                                <th scope="col" class="num">{words::RUN}</th>
                                <th scope="col">{words::WHY}</th>
                            </tr>
                        </thead>
                        <tbody>{move || openings.get().into_iter().map(line).collect_view()}</tbody>
                    </table>
                </Show>
            </div>
            <Dialog title=words::OPEN_TITLE open=asking on_close=move |()| asking.set(false)>
                <p>{says}</p>
                <Show when=move || needs_reason.get()>
                    <p class="strong">{move || words::open_before(n_openings.get())}</p>
                    <TextArea label=words::REASON help=words::REASON_HELP live=true value=reason on_change=move |text: String| reason.set(text)/>
                </Show>
                <footer>
                    <Button label=words::CANCEL on_press=move |()| asking.set(false)/>
                    <Button label=words::OPEN kind=ButtonKind::Primary why_not=why_not on_press=open/>
                </footer>
            </Dialog>
        </Card>
    }
}
