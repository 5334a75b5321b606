//! Light or dark, and how large. Stored; written as attributes of the root element, which `style/tokens.css` reads.

use super::{document, local};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    #[default]
    Normal,
    /// No text under 18 px.
    Projector,
}

impl Size {
    pub fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Projector => "projector",
        }
    }
}

pub fn theme() -> Theme {
    let stored = local::get("theme");
    Theme::ALL
        .into_iter()
        .find(|theme| stored.as_deref() == Some(theme.word()))
        .unwrap_or_default()
}

pub fn set_theme(theme: Theme) {
    local::set("theme", theme.word());
    attribute("data-theme", (theme != Theme::System).then(|| theme.word()));
}

pub fn size() -> Size {
    if local::get("size").as_deref() == Some(Size::Projector.word()) {
        Size::Projector
    } else {
        Size::Normal
    }
}

pub fn set_size(size: Size) {
    local::set("size", size.word());
    attribute("data-size", (size == Size::Projector).then(|| size.word()));
}

/// To be called once at start, before the first paint of the page.
pub fn apply_stored() {
    set_theme(theme());
    set_size(size());
}

fn attribute(name: &str, value: Option<&str>) {
    let Some(root) = document().and_then(|document| document.document_element()) else {
        return;
    };
    match value {
        Some(value) => root.set_attribute(name, value).ok(),
        None => root.remove_attribute(name).ok(),
    };
}
