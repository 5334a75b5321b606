use leptos::prelude::*;
use spec::Edit;
use spec::texts::ui::train as words;

use super::leaderboard::RunLine;
use crate::session::Session;
use crate::ui::{ButtonKind, Menu, MenuItem, Pill, Tone};

/// One run of the leaderboard.
#[component]
pub fn RunRow(
    line: RunLine,
    /// The run whose details are shown.
    shown: RwSignal<Option<u32>>,
    /// The run that is about to be deleted.
    deleting: RwSignal<Option<u32>>,
) -> impl IntoView {
    let session = Session::get();
    let run = line.run;
    let mut scores = line.scores.into_iter();
    // What it says of the rows that it learned from stands beside what it says of others.
    let primary = scores
        .next()
        .map(|score| view! { <td class="num">{score}</td> <td class="num">{line.train}</td> });
    let scores = (
        primary,
        scores.map(|score| view! { <td class="num">{score}</td> }).collect_view(),
    );
    let items = vec![
        MenuItem::new(words::DETAILS, move || shown.set(Some(run))),
        MenuItem::new(words::DELETE, move || deleting.set(Some(run))).danger(),
    ];
    view! {
        <tr class:current=line.is_current class:stale=line.is_stale class:baseline=line.is_baseline>
            <td>
                <input
                    type="radio"
                    name="champion"
                    aria-label=words::use_run(run)
                    prop:checked=line.is_current
                    disabled=move || session.read_only.get()
                    on:change=move |_| session.edit_or_report(Edit::SetChampion { run: Some(run) })
                />
            </td>
            <td class="num">{run}</td>
            <th scope="row">
                <button type="button" class="link" on:click=move |_| shown.set(Some(run))>{line.name}</button>
                {(!line.is_exact).then(|| view! { <abbr title=words::INEXACT_HELP>{words::INEXACT}</abbr> })}
                {(line.n_warnings > 0)
                    .then(|| view! { <span title=words::WARNINGS><Pill text=words::n_warnings(line.n_warnings) tone=Tone::Warn/></span> })}
                {line.is_stale.then(|| view! { <span title=words::STALE_HELP><Pill text=words::STALE tone=Tone::Warn/></span> })}
                {(!line.copies.is_empty()).then(|| view! { <small class="under">{words::copies(&line.copies)}</small> })}
            </th>
            <td class="settings">{line.settings.join(", ")}</td>
            {scores}
            <td class="num">{line.fit_time}</td>
            <td class="num">{line.predict_time}</td>
            <td class="num">{line.size}</td>
            <td>
                {line
                    .fit
                    .map(|(verdict, tone, says)| view! { <span title=says><Pill text=words::fit(verdict) tone=tone/></span> })}
            </td>
            <td><Menu label="" name=words::actions_of(run) kind=ButtonKind::Quiet items=items/></td>
        </tr>
    }
}
