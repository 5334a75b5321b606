use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Failure;
use spec::explain::{Explained, ModelInput, ModelInputs, RowOf};
use spec::job::{Answer, Job};
use spec::registry::ModelRef;
use spec::texts::ui::deploy as words;

use super::newest::Newest;
use super::try_field::TryField;
use super::try_form::{self, TryForm};
use crate::pages::asked::{Asked, AskedState};
use crate::pages::explanation::Explanation;
use crate::platform::time;
use crate::session::Session;
use crate::ui::{Banner, Button, ButtonKind, Card, ErrorState, Tone};

/// How long after the last keystroke the model is asked.
const PAUSE_MS: u32 = 200;

/// A question to the model.
type Question = (ModelRef, Option<f64>, Vec<(String, String)>);

/// The form's state, shared by its buttons and fields.
#[derive(Clone, Copy)]
struct Trial {
    session: Session,
    subject: Signal<Option<ModelRef>>,
    /// Where the label turns.
    threshold: Signal<Option<f64>>,
    form: RwSignal<TryForm>,
    explained: RwSignal<Option<Explained>>,
    failure: RwSignal<Option<Failure>>,
    is_asking: RwSignal<bool>,
    newest: StoredValue<Newest<Question>>,
    n_keystrokes: StoredValue<u32>,
    n_drawn: StoredValue<u32>,
}

/// One row to be played with: the prediction and its contributions follow each change.
#[component]
pub fn TryPanel(
    #[prop(into)] subject: Signal<Option<ModelRef>>,
    asked: Asked,
    /// The answer, once it is there.
    #[prop(into)]
    inputs: Signal<Option<ModelInputs>>,
    #[prop(into)] threshold: Signal<Option<f64>>,
) -> impl IntoView {
    let trial = Trial {
        session: Session::get(),
        subject,
        threshold,
        form: RwSignal::new(TryForm::default()),
        explained: RwSignal::new(None),
        failure: RwSignal::new(None),
        is_asking: RwSignal::new(false),
        newest: StoredValue::new(Newest::default()),
        n_keystrokes: StoredValue::new(0),
        n_drawn: StoredValue::new(0),
    };
    // Another model begins with a row of its own; with another threshold the same row is asked about again.
    Effect::new(move |before: Option<(Option<ModelRef>, Option<f64>)>| {
        let (subject, threshold) = (trial.subject.get(), trial.threshold.get());
        if before.is_none_or(|before| before.0 != subject) {
            trial.explained.set(None);
            trial.draw(0);
        } else if !trial.form.with_untracked(TryForm::is_blank) {
            trial.ask();
        }
        (subject, threshold)
    });
    let target = Memo::new(move |_| inputs.with(|inputs| inputs.as_ref().map_or_else(String::new, |one| one.target.clone())));
    let columns = Memo::new(move |_| inputs.with(|inputs| inputs.as_ref().map_or_else(Vec::new, |one| one.columns.clone())));
    let clear = move |()| {
        if let Some(inputs) = inputs.get_untracked() {
            trial.form.set(TryForm::empty(&inputs));
            trial.ask();
        }
    };
    let actions = move || {
        view! {
            <Button label=words::ANOTHER_ROW kind=ButtonKind::Small on_press=move |()| trial.draw(trial.n_drawn.get_value() + 1)/>
            <Button label=words::CLEAR kind=ButtonKind::Small on_press=clear/>
        }
    };
    let field = move |input: ModelInput| {
        let column = StoredValue::new(input.column.clone());
        let value = Memo::new(move |_| trial.form.with(|form| column.with_value(|column| form.cell(column))));
        let error = Memo::new(move |_| {
            trial.failure.with(|failure| {
                let failure = failure.as_ref()?;
                column.with_value(|column| try_form::error_of(failure, column))
            })
        });
        view! { <TryField input value=value error=error on_change=move |text| trial.change(column, text)/> }
    };
    let general = move || trial.failure.get().filter(try_form::is_general);
    let is_outdated = Memo::new(move |_| {
        trial
            .failure
            .with(|failure| failure.as_ref().is_some_and(|one| !try_form::is_general(one)))
    });
    view! {
        <div class="try">
            <Card title=words::TRY actions=actions>
                <p class="strong">{move || trial.form.with(|form| form.about(&target.get()))}</p>
                <p class="muted">{words::TRY_ABOUT}</p>
                <AskedState asked place=words::SCHEMA/>
                <div class="form-grid">{move || columns.get().into_iter().map(field).collect_view()}</div>
            </Card>
            <Card title=words::ANSWER>
                <div class="stack" aria-live="polite" aria-busy=move || trial.is_asking.get().to_string()>
                    {move || general().map(|failure| view! { <ErrorState failure=failure place=words::PREDICTING/> })}
                    <Show when=move || is_outdated.get()><Banner tone=Tone::Warn message=words::FIX_CELL/></Show>
                    <Explanation explained=trial.explained target=target/>
                    <Show when=move || trial.explained.with(Option::is_none) && trial.is_asking.get()>
                        <p class="muted late">{words::PREDICTING}</p>
                    </Show>
                </div>
            </Card>
        </div>
    }
}

impl Trial {
    /// Fills the form with a row of the file.
    fn draw(self, nth: u32) {
        let Some(of) = self.subject.get_untracked() else { return };
        self.n_drawn.set_value(nth);
        self.is_asking.set(true);
        spawn_local(async move {
            let outcome = self.session.ask(Job::DrawRow { of, nth }).await;
            let is_wanted = self.subject.try_get_untracked().flatten() == Some(of) && self.n_drawn.try_get_value() == Some(nth);
            if !is_wanted {
                return;
            }
            match outcome.map(|reply| reply.answer) {
                Ok(Answer::Drawn(row)) => {
                    self.form.set(TryForm::of(*row));
                    self.ask();
                }
                Ok(_) => self.is_asking.set(false),
                Err(failure) => {
                    self.is_asking.set(false);
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    fn change(self, column: StoredValue<String>, text: String) {
        let is_changed = self
            .form
            .try_update(|form| column.with_value(|column| form.set(column, text)))
            .unwrap_or(false);
        if !is_changed {
            return;
        }
        // Asked when no other keystroke follows.
        let turn = self.n_keystrokes.get_value() + 1;
        self.n_keystrokes.set_value(turn);
        time::after(PAUSE_MS, move || {
            if self.n_keystrokes.try_get_value() == Some(turn) {
                self.ask();
            }
        });
    }

    /// Asks about the form as it is. A question under way is not cut off, because its worker would lose what it has at
    /// hand; the newest follows it.
    fn ask(self) {
        let Some(of) = self.subject.get_untracked() else { return };
        let question = (
            of,
            self.threshold.get_untracked(),
            self.form.with_untracked(|form| form.cells.clone()),
        );
        let now = self.newest.try_update_value(|newest| newest.ask(question)).flatten();
        if let Some(question) = now {
            spawn_local(self.follow(question));
        }
    }

    async fn follow(self, first: Question) {
        let mut next = Some(first);
        while let Some((of, threshold, cells)) = next {
            self.is_asking.set(true);
            let row = RowOf::Cells(cells);
            let outcome = self.session.ask(Job::Explain { of, row, threshold }).await;
            // The page may have gone meanwhile.
            let Some(is_outdated) = self.newest.try_with_value(Newest::is_outdated) else {
                return;
            };
            if !is_outdated && self.subject.get_untracked() == Some(of) {
                match outcome.map(|reply| reply.answer) {
                    Ok(Answer::Explained(explained)) => {
                        self.explained.set(Some(*explained));
                        self.failure.set(None);
                    }
                    Ok(_) => {}
                    Err(failure) => self.failure.set(Some(failure)),
                }
            }
            next = self.newest.try_update_value(Newest::answered).flatten();
        }
        self.is_asking.set(false);
    }
}
