//! The engine in the browser. One module, two roles, chosen by the first message: the lead holds the open project, the
//! store and the pool; pool members run tasks.
//!
//! Messages are arrays whose first entry is a word.
//!
//! | from, to | message |
//! |---|---|
//! | page to lead | `lead, module, script, scope, n_workers` first; then `do, ToWorker as JSON, [[key, File]..]`; `ping` |
//! | lead to page | `event, Event as JSON, ArrayBuffer?`; `pong`; `trapped, text` |
//! | lead to member | `member, module` first; then `table, hash, Blob`; `file, key, File`; `task, serial, ArrayBuffer` |
//! | member to lead | `ticks, serial, ArrayBuffer`; `done, serial, ArrayBuffer`; `failed, serial, Failure as JSON`; `trapped, text` |

mod host;
mod idb;
mod lead;
mod lock;
mod member;
mod pool;
mod scope;
mod store;

fn main() {
    scope::report_panics();
    let first = scope::first_message();
    match first.get(0).as_string().as_deref() {
        Some("lead") => lead::start(&first),
        _ => member::start(),
    }
}
