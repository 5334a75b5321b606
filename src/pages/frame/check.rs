use leptos::prelude::*;
use spec::Order;
use spec::Severity;
use spec::framing::Check;
use spec::texts::ui::frame as words;

use super::sheet::Sheet;
use crate::session::Session;
use crate::ui::{Card, ErrorState, Pill, Tone};

/// The feasibility check before training, worst first, each with its fix in words.
#[component]
pub fn CheckCard(sheet: Sheet) -> impl IntoView {
    let session = Session::get();
    let has_data = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().is_some_and(|project| project.data.is_some()))
    });
    let checks = Memo::new(move |_| {
        session.description.get().map(|description| {
            let mut checks = description.checks.clone();
            checks.order_by_key(|check| std::cmp::Reverse(check.severity));
            checks
        })
    });
    let verdict = Memo::new(move |_| {
        if !has_data.get() {
            Some((words::CHECK_NO_DATA, Tone::Neutral))
        } else if sheet.framing.read().target.is_none() {
            Some((words::CHECK_NO_TARGET, Tone::Neutral))
        } else {
            checks.with(|checks| {
                checks
                    .as_ref()
                    .is_some_and(Vec::is_empty)
                    .then_some((words::CHECK_GOOD, Tone::Good))
            })
        }
    });
    view! {
        <Card title=words::CHECK actions=move || busy(session)>
            {move || {
                verdict
                    .get()
                    .map(|(text, tone)| {
                        view! {
                            <div class="row">
                                {(tone == Tone::Good).then(|| view! { <Pill text=words::GOOD tone=Tone::Good /> })} <span>{text}</span>
                            </div>
                        }
                    })
            }}
            <ul class="plain lines" aria-label=words::CHECK>
                {move || checks.get().unwrap_or_default().into_iter().map(|check| view! { <Line check /> }).collect_view()}
            </ul>
            {move || session.description_failure.get().map(|failure| view! { <ErrorState failure=failure /> })}
        </Card>
    }
}

fn busy(session: Session) -> impl IntoView {
    view! {
        <Show when=move || session.describing.get()>
            <span class="muted">{words::CHECKING}</span>
        </Show>
    }
}

#[component]
fn Line(check: Check) -> impl IntoView {
    let (word, tone) = match check.severity {
        Severity::Error => (words::ERROR, Tone::Bad),
        Severity::Warning => (words::WARNING, Tone::Warn),
        Severity::Info => (words::INFO, Tone::Neutral),
    };
    view! {
        <li>
            <Pill text=word tone=tone />
            <span>{check.message.says()} <small>{check.message.hint()}</small></span>
        </li>
    }
}
