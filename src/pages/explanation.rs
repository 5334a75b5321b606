//! What a model says of one row, and why: for the rows of Evaluate and for the form of Deploy.

use leptos::prelude::*;
use spec::explain::{Explained, RowOf};
use spec::job::{Answer, Job};
use spec::registry::ModelRef;
use spec::texts::number::significant;
use spec::texts::ui::explain as words;

use super::asked::{Asked, AskedState};
use crate::chart::{Chart, waterfall};
use crate::session::Session;
use crate::ui::{Banner, Select, SelectOption, Term, Tone};

/// The answer, what training saw nothing like, and the bars that lead to it.
#[component]
pub fn Explanation(
    #[prop(into)] explained: Signal<Option<Explained>>,
    /// What is predicted.
    #[prop(into)]
    target: Signal<String>,
) -> impl IntoView {
    // None: the one that the row is said to be; of two classes the positive one.
    let chosen = RwSignal::new(None::<String>);
    let shown = Memo::new(move |_| explained.with(|one| one.as_ref().map(|one| place(one, chosen.get().as_deref()))));
    let explanation = Memo::new(move |_| explained.with(|one| one.as_ref()?.explanations.get(shown.get()?).cloned()));
    let plot = Memo::new(move |_| {
        explanation.with(|one| {
            one.as_ref()
                .map_or_else(Default::default, |one| waterfall::waterfall(one, &target.get()))
        })
    });
    let height = move || {
        let n_lines = explanation.with(|one| one.as_ref().map_or(2, waterfall::n_lines));
        format!("{}em", n_lines as f64 * 1.75)
    };
    let facts = move || {
        explained.with(|one| {
            let one = one.as_ref()?;
            let (name, text) = answer(one);
            let truth = one
                .truth
                .clone()
                .map(|truth| view! { <dt>{words::REALLY}</dt> <dd><bdi>{truth}</bdi></dd> });
            Some(view! { <dl class="facts"><dt>{name}</dt> <dd class="strong"><bdi>{text}</bdi></dd> {truth}</dl> })
        })
    };
    let remarks = move || {
        explained.with(|one| {
            let remarks = one.as_ref().map_or_else(Vec::new, |one| one.remarks.clone());
            let line = |remark: spec::Message| {
                // What the model said before it had seen the row is no warning.
                let tone = if remark.code.starts_with("explain.held_out") {
                    Tone::Neutral
                } else {
                    Tone::Warn
                };
                view! { <Banner tone=tone message=remark.says()/> }
            };
            remarks.into_iter().map(line).collect_view()
        })
    };
    let classes = Memo::new(move |_| {
        explained.with(|one| {
            let classes = one.as_ref().map_or(&[][..], |one| &one.probabilities);
            let option = |(class, p): &(String, f64)| SelectOption::new(class.clone(), words::class_option(class, *p));
            classes.iter().map(option).collect::<Vec<_>>()
        })
    });
    let class = Signal::derive(move || {
        classes.with(|classes| {
            shown
                .get()
                .and_then(|at| classes.get(at).map(|one| one.value.clone()))
                .unwrap_or_default()
        })
    });
    let shared = move || {
        explanation.with(|one| {
            let all = one.as_ref().map_or(&[][..], |one| &one.contributions);
            let line = |one: &spec::explain::Contribution| {
                let text = format!("{}: {}", one.column, words::shared(&one.shared));
                (!one.shared.is_empty()).then(|| view! { <li>{text}</li> })
            };
            let lines: Vec<_> = all.iter().filter_map(line).collect();
            (!lines.is_empty()).then(|| view! { <ul class="muted">{lines}</ul> })
        })
    };
    view! {
        <Show when=move || explanation.with(Option::is_some)>
            <div class="stack explanation">
                {facts}
                {remarks}
                // Two classes mirror each other.
                <Show when=move || { classes.with(Vec::len) > 2 }>
                    <div class="explained-class">
                        <Select label=words::CLASS options=classes value=class on_change=move |class| chosen.set(Some(class))/>
                    </div>
                </Show>
                <p>{move || explanation.with(|one| one.as_ref().map(|one| one.sentence.says()))}</p>
                <div style=("--chart-height", height)><Chart plot=plot/></div>
                <p class="muted">
                    <Term id="shap_value" text=words::CONTRIBUTIONS/>
                    {move || explanation.with(|one| one.as_ref().and_then(|one| words::unit_term(one.unit)).map(counted_in))}
                    ". "
                    {move || explanation.with(|one| one.as_ref().map(|one| words::method(one.method)))}
                </p>
                {shared}
            </div>
        </Show>
    }
}

/// What the amounts are counted in, with its glossary entry.
pub fn counted_in((id, text): (&'static str, &'static str)) -> impl IntoView {
    view! { " " {words::COUNTED_IN} " " <Term id=id text=text/> }
}

/// The explanation that is shown: that of the chosen class, else of the positive one of two, else of the label.
fn place(explained: &Explained, chosen: Option<&str>) -> usize {
    let find = |class: &str| explained.probabilities.iter().position(|(name, _)| name == class);
    chosen.and_then(find).unwrap_or_else(|| match explained.probabilities.len() {
        2 => 1,
        _ => explained.label.as_deref().and_then(find).unwrap_or(0),
    })
}

/// What the model says, and its name.
fn answer(explained: &Explained) -> (&'static str, String) {
    let Some(label) = &explained.label else {
        let value = explained.value.map_or_else(String::new, |value| significant(value, 5));
        return (words::PREDICTED, value);
    };
    let of_label = explained
        .probabilities
        .iter()
        .find(|(class, _)| class == label)
        .map_or(0.0, |one| one.1);
    let positive = explained
        .probabilities
        .get(1)
        .zip(explained.threshold)
        .map(|((class, p), threshold)| (class.as_str(), *p, threshold));
    (words::SAID, words::said(label, of_label, positive))
}

/// One row of a run's data, explained when it is chosen.
#[component]
pub fn RowExplanation(
    run: u32,
    /// By its number in the file, the first is 0.
    #[prop(into)]
    row: Signal<Option<u64>>,
    /// Where the label turns.
    threshold: Option<f64>,
) -> impl IntoView {
    let session = Session::get();
    let question = Memo::new(move |_| {
        let job = Job::Explain {
            of: ModelRef::Run(run),
            row: RowOf::Number(row.get()?),
            threshold,
        };
        Some((job, 0))
    });
    let asked = Asked::new(session, question);
    let explained = Memo::new(move |_| match asked.answer.get() {
        Some(Answer::Explained(explained)) => Some(*explained),
        _ => None,
    });
    let target = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref()?.pipeline.framing.target.clone())
            .unwrap_or_default()
    });
    view! {
        <AskedState asked place=words::EXPLAINING/>
        <Explanation explained target/>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(probabilities: &[(&str, f64)], label: &str, threshold: Option<f64>) -> Explained {
        Explained {
            label: (!label.is_empty()).then(|| label.to_owned()),
            value: label.is_empty().then_some(151.234_567),
            probabilities: probabilities.iter().map(|(class, p)| ((*class).to_owned(), *p)).collect(),
            threshold,
            explanations: Vec::new(),
            remarks: Vec::new(),
            truth: None,
        }
    }

    #[test]
    fn the_answer_names_the_class_that_the_threshold_decides_on() {
        let two = explained(&[("no", 0.7), ("yes", 0.3)], "yes", Some(0.25));
        assert_eq!(answer(&two).1, "yes: the probability of yes is 0.3, the threshold 0.250");
        let three = explained(&[("a", 0.2), ("b", 0.5), ("c", 0.3)], "b", None);
        assert_eq!(answer(&three).1, "b: probability 0.5");
        assert_eq!(answer(&explained(&[], "", None)), (words::PREDICTED, "151.23".to_owned()));
    }

    #[test]
    fn the_positive_class_is_explained_first_or_the_label_of_several() {
        let two = explained(&[("no", 0.7), ("yes", 0.3)], "no", Some(0.5));
        assert_eq!((place(&two, None), place(&two, Some("no"))), (1, 0));
        let three = explained(&[("a", 0.2), ("b", 0.3), ("c", 0.5)], "c", None);
        assert_eq!(
            (place(&three, None), place(&three, Some("a")), place(&three, Some("gone"))),
            (2, 0, 2)
        );
    }
}
