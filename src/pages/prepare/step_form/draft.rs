//! A step while it is being written: plain values, from a step and to a step.

use std::collections::BTreeMap;

use spec::ColumnType;
use spec::step::{BinStrategy, Columns, Comparison, Condition, DateOrder, DatePart, FillWith, LogKind, PipelineKind, ShapeKind};
use spec::texts::ui::prepare as words;

use super::kind::{Kind, NewStep};
use super::setting::Setting;

/// All columns that are numbers (or categories), or the chosen ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    Numbers,
    Categories,
    #[default]
    Chosen,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub kind: Kind,
    /// Texts, numbers, choices and flags (`true`, `false`) by setting.
    pub texts: BTreeMap<&'static str, String>,
    pub columns: Vec<String>,
    pub scope: Scope,
    pub conditions: Vec<Condition>,
    pub levels: BTreeMap<String, String>,
    pub parts: Vec<DatePart>,
}

/// What is wrong, by setting.
pub type Problems = BTreeMap<&'static str, &'static str>;

impl Draft {
    /// With the usual values.
    pub fn new(kind: Kind) -> Self {
        let texts: &[(&'static str, &str)] = match kind {
            Kind::ParseDate => &[("order", "ymd")],
            Kind::SetType => &[("type", "category")],
            Kind::FillForward => &[("direction", "above")],
            Kind::Filter => &[("any", "all")],
            Kind::Fill => &[("with", "median")],
            Kind::Clip => &[("low", "0.01"), ("high", "0.99")],
            Kind::Log => &[("kind", "log1p")],
            Kind::Bin => &[("n_bins", "5"), ("strategy", "quantile")],
            Kind::OneHot => &[("max_levels", "50")],
            _ => &[],
        };
        Self {
            kind,
            texts: texts.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
            columns: Vec::new(),
            scope: match kind {
                Kind::Fill | Kind::Clip | Kind::Log | Kind::StandardScale | Kind::MinMaxScale | Kind::Bin => Scope::Numbers,
                Kind::OneHot | Kind::Ordinal => Scope::Categories,
                _ => Scope::Chosen,
            },
            conditions: if kind == Kind::Filter { vec![condition()] } else { Vec::new() },
            levels: BTreeMap::new(),
            parts: if kind == Kind::DateParts {
                vec![DatePart::Year, DatePart::Month, DatePart::Weekday]
            } else {
                Vec::new()
            },
        }
    }

    /// Name of a kind, before there is a step of it.
    pub fn name_of(kind: Kind) -> &'static str {
        let mut read = Reader {
            draft: &Self::new(kind),
            problems: Problems::new(),
        };
        read.step().name()
    }

    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    pub fn flag(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    pub fn shows(&self, setting: &Setting) -> bool {
        setting
            .only_when
            .is_none_or(|(name, values)| values.contains(&self.text(name)))
    }

    /// Reads an existing step.
    pub fn of(step: &NewStep) -> Self {
        let mut draft = Self::new(Kind::of(step));
        match step {
            NewStep::Shape(kind) => draft.read_shape(kind),
            NewStep::Pipeline(kind) => draft.read_pipeline(kind),
        }
        draft
    }

    pub fn set(&mut self, name: &'static str, value: impl ToString) {
        self.texts.insert(name, value.to_string());
    }

    fn set_columns(&mut self, columns: &Columns) {
        (self.scope, self.columns) = match columns {
            Columns::Numbers => (Scope::Numbers, Vec::new()),
            Columns::Categories => (Scope::Categories, Vec::new()),
            Columns::Named(names) => (Scope::Chosen, names.clone()),
        };
    }

    fn read_shape(&mut self, kind: &ShapeKind) {
        match kind {
            ShapeKind::Trim { columns }
            | ShapeKind::InfiniteToMissing { columns }
            | ShapeKind::DropDuplicates { columns }
            | ShapeKind::DropMissing { columns } => self.columns = columns.clone(),
            ShapeKind::Replace {
                columns,
                find,
                replace,
                regex,
                whole_cell,
            } => {
                self.columns = columns.clone();
                self.set("find", find);
                self.set("replace", replace);
                self.set("regex", regex);
                self.set("whole_cell", whole_cell);
            }
            ShapeKind::ParseNumber { column, decimal_comma } => {
                self.set("column", column);
                self.set("decimal_comma", decimal_comma);
            }
            ShapeKind::ParseDate {
                column,
                order,
                newest_year,
            } => {
                self.set("column", column);
                self.set("newest_year", newest_year.map(|year| year.to_string()).unwrap_or_default());
                self.set(
                    "order",
                    match order {
                        DateOrder::Ymd => "ymd",
                        DateOrder::Dmy => "dmy",
                        DateOrder::Mdy => "mdy",
                    },
                );
            }
            ShapeKind::SetType { column, column_type } => {
                self.set("column", column);
                self.set("type", column_type.name());
            }
            ShapeKind::ValueToMissing { column, values } => {
                self.set("column", column);
                self.set("values", values.iter().map(f64::to_string).collect::<Vec<_>>().join("; "));
            }
            ShapeKind::FillForward { columns, backward } => {
                self.columns = columns.clone();
                self.set("direction", if *backward { "below" } else { "above" });
            }
            ShapeKind::Filter { conditions, any } => {
                self.conditions = conditions.clone();
                self.set("any", if *any { "any" } else { "all" });
            }
        }
    }

    fn read_pipeline(&mut self, kind: &PipelineKind) {
        match kind {
            PipelineKind::Exclude { columns, reason } => {
                self.columns = columns.clone();
                self.set("reason", reason);
            }
            PipelineKind::MergeLevels { column, map } => {
                self.set("column", column);
                self.levels = map.clone();
            }
            PipelineKind::Fill {
                columns,
                with,
                indicator,
            } => {
                self.set_columns(columns);
                let (name, value) = match with {
                    FillWith::Mean => ("mean", String::new()),
                    FillWith::Median => ("median", String::new()),
                    FillWith::MostFrequent => ("most_frequent", String::new()),
                    FillWith::Number { value } => ("number", value.to_string()),
                    FillWith::Level { value } => ("level", value.clone()),
                };
                self.set("with", name);
                self.set("value", value);
                self.set("indicator", indicator);
            }
            PipelineKind::Clip {
                columns,
                low_quantile,
                high_quantile,
            } => {
                self.set_columns(columns);
                self.set("low", low_quantile);
                self.set("high", high_quantile);
            }
            PipelineKind::Log { columns, kind } => {
                self.set_columns(columns);
                self.set("kind", if *kind == LogKind::Log1p { "log1p" } else { "signed" });
            }
            PipelineKind::StandardScale { columns }
            | PipelineKind::MinMaxScale { columns }
            | PipelineKind::Ordinal { columns } => {
                self.set_columns(columns);
            }
            PipelineKind::Bin {
                columns,
                n_bins,
                strategy,
            } => {
                self.set_columns(columns);
                self.set("n_bins", n_bins);
                self.set(
                    "strategy",
                    if *strategy == BinStrategy::Uniform {
                        "uniform"
                    } else {
                        "quantile"
                    },
                );
            }
            PipelineKind::DateParts { column, parts } => {
                self.set("column", column);
                self.parts = parts.clone();
            }
            PipelineKind::Interaction { left, right } => {
                self.set("left", left);
                self.set("right", right);
            }
            PipelineKind::Formula { name, expression } => {
                self.set("name", name);
                self.set("expression", expression);
            }
            PipelineKind::OneHot { columns, max_levels } => {
                self.set_columns(columns);
                self.set("max_levels", max_levels);
            }
        }
    }

    /// The step, or what is wrong by setting.
    pub fn build(&self) -> Result<NewStep, Problems> {
        let mut read = Reader {
            draft: self,
            problems: Problems::new(),
        };
        let step = read.step();
        if read.problems.is_empty() {
            Ok(step)
        } else {
            Err(read.problems)
        }
    }
}

pub fn condition() -> Condition {
    Condition {
        column: String::new(),
        comparison: Comparison::Equal,
        value: String::new(),
    }
}

struct Reader<'a> {
    draft: &'a Draft,
    problems: Problems,
}

impl Reader<'_> {
    fn step(&mut self) -> NewStep {
        if self.draft.kind.is_shape() {
            NewStep::Shape(self.shape())
        } else {
            NewStep::Pipeline(self.pipeline())
        }
    }

    fn fail(&mut self, name: &'static str, problem: &'static str) {
        self.problems.insert(name, problem);
    }

    fn columns(&mut self) -> Vec<String> {
        if self.draft.columns.is_empty() {
            self.fail("columns", words::NEEDS_COLUMNS);
        }
        self.draft.columns.clone()
    }

    fn scope(&mut self) -> Columns {
        match self.draft.scope {
            Scope::Numbers => Columns::Numbers,
            Scope::Categories => Columns::Categories,
            Scope::Chosen => Columns::Named(self.columns()),
        }
    }

    fn required(&mut self, name: &'static str, problem: &'static str) -> String {
        let value = self.draft.text(name).to_owned();
        if value.is_empty() {
            self.fail(name, problem);
        }
        value
    }

    fn column(&mut self, name: &'static str) -> String {
        self.required(name, words::NEEDS_COLUMN)
    }

    /// None for nothing.
    fn year(&mut self, name: &'static str) -> Option<i32> {
        let text = self.draft.text(name).trim();
        if text.is_empty() {
            return None;
        }
        let year = text.parse().ok().filter(|year| (99..=9_999).contains(year));
        if year.is_none() {
            self.fail(name, words::NEEDS_YEAR);
        }
        year
    }

    fn number(&mut self, name: &'static str) -> f64 {
        let value = self.draft.text(name).trim().parse().unwrap_or(f64::NAN);
        if !f64::is_finite(value) {
            self.fail(name, words::NEEDS_NUMBER);
        }
        value
    }

    fn count(&mut self, name: &'static str, low: u32) -> u32 {
        let value: u32 = self.draft.text(name).trim().parse().unwrap_or(0);
        if value < low {
            self.fail(name, words::NEEDS_NUMBER);
        }
        value
    }

    fn shape(&mut self) -> ShapeKind {
        let draft = self.draft;
        match draft.kind {
            Kind::Replace => ShapeKind::Replace {
                columns: self.columns(),
                find: self.required("find", words::NEEDS_TEXT),
                replace: draft.text("replace").to_owned(),
                regex: draft.flag("regex"),
                whole_cell: draft.flag("whole_cell"),
            },
            Kind::ParseNumber => ShapeKind::ParseNumber {
                column: self.column("column"),
                decimal_comma: draft.flag("decimal_comma"),
            },
            Kind::ParseDate => ShapeKind::ParseDate {
                column: self.column("column"),
                order: match draft.text("order") {
                    "dmy" => DateOrder::Dmy,
                    "mdy" => DateOrder::Mdy,
                    _ => DateOrder::Ymd,
                },
                newest_year: self.year("newest_year"),
            },
            Kind::SetType => ShapeKind::SetType {
                column: self.column("column"),
                column_type: ColumnType::ALL
                    .into_iter()
                    .find(|one| one.name() == draft.text("type"))
                    .unwrap_or(ColumnType::Category),
            },
            Kind::InfiniteToMissing => ShapeKind::InfiniteToMissing { columns: self.columns() },
            Kind::ValueToMissing => ShapeKind::ValueToMissing {
                column: self.column("column"),
                values: self.values(),
            },
            Kind::DropDuplicates => ShapeKind::DropDuplicates {
                columns: draft.columns.clone(),
            },
            Kind::DropMissing => ShapeKind::DropMissing { columns: self.columns() },
            Kind::FillForward => ShapeKind::FillForward {
                columns: self.columns(),
                backward: draft.text("direction") == "below",
            },
            Kind::Filter => ShapeKind::Filter {
                conditions: self.conditions(),
                any: draft.text("any") == "any",
            },
            _ => ShapeKind::Trim { columns: self.columns() },
        }
    }

    fn pipeline(&mut self) -> PipelineKind {
        let draft = self.draft;
        match draft.kind {
            Kind::MergeLevels => PipelineKind::MergeLevels {
                column: self.column("column"),
                map: self.levels(),
            },
            Kind::Fill => PipelineKind::Fill {
                columns: self.scope(),
                with: self.fill(),
                indicator: draft.flag("indicator"),
            },
            Kind::Clip => {
                let (low_quantile, high_quantile) = (self.number("low"), self.number("high"));
                if self.problems.is_empty() && !(0.0 <= low_quantile && low_quantile < high_quantile && high_quantile <= 1.0) {
                    self.fail("high", words::BETWEEN);
                }
                PipelineKind::Clip {
                    columns: self.scope(),
                    low_quantile,
                    high_quantile,
                }
            }
            Kind::Log => PipelineKind::Log {
                columns: self.scope(),
                kind: if draft.text("kind") == "signed" {
                    LogKind::Signed
                } else {
                    LogKind::Log1p
                },
            },
            Kind::StandardScale => PipelineKind::StandardScale { columns: self.scope() },
            Kind::MinMaxScale => PipelineKind::MinMaxScale { columns: self.scope() },
            Kind::Bin => PipelineKind::Bin {
                columns: self.scope(),
                n_bins: self.count("n_bins", 2),
                strategy: if draft.text("strategy") == "uniform" {
                    BinStrategy::Uniform
                } else {
                    BinStrategy::Quantile
                },
            },
            Kind::DateParts => {
                if draft.parts.is_empty() {
                    self.fail("parts", words::NEEDS_PARTS);
                }
                PipelineKind::DateParts {
                    column: self.column("column"),
                    parts: draft.parts.clone(),
                }
            }
            Kind::Interaction => PipelineKind::Interaction {
                left: self.column("left"),
                right: self.column("right"),
            },
            Kind::Formula => PipelineKind::Formula {
                name: self.required("name", words::NEEDS_TEXT),
                expression: self.required("expression", words::NEEDS_TEXT),
            },
            Kind::OneHot => PipelineKind::OneHot {
                columns: self.scope(),
                max_levels: self.count("max_levels", 1),
            },
            Kind::Ordinal => PipelineKind::Ordinal { columns: self.scope() },
            _ => PipelineKind::Exclude {
                columns: self.columns(),
                reason: draft.text("reason").to_owned(),
            },
        }
    }

    fn values(&mut self) -> Vec<f64> {
        let parts = self
            .draft
            .text("values")
            .split(';')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let values: Vec<f64> = parts.map(|part| part.parse().unwrap_or(f64::NAN)).collect();
        if values.is_empty() || values.iter().any(|value| value.is_nan()) {
            self.fail("values", words::NEEDS_NUMBER);
        }
        values
    }

    fn fill(&mut self) -> FillWith {
        match self.draft.text("with") {
            "mean" => FillWith::Mean,
            "most_frequent" => FillWith::MostFrequent,
            "number" => FillWith::Number {
                value: self.number("value"),
            },
            "level" => FillWith::Level {
                value: self.required("value", words::NEEDS_TEXT),
            },
            _ => FillWith::Median,
        }
    }

    fn conditions(&mut self) -> Vec<Condition> {
        let conditions: Vec<Condition> = self
            .draft
            .conditions
            .iter()
            .filter(|one| !one.column.is_empty())
            .cloned()
            .collect();
        if conditions.is_empty() {
            self.fail("conditions", words::NEEDS_CONDITION);
        }
        conditions
    }

    fn levels(&mut self) -> BTreeMap<String, String> {
        let levels: BTreeMap<String, String> = self
            .draft
            .levels
            .iter()
            .filter(|(from, to)| from != to)
            .map(|(from, to)| (from.clone(), to.clone()))
            .collect();
        if levels.is_empty() {
            self.fail("levels", words::NEEDS_LEVELS);
        }
        levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_reads_back_as_it_was_written() {
        for kind in Kind::SHAPE.into_iter().chain(Kind::PIPELINE) {
            let mut draft = Draft::new(kind);
            draft.columns = vec!["a".to_owned()];
            if draft.scope != Scope::Chosen {
                draft.columns.clear();
            }
            for name in ["column", "find", "left", "right", "name", "expression"] {
                draft.set(name, "a");
            }
            draft.set("values", "9999; -1");
            draft.levels.insert("A ".to_owned(), "a".to_owned());
            for condition in &mut draft.conditions {
                condition.column = "a".to_owned();
            }
            let step = draft.build().unwrap_or_else(|problems| panic!("{kind:?}: {problems:?}"));
            assert_eq!(Kind::of(&step), kind);
            assert_eq!(Draft::of(&step).build(), Ok(step), "{kind:?}");
        }
    }

    #[test]
    fn what_is_missing_is_said_at_its_setting() {
        let problems = |draft: &Draft| draft.build().unwrap_err();
        assert_eq!(problems(&Draft::new(Kind::Trim))["columns"], words::NEEDS_COLUMNS);
        assert_eq!(problems(&Draft::new(Kind::Filter))["conditions"], words::NEEDS_CONDITION);
        let mut clip = Draft::new(Kind::Clip);
        clip.set("low", "0.99");
        clip.set("high", "0.01");
        assert_eq!(problems(&clip)["high"], words::BETWEEN);
        let mut fill = Draft::new(Kind::Fill);
        fill.set("with", "number");
        assert_eq!(problems(&fill)["value"], words::NEEDS_NUMBER);
        assert!(Draft::new(Kind::DropDuplicates).build().is_ok(), "no columns means all");
    }

    #[test]
    fn a_setting_appears_with_the_choice_that_needs_it() {
        let mut draft = Draft::new(Kind::Fill);
        let value = Kind::Fill
            .settings()
            .into_iter()
            .find(|setting| setting.name == "value")
            .unwrap();
        assert!(!draft.shows(&value));
        draft.set("with", "level");
        assert!(draft.shows(&value));
    }
}
