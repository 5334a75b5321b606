//! Files for the user: what a job made is handed to the browser's downloads.

use spec::job::{Answer, Download, Job};
use spec::{Message, Outcome};

use crate::platform;
use crate::session::Session;

/// Runs an exporting job and saves what it made.
///
/// Errors: those of the job; `page.no_download` when the browser refuses the file.
pub async fn download(session: Session, job: Job) -> Outcome<Download> {
    let reply = session.run(job).await?;
    let (Answer::Download(download), Some(bytes)) = (reply.answer, reply.bytes) else {
        return Err(Message::new("engine.wrong_output").into());
    };
    if !platform::download::save(&download.file_name, &download.mime, &bytes) {
        return Err(Message::new("page.no_download").with("file", &download.file_name).into());
    }
    Ok(download)
}
