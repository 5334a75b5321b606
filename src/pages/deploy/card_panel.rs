use leptos::prelude::*;
use spec::card::{Block, Section};
use spec::job::{Answer, Job};
use spec::registry::ModelRef;
use spec::texts::ui::deploy as words;
use spec::{Message, Severity};

use crate::pages::asked::{Asked, AskedState};
use crate::platform::download;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card, Term};

/// The model card, written from what is recorded.
#[component]
pub fn CardPanel(#[prop(into)] subject: Signal<Option<ModelRef>>) -> impl IntoView {
    let session = Session::get();
    // Framing notes, decisions and openings are in it: it is written anew when the project has changed.
    let generation = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map_or(0, |project| project.generation))
    });
    let question = Memo::new(move |_| Some((Job::ModelCard { of: subject.get()? }, generation.get())));
    let asked = Asked::new(session, question);
    let card = Memo::new(move |_| match asked.answer.get() {
        Some(Answer::ModelCard { card, markdown }) => Some((*card, markdown)),
        _ => None,
    });
    let not_yet = Signal::derive(move || card.with(Option::is_none).then(String::new));
    let save = move |()| {
        if let Some((_, markdown)) = card.get_untracked()
            && !download::save_text(words::CARD_FILE, "text/markdown;charset=utf-8", &markdown)
        {
            session.notify(
                Severity::Error,
                Message::new("page.no_download").with("file", words::CARD_FILE),
            );
        }
    };
    let actions = move || view! { <Button label=words::CARD_DOWNLOAD kind=ButtonKind::Small why_not=not_yet on_press=save/> };
    view! {
        <Card title=words::TAB_CARD actions=actions>
            <div class="stack">
                <p class="muted"><Term id="model_card" text=words::TAB_CARD/> ": " {words::CARD_ABOUT}</p>
                <AskedState asked place=words::CARD_WRITING/>
                {move || card.with(|card| card.as_ref().map(|(card, _)| card.sections.iter().map(section).collect_view()))}
            </div>
        </Card>
    }
}

fn section(section: &Section) -> impl IntoView + use<> {
    view! {
        <section class="card-section">
            <h3>{section.title.clone()}</h3>
            {section.blocks.iter().map(block).collect_view()}
        </section>
    }
}

fn block(block: &Block) -> AnyView {
    match block {
        Block::Text(text) => view! { <p>{text.clone()}</p> }.into_any(),
        Block::Facts(facts) => {
            let fact = |(name, text): &(String, String)| view! { <dt>{name.clone()}</dt> <dd><bdi>{text.clone()}</bdi></dd> };
            view! { <dl class="facts">{facts.iter().map(fact).collect_view()}</dl> }.into_any()
        }
        Block::Lines(lines) => {
            let line = |text: &String| view! { <li><bdi>{text.clone()}</bdi></li> };
            view! { <ul>{lines.iter().map(line).collect_view()}</ul> }.into_any()
        }
        Block::Table { headers, rows } => {
            let header = |text: &String| view! { <th scope="col">{text.clone()}</th> };
            let cell = |text: &String| view! { <td><bdi>{text.clone()}</bdi></td> };
            let row = |cells: &Vec<String>| view! { <tr>{cells.iter().map(cell).collect_view()}</tr> };
            view! {
                <div class="scroll" tabindex="0">
                    <table>
                        <thead><tr>{headers.iter().map(header).collect_view()}</tr></thead>
                        <tbody>{rows.iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }
    }
}
