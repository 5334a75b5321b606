//! The engine in the browser. One module, two roles, chosen by the first message: the lead holds the open project, the
//! store and the pool; pool members run tasks.
//!
//! Messages are arrays whose first entry is a word. What has a type of `spec` or `engine` travels as an ArrayBuffer of
//! `spec::wire` bytes.
//!
//! | from, to | message |
//! |---|---|
//! | page to lead | `lead, module, script, scope, n_workers, tool version, address, SHA-256` first; then `do, ToWorker, [[key, File]..]`; `ping` |
//! | lead to page | `event, Event, ArrayBuffer?`; `pong`; `trapped, text` |
//! | lead to member | `member, module` first; then `table, hash, Blob`; `made, hash`; `file, key, File`; `contents, [[hash, Blob]..]`; `task, serial, ArrayBuffer` |
//! | member to lead | `handed, serial, [[key, [Blob..]]..]`; `ticks, serial, ArrayBuffer`; `done, serial, ArrayBuffer`; `failed, serial, Failure`; `trapped, text` |

mod content;
mod digest;
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
