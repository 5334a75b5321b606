use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::{Answer, FormulaPreview, Job};
use spec::texts::number::count;
use spec::texts::ui::prepare as words;
use spec::{Failure, Value};

use crate::platform::time;
use crate::session::Session;
use crate::ui::unique_id;

/// How long typing must rest before the formula is tried.
const REST_MS: u32 = 250;

/// A formula with the first rows that it gives, or where it is wrong.
#[component]
pub fn FormulaField(
    label: String,
    value: Signal<String>,
    /// Names that can be used.
    columns: Signal<Vec<String>>,
    error: Signal<Option<String>>,
    on_change: Callback<String>,
) -> impl IntoView {
    let session = Session::get();
    let id = unique_id("formula");
    let help = format!("{id}-help");
    let preview = RwSignal::new(None::<Result<FormulaPreview, Failure>>);
    let turn = StoredValue::new(0u32);
    let attempt = move |expression: String| {
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        if expression.trim().is_empty() {
            preview.set(None);
            return;
        }
        spawn_local(async move {
            time::sleep(REST_MS).await;
            if turn.try_get_value() != Some(mine) {
                return;
            }
            let outcome = session.ask(Job::PreviewFormula { expression }).await;
            if turn.try_get_value() == Some(mine) {
                preview.set(match outcome.map(|reply| reply.answer) {
                    Ok(Answer::Formula(found)) => Some(Ok(found)),
                    Ok(_) => None,
                    Err(failure) => Some(Err(failure)),
                });
            }
        });
    };
    attempt(value.get_untracked());
    let shown = move || match preview.get() {
        None => ().into_any(),
        Some(Ok(found)) => rows(found).into_any(),
        Some(Err(failure)) => wrong(&failure).into_any(),
    };
    let insert = move |name: String| {
        let written = if name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            name
        } else {
            format!("[{name}]")
        };
        let text = format!("{} {written}", value.get_untracked()).trim_start().to_owned();
        on_change.run(text.clone());
        attempt(text);
    };
    view! {
        <div class="field formula">
            <label for=id.clone()>{label}</label>
            <textarea
                id=id
                class="mono"
                spellcheck="false"
                aria-describedby=help.clone()
                prop:value=move || value.get()
                on:input:target=move |event| {
                    on_change.run(event.target().value());
                    attempt(event.target().value());
                }
            ></textarea>
            <p class="help" id=help>{words::step::EXPRESSION_HELP}</p>
            <p class="formula-columns">
                <span class="muted">{words::FORMULA_COLUMNS}</span>
                {move || {
                    columns
                        .get()
                        .into_iter()
                        .map(|name| {
                            let this = name.clone();
                            view! { <button type="button" class="pill" on:click=move |_| insert(this.clone())><bdi>{name}</bdi></button> }
                        })
                        .collect_view()
                }}
            </p>
            <Show when=move || error.get().is_some()>
                <p class="error" role="alert">{move || error.get()}</p>
            </Show>
            <div aria-live="polite">{shown}</div>
        </div>
    }
}

fn rows(found: FormulaPreview) -> impl IntoView {
    let cells = found.rows.into_iter().take(5).map(|(row, cell)| {
        view! {
            <tr>
                <td class="num">{count(row as f64 + 1.0)}</td>
                <td class="num" class:na=cell.missing>{if cell.missing { words::MISSING.to_owned() } else { cell.text }}</td>
            </tr>
        }
    });
    view! {
        <table>
            <caption>{words::FORMULA_PREVIEW}</caption>
            <thead>
                <tr>
                    <th scope="col" class="num">{words::ROW_NUMBER}</th>
                    <th scope="col" class="num">{words::CONDITION_VALUE}</th>
                </tr>
            </thead>
            <tbody>{cells.collect_view()}</tbody>
        </table>
    }
}

fn wrong(failure: &Failure) -> impl IntoView + use<> {
    let position = match failure.message.values.get("position") {
        Some(Value::Count(position)) => Some(words::formula_error_at(*position)),
        _ => None,
    };
    let (says, hint) = (failure.message.says(), failure.message.hint());
    view! {
        <p class="error">{position.map(|position| view! { <b>{position} ": "</b> })} {says}</p>
        <p class="help">{hint}</p>
    }
}
