//! Every term on screen (C10): metrics by their scikit-learn names, the others by slugs.

/// `(id, title, text, formula)`, sorted by id.
pub(crate) const TERMS: &[(&str, &str, &str, &str)] = &[
    (
        "accuracy",
        "Accuracy",
        "Share of the rows whose class is predicted rightly. With rare classes it misleads: always saying the frequent one is already right most of the time.",
        "right rows / all rows",
    ),
    (
        "adjusted_r2",
        "Adjusted R²",
        "R² with a deduction for every feature used, so that useless features do not raise it.",
        "1 − (1 − R²)(n − 1) / (n − k − 1), n rows, k features",
    ),
    (
        "average_precision",
        "PR AUC (average precision)",
        "How pure the top of the list is: the precision at every positive row found, averaged, going down by score. Compare it with the share of positive rows, which is what any order would give.",
        "Σ (Rᵢ − Rᵢ₋₁) · Pᵢ",
    ),
    (
        "balanced_accuracy",
        "Balanced accuracy",
        "The recall of each class, averaged, so that a rare class counts as much as a frequent one. Guessing gives 1 / number of classes.",
        "mean of recall over the classes",
    ),
    (
        "baseline",
        "Baseline",
        "The simplest answer there is: always the most frequent class, or always the mean. A model that does not beat it has learned nothing.",
        "",
    ),
    (
        "bin",
        "Bin",
        "A range of numbers treated as one: 0–12 months, 13–24 months. Bins of equal width (uniform) or with equally many rows (quantile).",
        "",
    ),
    (
        "bootstrap",
        "Bootstrap",
        "Draws the judged rows again and again with replacement and looks how far a figure moves. The middle 95% of 1,000 draws are its interval here.",
        "",
    ),
    (
        "brier",
        "Brier score",
        "Squared distance between the probabilities and what happened; lower is better, 0 is perfect. It rewards probabilities that are both sharp and honest. With two classes it runs from 0 to 1, with more from 0 to 2.",
        "mean of (p − y)²; several classes: mean of Σ (pₖ − yₖ)²",
    ),
    (
        "business_metric",
        "Business metric",
        "The figure that the goal is about, such as customers lost per month. The model's metric is only a stand-in for it.",
        "",
    ),
    (
        "calibration",
        "Calibration",
        "Whether probabilities mean what they say: of the rows given 30%, about 30 in 100 should be positive. The plot shows that for ten ranges.",
        "",
    ),
    (
        "category",
        "Category",
        "A column whose cells are one of a limited number of names, its levels.",
        "",
    ),
    (
        "class_imbalance",
        "Class imbalance",
        "One class is much rarer than another. Accuracy then says little; look at PR AUC, recall or balanced accuracy.",
        "",
    ),
    (
        "clip",
        "Clip",
        "Values beyond a low and a high quantile of the training rows are set to these, so that a few extremes cannot pull a model.",
        "min(max(x, q_low), q_high)",
    ),
    (
        "confidence_interval",
        "Interval (95%)",
        "Where the figure would lie with other rows of the same kind: intervals made this way hold the true figure in about 95 of 100 cases. Few rows make it wide.",
        "",
    ),
    (
        "confusion_matrix",
        "Confusion matrix",
        "True classes against predicted classes, counted in rows. The diagonal is right, everything else is a mistake of a certain kind.",
        "",
    ),
    (
        "cost",
        "Cost of mistakes",
        "What a false alarm and a miss cost. The decision threshold is set where their sum over the validation rows is lowest.",
        "FP · cost(FP) + FN · cost(FN)",
    ),
    (
        "cross_validation",
        "Cross-validation",
        "Every row that is not a test row is judged once by a model that has not seen it: the rows are cut into folds, and each fold is judged by a model trained on the others. Preparation is learned anew each time.",
        "",
    ),
    (
        "date_parts",
        "Date parts",
        "Year, month, day, weekday or hour of a date as numbers, because a model cannot use a date itself.",
        "",
    ),
    (
        "decision",
        "Go or no-go",
        "The recorded decision to use the model or not, with the goal's state and the reason at that time.",
        "",
    ),
    (
        "decision_threshold",
        "Decision threshold",
        "The probability from which a row is flagged as positive. Lower: more found, more false alarms. It is chosen on validation rows, before the test set opens.",
        "flag when p ≥ threshold",
    ),
    (
        "decision_tree",
        "Decision tree",
        "A flow chart of yes-no questions about the columns, learned by always asking the question that separates the target best. Easy to read, quick to over-fit when deep.",
        "",
    ),
    (
        "demographic_parity",
        "Demographic parity",
        "Every group is flagged equally often, whatever the truth is. The difference is the largest minus the smallest selection rate.",
        "max − min of P(flagged | group)",
    ),
    (
        "drift",
        "Drift",
        "New data differ from those the model learned from: other values, other shares, another relation to the target. The model then gets worse without saying so.",
        "",
    ),
    (
        "duplicates",
        "Duplicate rows",
        "The same row more than once. On both sides of a split, the model is judged on rows that it has seen.",
        "",
    ),
    (
        "early_stopping",
        "Early stopping",
        "Boosting stops adding trees when rows kept aside do not improve any more. The rows that decide are taken from the training rows.",
        "",
    ),
    (
        "equal_opportunity",
        "Equal opportunity",
        "Of those who really are positive, every group is found equally often. The difference is the largest minus the smallest recall.",
        "max − min of P(flagged | positive, group)",
    ),
    (
        "equalized_odds",
        "Equalized odds",
        "Both among those who really are positive and those who really are not, every group is flagged equally often. The worse of the two differences counts.",
        "max of the differences in TPR and FPR",
    ),
    (
        "f1",
        "F1",
        "One figure for precision and recall together; it is high only when both are.",
        "2 · TP / (2 · TP + FP + FN)",
    ),
    (
        "false_negative",
        "False negative (miss)",
        "A row that really is positive and was not flagged.",
        "",
    ),
    (
        "false_positive",
        "False positive (false alarm)",
        "A row that was flagged and really is not positive.",
        "",
    ),
    (
        "false_positive_rate",
        "False positive rate",
        "Of the rows that really are negative, the share that was flagged all the same.",
        "FP / (FP + TN)",
    ),
    (
        "feature",
        "Feature",
        "A column as the model sees it, after preparation: a number. One column can become several features.",
        "",
    ),
    (
        "fingerprint",
        "Fingerprint",
        "A short code (SHA-256) computed from all bytes of the file. The same code means exactly the same data; it travels with every result.",
        "",
    ),
    (
        "fold",
        "Fold",
        "One of the parts that cross-validation cuts the rows into.",
        "",
    ),
    (
        "formula",
        "Formula",
        "A new column computed from others of the same row, with arithmetic, comparisons and if.",
        "",
    ),
    (
        "four_fifths",
        "Four-fifths rule",
        "A rule of thumb from hiring law in the United States: a group selected less than four fifths as often as another calls for a reason. Passing it does not prove fairness.",
        "smallest / largest selection rate ≥ 0.8",
    ),
    (
        "framing",
        "Framing",
        "What is to be decided, for whom, how success is measured and what a mistake costs, written down before any model is trained.",
        "",
    ),
    (
        "gain",
        "Gain curve",
        "Going down the rows by score: the share of all positive rows found so far against the share of rows looked at.",
        "",
    ),
    (
        "goal",
        "Goal",
        "The figure that the chosen metric has to reach. Met: the figure and the worse end of its interval reach it. Met, not certain: only the figure does.",
        "",
    ),
    (
        "gradient_boosting",
        "Gradient boosting",
        "Many small trees, each mending what the ones before still get wrong. Often the most accurate on tables; it needs care against over-fitting.",
        "Fₘ(x) = Fₘ₋₁(x) + learning rate · treeₘ(x)",
    ),
    (
        "grouped_split",
        "Grouped split",
        "All rows of one group (one customer, one patient) stay on the same side, so that the model is not judged on someone it knows.",
        "",
    ),
    (
        "high_cardinality",
        "Many levels",
        "A category with very many different names. One column for each would be too many, and most are too rare to learn from.",
        "",
    ),
    (
        "hold_out",
        "Hold-out",
        "One part of the rows is kept aside to choose between models; the others train. Quicker than cross-validation, and less certain.",
        "",
    ),
    (
        "hyperparameter",
        "Hyperparameter",
        "A setting chosen before training, such as the depth of a tree; the rest is learned from the rows.",
        "",
    ),
    (
        "id_like",
        "Id",
        "A column that names each row. A model can only memorise it, so it is left out.",
        "",
    ),
    (
        "infinite",
        "Infinite",
        "A cell that is not a finite number, often from a division by zero. It is made missing before a model sees it.",
        "",
    ),
    (
        "interaction",
        "Interaction",
        "The product of two columns, for effects that only both together have.",
        "x₁ · x₂",
    ),
    (
        "kappa",
        "Cohen's kappa",
        "How far the predicted classes agree with the true ones beyond what chance with the same shares would give: 0 is chance, 1 is perfect.",
        "(observed − expected agreement) / (1 − expected agreement)",
    ),
    (
        "leaderboard",
        "Leaderboard",
        "The trained candidates, ranked by the primary metric on validation. The baseline is always on it.",
        "",
    ),
    (
        "leakage",
        "Leakage",
        "A column, or a way of preparing, that tells the model what it cannot know when the prediction is made. Results look too good and fail in use.",
        "",
    ),
    (
        "learning_rate",
        "Learning rate",
        "How much each new tree of a boosting counts. Smaller steps need more trees and often do better.",
        "",
    ),
    ("level", "Level", "One of the names that a category can take.", ""),
    (
        "lift",
        "Lift",
        "How many times more positives there are among the rows with the highest scores than among all rows.",
        "precision in the top share / share of positives",
    ),
    (
        "linear_regression",
        "Linear regression",
        "Predicts a number as a weighted sum of the features; the weights make the squared misses on the training rows as small as possible.",
        "ŷ = b + Σ wⱼ xⱼ",
    ),
    (
        "log_loss",
        "Log loss",
        "Punishes a confident wrong probability most: the mean of minus the logarithm of the probability given to what really happened. Lower is better, 0 is perfect.",
        "−mean of ln p(true class)",
    ),
    (
        "log_transform",
        "Log transform",
        "Replaces a skewed number by its logarithm, so that large values do not outweigh all others.",
        "ln(1 + x)",
    ),
    (
        "logistic_regression",
        "Logistic regression",
        "Predicts a probability from a weighted sum of the features. Quick, readable, hard to over-fit; it sees only straight-line effects.",
        "p = 1 / (1 + e^−(b + Σ wⱼ xⱼ))",
    ),
    (
        "mae",
        "MAE (mean absolute error)",
        "How far a prediction is off on average, in the unit of the target.",
        "mean of |y − ŷ|",
    ),
    (
        "mape",
        "MAPE (mean absolute percentage error)",
        "How far a prediction is off on average, as a share of the true value. Not defined when a true value is 0, and hard on small ones.",
        "mean of |y − ŷ| / |y|",
    ),
    (
        "max_error",
        "Largest error",
        "The worst single miss, in the unit of the target.",
        "max of |y − ŷ|",
    ),
    (
        "mcc",
        "MCC (Matthews correlation)",
        "Correlation between true and predicted classes, from −1 over 0 (no relation) to 1. It stays honest when one class is rare.",
        "(TP · TN − FP · FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN))",
    ),
    (
        "median",
        "Median",
        "The value in the middle: half of the rows have less. Extremes do not move it.",
        "",
    ),
    (
        "median_ae",
        "Median absolute error",
        "Half of the predictions are off by at most this much; a few wild misses do not move it.",
        "median of |y − ŷ|",
    ),
    (
        "min_max_scale",
        "Min-max scale",
        "Brings a number to the range from 0 to 1 by the smallest and largest value of the training rows.",
        "(x − min) / (max − min)",
    ),
    (
        "missing_value",
        "Missing value",
        "A cell without a value. Most models need it filled; trees can treat it as an answer of its own.",
        "",
    ),
    (
        "model_card",
        "Model card",
        "A page that travels with a model: what it is for, how it was made and judged, on which data, and where not to use it.",
        "",
    ),
    (
        "near_constant",
        "Near-constant",
        "Almost every row has the same value, so there is little to learn from the column.",
        "",
    ),
    (
        "not_known",
        "Not known at prediction time",
        "A column that is filled in only after the decision. It is kept out of the model, because it would not be there in use.",
        "",
    ),
    (
        "one_hot",
        "One-hot encoding",
        "Each level of a category becomes a column of 0 and 1. A level not seen in training is 0 in all of them.",
        "",
    ),
    (
        "onnx",
        "ONNX",
        "An open file format for models that many programs and languages can run. It holds the preparation too, and loading it runs no code.",
        "",
    ),
    (
        "ordinal_encode",
        "Ordinal encoding",
        "Each level of a category becomes its number in sorted order. Good for trees; others would read distances into it.",
        "",
    ),
    (
        "outlier",
        "Outlier",
        "A value far from all others: a mistake, or the most interesting row. Look at it before removing it.",
        "outside Q1 − 1.5 · IQR to Q3 + 1.5 · IQR",
    ),
    (
        "overfitting",
        "Over-fitting",
        "The model knows its training rows by heart and does much worse on others. Simpler settings or more rows help.",
        "",
    ),
    (
        "permutation_importance",
        "Permutation importance",
        "How much the metric loses when one column's cells are shuffled among the rows. It tells what the model leans on, not what causes the target.",
        "metric before − metric after shuffling",
    ),
    (
        "pipeline_step",
        "Pipeline step",
        "A step of preparation that learns from training rows (a median, the levels of a category) and goes into the exported model.",
        "",
    ),
    (
        "positive_class",
        "Positive class",
        "The class whose probability is predicted and that is flagged, usually the rarer one that calls for action.",
        "",
    ),
    (
        "precision",
        "Precision",
        "Of the rows flagged as positive, the share that really is. Low precision means many false alarms.",
        "TP / (TP + FP)",
    ),
    (
        "precision_recall_curve",
        "Precision-recall curve",
        "Precision against recall at every decision threshold. The more useful picture when positives are rare.",
        "",
    ),
    (
        "predictive_parity",
        "Predictive parity",
        "Among those flagged, every group is really positive equally often. The difference is the largest minus the smallest precision.",
        "max − min of P(positive | flagged, group)",
    ),
    (
        "primary_metric",
        "Primary metric",
        "The one figure, chosen before training, that ranks the models, tunes them and is held against the goal.",
        "",
    ),
    (
        "quantile",
        "Quantile",
        "The value that a given share of the rows stays below: the 25% quantile is above a quarter of them.",
        "",
    ),
    (
        "quantile_loss",
        "Quantile loss",
        "The pinball loss at the median: too high and too low cost the same, so it is half of the mean absolute error.",
        "mean of max(q · (y − ŷ), (q − 1) · (y − ŷ)), q = 0.5",
    ),
    (
        "r2",
        "R²",
        "Share of the target's variation around its mean that the model accounts for: 1 is perfect, 0 is no better than the mean, below 0 is worse.",
        "1 − Σ (y − ŷ)² / Σ (y − ȳ)²",
    ),
    (
        "random_forest",
        "Random forest",
        "Many deep trees, each grown on other rows and columns, averaged. Good without tuning, and robust.",
        "",
    ),
    (
        "random_search",
        "Random search",
        "Tries settings drawn at random from their ranges and keeps the one that validates best. Covers more than a grid of the same size.",
        "",
    ),
    (
        "recall",
        "Recall",
        "Of the rows that really are positive, the share that the model finds. Low recall means many misses.",
        "TP / (TP + FN)",
    ),
    (
        "recipe",
        "Recipe",
        "The list of preparation steps, in order. Each can be edited, switched off or moved, and everything after it is computed anew.",
        "",
    ),
    (
        "regularization",
        "Regularisation",
        "A penalty for large weights that keeps a model from following every accident of the training rows.",
        "loss + λ · Σ wⱼ²",
    ),
    (
        "residual",
        "Residual",
        "What is left over: the true value minus the prediction.",
        "y − ŷ",
    ),
    (
        "ridge",
        "Ridge regression",
        "Linear regression with a penalty on large weights; steadier when columns say almost the same.",
        "Σ (y − ŷ)² + α Σ wⱼ²",
    ),
    (
        "rmse",
        "RMSE (root mean squared error)",
        "A typical miss in the unit of the target, in which large misses weigh more.",
        "√ mean of (y − ŷ)²",
    ),
    (
        "roc_auc",
        "ROC AUC",
        "How well the scores rank: the chance that a positive row scores higher than a negative one. 0.5 is guessing, 1 is perfect; it does not depend on the decision threshold.",
        "P(score⁺ > score⁻) + ½ P(score⁺ = score⁻)",
    ),
    (
        "roc_curve",
        "ROC curve",
        "True positive rate against false positive rate at every decision threshold. The diagonal is guessing; the closer to the upper left corner, the better.",
        "",
    ),
    (
        "seed",
        "Seed",
        "The number that all chance starts from. The same seed gives the same split, the same model and the same figures, to the last bit.",
        "",
    ),
    (
        "selection_rate",
        "Selection rate",
        "The share of a group's rows that is flagged.",
        "(TP + FP) / rows",
    ),
    (
        "sensitive_column",
        "Sensitive column",
        "A column such as gender or age on which groups of people are compared for fairness. It may be kept out of the model and still be compared.",
        "",
    ),
    (
        "shape_step",
        "Shape step",
        "A step that makes the data set itself, before it is split: parsing, filtering, removing repeats. It learns nothing and is not part of the exported model.",
        "",
    ),
    (
        "skew",
        "Skew",
        "A number column with a long tail on one side, such as incomes.",
        "mean of ((x − mean) / sd)³",
    ),
    (
        "smape",
        "sMAPE (symmetric MAPE)",
        "The miss as a share of the middle between prediction and truth, so that a true value of 0 does no harm. From 0 to 2.",
        "mean of 2 |y − ŷ| / (|y| + |ŷ|)",
    ),
    (
        "specificity",
        "Specificity",
        "Of the rows that really are negative, the share that the model leaves alone.",
        "TN / (TN + FP)",
    ),
    (
        "stale",
        "Stale",
        "The result is from before a change in an earlier stage. Train or evaluate again to renew it.",
        "",
    ),
    (
        "standard_scale",
        "Standard scale",
        "Brings a number to mean 0 and standard deviation 1 of the training rows, so that columns of different units weigh alike.",
        "(x − mean) / sd",
    ),
    (
        "stratified",
        "Stratified",
        "The split keeps the share of each class the same on all sides.",
        "",
    ),
    (
        "success_threshold",
        "Success threshold",
        "The figure that the primary metric has to reach for the model to be worth using, set before training so that nobody is tempted to move it afterwards.",
        "",
    ),
    ("target", "Target", "The column to be predicted.", ""),
    (
        "task",
        "Task",
        "What kind of answer is predicted: yes or no, one of several classes, or a number.",
        "",
    ),
    (
        "test_opening",
        "Opening of the test set",
        "A look at the test rows, counted and reported. From the second on a reason is asked for.",
        "",
    ),
    (
        "test_set",
        "Test set",
        "Rows locked away until the end, to judge the chosen model once. Every opening is counted: a test set looked at often is no test any more.",
        "",
    ),
    (
        "time_split",
        "Time-ordered split",
        "Trains on the past and judges on what came later, as it will be in use.",
        "",
    ),
    ("training_set", "Training set", "The rows that the models learn from.", ""),
    (
        "true_positive_rate",
        "True positive rate",
        "The same as recall: of the rows that really are positive, the share that is flagged.",
        "TP / (TP + FN)",
    ),
    (
        "underfitting",
        "Under-fitting",
        "The model is too simple, or the columns say too little: it does badly even on the rows it learned from.",
        "",
    ),
    (
        "unseen_level",
        "Unseen level",
        "A name in a category that no training row had. The exported model treats it as none of the known ones.",
        "",
    ),
    (
        "validation_set",
        "Validation set",
        "Rows that rank the models, tune them and set the decision threshold. Because they choose, their figures are a little too good; the test set corrects that.",
        "",
    ),
];

#[cfg(test)]
mod tests {
    use super::TERMS;
    use crate::Metric;

    #[test]
    fn terms_are_sorted_unique_and_complete() {
        assert!(TERMS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (id, title, text, _) in TERMS {
            assert!(!title.is_empty() && text.ends_with('.') && text.len() < 320, "{id}");
        }
        for metric in Metric::ALL {
            assert!(
                TERMS.iter().any(|term| term.0 == metric.name()),
                "no entry for {}",
                metric.name()
            );
        }
        for algorithm in crate::Algorithm::ALL {
            assert!(
                TERMS.iter().any(|term| term.0 == algorithm.name()),
                "no entry for {}",
                algorithm.name()
            );
        }
    }
}
