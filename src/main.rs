//! Mounts the page in the place of the shell that `index.html` paints.

fn main() {
    workbench::platform::page::report_panics();
    workbench::platform::page::remove_shell();
    leptos::mount::mount_to_body(workbench::app::App);
}
