use leptos::prelude::*;
use spec::read::Sniff;
use spec::texts::ui::prepare as words;

use super::import_flow::ImportFlow;
use super::read_form::ReadForm;
use crate::ui::{Banner, Button, ButtonKind, Dialog, ErrorState, ProgressBar, Tone};

/// How the file is read, before anything is imported.
#[component]
pub fn ImportDialog(flow: ImportFlow) -> impl IntoView {
    let open = Memo::new(move |_| flow.file.with(Option::is_some));
    let title = move || {
        flow.file.with(|file| {
            file.as_ref()
                .map_or_else(|| words::IMPORT_TITLE.to_owned(), |file| file.name.clone())
        })
    };
    let options = Memo::new(move |_| flow.draft.with(|draft| draft.as_ref().map(super::import::ReadDraft::build)));
    let why_not = Signal::derive(move || match options.get() {
        Some(Ok(_)) if flow.sniff.with(Option::is_some) => None,
        Some(Err((_, problem))) => Some(problem.to_owned()),
        _ => Some(String::new()),
    });
    let import = move |()| {
        if let Some(Ok(options)) = options.get_untracked() {
            flow.import(options);
        }
    };
    let failed = move || flow.failure.get().map(|failure| view! { <ErrorState failure=failure/> });
    view! {
        <Dialog title=Signal::derive(title) open=open on_close=move |()| flow.close() wide=true>
            {failed}
            {move || flow.remark.get().map(|remark| view! { <Banner tone=Tone::Warn message=format!("{}. {}", remark.says(), remark.hint())/> })}
            <Show when=move || flow.is_sniffing.get() && flow.sniff.with(Option::is_none)>
                <p class="muted" role="status">{words::SNIFFING}</p>
                <ProgressBar progress=Signal::derive(|| None)/>
            </Show>
            <Show when=move || flow.draft.with(Option::is_some)>
                <ReadForm flow/>
            </Show>
            {move || flow.sniff.get().map(preview)}
            <footer>
                <Button label=words::CANCEL on_press=move |()| flow.close()/>
                <Button label=words::IMPORT kind=ButtonKind::Primary why_not=why_not on_press=import/>
            </footer>
        </Dialog>
    }
}

fn preview(sniff: Sniff) -> impl IntoView {
    let estimate = words::estimate(sniff.n_rows_estimate, sniff.header.len(), sniff.n_bytes_estimate);
    let cells = |row: Vec<String>| {
        view! { <tr>{row.into_iter().take(40).map(|cell| view! { <td><bdi>{cell}</bdi></td> }).collect_view()}</tr> }
    };
    view! {
        {sniff
            .notes
            .iter()
            .map(|note| view! { <Banner tone=Tone::Warn message=format!("{} {}", note.says(), note.hint())/> })
            .collect_view()}
        <div class="sniffed" tabindex="0" role="region" aria-label=words::PREVIEW>
            <table>
                <thead>
                    <tr>{sniff.header.into_iter().take(40).map(|name| view! { <th scope="col"><bdi>{name}</bdi></th> }).collect_view()}</tr>
                </thead>
                <tbody>{sniff.rows.into_iter().take(20).map(cells).collect_view()}</tbody>
            </table>
        </div>
        <p class="muted">{estimate} ". " {words::PREVIEW_NOTE}</p>
    }
}
