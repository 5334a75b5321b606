use leptos::prelude::*;

use super::{Pill, Term, Tone};

/// The words of a [`Figure`], already formatted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FigureText {
    /// "ROC AUC".
    pub name: String,
    /// Glossary entry of the name; empty for none.
    pub term: String,
    /// "0.862"; "not defined" when there is none.
    pub value: String,
    pub unit: String,
    /// "95% 0.842–0.881 · baseline 0.500".
    pub beside: String,
    /// "Met, not certain"; empty leaves the pill out.
    pub verdict: String,
    pub tone: Tone,
    /// One sentence in the learner's own data.
    pub sentence: String,
}

/// A figure with its unit, interval, baseline, verdict and one sentence.
#[component]
pub fn Figure(#[prop(into)] text: Signal<FigureText>) -> impl IntoView {
    view! {
        <div class="figure">
            {move || {
                let FigureText { name, term, value, unit, beside, verdict, tone, sentence } = text.get();
                let name = if term.is_empty() { name.into_any() } else { view! { <Term id=term text=name /> }.into_any() };
                view! {
                    <span class="muted">{name}</span>
                    <span class="big">{value} <span class="unit">" "{unit}</span></span>
                    <span class="muted">{beside}</span>
                    {(!verdict.is_empty()).then(|| view! { <Pill text=verdict tone=tone /> })}
                    {(!sentence.is_empty()).then(|| view! { <p class="says">{sentence}</p> })}
                }
            }}
        </div>
    }
}
