use super::Row;

pub(crate) const ROWS: &[Row] = &[
    (
        "page.panicked",
        "The page failed: {what}",
        "Reload it; everything up to your last edit is kept",
    ),
    (
        "page.no_worker",
        "The engine could not be started: {what}",
        "Reload the page; a current browser with WebAssembly SIMD is needed",
    ),
    (
        "page.builds_differ",
        "The page ({page}) and its engine ({worker}) come from different versions",
        "Reload the page to get both from the same one",
    ),
    (
        "page.lead_failed",
        "The engine failed and was started again: {what}",
        "Your project is intact; what was running has to be started again",
    ),
    ("page.lead_silent", "it did not answer", ""),
    (
        "page.fetch",
        "{path} could not be loaded: {why}",
        "Check the connection and try again",
    ),
    (
        "page.stage",
        "The code of the page {stage} could not be fetched",
        "Check the connection and try again; the project is not touched",
    ),
    (
        "page.session",
        "The code that opens projects could not be fetched",
        "Check the connection and try again; no project is touched",
    ),
    ("page.read", "{file} could not be read", "Choose the file again"),
    (
        "page.project_lost",
        "The project {name} should be in this browser and is not",
        "The browser may have evicted it; restore it from a project file if you have one",
    ),
    (
        "page.saves_lost",
        "The project {name} lacks its last {n:plural|save|saves} ({n})",
        "The browser's database may be damaged; check the project before you go on",
    ),
    (
        "page.no_journal",
        "The browser does not let the page keep a journal of edits",
        "Wait for “Saved” before you close the tab",
    ),
    (
        "page.journal_refused",
        "Unsaved edits from your last visit do not fit the stored project: {why}",
        "The project is as it was last saved",
    ),
    (
        "page.taken_over",
        "Another tab took over this project; it is read-only here",
        "Take over again to write in this tab",
    ),
    (
        "page.no_download",
        "{file} could not be saved",
        "Allow downloads for this page in the browser and try again",
    ),
    (
        "page.link_copied",
        "Lesson link copied",
        "It opens the same sample with the same seed, task, metric and threshold",
    ),
    (
        "page.link_not_copied",
        "The browser does not allow the page to copy. The lesson link: {link}",
        "Select it and copy it by hand",
    ),
    ("page.deleted", "“{name}” was deleted", ""),
    ("page.erased", "All local data were erased", ""),
    ("page.undone", "Undone: {what}", ""),
    ("page.redone", "Redone: {what}", ""),
    (
        "page.made",
        "The project “{name}” is made",
        "It stands in the list on the home page",
    ),
    (
        "page.no_place",
        "{file} was not opened: nothing on this page takes a file now",
        "Drop it on Projects to start with it, on Prepare of a project without data, or on Monitor",
    ),
    (
        "page.others_not_opened",
        "{file} is opened, {n} more {n:plural|file was|files were} not",
        "Drop one file at a time",
    ),
    (
        "page.file_waits",
        "{file} was not opened: another file is being opened",
        "Wait until that is done, then drop it again",
    ),
    (
        "page.import_first",
        "{file} was not opened: this file is being looked at",
        "Import or cancel it, then drop the other again",
    ),
    (
        "page.busy",
        "Something else of this page is still at work",
        "Wait until it is done, then try again",
    ),
    (
        "page.no_lesson",
        "There is no sample “{sample}” in this version",
        "The lesson link may be from another version; choose a sample below",
    ),
];
