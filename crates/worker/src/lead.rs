//! The lead: takes jobs from the page, runs the engine on them, and never does long work itself.

use std::rc::Rc;

use engine::{Engine, ToolLock};
use js_sys::{Array, Uint8Array, WebAssembly};
use spec::job::{Answer, Event, FileKey, Job, JobId, Submission, ToWorker};
use spec::{Failure, Outcome};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use crate::host::{Browser, emit, emit_with};
use crate::lock::{Locks, News};
use crate::pool::{Pool, Source, script_address};
use crate::scope;
use crate::store::Projects;

/// Members of the pool, whatever the machine has.
const MAX_WORKERS: usize = 8;

pub fn start(first: &Array) {
    let module = first.get(1);
    let script = first.get(2).as_string().unwrap_or_default();
    let name = format!("mllc {}", first.get(3).as_string().unwrap_or_default());
    let wanted = first.get(4).as_f64().unwrap_or(0.0) as usize;
    let cores = scope::global().navigator().hardware_concurrency() as usize;
    let size = if wanted > 0 { wanted } else { cores }.clamp(1, MAX_WORKERS);
    let script = match script_address(&script) {
        Ok(address) => address,
        Err(error) => return scope::post(&Array::of2(&"trapped".into(), &scope::words(&error).into()), &Array::new()),
    };
    let build = build_of(&module);
    let word = |i| first.get(i).as_string().unwrap_or_default();
    let tool = ToolLock {
        version: word(5),
        // A page that is served on this machine knows no address that a job elsewhere could fetch from.
        url: ToolLock::reachable(&word(6)),
        sha256: word(7),
    };

    let pool = Pool::new(Source { module, script, size }, |reason| {
        emit(&Event::WorkerReplaced { reason }, None)
    });
    let locks = Locks::new(&name, |news| {
        let event = match news {
            News::TakenOver { id } => Event::Changed {
                id,
                generation: 0,
                read_only: true,
            },
            News::Changed { id, generation } => Event::Changed {
                id,
                generation,
                read_only: false,
            },
        };
        emit(&event, None);
    });
    let engine = Rc::new(Engine::new(Browser::new(pool, Projects::new(&name), locks, tool)));
    let lead = Lead { engine };
    scope::on_message(move |message| lead.hear(&message));
    emit(&Event::Catalogue(Box::new(Engine::<Browser>::catalogue(&build))), None);
}

struct Lead {
    engine: Rc<Engine<Browser>>,
}

impl Lead {
    fn hear(&self, message: &Array) {
        match message.get(0).as_string().as_deref() {
            Some("ping") => scope::post(&Array::of1(&"pong".into()), &Array::new()),
            Some("do") => {
                for pair in Array::from(&message.get(2)).iter() {
                    let pair = Array::from(&pair);
                    if let (Some(key), Ok(file)) = (pair.get(0).as_f64(), pair.get(1).dyn_into::<File>()) {
                        self.engine.host().pool.provide_file(key as FileKey, file);
                    }
                }
                match spec::wire::from_bytes(&Uint8Array::new(&message.get(1)).to_vec()) {
                    Ok(ToWorker::Submit(submission)) => self.submit(submission),
                    Ok(ToWorker::Cancel { id }) => self.cancel(id),
                    // The page and this worker are of one build: what it sends can be read.
                    Err(_) => {}
                }
            }
            _ => {}
        }
    }

    fn submit(&self, submission: Submission) {
        let engine = Rc::clone(&self.engine);
        spawn_local(async move {
            let id = submission.id;
            if let Job::ExportProject { id: project } = &submission.job {
                return save_project(&engine, id, project).await;
            }
            let outcome: Outcome<engine::Reply> = engine.handle(&submission).await;
            let was_cancelled = engine.host().cancelled.borrow_mut().remove(&id);
            match outcome {
                Ok((answer, bytes)) => emit(&Event::Finished { id, answer }, bytes),
                Err(_) if was_cancelled => emit(
                    &Event::Failed {
                        id,
                        failure: Failure::cancelled(),
                    },
                    None,
                ),
                Err(failure) => emit(&Event::Failed { id, failure }, None),
            }
        });
    }

    fn cancel(&self, id: JobId) {
        self.engine.host().cancelled.borrow_mut().insert(id);
        self.engine.host().pool.cancel(id);
    }
}

/// A project file may be as large as the memory: it goes to the page as a blob.
async fn save_project(engine: &Engine<Browser>, id: JobId, project: &str) {
    let saved = engine.project_file(id, project).await;
    let saved = saved.and_then(|(download, content)| Ok((download, content.blob()?)));
    let was_cancelled = engine.host().cancelled.borrow_mut().remove(&id);
    match saved {
        Ok((download, blob)) => {
            let answer = Answer::Download(download);
            emit_with(&Event::Finished { id, answer }, &blob);
        }
        Err(failure) => {
            let failure = if was_cancelled { Failure::cancelled() } else { failure };
            emit(&Event::Failed { id, failure }, None);
        }
    }
}

/// The build's id, from a section that the build adds to the module; empty in a module that it did not finish.
fn build_of(module: &JsValue) -> String {
    let Some(module) = module.dyn_ref::<WebAssembly::Module>() else {
        return String::new();
    };
    let sections = WebAssembly::Module::custom_sections(module, "build");
    let bytes = Uint8Array::new(&sections.get(0)).to_vec();
    String::from_utf8_lossy(&bytes).into_owned()
}
