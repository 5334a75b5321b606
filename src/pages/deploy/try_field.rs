use leptos::prelude::*;
use spec::ColumnType;
use spec::explain::ModelInput;
use spec::texts::ui::{deploy as words, explain};

use super::inputs;
use crate::ui::{Select, SelectOption, TextField};

/// Levels that are offered while typing.
const SUGGESTED: usize = 200;

/// One cell of the form, by the column's type.
#[component]
pub fn TryField(
    input: ModelInput,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(into)] on_change: Callback<String>,
) -> impl IntoView {
    let label = input.column.clone();
    if input.column_type == ColumnType::Boolean {
        let (no, yes) = inputs::boolean_words(&input);
        let options = vec![
            SelectOption::new("", explain::MISSING),
            SelectOption::new(no.clone(), no),
            SelectOption::new(yes.clone(), yes),
        ];
        return view! { <Select label=label options=options value=value error=error on_change=on_change/> }.into_any();
    }
    let help = inputs::range(&input).map_or_else(String::new, |(low, high)| words::range(&low, &high));
    let placeholder = if input.column_type == ColumnType::Time {
        words::TIME_HELP
    } else {
        explain::MISSING
    };
    let suggestions: Vec<String> = input.levels.iter().take(SUGGESTED).cloned().collect();
    view! {
        <TextField
            label=label
            value=value
            help=help
            error=error
            placeholder=placeholder
            suggestions=suggestions
            is_number=input.column_type == ColumnType::Number
            live=true
            on_change=on_change
        />
    }
    .into_any()
}
