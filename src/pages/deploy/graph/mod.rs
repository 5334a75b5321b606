//! The exported model as a graph.

mod canvas;
mod collapse;
mod details;
mod layout;

use std::collections::BTreeMap;

use leptos::{html, prelude::*};
use spec::graph::{ModelGraph, NodeKind};
use spec::job::{Answer, Job};
use spec::registry::ModelRef;
use spec::texts::ui::graph as words;

use self::canvas::{Canvas, fitted, zoomed};
use self::collapse::{Content, Detail, Picture};
use self::details::Details;
use crate::chart::TableTwin;
use crate::pages::asked::{Asked, AskedState};
use crate::platform::element;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card, Select, SelectOption, Term};

/// What model.onnx computes, to be looked at box by box.
#[component]
pub fn GraphPanel(
    #[prop(into)] subject: Signal<Option<ModelRef>>,
    /// Where the label turns: a constant of the graph.
    #[prop(into)]
    threshold: Signal<Option<f64>>,
) -> impl IntoView {
    let session = Session::get();
    let question = Memo::new(move |_| {
        let job = Job::ModelGraph {
            of: subject.get()?,
            threshold: threshold.get(),
        };
        Some((job, 0))
    });
    let asked = Asked::new(session, question);
    let graph = Memo::new(move |_| match asked.answer.get() {
        Some(Answer::ModelGraph(graph)) => *graph,
        _ => ModelGraph::default(),
    });
    let detail = RwSignal::new(Detail::Alike);
    // Boxes that were taken apart one by one, by their input nodes.
    let opened = RwSignal::new(BTreeMap::<usize, Detail>::new());
    let chosen = RwSignal::new(None::<usize>);
    let zoom = RwSignal::new(1.0);
    let scroller = NodeRef::<html::Div>::new();
    let fit = move |()| {
        if let Some(node) = scroller.get_untracked() {
            let window_px = element::size(&node).0;
            zoom.set(fitted(zoom.get_untracked(), window_px, element::scroll_width(&node)));
        }
    };
    let picture = Memo::new(move |_| graph.with(|graph| opened.with(|opened| collapse::picture(graph, detail.get(), opened))));
    let is_there = Memo::new(move |_| graph.with(|graph| !graph.nodes.is_empty()));
    let about = Memo::new(move |_| {
        graph.with(|graph| {
            let n = |kind: NodeKind| graph.nodes.iter().filter(|node| node.kind == kind).count();
            let size = words::size(n(NodeKind::Operator), n(NodeKind::Input), graph.n_bytes);
            format!("{size}; {}", words::opsets(graph.opset, graph.ml_opset))
        })
    });
    let shown = Memo::new(move |_| {
        let at = chosen.get()?;
        picture.with(|picture| graph.with(|graph| Some(details::details(graph, picture.boxes.get(at)?))))
    });
    let part = Memo::new(move |_| {
        let at = chosen.get()?;
        picture.with(|picture| openable(picture, at))
    });
    let twin = Memo::new(move |_| graph.with(details::twin));
    let open = move |()| {
        if let Some((inputs, next, _)) = part.get_untracked() {
            chosen.set(None);
            opened.update(|opened| opened.extend(inputs.into_iter().map(|input| (input, next))));
        }
    };
    let options = [Detail::Alike, Detail::Columns, Detail::Nodes]
        .map(|detail| SelectOption::new(key(detail), name(detail)))
        .to_vec();
    let choose = move |value: String| {
        let all = [Detail::Alike, Detail::Columns, Detail::Nodes];
        chosen.set(None);
        opened.set(BTreeMap::new());
        detail.set(all.into_iter().find(|one| key(*one) == value).unwrap_or_default());
    };
    let actions = move || {
        view! {
            <Select bare=true label=words::DETAIL options=options.clone() value=Signal::derive(move || key(detail.get()).to_owned()) on_change=choose/>
            <Button label="−" name=words::ZOOM_OUT kind=ButtonKind::Small on_press=move |()| zoom.update(|zoom| *zoom = zoomed(*zoom, false))/>
            <Button label="+" name=words::ZOOM_IN kind=ButtonKind::Small on_press=move |()| zoom.update(|zoom| *zoom = zoomed(*zoom, true))/>
            <Button label=words::ZOOM_FIT kind=ButtonKind::Small on_press=fit/>
            <Button label=words::ZOOM_RESET kind=ButtonKind::Small on_press=move |()| zoom.set(1.0)/>
        }
    };
    let drawing = move || {
        view! {
            <div class="graph">
                <Canvas picture zoom scroller chosen/>
                <div class="graph-details" aria-live="polite">
                    {move || match shown.get() {
                        None => view! { <p class="muted">{words::CHOOSE}</p> }.into_any(),
                        Some(details) => view! {
                            {draw(details)}
                            {move || part.get().map(|(_, _, label)| view! { <Button label=label kind=ButtonKind::Small on_press=open/> })}
                        }
                        .into_any(),
                    }}
                    <Show when=move || opened.with(|opened| !opened.is_empty())>
                        <Button label=words::CLOSE kind=ButtonKind::Small on_press=move |()| { chosen.set(None); opened.set(BTreeMap::new()); }/>
                    </Show>
                </div>
            </div>
            <TableTwin twin/>
        }
    };
    view! {
        <Card title=words::TITLE actions=actions>
            <div class="stack">
                <p class="muted"><Term id="model_graph" text=words::TITLE/> ": " {words::ABOUT} ". " {move || is_there.get().then(|| about.get())}</p>
                <AskedState asked place=words::READING/>
                <Show when=move || is_there.get()>{drawing}</Show>
            </div>
        </Card>
    }
}

/// What opens a box further: its columns, how they are then shown, and what the button says.
fn openable(picture: &Picture, at: usize) -> Option<(Vec<usize>, Detail, &'static str)> {
    match &picture.boxes.get(at)?.content {
        Content::Node(_) => None,
        Content::Column { input, .. } => Some((vec![*input], Detail::Nodes, words::OPEN)),
        Content::Stack { inputs, .. } => Some((inputs.clone(), Detail::Columns, words::OPEN_COLUMNS)),
    }
}

fn key(detail: Detail) -> &'static str {
    match detail {
        Detail::Alike => "alike",
        Detail::Columns => "columns",
        Detail::Nodes => "nodes",
    }
}

fn name(detail: Detail) -> &'static str {
    match detail {
        Detail::Alike => words::ALIKE,
        Detail::Columns => words::COLUMNS,
        Detail::Nodes => words::NODES,
    }
}

fn draw(details: Details) -> impl IntoView {
    let fact = |(name, value): (String, String)| view! { <dt>{name}</dt> <dd><bdi>{value}</bdi></dd> };
    let has_list = !details.list.is_empty();
    view! {
        <h3><bdi>{details.title}</bdi> <small class="under">{details.kind}</small></h3>
        <dl class="facts">{details.facts.into_iter().map(fact).collect_view()}</dl>
        {has_list.then(|| view! { <h3>{details.list_title}</h3> })}
        <ol class="plain">{details.list.into_iter().map(|line| view! { <li><bdi>{line}</bdi></li> }).collect_view()}</ol>
    }
}
