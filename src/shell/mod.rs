//! What stands around every page: top bar, lifecycle rail with the goal, explain drawer, keyboard.

mod explain_drawer;
mod explanation;
mod goal_card;
mod history;
mod keyboard;
mod modules;
mod network_ledger;
mod place;
mod project_bar;
mod rail;
mod save_state;
mod session_module;
mod shortcuts;
mod stage_page;
mod top_bar;
mod view_menu;

pub use explain_drawer::{ExplainDrawer, was_open};
pub use keyboard::listen;
pub use modules::{Module, Modules};
pub use place::Place;
pub use rail::Rail;
pub use session_module::{Doing, SessionModule};
pub use top_bar::TopBar;
