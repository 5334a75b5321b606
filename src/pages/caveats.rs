//! The list of caveats, the same wherever a goal is shown.

use leptos::prelude::*;
use spec::caveat::{Caveat, CaveatKind, Waiver, n_open};
use spec::texts::names;
use spec::texts::ui::caveats as words;
use spec::{Edit, Severity};

use crate::platform::time;
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Dialog, LinkButton, Pill, TextArea, Tone};

/// Where a caveat is mended.
fn stage(kind: CaveatKind) -> Stage {
    match kind {
        CaveatKind::Leak | CaveatKind::FewRows => Stage::Prepare,
        CaveatKind::UndefinedMetric => Stage::Frame,
        CaveatKind::Fairness | CaveatKind::Trials | CaveatKind::Threshold => Stage::Evaluate,
        CaveatKind::Stale | CaveatKind::NoGain => Stage::Train,
    }
}

fn tone(caveat: &Caveat) -> Tone {
    match caveat.severity {
        _ if !caveat.is_open() => Tone::Neutral,
        Severity::Error => Tone::Bad,
        _ => Tone::Warn,
    }
}

/// What stands against a figure: each with what to do about it, and a way to waive it for a reason. Nothing while there is
/// nothing to tell.
#[component]
pub fn CaveatList(#[prop(into)] caveats: Signal<Vec<Caveat>>) -> impl IntoView {
    let session = Session::get();
    let waiving = RwSignal::new(None::<Caveat>);
    let n = Memo::new(move |_| caveats.with(|caveats| n_open(caveats)));
    let is_open = Memo::new(move |_| n.get() > 0);
    let has_any = Memo::new(move |_| caveats.with(|caveats| !caveats.is_empty()));
    let summary = move || {
        let tone = if is_open.get() { Tone::Warn } else { Tone::Good };
        view! { <Pill text=words::n_open(n.get()) tone=tone/> <span class="muted">{words::ABOUT}</span> }
    };
    view! {
        <Show when=move || has_any.get()>
            <details class="caveats" open=move || is_open.get()>
                <summary>{summary}</summary>
                <ul class="plain lines" aria-label=words::TITLE>
                    {move || caveats.get().into_iter().map(|caveat| view! { <Line caveat waiving/> }).collect_view()}
                </ul>
            </details>
        </Show>
        <WaiveDialog session waiving/>
    }
}

#[component]
fn Line(caveat: Caveat, waiving: RwSignal<Option<Caveat>>) -> impl IntoView {
    let session = Session::get();
    let kind = caveat.kind;
    let href = Memo::new(move |_| {
        session.project.with(|project| {
            let project = project.as_ref();
            project.map_or_else(String::new, |project| Route::stage(&project.id, stage(kind)).to_string())
        })
    });
    let (says, hint) = (caveat.message.says(), caveat.message.hint());
    let waived = caveat.waived.clone();
    let cannot = Signal::derive(move || session.read_only.get().then(String::new));
    let (is_open, key, tone) = (caveat.is_open(), caveat.key.clone(), tone(&caveat));
    let open_again = move |()| {
        let key = key.clone();
        session.edit_or_report(Edit::UnwaiveCaveat { kind, key });
    };
    let under = match &waived {
        Some(waiver) => {
            let when = time::local_date_time(waiver.at_ms);
            format!("{} ({when})", words::waived(&waiver.reason))
        }
        None => hint,
    };
    let name = words::waive_which(&says);
    let waive = move |()| waiving.set(Some(caveat.clone()));
    view! {
        <li class="caveat">
            <Pill text=names::caveat(kind) tone=tone/>
            <span>{says} <small><bdi>{under}</bdi></small></span>
            <span class="row">
                {is_open.then(|| view! { <LinkButton label=words::go(kind) href=href kind=ButtonKind::Small/> })}
                {is_open.then(|| view! { <Button label=words::WAIVE name=name kind=ButtonKind::Small why_not=cannot on_press=waive/> })}
                {waived.is_some().then(|| view! { <Button label=words::OPEN_AGAIN kind=ButtonKind::Small why_not=cannot on_press=open_again/> })}
            </span>
        </li>
    }
}

#[component]
fn WaiveDialog(session: Session, waiving: RwSignal<Option<Caveat>>) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let close = move |()| {
        waiving.set(None);
        reason.set(String::new());
    };
    let why_not = Signal::derive(move || {
        let is_empty = reason.with(|reason| reason.trim().is_empty());
        is_empty.then(|| words::NEEDS_REASON.to_owned())
    });
    let waive = move |()| {
        if let Some(caveat) = waiving.get_untracked() {
            let waiver = Waiver {
                kind: caveat.kind,
                key: caveat.key,
                reason: reason.get_untracked().trim().to_owned(),
                at_ms: time::now_ms(),
                measure: caveat.measure,
            };
            session.edit_or_report(Edit::WaiveCaveat { waiver });
        }
        close(());
    };
    let says = move || waiving.with(|caveat| caveat.as_ref().map(|caveat| caveat.message.says()));
    view! {
        <Dialog title=words::WAIVE_TITLE open=Signal::derive(move || waiving.with(Option::is_some)) on_close=close>
            <p class="strong">{says}</p>
            <p class="muted">{words::WAIVE_ABOUT}</p>
            <TextArea label=words::REASON help=words::REASON_HELP live=true value=reason on_change=move |text: String| reason.set(text)/>
            <footer>
                <Button label=words::CANCEL on_press=close/>
                <Button label=words::WAIVE_DO kind=ButtonKind::Primary why_not=why_not on_press=waive/>
            </footer>
        </Dialog>
    }
}
