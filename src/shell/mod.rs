//! What stands around every page: top bar, lifecycle rail with the goal, explain drawer, keyboard.

mod explain_drawer;
mod goal_card;
mod history;
mod keyboard;
mod network_ledger;
mod place;
mod project_bar;
mod rail;
mod save_state;
mod shortcuts;
mod stage_page;
mod top_bar;
mod view_menu;

pub use explain_drawer::{ExplainDrawer, was_open};
pub use keyboard::listen;
pub use place::Place;
pub use rail::Rail;
pub use top_bar::TopBar;
