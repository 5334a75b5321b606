//! The one list of estimators: what each is for and its parameters, by scikit-learn's names.

use spec::param::Search;
use spec::{Algorithm, Domain, EstimatorInfo, ParamSpec, ParamValue, Task};

const CLASSES: [Task; 2] = [Task::Binary, Task::Multiclass];
const ALL: [Task; 3] = [Task::Binary, Task::Multiclass, Task::Regression];

/// Every estimator of this build, simplest first.
pub fn catalogue() -> Vec<EstimatorInfo> {
    vec![
        info(
            Algorithm::Baseline,
            &ALL,
            "Always the shares of the classes, or the mean: what any model has to beat",
            true,
            Vec::new(),
        ),
        info(
            Algorithm::LogisticRegression,
            &CLASSES,
            "A weighted sum of the features, read as a probability: fast, robust, and each weight can be explained",
            false,
            vec![
                real(
                    "C",
                    "Inverse penalty (C)",
                    "How freely weights may grow. Smaller is simpler and safer on few rows",
                    1e-6,
                    1e6,
                    1.0,
                )
                .searched(Search::Real {
                    low: 1e-3,
                    high: 1e2,
                    log: true,
                }),
                class_weight(),
                integer(
                    "max_iter",
                    "Most iterations",
                    "Ends the search for the optimum. Raise it when it stops too early",
                    1,
                    100_000,
                    1000,
                ),
                real(
                    "tol",
                    "Tolerance",
                    "The optimum is found when no component of the gradient exceeds this. Smaller is more exact and slower",
                    1e-12,
                    1.0,
                    1e-5,
                ),
            ],
        ),
        info(
            Algorithm::LinearRegression,
            &[Task::Regression],
            "The weighted sum of the features with the least squared error: simple, and each weight can be explained",
            false,
            Vec::new(),
        ),
        info(
            Algorithm::Ridge,
            &[Task::Regression],
            "Linear regression with a penalty on large weights: steadier with many or correlated features",
            false,
            vec![
                ParamSpec {
                    domain: Domain::Real {
                        low: 0.0,
                        high: 1e9,
                        low_open: false,
                    },
                    ..real(
                        "alpha",
                        "Penalty (alpha)",
                        "How strongly weights are held small. 0 is linear regression",
                        0.0,
                        1e9,
                        1.0,
                    )
                }
                .searched(Search::Real {
                    low: 1e-3,
                    high: 1e3,
                    log: true,
                }),
            ],
        ),
        info(
            Algorithm::DecisionTree,
            &ALL,
            "Yes-or-no questions one after the other: easy to read; without limits it learns the training rows by heart",
            true,
            tree_params(None),
        ),
        info(
            Algorithm::RandomForest,
            &ALL,
            "The mean of many trees, each on other rows and features: good without tuning, hard to over-fit",
            true,
            {
                let mut params = vec![
                    integer("n_estimators", "Trees", "More are steadier and slower", 1, 5000, 100).searched(Search::Integer {
                        low: 100,
                        high: 500,
                        log: true,
                    }),
                ];
                params.extend(tree_params(Some("auto")));
                params.push(ParamSpec {
                    name: "bootstrap".to_owned(),
                    label: "Bootstrap".to_owned(),
                    help: "Each tree sees rows drawn with repetition. Off: all rows".to_owned(),
                    domain: Domain::Flag,
                    default: ParamValue::Flag(true),
                    search: None,
                });
                params
            },
        ),
        info(
            Algorithm::GradientBoosting,
            &ALL,
            "Many small trees, each mending the errors of those before: often the most accurate on tables",
            true,
            vec![
                integer(
                    "max_iter",
                    "Rounds",
                    "Trees (per class). More fit closer; with a small learning rate more are needed",
                    1,
                    10_000,
                    100,
                )
                .searched(Search::Integer {
                    low: 50,
                    high: 500,
                    log: true,
                }),
                real(
                    "learning_rate",
                    "Learning rate",
                    "How much each tree may correct. Smaller needs more rounds and often does better",
                    0.0,
                    1.0,
                    0.1,
                )
                .searched(Search::Real {
                    low: 0.01,
                    high: 0.3,
                    log: true,
                }),
                optional(
                    "max_leaf_nodes",
                    "Most leaves",
                    "Leaves of one tree. Fewer are simpler; none: no limit",
                    2,
                    100_000,
                    Some(31),
                )
                .searched(Search::Integer {
                    low: 7,
                    high: 127,
                    log: true,
                }),
                optional(
                    "max_depth",
                    "Greatest depth",
                    "Questions to a leaf; none: no limit",
                    1,
                    1000,
                    None,
                ),
                integer(
                    "min_samples_leaf",
                    "Least rows in a leaf",
                    "More are simpler",
                    1,
                    1_000_000,
                    20,
                )
                .searched(Search::Integer {
                    low: 5,
                    high: 100,
                    log: true,
                }),
                ParamSpec {
                    domain: Domain::Real {
                        low: 0.0,
                        high: 1e9,
                        low_open: false,
                    },
                    ..real(
                        "min_child_weight",
                        "Least weight in a leaf",
                        "Sum of hessians: leaves of rows that are certain already are not split",
                        0.0,
                        1e9,
                        1e-3,
                    )
                },
                ParamSpec {
                    domain: Domain::Real {
                        low: 0.0,
                        high: 1e9,
                        low_open: false,
                    },
                    ..real(
                        "l2_regularization",
                        "L2 penalty",
                        "Holds leaf values small. More is simpler",
                        0.0,
                        1e9,
                        0.0,
                    )
                }
                .searched(Search::Real {
                    low: 1e-3,
                    high: 10.0,
                    log: true,
                }),
                integer(
                    "max_bins",
                    "Bins",
                    "Distinct values of a feature that a split can tell apart",
                    2,
                    255,
                    255,
                ),
                class_weight(),
                ParamSpec {
                    name: "early_stopping".to_owned(),
                    label: "Early stopping".to_owned(),
                    help: "Keeps some training rows apart and stops when the loss on them no longer falls".to_owned(),
                    domain: Domain::Flag,
                    default: ParamValue::Flag(false),
                    search: None,
                },
                ParamSpec {
                    domain: Domain::Real {
                        low: 0.0,
                        high: 0.5,
                        low_open: true,
                    },
                    ..real(
                        "validation_fraction",
                        "Rows for early stopping",
                        "Share of the training rows, drawn by class",
                        0.0,
                        0.5,
                        0.1,
                    )
                },
                integer(
                    "n_iter_no_change",
                    "Patience",
                    "Rounds without a better loss before it stops",
                    1,
                    1000,
                    10,
                ),
            ],
        ),
    ]
}

fn info(algorithm: Algorithm, tasks: &[Task], about: &str, handles_missing: bool, params: Vec<ParamSpec>) -> EstimatorInfo {
    EstimatorInfo {
        algorithm,
        tasks: tasks.to_vec(),
        about: about.to_owned(),
        handles_missing,
        exact: true,
        params,
    }
}

/// One tree's, and a forest's with their rule for features.
fn tree_params(max_features: Option<&str>) -> Vec<ParamSpec> {
    let is_forest = max_features.is_some();
    let depth = optional(
        "max_depth",
        "Greatest depth",
        "Questions to a leaf. Fewer are simpler; none: until the leaves are pure",
        1,
        1000,
        None,
    );
    let leaf = integer(
        "min_samples_leaf",
        "Least rows in a leaf",
        "More are simpler and steadier",
        1,
        1_000_000,
        1,
    );
    vec![
        if is_forest {
            depth
        } else {
            depth.searched(Search::Integer {
                low: 2,
                high: 20,
                log: false,
            })
        },
        integer(
            "min_samples_split",
            "Least rows to split",
            "Nodes with fewer rows become leaves",
            2,
            1_000_000,
            2,
        ),
        leaf.searched(Search::Integer {
            low: 1,
            high: if is_forest { 20 } else { 100 },
            log: true,
        }),
        optional(
            "max_leaf_nodes",
            "Most leaves",
            "The most useful splits are made first; none: no limit",
            2,
            1_000_000,
            None,
        ),
        choice(
            "max_features",
            "Features per split",
            "How many are tried at each split: a rule or a share. auto: the square root for classes, all for numbers",
            &["auto", "sqrt", "log2", "0.3", "0.5", "0.7", "1.0"],
            max_features.unwrap_or("1.0"),
        )
        .searched_if(
            is_forest,
            Search::Choice {
                options: ["sqrt", "0.3", "0.5"]
                    .into_iter()
                    .map(|rule| ParamValue::Choice(rule.to_owned()))
                    .collect(),
            },
        ),
        class_weight(),
    ]
}

fn class_weight() -> ParamSpec {
    choice(
        "class_weight",
        "Class weights",
        "balanced: every class counts the same, however rare. Of no effect on numbers",
        &["none", "balanced"],
        "none",
    )
}

fn spec(name: &str, label: &str, help: &str, domain: Domain, default: ParamValue) -> ParamSpec {
    ParamSpec {
        name: name.to_owned(),
        label: label.to_owned(),
        help: help.to_owned(),
        domain,
        default,
        search: None,
    }
}

fn real(name: &str, label: &str, help: &str, low: f64, high: f64, default: f64) -> ParamSpec {
    spec(
        name,
        label,
        help,
        Domain::Real {
            low,
            high,
            low_open: low == 0.0,
        },
        ParamValue::Real(default),
    )
}

fn integer(name: &str, label: &str, help: &str, low: i64, high: i64, default: i64) -> ParamSpec {
    spec(
        name,
        label,
        help,
        Domain::Integer {
            low,
            high,
            optional: false,
        },
        ParamValue::Integer(default),
    )
}

fn optional(name: &str, label: &str, help: &str, low: i64, high: i64, default: Option<i64>) -> ParamSpec {
    let default = default.map_or(ParamValue::Unset, ParamValue::Integer);
    spec(
        name,
        label,
        help,
        Domain::Integer {
            low,
            high,
            optional: true,
        },
        default,
    )
}

fn choice(name: &str, label: &str, help: &str, options: &[&str], default: &str) -> ParamSpec {
    let options = options.iter().map(|option| (*option).to_owned()).collect();
    spec(
        name,
        label,
        help,
        Domain::Choice { options },
        ParamValue::Choice(default.to_owned()),
    )
}

trait Searched {
    fn searched(self, search: Search) -> Self;
    fn searched_if(self, yes: bool, search: Search) -> Self;
}

impl Searched for ParamSpec {
    fn searched(self, search: Search) -> Self {
        Self {
            search: Some(search),
            ..self
        }
    }

    fn searched_if(self, yes: bool, search: Search) -> Self {
        if yes { self.searched(search) } else { self }
    }
}
