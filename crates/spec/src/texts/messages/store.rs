use super::Row;

pub(crate) const ROWS: &[Row] = &[
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
        "store.damaged_data",
        "Data of this project have changed on the disk: they are not those of their hash ({hash})",
        "The rest of the project is as it was. Import the file or train the model again, or open a project file that you \
         have saved",
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
        "store.memory",
        "The memory does not hold the stored data ({n_bytes:bytes})",
        "Close other tabs and programs, or use the command-line tool mllc on a larger machine",
    ),
    (
        "store.quota",
        "There is no room left to save",
        "Free disk space or delete old projects; the last saved state is intact",
    ),
    (
        "store.blocked",
        "Another tab keeps an older version of the database open",
        "Close the other tabs of the workbench, then try again",
    ),
    (
        "store.unavailable",
        "This browser does not let the page store anything: {what}",
        "Leave private browsing or allow site data, then reload",
    ),
    (
        "store.failed",
        "The browser could not save or read: {what}",
        "Try again; the last saved state is intact",
    ),
];
