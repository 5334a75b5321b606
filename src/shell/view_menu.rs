use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::texts::ui::{home, shell as words};
use spec::{Message, Severity};

use crate::hall::Hall;
use crate::platform::theme::{self, Size, Theme};
use crate::platform::{clipboard, location};
use crate::route::Route;
use crate::ui::{ButtonKind, Menu, MenuItem};

/// Light or dark, projector size, and the lesson link of a project that came from a sample.
#[component]
pub fn ViewMenu() -> impl IntoView {
    let hall = Hall::get();
    let current_theme = RwSignal::new(theme::theme());
    let current_size = RwSignal::new(theme::size());
    let lesson = Memo::new(move |_| hall.open.with(|open| open.as_ref().and_then(|open| open.lesson.clone())));
    let items = move || {
        let themes = [
            (Theme::System, words::THEME_SYSTEM),
            (Theme::Light, words::THEME_LIGHT),
            (Theme::Dark, words::THEME_DARK),
        ];
        let mut items: Vec<MenuItem> = themes
            .into_iter()
            .map(|(choice, label)| {
                let item = MenuItem::new(label, move || {
                    theme::set_theme(choice);
                    current_theme.set(choice);
                });
                item.checked(current_theme.get() == choice)
            })
            .collect();
        let is_large = current_size.get() == Size::Projector;
        let size = MenuItem::new(words::PROJECTOR, move || {
            let next = if is_large { Size::Normal } else { Size::Projector };
            theme::set_size(next);
            current_size.set(next);
        });
        items.push(size.checked(is_large));
        if let Some(lesson) = lesson.get() {
            items.push(MenuItem::new(home::COPY_LINK, move || {
                let link = location::absolute(&Route::Lesson(lesson.clone()));
                spawn_local(async move {
                    if clipboard::copy(&link).await {
                        hall.notify(Severity::Info, Message::new("page.link_copied"));
                    } else {
                        hall.notify(Severity::Error, Message::new("page.link_not_copied").with("link", link));
                    }
                });
            }));
        }
        items
    };
    view! { <Menu label=words::VIEW kind=ButtonKind::Small items=items /> }
}
