//! The data table: it asks the worker for the rows on screen and never holds a data set.

mod body;
mod column_header;
mod column_pager;
mod data_table;
mod store;
mod view_state;
mod window;

pub use data_table::DataTable;
pub use view_state::{key, options, parse, type_edit};
