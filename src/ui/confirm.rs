use leptos::prelude::*;
use spec::texts::ui::common;

use super::{Button, ButtonKind, Dialog};

/// Asks before something is destroyed.
#[component]
pub fn Confirm(
    #[prop(into)] title: Signal<String>,
    /// What will be gone, and whether it can be brought back.
    #[prop(into)]
    message: Signal<String>,
    /// The verb on the confirming button.
    #[prop(into)]
    action: Signal<String>,
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(into)] on_confirm: Callback<()>,
) -> impl IntoView {
    view! {
        <Dialog title=title open=open on_close=on_close>
            <p>{move || message.get()}</p>
            <div class="foot">
                <Button label=common::CANCEL on_press=on_close />
                <Button
                    label=action
                    kind=ButtonKind::Danger
                    on_press=move || {
                        on_confirm.run(());
                        on_close.run(());
                    }
                />
            </div>
        </Dialog>
    }
}
