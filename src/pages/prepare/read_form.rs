use leptos::prelude::*;
use spec::read::Encoding;
use spec::texts::ui::prepare as words;

use super::import::{self, ReadDraft};
use super::import_flow::ImportFlow;
use super::read_columns::ReadColumns;
use crate::ui::{Checkbox, Select, SelectOption, TextArea, TextField};

/// Everything that was sniffed, changeable; the preview follows.
#[component]
pub fn ReadForm(flow: ImportFlow) -> impl IntoView {
    let draft = flow.draft;
    let change = move |act: &dyn Fn(&mut ReadDraft)| {
        draft.update(|draft| {
            if let Some(draft) = draft {
                act(draft);
            }
        });
        if let Some(Ok(options)) = draft.with_untracked(|draft| draft.as_ref().map(ReadDraft::build)) {
            flow.again(options);
        }
    };
    let text = move |get: fn(&ReadDraft) -> String| {
        Signal::derive(move || draft.with(|draft| draft.as_ref().map(get).unwrap_or_default()))
    };
    let flag = move |get: fn(&ReadDraft) -> bool| Signal::derive(move || draft.with(|draft| draft.as_ref().is_some_and(get)));
    let error = move |name: &'static str| {
        Signal::derive(move || {
            draft.with(|draft| match draft.as_ref().map(ReadDraft::build) {
                Some(Err((wrong, problem))) if wrong == name => Some(problem.to_owned()),
                _ => None,
            })
        })
    };
    let encodings: Vec<SelectOption> = Encoding::ALL
        .into_iter()
        .map(|one| SelectOption::new(import::encoding_id(one), words::encoding(one)))
        .collect();
    view! {
        <div class="form-grid read-form">
            <TextField
                label=words::DELIMITER
                help=words::DELIMITER_HELP
                value=text(|draft| draft.delimiter.clone())
                error=error("delimiter")
                on_change=move |text: String| change(&|draft| draft.delimiter.clone_from(&text))
            />
            <Select
                label=words::ENCODING
                options=encodings
                value=text(|draft| import::encoding_id(draft.options.encoding).to_owned())
                on_change=move |id: String| {
                    if let Some(encoding) = import::encoding(&id) {
                        change(&|draft| draft.options.encoding = encoding);
                    }
                }
            />
            <TextField
                label=words::QUOTE
                help=words::QUOTE_HELP
                value=text(|draft| draft.quote.clone())
                error=error("quote")
                on_change=move |text: String| change(&|draft| draft.quote.clone_from(&text))
            />
            <TextField
                label=words::SKIP_LINES
                value=text(|draft| draft.skip_lines.clone())
                error=error("skip_lines")
                on_change=move |text: String| change(&|draft| draft.skip_lines.clone_from(&text))
            />
            <div class="stack whole">
                <Checkbox
                    label=words::HEADER
                    checked=flag(|draft| draft.options.has_header)
                    on_change=move |on: bool| change(&|draft| draft.options.has_header = on)
                />
                <Checkbox
                    label=words::DECIMAL_COMMA
                    checked=flag(|draft| draft.options.decimal_comma)
                    on_change=move |on: bool| {
                        change(&|draft| {
                            draft.options.decimal_comma = on;
                            draft.options.decimal_stated = true;
                        });
                    }
                />
                <Checkbox
                    label=words::DROP_REMARKS
                    checked=flag(|draft| draft.options.drop_remarks)
                    on_change=move |on: bool| change(&|draft| draft.options.drop_remarks = on)
                />
            </div>
            <details class="whole">
                <summary>{words::READ_MORE}</summary>
                <div class="form-grid">
                    <TextArea
                        label=words::MISSING_TOKENS
                        help=words::MISSING_HELP
                        value=text(|draft| draft.missing.clone())
                        on_change=move |text: String| change(&|draft| draft.missing.clone_from(&text))
                    />
                    <div class="stack">
                        <TextField
                            label=words::COMMENT
                            help=words::COMMENT_HELP
                            value=text(|draft| draft.comment.clone())
                            error=error("comment")
                            on_change=move |text: String| change(&|draft| draft.comment.clone_from(&text))
                        />
                        <Checkbox
                            label=words::BACKSLASH
                            checked=flag(|draft| draft.options.backslash_escapes)
                            on_change=move |on: bool| change(&|draft| draft.options.backslash_escapes = on)
                        />
                    </div>
                </div>
            </details>
            <ReadColumns flow/>
        </div>
    }
}
