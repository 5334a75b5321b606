use std::collections::BTreeMap;

use leptos::prelude::*;
use spec::profile::{AlertKind, Distribution, Fix, Profile};
use spec::step::{MergeLevels, PipelineKind};
use spec::texts::number::count;
use spec::texts::ui::prepare as words;

use super::levels::{shown, suggest};
use crate::form::FormValue;
use crate::session::Session;

/// Which level becomes which: suggested by fingerprint, each changeable.
#[component]
pub fn LevelsField(
    value: Signal<FormValue>,
    error: Signal<Option<String>>,
    /// All values of the form: one is the column.
    values: Signal<BTreeMap<String, FormValue>>,
    on_change: Callback<FormValue>,
) -> impl IntoView {
    let session = Session::get();
    let column = Memo::new(move |_| {
        values.with(|values| {
            values
                .get("column")
                .map_or_else(String::new, |column| column.text().to_owned())
        })
    });
    let known = Memo::new(move |_| {
        let column = column.get();
        session.description.with(|description| {
            let profile = description.as_ref().and_then(|description| description.profile.as_ref());
            profile
                .map(|profile| (levels(profile, &column), suggestion(profile, &column)))
                .unwrap_or_default()
        })
    });
    // Another column brings its own suggestion; what a step already says stays.
    Effect::new(move |before: Option<String>| {
        let column = column.get();
        let suggestion = known.get().1;
        let is_other = before.as_ref().is_some_and(|before| *before != column);
        if is_other || value.with_untracked(levels_of).is_empty() {
            on_change.run(FormValue::Levels(suggestion));
        }
        column
    });
    let becomes = move |level: &str| value.with(|value| levels_of(value).get(level).cloned());
    let set = move |level: &str, to: String| {
        let mut levels = value.with_untracked(levels_of);
        if to.is_empty() || to == level {
            levels.remove(level);
        } else {
            levels.insert(level.to_owned(), to);
        }
        on_change.run(FormValue::Levels(levels));
    };
    let line = move |(level, n): (String, Option<u64>)| {
        let (this, changed) = (level.clone(), level.clone());
        view! {
            <tr>
                <td><bdi>{shown(&level)}</bdi></td>
                <td class="num">{n.map(|n| count(n as f64))}</td>
                <td>
                    <input
                        type="text"
                        aria-label=format!("{} {}", level, words::BECOMES)
                        placeholder=level
                        prop:value=move || becomes(&this).unwrap_or_default()
                        on:change:target=move |event| set(&changed, event.target().value())
                    />
                </td>
            </tr>
        }
    };
    let table = move || {
        let (levels, suggestion) = known.get();
        let note = if suggestion.is_empty() {
            words::NO_SUGGESTION
        } else {
            words::SUGGESTED
        };
        view! {
            <p class="muted">{note}</p>
            <div class="levels" tabindex="0">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{words::LEVEL}</th>
                            <th scope="col" class="num">{words::ROWS}</th>
                            <th scope="col">{words::BECOMES}</th>
                        </tr>
                    </thead>
                    <tbody>{levels.into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        }
    };
    view! {
        <Show when=move || !column.get().is_empty() fallback=|| view! { <p class="muted">{words::NO_LEVELS}</p> }>{table()}</Show>
        <Show when=move || error.get().is_some()>
            <p class="error" role="alert">{move || error.get()}</p>
        </Show>
    }
}

fn levels_of(value: &FormValue) -> BTreeMap<String, String> {
    match value {
        FormValue::Levels(levels) => levels.clone(),
        _ => BTreeMap::new(),
    }
}

/// The levels that the profile shows with their rows, and those that the alert about variants names, whose rows it does not
/// count.
fn levels(profile: &Profile, column: &str) -> Vec<(String, Option<u64>)> {
    let found = profile.columns.iter().find(|one| one.name == column);
    let mut levels: Vec<(String, Option<u64>)> = match found.map(|one| &one.distribution) {
        Some(Distribution::Levels { top, .. }) => top.iter().map(|(level, n)| (level.clone(), Some(*n))).collect(),
        _ => Vec::new(),
    };
    for level in suggestion(profile, column).into_keys() {
        if levels.iter().all(|known| known.0 != level) {
            levels.push((level, None));
        }
    }
    levels
}

/// What the engine found over all rows, else what looks alike among the levels shown.
fn suggestion(profile: &Profile, column: &str) -> BTreeMap<String, String> {
    let of_alert = profile
        .alerts
        .iter()
        .filter(|alert| alert.kind == AlertKind::DirtyCategories)
        .find_map(|alert| match &alert.fix {
            Some(Fix::Pipeline {
                step: PipelineKind::MergeLevels(MergeLevels { column: other, map }),
            }) if other == column => Some(map.clone()),
            _ => None,
        });
    of_alert.unwrap_or_else(|| {
        match profile
            .columns
            .iter()
            .find(|one| one.name == column)
            .map(|one| &one.distribution)
        {
            Some(Distribution::Levels { top, .. }) => suggest(top),
            _ => BTreeMap::new(),
        }
    })
}
