use leptos::prelude::*;
use spec::job::ProjectCard;
use spec::texts::number;
use spec::texts::ui::{home as words, shell};

use super::project_menu::ProjectMenu;
use super::{Starter, model};
use crate::hall::Hall;
use crate::platform::time;
use crate::route::{Route, Stage};
use crate::ui::{Button, ButtonKind, Card, Pill, Tone};

/// Projects shown before "show all".
const N_SHOWN: usize = 5;

/// The projects in this browser, newest first.
#[component]
pub fn Recent(starter: Starter) -> impl IntoView {
    let hall = Hall::get();
    let all = RwSignal::new(false);
    let n_projects = Memo::new(move |_| hall.projects.with(|cards| cards.as_ref().map_or(0, Vec::len)));
    let is_cut = Memo::new(move |_| !all.get() && n_projects.get() > N_SHOWN + 1);
    let cards = move || {
        hall.projects
            .with(|cards| model::recent(cards.as_deref().unwrap_or_default()))
    };
    view! {
        <Card
            title=words::RECENT
            flush=true
            actions=move || {
                view! {
                    <Show when=move || is_cut.get()>
                        <Button
                            label=move || words::show_all(n_projects.get())
                            kind=ButtonKind::Small
                            on_press=move || all.set(true)
                        />
                    </Show>
                }
            }
        >
            <div class="scroll">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{words::NAME}</th>
                            <th scope="col">{words::DATA}</th>
                            <th scope="col" class="num">
                                {words::RUNS}
                            </th>
                            <th scope="col">{words::CHANGED}</th>
                            <th scope="col">
                                <span class="hidden-text">{words::ACTIONS}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || shown(cards(), is_cut.get()) key=|card| (card.id.clone(), card.generation, card.name.clone()) let:card>
                            <Row card starter />
                        </For>
                    </tbody>
                </table>
            </div>
        </Card>
    }
}

fn shown(mut cards: Vec<ProjectCard>, is_cut: bool) -> Vec<ProjectCard> {
    if is_cut {
        cards.truncate(N_SHOWN);
    }
    cards
}

#[component]
fn Row(card: ProjectCard, starter: Starter) -> impl IntoView {
    let href = Route::stage(&card.id, Stage::Frame).to_string();
    let name = card.name.clone();
    let changed = shell::time_ago((time::now_ms() - card.changed_at_ms) / 1000.0);
    let when = time::local_date_time(card.changed_at_ms);
    view! {
        <tr>
            <th scope="row">
                {if card.damaged {
                    view! { <bdi>{name}</bdi> }.into_any()
                } else {
                    view! {
                        <a href=href>
                            <bdi>{name}</bdi>
                        </a>
                    }
                        .into_any()
                }}
            </th>
            <td>
                {if card.damaged {
                    view! { <Pill text=words::DAMAGED tone=Tone::Bad />" "<span class="muted">{words::DAMAGED_ABOUT}</span> }.into_any()
                } else {
                    view! { <bdi>{model::data_line(&card)}</bdi> }.into_any()
                }}
            </td>
            <td class="num">{number::count(f64::from(card.n_runs))}</td>
            <td>
                <time title=when.clone() datetime=when.replace(' ', "T")>
                    {changed}
                </time>
            </td>
            <td class="num">
                <ProjectMenu card starter />
            </td>
        </tr>
    }
}
