use leptos::prelude::*;
use spec::profile::{ColumnProfile, Distribution};

use super::histogram;
use super::plot::Role;
use super::scale::Scale;

/// The small bars in a column's header.
#[component]
pub fn Spark(
    /// Of the column.
    profile: ColumnProfile,
    /// Colour of the bars.
    role: Role,
) -> impl IntoView {
    let counts: Vec<u64> = match &profile.distribution {
        Distribution::Histogram { counts, .. } => counts.clone(),
        // One bar for all others would hide the levels where most rows are of others, as in a column of ids.
        Distribution::Levels { top, n_other } => {
            let n_top: u64 = top.iter().map(|(_, n)| *n).sum();
            top.iter()
                .map(|(_, n)| *n)
                .chain(Some(*n_other).filter(|n| (1..=n_top).contains(n)))
                .collect()
        }
        Distribution::Empty => Vec::new(),
    };
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let bars = histogram::bars(&counts, Scale::new(0.0, most as f64));
    let summary = histogram::of_column(&profile.name, profile.column_type, &profile.distribution).summary;
    view! {
        <svg class=format!("spark bars {}", role.class()) viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label=summary>
            {bars
                .into_iter()
                .map(|bar| {
                    view! {
                        <rect
                            x=format!("{:.1}", bar.x)
                            y=format!("{:.1}", bar.y.min(98.0))
                            width=format!("{:.1}", bar.width)
                            height=format!("{:.1}", bar.height.max(2.0))
                        />
                    }
                })
                .collect_view()}
        </svg>
    }
}
