use leptos::prelude::*;
use spec::framing::Notes;
use spec::texts::ui::frame as words;

use super::sheet::Sheet;
use crate::ui::{Card, TextArea};

/// Notes that the model card prints.
#[component]
pub fn NotesCard(sheet: Sheet) -> impl IntoView {
    let part = move |of: fn(&Notes) -> String| sheet.part(move |framing| of(&framing.notes));
    view! {
        <Card title=words::NOTES>
            <div class="form-grid">
                <TextArea
                    label=words::ASSUMPTIONS
                    value=part(|notes| notes.assumptions.clone())
                    placeholder=words::ASSUMPTIONS_HINT
                    disabled=sheet.locked
                    on_change=move |text: String| sheet.change(|framing| framing.notes.assumptions = text)
                />
                <TextArea
                    label=words::DATA_SOURCE
                    value=part(|notes| notes.data_source.clone())
                    placeholder=words::DATA_SOURCE_HINT
                    disabled=sheet.locked
                    on_change=move |text: String| sheet.change(|framing| framing.notes.data_source = text)
                />
                <TextArea
                    label=words::CONSENT
                    value=part(|notes| notes.consent.clone())
                    placeholder=words::CONSENT_HINT
                    disabled=sheet.locked
                    on_change=move |text: String| sheet.change(|framing| framing.notes.consent = text)
                />
                <TextArea
                    label=words::ETHICS
                    value=part(|notes| notes.ethics.clone())
                    placeholder=words::ETHICS_HINT
                    disabled=sheet.locked
                    on_change=move |text: String| sheet.change(|framing| framing.notes.ethics = text)
                />
            </div>
        </Card>
    }
}
