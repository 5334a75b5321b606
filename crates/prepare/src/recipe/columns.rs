//! Which columns a step works on, and why it cannot.

use std::collections::BTreeMap;

use spec::step::{Columns, PipelineKind, Step};
use spec::{Failure, Framing, Message, Outcome};

use crate::fitted::FittedKind;
use crate::frame::{Cells, Frame};
use crate::names::nearest;
use crate::steps;

/// What is known of the columns besides the frame itself.
pub(crate) struct Context<'a> {
    framing: &'a Framing,
    steps: &'a [Step<PipelineKind>],
    /// Index into `steps` of the one at work.
    position: usize,
    /// Columns that an earlier step took away, with that step's index.
    gone: BTreeMap<String, usize>,
    /// Categories that an earlier step turned into numbers under the same name.
    encoded: BTreeMap<String, usize>,
}

/// Columns of a step, and what there is to say of those that were left out.
pub(crate) struct Resolved {
    pub names: Vec<String>,
    pub notes: Vec<Message>,
}

impl<'a> Context<'a> {
    pub fn new(framing: &'a Framing, steps: &'a [Step<PipelineKind>]) -> Self {
        Self {
            framing,
            steps,
            position: 0,
            gone: BTreeMap::new(),
            encoded: BTreeMap::new(),
        }
    }

    pub fn begin(&mut self, position: usize) {
        self.position = position;
    }

    /// Remembers which columns the step at work took away.
    pub fn applied(&mut self, before: &[String], after: &Frame, kind: &FittedKind) {
        for column in &after.columns {
            self.gone.remove(&column.name);
        }
        for name in before.iter().filter(|name| after.position(name).is_none()) {
            self.gone.insert(name.clone(), self.position);
        }
        let encoded = steps::of_fitted(kind).encoded();
        self.encoded
            .extend(encoded.into_iter().map(|column| (column.to_owned(), self.position)));
    }

    /// Number columns; named ones must be there and be numbers.
    ///
    /// Errors: `prepare.no_numbers_selected` and those of [`Self::absent`], `prepare.needs_numbers`, `prepare.free_text`.
    pub fn numbers(&self, frame: &Frame, columns: &Columns) -> Outcome<Resolved> {
        match columns {
            Columns::Numbers => Ok(self.all(frame, |cells| matches!(cells, Cells::Numbers { .. }))),
            Columns::Categories => Err(Message::new("prepare.no_numbers_selected")
                .with("by", self.by(self.position))
                .into()),
            Columns::Named(names) => self.named(frame, names, |name, cells| match cells {
                Cells::Numbers { .. } => Ok(()),
                Cells::Levels(_) => Err(self.named_here("prepare.needs_numbers", name).into()),
                Cells::Opaque(_) => Err(self.named_here("prepare.free_text", name).into()),
            }),
        }
    }

    /// Category columns; named ones must be there and be categories.
    ///
    /// Errors: `prepare.no_categories_selected` and those of [`Self::absent`], `prepare.needs_categories`,
    /// `prepare.already_encoded`, `prepare.free_text`.
    pub fn categories(&self, frame: &Frame, columns: &Columns) -> Outcome<Resolved> {
        match columns {
            Columns::Categories => Ok(self.all(frame, |cells| matches!(cells, Cells::Levels(_)))),
            Columns::Numbers => Err(Message::new("prepare.no_categories_selected")
                .with("by", self.by(self.position))
                .into()),
            Columns::Named(names) => self.named(frame, names, |name, cells| match (cells, self.encoded.get(name)) {
                (Cells::Levels(_), _) => Ok(()),
                (Cells::Numbers { .. }, Some(&position)) => Err(self
                    .named_here("prepare.already_encoded", name)
                    .with("step", position + 1)
                    .with("earlier", self.by(position))
                    .into()),
                (Cells::Numbers { .. }, None) => Err(self.named_here("prepare.needs_categories", name).into()),
                (Cells::Opaque(_), _) => Err(self.named_here("prepare.free_text", name).into()),
            }),
        }
    }

    /// Columns of either kind.
    pub fn either(&self, frame: &Frame, columns: &Columns) -> Outcome<Resolved> {
        match columns {
            Columns::Numbers => self.numbers(frame, columns),
            Columns::Categories => self.categories(frame, columns),
            Columns::Named(names) => self.named(frame, names, |name, cells| match cells {
                Cells::Opaque(_) => Err(self.named_here("prepare.free_text", name).into()),
                _ => Ok(()),
            }),
        }
    }

    /// Columns of any kind.
    pub fn any(&self, frame: &Frame, names: &[String]) -> Outcome<Resolved> {
        self.named(frame, names, |_, _| Ok(()))
    }

    /// One number column that must be there, target and unknown ones refused too.
    pub fn number<'f>(&self, frame: &'f Frame, name: &str) -> Outcome<&'f [f64]> {
        if self.is_hidden(name) {
            return Err(self.hidden(name).into());
        }
        self.numbers(frame, &Columns::Named(vec![name.to_owned()]))?;
        frame.values(name).ok_or_else(|| self.absent(frame, name))
    }

    fn all(&self, frame: &Frame, is_wanted: impl Fn(&Cells) -> bool) -> Resolved {
        let names: Vec<String> = frame
            .columns
            .iter()
            .filter(|column| is_wanted(&column.cells))
            .map(|column| column.name.clone())
            .collect();
        let notes = if names.is_empty() {
            vec![Message::new("prepare.nothing_selected")]
        } else {
            Vec::new()
        };
        Resolved { names, notes }
    }

    /// In the frame's order, each once.
    fn named(&self, frame: &Frame, names: &[String], check: impl Fn(&str, &Cells) -> Outcome<()>) -> Outcome<Resolved> {
        let mut notes = Vec::new();
        for name in names {
            if self.is_hidden(name) {
                notes.push(self.hidden(name));
            } else {
                check(name, frame.cells(name).ok_or_else(|| self.absent(frame, name))?)?;
            }
        }
        if names.is_empty() {
            notes.push(Message::new("prepare.nothing_selected"));
        }
        let names = frame
            .columns
            .iter()
            .map(|column| &column.name)
            .filter(|name| names.contains(name))
            .cloned()
            .collect();
        Ok(Resolved { names, notes })
    }

    fn is_hidden(&self, name: &str) -> bool {
        self.framing.target.as_deref() == Some(name) || self.framing.not_known.iter().any(|column| column == name)
    }

    fn hidden(&self, name: &str) -> Message {
        let is_target = self.framing.target.as_deref() == Some(name);
        Message::new(if is_target {
            "prepare.column_is_target"
        } else {
            "prepare.column_not_known"
        })
        .with("column", name)
    }

    /// Why a column is not there: taken away by an earlier step, made by a later one, or never heard of.
    pub fn absent(&self, frame: &Frame, name: &str) -> Failure {
        if let Some(&position) = self.gone.get(name) {
            let excluded = matches!(self.steps[position].kind, PipelineKind::Exclude(_));
            let code = if excluded {
                "prepare.column_excluded"
            } else {
                "prepare.column_replaced"
            };
            return self
                .named_here(code, name)
                .with("step", position + 1)
                .with("earlier", self.by(position))
                .into();
        }
        let later = self
            .steps
            .iter()
            .enumerate()
            .skip(self.position + 1)
            .find(|(_, step)| step.enabled && steps::of(&step.kind).makes(name));
        if let Some((position, _)) = later {
            return self
                .named_here("prepare.column_later", name)
                .with("step", position + 1)
                .with("later", self.by(position))
                .into();
        }
        let names = frame.columns.iter().map(|column| column.name.as_str());
        match nearest(name, names) {
            Some(similar) => self
                .named_here("prepare.no_column_similar", name)
                .with("similar", similar)
                .into(),
            None => self.named_here("prepare.no_column", name).into(),
        }
    }

    fn named_here(&self, code: &str, column: &str) -> Message {
        Message::new(code).with("column", column).with("by", self.by(self.position))
    }

    /// A step's name, as people read it.
    fn by(&self, position: usize) -> String {
        self.steps
            .get(position)
            .map_or("", |step| step.kind.texts().name())
            .to_owned()
    }
}
