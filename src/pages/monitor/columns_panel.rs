use std::sync::Arc;

use leptos::prelude::*;
use spec::monitor::BatchReport;
use spec::texts::ui::monitor as words;

use super::column_dialog::ColumnDialog;
use super::model::{self, ColumnLine};
use super::watch::Watch;
use crate::ui::{Pill, Term};

/// Every column against training, worst first.
#[component]
pub fn ColumnsPanel(watch: Watch, report: Memo<Option<Arc<BatchReport>>>) -> impl IntoView {
    let shown = RwSignal::new(None::<String>);
    let lines = Memo::new(move |_| report.with(|report| report.as_ref().map_or_else(Vec::new, |one| model::worst_first(one))));
    let line = move |line: ColumnLine| {
        let name = line.name.clone();
        view! {
            <tr>
                <th scope="row">
                    <button type="button" class="link" aria-label=words::details_of(&line.name) on:click=move |_| shown.set(Some(name.clone()))>
                        <bdi>{line.name.clone()}</bdi>
                    </button>
                </th>
                <td><span title=line.sentence><Pill text=line.verdict tone=line.tone/></span></td>
                <td class="num">{line.effect}</td>
                <td class="num">{line.tolerated}</td>
                <td>{line.method}</td>
                <td class="num">{line.p}</td>
                <td class="num" class:grew=line.missing_grew>{line.missing}</td>
                <td class="num">{line.new_values}</td>
                <td class="num">{line.importance}</td>
            </tr>
        }
    };
    view! {
        <div class="stack">
            <p class="muted">{words::METHOD_STATED}</p>
            <div class="scroll" tabindex="0" role="group" aria-label=words::COLUMNS>
                <table class="drift">
                    <thead>
                        <tr>
                            <th scope="col">{words::COLUMN}</th>
                            <th scope="col">{words::VERDICT}</th>
                            <th scope="col" class="num"><Term id="effect_size" text=words::EFFECT/></th>
                            <th scope="col" class="num">{words::TOLERATED}</th>
                            <th scope="col">{words::METHOD}</th>
                            <th scope="col" class="num"><Term id="multiple_testing" text=words::P_ADJUSTED/></th>
                            <th scope="col" class="num"><Term id="missing_growth" text=words::MISSING/></th>
                            <th scope="col" class="num"><Term id="unseen_level" text=words::NEW_VALUES/></th>
                            <th scope="col" class="num">{words::IMPORTANCE}</th>
                        </tr>
                    </thead>
                    <tbody>{move || lines.get().into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
            <ColumnDialog watch report shown/>
        </div>
    }
}
