use leptos::prelude::*;

/// Colour with a meaning; never the only sign of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Accent,
    Good,
    Warn,
    Bad,
}

impl Tone {
    /// The CSS class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Accent => "accent",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    /// The mark that says the same without colour.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Neutral | Self::Accent => "",
            Self::Good => "✓",
            Self::Warn => "!",
            Self::Bad => "✕",
        }
    }
}

/// A short state in a rounded box: "Met, not certain".
#[component]
pub fn Pill(
    /// The word.
    #[prop(into)]
    text: Signal<String>,
    /// Its meaning.
    #[prop(into, optional)]
    tone: Signal<Tone>,
) -> impl IntoView {
    view! {
        <span class=move || format!("pill {}", tone.get().class())>
            {move || {
                let mark = tone.get().mark();
                (!mark.is_empty()).then(|| view! { <i aria-hidden="true">{mark}</i> })
            }} {move || text.get()}
        </span>
    }
}
