//! The editable document: what `pipeline.json` holds and what undo goes back over.

use serde::{Deserialize, Serialize};

use crate::caveat::Waiver;
use crate::read::ReadOptions;
use crate::split::SplitSpec;
use crate::step::Recipe;
use crate::{Framing, Message, ModelSpec, Outcome, wire};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pipeline {
    pub format: u32,
    #[serde(default)]
    pub framing: Framing,
    /// How the data file is read; None sniffs it.
    #[serde(default)]
    pub read: Option<ReadOptions>,
    #[serde(default)]
    pub recipe: Recipe,
    #[serde(default)]
    pub split: SplitSpec,
    #[serde(default)]
    pub models: Vec<ModelSpec>,
    /// Decision threshold of a binary task; None: the one with the lowest cost on validation, or 0.5 without costs.
    #[serde(default)]
    pub decision_threshold: Option<f64>,
    /// Seed of everything drawn in training and evaluation.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Caveats that somebody has accepted, each with its reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
}

fn default_seed() -> u64 {
    42
}

impl Default for Pipeline {
    fn default() -> Self {
        Self {
            format: crate::FORMAT,
            framing: Framing::default(),
            read: None,
            recipe: Recipe::default(),
            split: SplitSpec::default(),
            models: Vec::new(),
            decision_threshold: None,
            seed: default_seed(),
            waivers: Vec::new(),
        }
    }
}

impl Pipeline {
    /// Reads a `pipeline.json`.
    ///
    /// Errors: `wire.json` with line and column when the text is no JSON, `wire.type` with the path to what does not
    /// fit or has a name that is not known, `pipeline.format` when a newer version wrote it.
    pub fn from_json(text: &str) -> Outcome<Self> {
        let pipeline: Self = wire::from_written_json(text)?;
        if pipeline.format > crate::FORMAT {
            return Err(Message::new("pipeline.format")
                .with("format", pipeline.format)
                .with("known", crate::FORMAT)
                .into());
        }
        Ok(pipeline)
    }

    pub fn to_json(&self) -> String {
        let mut text = wire::to_json_pretty(self);
        text.push('\n');
        text
    }

    /// What a run depends on: a run whose key differs from the current one is stale.
    pub fn training_key(&self) -> String {
        let framing = &self.framing;
        let key = TrainingKey {
            framing: Framing {
                task: framing.task,
                target: framing.target.clone(),
                positive_class: framing.positive_class.clone(),
                metric: framing.metric,
                not_known: framing.not_known.clone(),
                ..Framing::default()
            },
            read: self.read.clone(),
            recipe: self.recipe.clone(),
            split: self.split.clone(),
            seed: self.seed,
        };
        wire::to_json(&key)
    }

    /// The parts of this document that are not what the run was trained on; all of them when its key cannot be read.
    pub fn changed_since(&self, training_key: &str) -> Vec<KeyPart> {
        // Keys of equal documents are equal to the letter, so their trees are compared and no type is read.
        let now = wire::parse_json(&self.training_key()).ok();
        let then = wire::parse_json(training_key).ok();
        let differs = |name: &str| match (&now, &then) {
            (Some(now), Some(then)) => now.get(name) != then.get(name),
            _ => true,
        };
        let parts = [
            ("framing", KeyPart::Framing),
            ("read", KeyPart::Read),
            ("recipe", KeyPart::Recipe),
            ("split", KeyPart::Split),
            ("seed", KeyPart::Seed),
        ];
        let changed = parts.into_iter().filter(|(name, _)| differs(name));
        changed.map(|(_, part)| part).collect()
    }

    /// This document with everything that a run's key names set back to what the run was trained on; None when the key
    /// cannot be read.
    pub fn at_key(&self, training_key: &str) -> Option<Self> {
        let key: TrainingKey = wire::from_json(training_key).ok()?;
        let framing = Framing {
            task: key.framing.task,
            target: key.framing.target,
            positive_class: key.framing.positive_class,
            metric: key.framing.metric,
            not_known: key.framing.not_known,
            ..self.framing.clone()
        };
        Some(Self {
            framing,
            read: key.read,
            recipe: key.recipe,
            split: key.split,
            seed: key.seed,
            ..self.clone()
        })
    }
}

/// A part of the document that a run's key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPart {
    Framing,
    Read,
    Recipe,
    Split,
    Seed,
}

#[derive(Serialize, Deserialize)]
struct TrainingKey {
    framing: Framing,
    read: Option<ReadOptions>,
    recipe: Recipe,
    split: SplitSpec,
    seed: u64,
}
