//! `<dialog>`: the browser holds the keyboard inside, closes on Escape and gives the keyboard back.

use web_sys::HtmlDialogElement;

/// Opens it over the page, unless it is open.
pub fn open(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        dialog.show_modal().ok();
    }
}

pub fn close(dialog: &HtmlDialogElement) {
    if dialog.open() {
        dialog.close();
    }
}
