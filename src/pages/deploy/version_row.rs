use leptos::prelude::*;
use spec::Edit;
use spec::registry::ModelRef;
use spec::texts::ui::registry as words;

use super::versions::{Action, VersionLine};
use crate::pages::goal;
use crate::platform::time;
use crate::session::Session;
use crate::ui::{ButtonKind, Menu, MenuItem, Pill, Tone};

/// One version: its figures, its note to be edited in place, and what can be done about it.
#[component]
pub fn VersionRow(
    line: VersionLine,
    subject: Signal<Option<ModelRef>>,
    /// The action that is about to be done.
    acting: RwSignal<Option<Action>>,
    /// The version whose lineage is shown.
    lineage: RwSignal<Option<u32>>,
    on_choose: Callback<ModelRef>,
) -> impl IntoView {
    let session = Session::get();
    let number = line.number;
    let of = ModelRef::Version(number);
    let actions = line.actions.clone();
    let items = Signal::derive(move || {
        let mut items = vec![
            MenuItem::new(words::SHOW, move || on_choose.run(of)),
            MenuItem::new(words::LINEAGE, move || lineage.set(Some(number))),
        ];
        // Another tab writes: nothing can be changed here.
        if !session.read_only.get() {
            items.extend(
                actions
                    .iter()
                    .map(|&action| MenuItem::new(action.label(), move || acting.set(Some(action)))),
            );
        }
        items
    });
    let note = move |text: String| {
        session.edit_or_report(Edit::NoteVersion {
            version: number,
            note: text,
        })
    };
    let is_shown = move || subject.get() == Some(of);
    view! {
        <tr class:current=is_shown>
            <th scope="row">
                <button type="button" class="link" aria-label=words::choose(number) aria-current=move || is_shown().then_some("true") on:click=move |_| on_choose.run(of)>
                    {number}
                </button>
                {line.is_champion.then(|| view! { <Pill text=words::CHAMPION tone=Tone::Accent/> })}
                {line.is_challenger.then(|| view! { <Pill text=words::CHALLENGER/> })}
            </th>
            <td class="number">
                {line.algorithm}
                <small class="under">{words::of_run(line.run)} ", " {time::local_date_time(line.at_ms)}</small>
            </td>
            <td class="number">{line.figure} <small class="under">{line.interval}</small></td>
            <td>
                {match line.verdict {
                    Some(verdict) => {
                        let n_open = line.n_open;
                        view! { <Pill text=goal::verdict_words(verdict, n_open) tone=goal::tone(verdict, n_open)/> }.into_any()
                    }
                    None => view! { <span class="muted">{words::NO_GOAL}</span> }.into_any(),
                }}
            </td>
            <td class="num">{line.threshold}</td>
            <td><code title=line.data.1>{line.data.0}</code></td>
            <td class="note">
                <input
                    type="text"
                    class="in-place"
                    aria-label=words::note_of(number)
                    placeholder=words::ADD_NOTE
                    disabled=move || session.read_only.get()
                    prop:value=line.note
                    on:change:target=move |ev| note(ev.target().value().trim().to_owned())
                />
            </td>
            <td><Menu label="" name=words::actions_of(number) kind=ButtonKind::Quiet items=items/></td>
        </tr>
    }
}
