use super::Row;

pub(crate) const ROWS: &[Row] = &[
    ("job.cancelled", "Cancelled", ""),
    ("param.type", "{param}: {value} is not {expected}", "Enter {expected}"),
    (
        "param.range",
        "{param}: {value} is outside {low} to {high}",
        "Enter a value from {low} to {high}",
    ),
    (
        "param.choice",
        "{param}: {value} is not one of the options",
        "Choose one of: {options}",
    ),
    (
        "param.unknown",
        "There is no parameter {param}",
        "The parameters are: {known}",
    ),
    (
        "wire.json",
        "The text is no JSON: line {line}, column {column}: {what}",
        "Correct the file at that place",
    ),
    ("wire.type", "{path}: {what}", "Correct the file at that place"),
    (
        "wire.bytes",
        "What was stored or sent cannot be read",
        "Reload the page; if it stays so, the stored record is damaged",
    ),
    (
        "pipeline.format",
        "The file has format {format}, newer than format {known} of this version",
        "Open it with a newer version of the workbench",
    ),
    (
        "edit.no_step",
        "The recipe has no step {id}",
        "Reload the project: another tab may have removed the step",
    ),
    (
        "edit.no_version",
        "There is no version {version}",
        "Reload the project: another tab may have changed it",
    ),
    (
        "edit.no_champion",
        "There is no champion",
        "Register a version on the Deploy page and make it champion",
    ),
    (
        "engine.no_version",
        "There is no version {version}",
        "Register a run on the Deploy page first",
    ),
    (
        "engine.no_batch",
        "There is no batch {batch}",
        "Reload the project: another tab may have deleted it",
    ),
    ("edit.nothing_to_undo", "There is nothing to undo", ""),
    ("edit.nothing_to_redo", "There is nothing to redo", ""),
    ("engine.no_project", "No project is open", "Open or create a project first"),
    (
        "engine.no_sample",
        "There is no sample {sample}",
        "Choose one of the samples on the home page",
    ),
    (
        "engine.no_data",
        "The project has no data yet",
        "Add a file on the Prepare page, or start from a sample",
    ),
    (
        "engine.no_table",
        "The data are not at hand in this worker",
        "Reload the page; the project is stored",
    ),
    ("engine.no_file", "The file is not at hand any more", "Choose the file again"),
    (
        "engine.no_task",
        "The task is not chosen yet",
        "Choose the target and the task on the Frame page",
    ),
    (
        "engine.no_metric",
        "The metric is not chosen yet",
        "Choose the metric on the Frame page",
    ),
    (
        "engine.no_target",
        "The target column is not chosen yet",
        "Choose the target on the Frame page",
    ),
    (
        "engine.task_untrainable",
        "This task cannot be trained yet",
        "Choose binary or multi-class classification, or regression",
    ),
    (
        "engine.no_column",
        "There is no column {column} in this state of the data",
        "Choose another column or another state",
    ),
    (
        "engine.no_run",
        "There is no run {run}",
        "It may have been deleted; choose another run on the Train page",
    ),
    (
        "engine.no_step",
        "The recipe has no step {id} that is switched on",
        "Show another state of the data",
    ),
    (
        "engine.wrong_task",
        "{algorithm} cannot do this task",
        "Choose another algorithm for it",
    ),
    (
        "project_file.not_one",
        "This is no project file: {what}",
        "Choose a file that was saved by \"Save project file\"; it ends in .mllc",
    ),
    (
        "project_file.refused",
        "The project file is not opened: {what}",
        "Only files as this workbench writes them are opened. Save it again where it came from",
    ),
    (
        "project_file.damaged",
        "The project file is damaged: {name} is missing or has changed",
        "Copy the file again from where it came from",
    ),
    (
        "project_file.newer",
        "The project file has format {format}, newer than format {known} of this version",
        "Open it with a newer version of the workbench",
    ),
    (
        "engine.wrong_output",
        "A worker gave another kind of answer than asked for",
        "Reload the page; the project is stored",
    ),
    (
        "engine.task_trapped",
        "A worker failed and was replaced: {what}",
        "Try again. If it fails again, use fewer rows or columns; the project is stored",
    ),
    (
        "engine.task_silent",
        "A worker did not answer for {seconds} s and was replaced",
        "Try again with fewer rows or a simpler model; the project is stored",
    ),
    (
        "engine.reason_needed",
        "These test rows were opened {n} {n:plural|time|times} before",
        "Say why they have to be opened again",
    ),
    (
        "engine.stale_run",
        "Run {run} was trained before the data, the framing or the recipe changed",
        "Train again, then evaluate the new run",
    ),
    (
        "engine.opened_overlap",
        "{n:count} of these test rows were opened before, in another split",
        "The test figure is no longer a first look; collect new rows if it has to be",
    ),
    (
        "engine.completed",
        "{n:count} {n:plural|feature|features} may have missing values: {algorithm} was given a last step that fills them with the training median",
        "Add a Fill missing step to choose how",
    ),
    (
        "engine.test_not_open",
        "The test set is still locked",
        "Open it on the Evaluate page first",
    ),
    (
        "engine.sheet",
        "This is not a framing sheet: {what}",
        "Use a file that was exported from the Frame page",
    ),
    (
        "store.conflict",
        "Another tab saved this project in the meantime",
        "Reload to see its newest state",
    ),
    (
        "store.read_only",
        "Another tab is writing to this project, so it is read-only here",
        "Take over to write in this tab",
    ),
    (
        "store.open_elsewhere",
        "Another tab has this project open",
        "Close it there first",
    ),
    (
        "store.no_project",
        "The project is not in this browser any more",
        "It may have been deleted in another tab",
    ),
    (
        "store.damaged",
        "A stored record is damaged: {what}",
        "It is kept as it is; download it raw, or restore a backup",
    ),
    (
        "store.newer",
        "A newer version of the workbench wrote this project (format {format}, this one knows {known})",
        "Reload the page to get the newest version",
    ),
    (
        "store.lost",
        "Stored data are missing (chunk {hash})",
        "The browser may have evicted them; import the file again",
    ),
    (
        "store.quota",
        "There is no room left to save",
        "Free disk space or delete old projects; the last saved state is intact",
    ),
    ("doing.reading", "Reading the file", ""),
    ("doing.importing", "Importing {file}", ""),
    ("doing.describing", "Looking at the data", ""),
    ("doing.proposing", "Proposing a recipe and a split", ""),
    ("doing.rows", "Fetching rows", ""),
    ("doing.training", "Training {algorithm}", ""),
    ("doing.scoring", "Scoring {algorithm}", ""),
    ("doing.predicting", "Predicting", ""),
    ("doing.evaluating", "Computing the figures", ""),
    ("doing.importance", "Shuffling columns", ""),
    ("doing.exporting", "Writing and verifying the model", ""),
    ("doing.registering", "Registering the model", ""),
    ("doing.writing", "Writing the file", ""),
];
