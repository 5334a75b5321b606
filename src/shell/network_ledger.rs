use leptos::prelude::*;
use spec::texts::number;
use spec::texts::ui::{common, shell as words};

use crate::hall::Hall;
use crate::platform::network::{self, Request};
use crate::ui::{Button, Dialog};

/// "Nothing sent", and behind it every request that the page made.
#[component]
pub fn NetworkLedger() -> impl IntoView {
    let hall = Hall::get();
    let open = RwSignal::new(false);
    let requests = RwSignal::new(Vec::<Request>::new());
    let n_foreign = Memo::new(move |_| requests.with(|requests| requests.iter().filter(|request| request.is_foreign).count()));
    // Looked at anew whenever work begins or ends, so that the claim is never older than the last job.
    Effect::new(move |_| {
        hall.n_jobs.track();
        requests.set(network::requests());
    });
    let show = move |_| {
        requests.set(network::requests());
        open.set(true);
    };
    view! {
        <button type="button" class="pill" class:bad=move || n_foreign.get() != 0 on:click=show>
            {move || if n_foreign.get() == 0 { words::NOTHING_SENT.to_owned() } else { words::sent_elsewhere(n_foreign.get()) }}
        </button>
        <Dialog title=words::LEDGER open=open on_close=move || open.set(false) wide=true>
            <p>{words::LEDGER_ABOUT}</p>
            <div class="scroll" tabindex="0" role="group" aria-label=words::LEDGER>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{words::LEDGER_ADDRESS}</th>
                            <th scope="col">{words::LEDGER_KIND}</th>
                            <th scope="col" class="num">
                                {words::LEDGER_SIZE}
                            </th>
                        </tr>
                    </thead>
                    <tbody>{move || requests.get().into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
            <Show when=move || requests.read().is_empty()>
                <p class="muted">{words::LEDGER_EMPTY}</p>
            </Show>
            <div class="foot">
                <Button label=common::CLOSE on_press=move || open.set(false) />
            </div>
        </Dialog>
    }
}

fn line(request: Request) -> impl IntoView {
    let size = if request.n_bytes > 0.0 {
        number::bytes(request.n_bytes)
    } else {
        words::LEDGER_CACHED.to_owned()
    };
    view! {
        <tr>
            <td class="mono">{request.address}</td>
            <td>{if request.is_foreign { words::LEDGER_FOREIGN } else { words::LEDGER_OWN }}</td>
            <td class="num">{size}</td>
        </tr>
    }
}
