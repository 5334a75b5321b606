//! Charts: every one is a pure function from figures to a [`Plot`] in percent of the drawing area, and one thin component
//! draws it. Text stays HTML, so that it keeps the size of the tokens at every width.

pub mod bar;
pub mod calibration;
pub mod confusion;
mod confusion_matrix;
pub mod curve;
pub mod date;
mod figure;
mod frame;
pub mod gain;
pub mod histogram;
pub mod line;
pub mod paired;
pub mod plot;
mod plot_area;
pub mod scale;
pub mod scatter;
pub mod score_distribution;
mod spark;
mod table_twin;
pub mod trend;
pub mod waterfall;

pub use confusion_matrix::ConfusionMatrix;
pub use figure::Chart;
pub use plot::{N_SERIES, Plot};
pub use spark::Spark;
pub use table_twin::TableTwin;
