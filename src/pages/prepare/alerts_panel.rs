use leptos::prelude::*;
use spec::job::RowSelection;
use spec::texts::ui::prepare as words;

use super::alerts::{self, AlertLine};
use super::step_form::StepRequest;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card, Pill, Tone};

/// What stands out in the data, by its effect on the model, each with its fix.
#[component]
pub fn AlertsPanel(
    /// Shows the rows behind an alert.
    on_rows: Callback<RowSelection>,
    /// Opens a fix to look at it first.
    request: RwSignal<Option<StepRequest>>,
) -> impl IntoView {
    let session = Session::get();
    let shows_fixed = RwSignal::new(false);
    let lines = Memo::new(move |_| {
        session.description.with(|description| {
            let alerts = description
                .as_ref()
                .and_then(|one| one.profile.as_ref())
                .map_or(&[][..], |profile| &profile.alerts);
            session.project.with(|project| {
                project.as_ref().map_or_else(Vec::new, |project| {
                    alerts::lines(alerts, &project.pipeline.recipe, &project.pipeline.framing)
                })
            })
        })
    });
    let n_open = Memo::new(move |_| lines.with(|lines| lines.iter().filter(|line| !line.is_fixed).count()));
    let has_fixed = Memo::new(move |_| lines.with(|lines| lines.iter().any(|line| line.is_fixed)));
    let actions = move || {
        view! {
            <Show when=move || { n_open.get() > 0 }>
                <Pill text=Signal::derive(move || words::open_alerts(n_open.get())) tone=Tone::Warn/>
            </Show>
            <span class="muted">{words::ALERTS_RANKED}</span>
            <Show when=move || has_fixed.get()>
                <Button
                    label=words::SHOW_FIXED
                    kind=ButtonKind::Quiet
                    pressed=shows_fixed
                    on_press=move |()| shows_fixed.update(|shows| *shows = !*shows)
                />
            </Show>
        }
    };
    let shown = move || {
        let shown: Vec<AlertLine> = lines
            .get()
            .into_iter()
            .filter(|line| shows_fixed.get() || !line.is_fixed)
            .collect();
        if shown.is_empty() {
            let text = if has_fixed.get() { words::ALL_FIXED } else { words::NO_ALERTS };
            return view! { <p class="muted">{text}</p> }.into_any();
        }
        view! { <div class="lines">{shown.into_iter().map(move |line| alert(session, line, on_rows, request)).collect_view()}</div> }.into_any()
    };
    view! { <Card title=words::ALERTS actions=actions>{shown}</Card> }
}

fn alert(
    session: Session,
    line: AlertLine,
    on_rows: Callback<RowSelection>,
    request: RwSignal<Option<StepRequest>>,
) -> impl IntoView {
    let (tone, is_fixed) = if line.is_fixed {
        (Tone::Good, true)
    } else {
        (line.tone, false)
    };
    let fix = line.fix.zip(line.fix_label).filter(|_| !is_fixed);
    let review = line.review.filter(|_| !is_fixed);
    view! {
        <div class="alert">
            <Pill text=line.label tone=tone/>
            <span><bdi>{line.says}</bdi> <small>{line.hint}</small></span>
            <span class="row">
                {line
                    .rows
                    .map(|rows| {
                        view! {
                            <Button label=words::SHOW_ROWS kind=ButtonKind::Quiet on_press=move |()| on_rows.run(rows.clone())/>
                        }
                    })}
                {is_fixed.then_some(words::FIXED)}
                {review
                    .map(|step| {
                        let open = move |()| request.set(Some(StepRequest::Begin(step.clone().into())));
                        view! { <Button label=words::REVIEW kind=ButtonKind::Quiet on_press=open/> }
                    })}
                {fix
                    .map(|(edit, label)| {
                        view! {
                            <Button
                                label=label
                                kind=ButtonKind::Small
                                on_press=move |()| session.edit_or_report(edit.clone())
                            />
                        }
                    })}
            </span>
        </div>
    }
}
