//! Single steps: what they do, and what they say when they cannot.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use spec::step::{
    DateParts, DropDuplicates, DropMissing, Exclude, Fill, FillForward, Filter, Formula, InfiniteToMissing, Interaction,
    MergeLevels, OneHot, Ordinal, ParseDate, ParseNumber, Replace, SetType, StandardScale, Trim, ValueToMissing,
};
use std::collections::BTreeMap;

use prepare::{FittedRecipe, TrainView, cleaning, propose, recipe, split};
use spec::framing::Sensitive;
use spec::profile::Profile;
use spec::split::{Assignment, SplitSpec, Validation};
use spec::step::{Columns, Comparison, Condition, DateOrder, DatePart, FillWith, PipelineKind, ShapeKind, Step};
use spec::{ColumnType, Failure, Framing, Metric, Severity, Task, Unobserved};
use table::{Category, Column, ColumnData, Table};

const NAN: f64 = f64::NAN;

fn numbers(name: &str, cells: &[f64]) -> Column {
    Column::new(name, ColumnData::Number(cells.to_vec()))
}

fn texts(name: &str, cells: &[&str]) -> Column {
    Column::new(
        name,
        ColumnData::Category(Category::from_texts(cells.iter().map(|cell| Some(*cell)))),
    )
}

fn customers() -> Table {
    Table::new(vec![
        numbers("tenure", &[1.0, 12.0, NAN, 24.0, 3.0, 0.0]),
        numbers("charges", &[20.0, 30.0, 50.0, f64::INFINITY, 70.0, 10.0]),
        texts("contract", &["Month", "One year", "", "Month ", "One year", "Two year"]),
        Column::new(
            "since",
            ColumnData::Time(vec![0.0, 86_400.0 * 400.0, NAN, 3600.0, 7200.0, -1.0]),
        ),
        Column::new(
            "note",
            ColumnData::Text(["a", "b", "c", "d", "e", "f"].map(Some).into_iter().collect()),
        ),
        texts("churn", &["yes", "no", "no", "no", "yes", "no"]),
    ])
    .unwrap()
}

fn steps<K>(kinds: Vec<K>) -> Vec<Step<K>> {
    kinds
        .into_iter()
        .zip(1..)
        .map(|(kind, id)| Step { id, enabled: true, kind })
        .collect()
}

fn churn() -> Framing {
    Framing {
        task: Some(Task::Binary),
        target: Some("churn".to_owned()),
        ..Framing::default()
    }
}

fn fit(kinds: Vec<PipelineKind>) -> Result<FittedRecipe, Failure> {
    let (table, framing) = (customers(), churn());
    recipe::fit(
        &steps(kinds),
        &TrainView::new(&table, &[0, 1, 2, 3, 4, 5], &framing),
        &mut Unobserved,
    )
}

fn named(names: &[&str]) -> Columns {
    Columns::Named(names.iter().map(|name| (*name).to_owned()).collect())
}

fn one_hot(name: &str) -> PipelineKind {
    PipelineKind::OneHot(OneHot {
        columns: named(&[name]),
        max_levels: 50,
    })
}

fn formula(expression: &str) -> PipelineKind {
    PipelineKind::Formula(Formula {
        name: "f".to_owned(),
        expression: expression.to_owned(),
    })
}

/// Every place of a message is filled.
fn said(failure: &Failure) -> String {
    let said = format!("{} | {}", failure.message.says(), failure.message.hint());
    assert!(!said.contains(['{', '}']), "{said}");
    said
}

#[test]
fn an_impossible_order_is_explained() {
    let scale = |name: &str| PipelineKind::StandardScale(StandardScale { columns: named(&[name]) });
    let cases: Vec<(Vec<PipelineKind>, u32, &str)> = vec![
        (
            vec![one_hot("contract"), one_hot("contract")],
            2,
            "One-hot encode: column contract was replaced by step 1 (One-hot encode) | Move this step before step 1, or choose the columns that step 1 made",
        ),
        (
            vec![
                PipelineKind::Exclude(Exclude {
                    columns: vec!["tenure".to_owned()],
                    reason: String::new(),
                }),
                scale("tenure"),
            ],
            2,
            "Standard scale: column tenure was excluded by step 1 | Move this step before step 1, or take tenure out of one of the two",
        ),
        (
            vec![scale("contract")],
            1,
            "Standard scale: column contract is a category, and this step works on numbers | Encode contract before this step, or take it out",
        ),
        (
            vec![
                PipelineKind::Ordinal(Ordinal {
                    columns: named(&["contract"]),
                }),
                one_hot("contract"),
            ],
            2,
            "One-hot encode: column contract was turned into numbers by step 1 (Ordinal encode) | Take contract out of one of the two steps",
        ),
        (
            vec![scale("f"), formula("tenure * 2")],
            1,
            "Standard scale: column f is made by step 2 (Formula), which comes later | Move this step behind step 2",
        ),
        (
            vec![scale("tenur")],
            1,
            "Standard scale: there is no column tenur | Did you mean tenure?",
        ),
        (
            vec![scale("xyz")],
            1,
            "Standard scale: there is no column xyz | Choose another column",
        ),
        (
            vec![scale("note")],
            1,
            "Standard scale: column note is free text, which no step can use | Change the type of note to category in a shape step, or exclude it",
        ),
        (
            vec![PipelineKind::DateParts(DateParts {
                column: "tenure".to_owned(),
                parts: vec![DatePart::Year],
            })],
            1,
            "Column tenure is not a time | Parse tenure as a date in a shape step first",
        ),
        (
            vec![PipelineKind::Interaction(Interaction {
                left: "tenure".to_owned(),
                right: "churn".to_owned(),
            })],
            1,
            "churn is the target: the step leaves it alone | Take churn out of this step",
        ),
    ];
    for (kinds, step, expected) in cases {
        let failure = fit(kinds).unwrap_err();
        assert_eq!(said(&failure), expected);
        assert_eq!(failure.step, Some(step));
    }
}

#[test]
fn a_preview_passes_over_what_cannot_be_done() {
    let (table, framing) = (customers(), churn());
    let kinds = vec![
        PipelineKind::StandardScale(StandardScale {
            columns: named(&["contract"]),
        }),
        one_hot("contract"),
    ];
    let fitted = recipe::preview(&steps(kinds), &TrainView::new(&table, &[0, 1, 2], &framing), &mut Unobserved).unwrap();
    assert!(fitted.views[0].failure.is_some() && fitted.views[1].failure.is_none());
    assert_eq!(
        fitted.features,
        ["tenure", "charges", "contract_Month", "contract_One year", "since"]
    );
    assert_eq!(
        fitted.unused.iter().map(|unused| unused.column.as_str()).collect::<Vec<_>>(),
        ["note"]
    );
    assert_eq!(
        fitted.views[1].learned[0].says(),
        "contract: 2 columns, one a level: Month, One year"
    );
}

#[test]
fn features_keep_the_order_of_the_table() {
    let fitted = fit(vec![
        PipelineKind::Fill(Fill {
            columns: Columns::Numbers,
            with: FillWith::Median,
            indicator: true,
        }),
        formula("tenure + 1"),
        PipelineKind::DateParts(DateParts {
            column: "since".to_owned(),
            parts: vec![DatePart::Month, DatePart::Hour],
        }),
        one_hot("contract"),
    ])
    .unwrap();
    let wanted = [
        "tenure",
        "tenure_missing",
        "charges",
        "charges_missing",
        "contract_Month",
        "contract_One year",
        "contract_Two year",
        "since_month",
        "since_hour",
        "since_missing",
        "f",
    ];
    assert_eq!(fitted.features, wanted);
    let inputs: Vec<&str> = fitted.inputs.iter().map(|input| input.name.as_str()).collect();
    assert_eq!(inputs, ["tenure", "charges", "contract", "since"]);
    assert_eq!(fitted.inputs[2].levels, ["Month", "One year", "Two year"]);
}

#[test]
fn an_input_is_only_what_a_feature_needs() {
    let fitted = fit(vec![
        PipelineKind::MergeLevels(MergeLevels {
            column: "contract".to_owned(),
            map: BTreeMap::from([("Month".to_owned(), "Short".to_owned())]),
        }),
        formula("tenure * 2"),
        PipelineKind::Exclude(Exclude {
            columns: ["tenure", "charges", "since"].map(str::to_owned).to_vec(),
            reason: String::new(),
        }),
    ])
    .unwrap();
    assert_eq!(fitted.features, ["f"]);
    assert_eq!(fitted.inputs.len(), 1);
    assert_eq!(fitted.unused.len(), 2);
    let features = fitted
        .apply(&Table::new(vec![texts("tenure", &["3", "", "1e2"])]).unwrap(), &[0, 1, 2])
        .unwrap();
    assert_eq!((features.columns[0][0], features.columns[0][2]), (6.0, 200.0));
    assert!(features.columns[0][1].is_nan());
    let failure = fitted
        .apply(&Table::new(vec![texts("tenure", &["3", "old"])]).unwrap(), &[0, 1])
        .unwrap_err();
    assert_eq!(
        said(&failure),
        "Column tenure, row 2: \"old\" is not a number | Correct the cell, or empty it"
    );
    assert_eq!(
        fitted
            .apply(&Table::new(vec![numbers("x", &[1.0])]).unwrap(), &[0])
            .unwrap_err()
            .message
            .code,
        "prepare.input_absent"
    );
}

#[test]
fn formulas_compute() {
    // tenure, contract and since of rows 0 (complete), 2 (both missing) and 1.
    let cases: &[(&str, [f64; 3])] = &[
        ("1 + 2 * 3 - 4 / 2", [5.0, 5.0, 5.0]),
        ("-(1 - 3)", [2.0, 2.0, 2.0]),
        ("7 % 3 + -7 % 3", [3.0, 3.0, 3.0]),
        ("10 - 2 - 3", [5.0, 5.0, 5.0]),
        ("tenure * 2", [2.0, NAN, 24.0]),
        ("tenure > 5", [0.0, NAN, 1.0]),
        ("tenure > 5 or 1", [1.0, NAN, 1.0]),
        ("not tenure", [0.0, NAN, 0.0]),
        ("is_missing(tenure)", [0.0, 1.0, 0.0]),
        ("is_missing(contract)", [0.0, 1.0, 0.0]),
        ("is_missing(tenure + 1)", [0.0, 1.0, 0.0]),
        ("if(is_missing(tenure), -1, tenure)", [1.0, -1.0, 12.0]),
        ("if(tenure >= 12, 1, 0)", [0.0, NAN, 1.0]),
        ("contract == \"One year\"", [0.0, NAN, 1.0]),
        ("'Month' != `contract`", [0.0, NAN, 1.0]),
        ("contract == 'unheard of'", [0.0, NAN, 0.0]),
        ("charges / 0", [NAN, NAN, NAN]),
        ("sqrt(-1) + log(0)", [NAN, NAN, NAN]),
        ("min(3, 1, 2) + max(3, 1, 2)", [4.0, 4.0, 4.0]),
        ("min(tenure, 0)", [0.0, NAN, 0.0]),
        ("round(2.5) + floor(-0.5) + ceil(0.5) + abs(-3)", [5.0, 5.0, 5.0]),
        ("log(exp(2)) + log1p(0) + ln(1) + sqrt(16)", [6.0, 6.0, 6.0]),
        ("true and not false", [1.0, 1.0, 1.0]),
        ("1 < 2 == 1", [f64::INFINITY; 3]),
    ];
    for (expression, wanted) in cases {
        let fitted = fit(vec![formula(expression)]);
        if wanted[0].is_infinite() {
            assert_eq!(fitted.unwrap_err().message.code, "formula.chained");
            continue;
        }
        let fitted = fitted.unwrap_or_else(|failure| panic!("{expression}: {failure}"));
        let features = fitted.apply(&customers(), &[0, 2, 1]).unwrap();
        let place = features.names.iter().position(|name| name == "f").unwrap();
        for (actual, wanted) in features.columns[place].iter().zip(wanted) {
            assert!(
                f64::from(*actual) == *wanted || actual.is_nan() && wanted.is_nan(),
                "{expression}: {actual}, not {wanted}"
            );
        }
    }
}

#[test]
fn formulas_say_where_they_are_wrong() {
    let cases = [
        ("", "The formula is empty"),
        (
            "tenure +",
            "Character 9: found the end, expected a column, a number or a function",
        ),
        (
            "tenure charges",
            "Character 8: found `charges`, expected an operator or the end",
        ),
        ("(tenure", "Character 8: found the end, expected `)`"),
        ("tenure = 3", "Character 8: = has no meaning"),
        ("tenure ^ 2", "Character 8: there is no power operator"),
        ("tenure ** 2", "Character 8: there is no power operator"),
        ("sqr(tenure)", "Character 1: there is no function sqr"),
        (
            "if(tenure, 1)",
            "Character 1: if takes 3 arguments: a condition, the value when it holds, the value when it does not, not 2",
        ),
        ("tenuer + 1", "Character 1: there is no column tenuer at this step"),
        ("2 + contract", "Character 5: contract is a category, not a number"),
        ("tenure == \"a\"", "Character 8: tenure is a number, and \"a\" is a text"),
        ("\"a\" + 1", "Character 1: the text \"a\" cannot be used as a number"),
        ("note == \"a\"", "Character 6: note is free text, which formulas cannot use"),
        ("'open", "Character 1: the mark ' is never closed"),
        ("1.2.3", "Character 1: 1.2 does not read as a number"),
        ("tenure # 2", "Character 8: # has no meaning here"),
        ("churn + 1", "Character 1: there is no column churn at this step"),
    ];
    for (expression, expected) in cases {
        let failure = fit(vec![formula(expression)]).unwrap_err();
        assert!(said(&failure).starts_with(expected), "{expression}: {}", said(&failure));
    }
}

fn shaped(table: &Table, kind: ShapeKind) -> Result<cleaning::Shaped, Failure> {
    cleaning::apply(table, &steps(vec![kind]), &mut Unobserved)
}

fn cells(table: &Table, column: &str) -> Vec<String> {
    let column = table.column(column).unwrap();
    (0..column.n_rows())
        .map(|row| column.text_at(row).map_or_else(|| "-".to_owned(), |text| text.into_owned()))
        .collect()
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn shape_steps_change_cells() {
    let table = Table::new(vec![
        texts("price", &["$1,200", " 3.5 ", "n/a", "12%", "", "(7)"]),
        texts("day", &["31/01/2024", "2024-02-01", "", "soon", "1/2/2024", "29/02/2023"]),
        numbers("age", &[30.0, 9999.0, NAN, f64::INFINITY, -1.0, 9999.0]),
        texts("city", &["Rome ", "rome", "Oslo", "", "", "Lima"]),
    ])
    .unwrap();
    let number = ShapeKind::ParseNumber(ParseNumber {
        column: "price".to_owned(),
        decimal_comma: false,
    });
    let date = ShapeKind::ParseDate(ParseDate {
        column: "day".to_owned(),
        order: DateOrder::Dmy,
        newest_year: None,
    });
    let replace = |find: &str, with: &str, regex, whole_cell| {
        ShapeKind::Replace(Replace {
            columns: strings(&["city"]),
            find: find.to_owned(),
            replace: with.to_owned(),
            regex,
            whole_cell,
        })
    };
    let cases: Vec<(ShapeKind, &str, [&str; 6], &str)> = vec![
        (
            number,
            "price",
            ["1200", "3.5", "-", "0.12", "-", "-7"],
            "price is a number now: 4 cells read, 1 did not and is missing: n/a",
        ),
        (
            date,
            "day",
            ["2024-01-31", "2024-02-01", "-", "-", "2024-02-01", "-"],
            "day is a time now: 3 cells read, 2 did not and are missing: soon, 29/02/2023",
        ),
        (
            ShapeKind::ValueToMissing(ValueToMissing {
                column: "age".to_owned(),
                values: vec![9999.0, -1.0],
            }),
            "age",
            ["30", "-", "-", "inf", "-", "-"],
            "age: 3 cells with 9999, -1 are missing now",
        ),
        (
            ShapeKind::InfiniteToMissing(InfiniteToMissing { columns: vec![] }),
            "age",
            ["30", "9999", "-", "-", "-1", "9999"],
            "age: 1 infinite value is missing now",
        ),
        (
            ShapeKind::Trim(Trim {
                columns: strings(&["city"]),
            }),
            "city",
            ["Rome", "rome", "Oslo", "-", "-", "Lima"],
            "city: blanks removed from 1 cell",
        ),
        (
            replace("ome", "OME", false, false),
            "city",
            ["ROME ", "rOME", "Oslo", "-", "-", "Lima"],
            "city: 2 cells changed",
        ),
        (
            replace("rome", "Rome", false, true),
            "city",
            ["Rome ", "Rome", "Oslo", "-", "-", "Lima"],
            "city: 1 cell changed",
        ),
        (
            replace("^([A-Z])(.*)", "$2$1", true, false),
            "city",
            ["ome R", "rome", "sloO", "-", "-", "imaL"],
            "city: 3 cells changed",
        ),
        (
            replace("[Rr]ome ?", "", true, true),
            "city",
            ["-", "-", "Oslo", "-", "-", "Lima"],
            "city: 2 cells changed",
        ),
        (
            ShapeKind::FillForward(FillForward {
                columns: strings(&["city"]),
                backward: false,
            }),
            "city",
            ["Rome ", "rome", "Oslo", "Oslo", "Oslo", "Lima"],
            "city: 2 cells filled, 0 left without a neighbour",
        ),
        (
            ShapeKind::FillForward(FillForward {
                columns: strings(&["price"]),
                backward: true,
            }),
            "price",
            ["$1,200", " 3.5 ", "n/a", "12%", "(7)", "(7)"],
            "price: 1 cell filled, 0 left without a neighbour",
        ),
        (
            ShapeKind::SetType(SetType {
                column: "age".to_owned(),
                column_type: ColumnType::Category,
            }),
            "age",
            ["30", "9999", "-", "inf", "-1", "9999"],
            "age is a category now: 5 cells read",
        ),
    ];
    for (kind, column, wanted, learned) in cases {
        let shaped = shaped(&table, kind).unwrap();
        assert_eq!(cells(&shaped.table, column), wanted);
        assert_eq!(shaped.views[0].learned[0].says(), learned);
        assert_eq!(shaped.row_ids, [0, 1, 2, 3, 4, 5]);
    }
}

#[test]
fn shape_steps_leave_rows_out() {
    let table = Table::new(vec![
        numbers("x", &[1.0, 2.0, 1.0, NAN, 0.0, 1.0, -0.0]),
        texts("c", &["a", "b", "a", "", "a ", "", "a "]),
    ])
    .unwrap();
    let filter = |conditions: &[(&str, Comparison, &str)], any| {
        ShapeKind::Filter(Filter {
            conditions: conditions
                .iter()
                .map(|(column, comparison, value)| Condition {
                    column: (*column).to_owned(),
                    comparison: *comparison,
                    value: (*value).to_owned(),
                })
                .collect(),
            any,
        })
    };
    let cases: Vec<(ShapeKind, &[u32])> = vec![
        (
            ShapeKind::DropDuplicates(DropDuplicates { columns: vec![] }),
            &[0, 1, 3, 4, 5],
        ),
        (
            ShapeKind::DropDuplicates(DropDuplicates {
                columns: strings(&["x"]),
            }),
            &[0, 1, 3, 4],
        ),
        (ShapeKind::DropMissing(DropMissing { columns: vec![] }), &[0, 1, 2, 4, 6]),
        (
            ShapeKind::DropMissing(DropMissing {
                columns: strings(&["x"]),
            }),
            &[0, 1, 2, 4, 5, 6],
        ),
        (filter(&[("x", Comparison::GreaterOrEqual, "1")], false), &[0, 1, 2, 5]),
        (
            filter(&[("c", Comparison::Equal, "a"), ("x", Comparison::Less, "1")], false),
            &[4, 6],
        ),
        (
            filter(&[("c", Comparison::NotEqual, "a"), ("x", Comparison::IsMissing, "")], true),
            &[1, 3],
        ),
        (
            filter(&[("c", Comparison::Contains, "b"), ("c", Comparison::IsMissing, "")], true),
            &[1, 3, 5],
        ),
    ];
    for (kind, rows) in cases {
        let said = format!("{kind:?}");
        let shaped = shaped(&table, kind).unwrap();
        assert_eq!(shaped.row_ids, rows, "{said}");
        for column in ["x", "c"] {
            assert_eq!(cells(&shaped.table, column), cells(&table.select(rows), column), "{said}");
        }
    }
    let failures = [
        (
            filter(&[("x", Comparison::Less, "many")], false),
            "\"many\" does not read as a number, which x is | Enter a number",
        ),
        (
            filter(&[("x", Comparison::Less, "-5")], false),
            "None of the 7 rows meets the filter | Loosen the conditions",
        ),
        (
            ShapeKind::Replace(Replace {
                columns: strings(&["c"]),
                find: "(".to_owned(),
                replace: String::new(),
                regex: true,
                whole_cell: false,
            }),
            "The regular expression ( cannot be read",
        ),
        (
            ShapeKind::Trim(Trim {
                columns: strings(&["x"]),
            }),
            "x is a number, and this step works on text and categories",
        ),
        (
            ShapeKind::DropMissing(DropMissing {
                columns: strings(&["z"]),
            }),
            "There is no column z",
        ),
    ];
    for (kind, expected) in failures {
        let failure = shaped(&table, kind).unwrap_err();
        assert!(said(&failure).starts_with(expected), "{}", said(&failure));
        assert_eq!(failure.step, Some(1));
    }
    // One after the other, the rows of the original are still known.
    let both = steps(vec![
        ShapeKind::DropDuplicates(DropDuplicates { columns: vec![] }),
        ShapeKind::DropMissing(DropMissing { columns: vec![] }),
    ]);
    assert_eq!(cleaning::apply(&table, &both, &mut Unobserved).unwrap().row_ids, [0, 1, 4]);
}

#[test]
fn splits_say_what_cannot_be() {
    let spec = |assignment, validation, test_share| SplitSpec {
        assignment,
        test_share,
        validation,
        seed: 1,
    };
    let random = || Assignment::Random { stratified: true };
    let folds = |k| Validation::Folds { k };
    let cases = [
        (spec(random(), folds(5), 0.0), "split.test_share"),
        (spec(random(), folds(1), 0.2), "split.n_folds"),
        (spec(random(), Validation::HoldOut { share: 0.8 }, 0.2), "split.shares"),
        (spec(random(), folds(6), 0.2), "split.too_few_rows"),
        (
            spec(
                Assignment::Grouped {
                    column: "contract".to_owned(),
                },
                folds(5),
                0.2,
            ),
            "split.too_few_groups",
        ),
        (
            spec(
                Assignment::Time {
                    column: "contract".to_owned(),
                },
                folds(2),
                0.2,
            ),
            "split.not_time",
        ),
        (
            spec(
                Assignment::Time {
                    column: "churn_date".to_owned(),
                },
                folds(2),
                0.2,
            ),
            "split.no_column",
        ),
        (
            spec(
                Assignment::Time {
                    column: "day".to_owned(),
                },
                folds(3),
                0.2,
            ),
            "split.too_few_times",
        ),
    ];
    for (spec, code) in cases {
        let day = Column::new("day", ColumnData::Time(vec![1.0, 1.0, 2.0, 2.0, NAN, 3.0]));
        let table = customers().with_column(day).unwrap();
        let failure = split::split(&table, &churn(), &spec, "sha").unwrap_err();
        assert_eq!(failure.message.code, code);
        said(&failure);
    }
    let few = split::split(&customers(), &churn(), &spec(random(), folds(2), 0.2), "sha").unwrap();
    let codes: Vec<&str> = few.summary.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert!(
        codes.contains(&"split.few_rows") && codes.iter().any(|code| code.starts_with("split.class_not_in")),
        "{codes:?}"
    );
}

fn checks(table: &Table, framing: &Framing) -> Vec<(Severity, String)> {
    propose::checks(table, framing, &SplitSpec::default())
        .into_iter()
        .map(|check| {
            said(&Failure::new(check.message.clone()));
            (check.severity, check.message.code)
        })
        .collect()
}

#[test]
fn checks_name_what_stands_in_the_way() {
    let codes = |framing: &Framing| {
        checks(&customers(), framing)
            .into_iter()
            .map(|(_, code)| code)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        codes(&churn()),
        [
            "engine.too_few_rows",
            "check.class_too_few",
            "check.positive_assumed",
            "check.time_split"
        ]
    );
    assert_eq!(codes(&Framing::default())[0], "target.none");
    let sensitive = |column: &str| Sensitive {
        column: column.to_owned(),
        tolerated: vec![],
    };
    let framing = Framing {
        sensitive: vec![sensitive("sex"), sensitive("churn")],
        metric: Some(Metric::Rmse),
        not_known: strings(&["tenure", "gone"]),
        ..churn()
    };
    let found = checks(&customers(), &framing);
    let errors: Vec<&str> = found
        .iter()
        .filter(|(severity, _)| *severity == Severity::Error)
        .map(|(_, code)| code.as_str())
        .collect();
    assert_eq!(
        errors,
        [
            "engine.too_few_rows",
            "check.sensitive_unknown",
            "check.sensitive_is_target",
            "check.metric"
        ]
    );
    assert!(found.iter().any(|(_, code)| code == "check.not_known_unknown"));

    let n = 400;
    let rare: Vec<&str> = (0..n).map(|row| if row < 12 { "yes" } else { "no" }).collect();
    let table = Table::new(vec![
        numbers("x", &(0..n).map(f64::from).collect::<Vec<_>>()),
        texts("churn", &rare),
    ])
    .unwrap();
    let framing = Framing {
        positive_class: Some("yes".to_owned()),
        ..churn()
    };
    assert_eq!(
        checks(&table, &framing),
        [
            (Severity::Info, "check.imbalance".to_owned()),
            (Severity::Info, "check.fine".to_owned())
        ]
    );
    let accuracy = Framing {
        metric: Some(Metric::Accuracy),
        ..framing
    };
    assert_eq!(
        checks(&table, &accuracy),
        [(Severity::Warning, "check.imbalance_accuracy".to_owned())]
    );
}

fn profile(table: &Table, target: Option<&str>) -> Profile {
    table::profile::profile(table, target, &mut Unobserved).unwrap()
}

#[test]
fn proposals_fit_together() {
    let n = 120usize;
    let table = Table::new(vec![
        texts(
            "customer",
            &(0..n)
                .map(|row| format!("C{row:04}"))
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        ),
        numbers(
            "tenure",
            &(0..n)
                .map(|row| if row % 9 == 0 { NAN } else { (row * 7 % 61) as f64 })
                .collect::<Vec<_>>(),
        ),
        texts(
            "contract",
            &(0..n).map(|row| ["Month", "Year", ""][row * 5 % 3]).collect::<Vec<_>>(),
        ),
        Column::new(
            "since",
            ColumnData::Time((0..n).map(|row| row as f64 * 86_400.0 * 3.0).collect()),
        ),
        numbers("always", &vec![1.0; n]),
        texts(
            "Churned",
            &(0..n).map(|row| if row % 4 == 0 { "Yes" } else { "No" }).collect::<Vec<_>>(),
        ),
    ])
    .unwrap();
    let proposals = propose::targets(&profile(&table, None), &table);
    let first = &proposals[0];
    assert_eq!(
        (first.column.as_str(), first.task, first.metric),
        ("Churned", Task::Binary, Metric::RocAuc)
    );
    assert_eq!(first.positive_class.as_deref(), Some("Yes"));
    assert_eq!(first.classes, [("No".to_owned(), 90), ("Yes".to_owned(), 30)]);
    assert_eq!(
        first.reason.says(),
        "Churned has two values (No, Yes), and its name reads like an outcome"
    );
    assert!(
        proposals
            .iter()
            .all(|proposal| proposal.column != "always" && proposal.column != "since")
    );
    assert_eq!(proposals.last().map(|proposal| proposal.column.as_str()), Some("customer"));

    let framing = Framing {
        task: Some(Task::Binary),
        target: Some("Churned".to_owned()),
        ..Framing::default()
    };
    let profile = profile(&table, Some("Churned"));
    let proposed = propose::recipe(&profile, &framing);
    let rows: Vec<u32> = (0..n as u32).collect();
    let fitted = recipe::fit(&proposed.pipeline, &TrainView::new(&table, &rows, &framing), &mut Unobserved).unwrap();
    let wanted = [
        "tenure",
        "tenure_missing",
        "contract_Month",
        "contract_Year",
        "since_year",
        "since_month",
        "since_day",
        "since_weekday",
    ];
    assert_eq!(fitted.features, wanted);
    assert!(fitted.unused.is_empty());
    let features = fitted.apply(&table, &rows).unwrap();
    assert!(features.columns.iter().flatten().all(|x| x.is_finite()));
    let spec = propose::split(&profile, &framing);
    assert_eq!(spec.validation, Validation::Folds { k: 5 });
    assert!(
        split::split(&table, &framing, &spec, "sha")
            .unwrap()
            .summary
            .warnings
            .is_empty()
    );
    assert_eq!(spec::ModelSpec::proposed(Task::Regression).len(), 6);
}
