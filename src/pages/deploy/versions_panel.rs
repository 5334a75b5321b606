use leptos::prelude::*;
use spec::registry::ModelRef;
use spec::texts::ui::registry as words;

use super::alias_dialog::AliasDialog;
use super::lineage_dialog::LineageDialog;
use super::version_row::VersionRow;
use super::versions::{self, Action};
use crate::session::Session;
use crate::ui::{Card, Term};

/// The registry: every version with what it was registered with, and who is champion.
#[component]
pub fn VersionsPanel(
    /// The model that the page is about.
    #[prop(into)]
    subject: Signal<Option<ModelRef>>,
    /// Makes the page be about another one.
    #[prop(into)]
    on_choose: Callback<ModelRef>,
) -> impl IntoView {
    let session = Session::get();
    let (acting, lineage) = (RwSignal::new(None::<Action>), RwSignal::new(None::<u32>));
    let lines = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map_or_else(Vec::new, versions::lines))
    });
    let count = move || {
        view! {
            <span class="muted">
                <Term id="registry" text=words::REGISTRY/> ": " {move || words::n_versions(lines.with(Vec::len))}
            </span>
        }
    };
    let table = move || {
        view! {
            <div class="scroll" tabindex="0" role="group" aria-label=words::VERSIONS>
                <table class="versions">
                    <thead>
                        <tr>
                            <th scope="col"><Term id="model_version" text=words::VERSION/></th>
                            <th scope="col">{words::MODEL}</th>
                            <th scope="col">{words::FIGURE}</th>
                            <th scope="col">{words::GOAL}</th>
                            <th scope="col" class="num">{words::THRESHOLD}</th>
                            <th scope="col">{words::DATA}</th>
                            <th scope="col">{words::NOTE}</th>
                            <th scope="col"><span class="hidden-text">{words::ACTIONS}</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || {
                            lines.get().into_iter().map(|line| view! { <VersionRow line subject acting lineage on_choose/> }).collect_view()
                        }}
                    </tbody>
                </table>
            </div>
        }
    };
    view! {
        <Card title=words::VERSIONS actions=count>
            <Show
                when=move || lines.with(|lines| !lines.is_empty())
                fallback=|| view! { <p class="strong">{words::NONE}</p> <p class="muted">{words::NONE_ABOUT}</p> }
            >
                {table}
                <p class="muted row">
                    {words::TERMS}
                    {words::TERMS_OF.iter().map(|(id, text)| view! { <Term id=*id text=*text/> }).collect_view()}
                </p>
            </Show>
            <AliasDialog asked=acting/>
            <LineageDialog shown=lineage/>
        </Card>
    }
}
