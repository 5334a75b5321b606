use leptos::prelude::*;
use spec::texts::ui::common;

use super::field::described_by;
use super::{Field, unique_id};

/// A number, read as the user types it: `0.85`, `1,000`, `-3`, `1e-4`. None for an empty text.
///
/// Errors: the sentence to show under the field.
pub fn parse_number(text: &str) -> Result<Option<f64>, String> {
    let plain: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '\u{202f}' | '_'))
        .collect();
    let plain = plain.replace('−', "-");
    if plain.is_empty() {
        return Ok(None);
    }
    // A comma that is not followed by three digits is somebody's decimal mark: ask, do not guess.
    if let Some((_, after)) = text.trim().rsplit_once(',')
        && after.chars().take_while(char::is_ascii_digit).count() != 3
    {
        return Err(common::decimal_comma(text.trim()));
    }
    plain
        .parse::<f64>()
        .ok()
        .filter(|x| x.is_finite())
        .map(Some)
        .ok_or_else(|| common::not_a_number(text.trim()))
}

/// The greatest whole number below which every one has a value of its own.
pub const MAX_WHOLE: f64 = 9_007_199_254_740_991.0;

fn is_whole(x: f64) -> bool {
    x.fract() == 0.0 && x.abs() <= MAX_WHOLE
}

/// A number with its unit. Reports at change, and only what reads as a number within the bounds.
#[component]
pub fn NumberField(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<Option<f64>>,
    /// Lowest value allowed.
    #[prop(into, optional)]
    min: Signal<Option<f64>>,
    /// Highest value allowed.
    #[prop(into, optional)]
    max: Signal<Option<f64>>,
    #[prop(into, optional)] unit: Signal<String>,
    #[prop(into, optional)] help: Signal<String>,
    /// An error from outside; the field's own (not a number, out of range) comes first.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    #[prop(into, optional)] placeholder: Signal<String>,
    #[prop(into, optional)] term: String,
    /// Empty is allowed and reported as None.
    #[prop(optional)]
    optional: bool,
    /// A whole number that is kept to the digit: any other, and one too large for that, is refused.
    #[prop(optional)]
    whole: bool,
    #[prop(into, optional)] disabled: Signal<bool>,
    #[prop(into)] on_change: Callback<Option<f64>>,
) -> impl IntoView {
    let id = unique_id("number");
    // The field's own error holds for the value that it was typed over: an undo or another choice takes it away.
    let own_error = RwSignal::new(None::<(String, Option<f64>)>);
    let shown = Memo::new(move |_| {
        let own = own_error.get().filter(|(_, over)| *over == value.get());
        own.map(|(wrong, _)| wrong).or_else(|| error.get())
    });
    let refuse = move |wrong: String| own_error.set(Some((wrong, value.get_untracked())));
    let take = move |text: String| match parse_number(&text) {
        Err(wrong) => refuse(wrong),
        Ok(None) if !optional => refuse(common::NEEDS_NUMBER.to_owned()),
        Ok(Some(x)) if min.get_untracked().is_some_and(|low| x < low) || max.get_untracked().is_some_and(|high| high < x) => {
            refuse(common::out_of_range(min.get_untracked(), max.get_untracked()));
        }
        Ok(Some(x)) if whole && !is_whole(x) => refuse(common::not_a_whole_number(text.trim())),
        Ok(x) => {
            own_error.set(None);
            on_change.run(x);
        }
    };
    view! {
        <Field id=id.clone() label=label help=help error=shown term=term>
            <div class="with-unit">
                <input
                    type="text"
                    class="number"
                    inputmode="decimal"
                    id=id.clone()
                    autocomplete="off"
                    placeholder=move || placeholder.get()
                    disabled=move || disabled.get()
                    aria-describedby=described_by(&id)
                    aria-invalid=move || shown.read().is_some().then_some("true")
                    prop:value=move || value.get().map_or_else(String::new, |x| x.to_string())
                    on:change:target=move |ev| take(ev.target().value())
                />
                {move || Some(unit.get()).filter(|unit| !unit.is_empty()).map(|unit| view! { <span class="unit">{unit}</span> })}
            </div>
        </Field>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_typed() {
        assert_eq!(parse_number(" 0.85 "), Ok(Some(0.85)));
        assert_eq!(parse_number("1,000"), Ok(Some(1000.0)));
        assert_eq!(parse_number("12 500.5"), Ok(Some(12500.5)));
        assert_eq!(parse_number("−3"), Ok(Some(-3.0)));
        assert_eq!(parse_number("1e-4"), Ok(Some(1e-4)));
        assert_eq!(parse_number("  "), Ok(None));
    }

    #[test]
    fn whole_numbers_are_kept_to_the_digit() {
        let verdicts = [0.0, 42.0, -1.0, MAX_WHOLE, 1.5, 1e20, MAX_WHOLE + 1.0].map(is_whole);
        assert_eq!(verdicts, [true, true, true, true, false, false, false]);
    }

    #[test]
    fn what_is_not_a_number_is_said() {
        for text in ["abc", "1.2.3", "NaN", "inf", "12x", "0,85", "1,5"] {
            assert!(parse_number(text).is_err(), "{text}");
        }
    }
}
