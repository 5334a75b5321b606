use leptos::prelude::*;
use spec::ColumnType;
use spec::job::SortBy;
use spec::profile::{ColumnProfile, Distribution};
use spec::texts::number::significant;
use spec::texts::ui::prepare as words;

use crate::chart::plot::Role;
use crate::chart::{Spark, date};
use crate::ui::{Select, SelectOption};

/// Distribution, name, type, range or levels, missing share and distinct count of one column.
#[component]
pub fn ColumnHeader(
    name: String,
    column_type: ColumnType,
    /// None for a column that the profile does not have.
    profile: Option<ColumnProfile>,
    /// Rows that the profile is of.
    n_rows: u64,
    is_target: bool,
    sort: RwSignal<Option<SortBy>>,
    /// Changes the type; None where it cannot be changed.
    on_type: Option<Callback<(String, ColumnType)>>,
) -> impl IntoView {
    let sorted = {
        let name = name.clone();
        Memo::new(move |_| sort.with(|sort| sort.as_ref().filter(|sort| sort.column == name).map(|sort| sort.descending)))
    };
    let press = {
        let name = name.clone();
        move |_| {
            let next = match sorted.get_untracked() {
                None => Some(false),
                Some(false) => Some(true),
                Some(true) => None,
            };
            sort.set(next.map(|descending| SortBy {
                column: name.clone(),
                descending,
            }));
        }
    };
    let role = if is_target { Role::Series(1) } else { role(column_type) };
    let spread = profile.as_ref().map(spread);
    let facts = profile.as_ref().map(|profile| facts(profile, n_rows));
    let overridden = profile.as_ref().is_some_and(|profile| profile.overridden);
    view! {
        <th
            scope="col"
            class:num=column_type == ColumnType::Number
            aria-sort=move || sorted.get().map(|descending| if descending { "descending" } else { "ascending" })
        >
            <div class="column-head">
                {profile.map(|profile| view! { <Spark profile role/> })}
                <button type="button" class="column-name" title=name.clone() aria-label=words::sort_by(&name) on:click=press>
                    <bdi>{name.clone()}</bdi>
                    <i aria-hidden="true">
                        {move || sorted.get().map(|descending| if descending { "▼" } else { "▲" })}
                    </i>
                </button>
                <span class="column-type">
                    {match on_type {
                        Some(on_type) => type_select(name, column_type, on_type).into_any(),
                        None => view! { <span>{words::column_type(column_type)}</span> }.into_any(),
                    }}
                    {overridden.then_some(words::TYPE_BY_YOU)}
                    {spread}
                    {is_target.then(|| view! { <b>" ◎ "{words::TARGET}</b> })}
                </span>
                {facts
                    .map(|(distinct, missing, has_missing)| {
                        view! {
                            <span>{distinct} " · " <span class:some-missing=has_missing>{missing}</span></span>
                        }
                    })}
            </div>
        </th>
    }
}

fn type_select(name: String, column_type: ColumnType, on_type: Callback<(String, ColumnType)>) -> impl IntoView {
    let options: Vec<SelectOption> = ColumnType::ALL
        .into_iter()
        .map(|one| SelectOption::new(one.name(), words::column_type(one)))
        .collect();
    let label = words::type_of(&name);
    let change = move |chosen: String| {
        if let Some(one) = ColumnType::ALL.into_iter().find(|one| one.name() == chosen) {
            on_type.run((name.clone(), one));
        }
    };
    view! { <Select label=label options=options value=column_type.name().to_owned() bare=true on_change=change/> }
}

fn role(column_type: ColumnType) -> Role {
    match column_type {
        ColumnType::Number => Role::Series(0),
        ColumnType::Category | ColumnType::Boolean => Role::Series(2),
        ColumnType::Time => Role::Series(3),
        ColumnType::Text => Role::Series(4),
    }
}

fn spread(profile: &ColumnProfile) -> String {
    match &profile.distribution {
        Distribution::Histogram { low, high, .. } if profile.column_type == ColumnType::Time => {
            words::span(&date::label(*low), &date::label(*high))
        }
        Distribution::Histogram { low, high, .. } => words::span(&significant(*low, 4), &significant(*high, 4)),
        Distribution::Levels { .. } | Distribution::Empty => String::new(),
    }
}

/// Distinct values, missing share, and whether any is missing.
fn facts(profile: &ColumnProfile, n_rows: u64) -> (String, String, bool) {
    let share = if n_rows == 0 {
        0.0
    } else {
        profile.n_missing as f64 / n_rows as f64
    };
    (
        words::distinct(profile.n_distinct),
        words::missing_share(share),
        profile.n_missing > 0,
    )
}
