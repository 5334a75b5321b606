//! Which rows are on screen: the arithmetic of a table that never holds more than it shows.

use std::ops::RangeInclusive;

/// Rows asked for at once.
pub const BLOCK: u64 = 100;
/// Browsers cut elements off at about 17 million pixels; above this the scroll bar is scaled.
const LONGEST_PX: f64 = 12_000_000.0;

/// A look at `n_rows` rows of one height through an opening of `view_px`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    pub n_rows: u64,
    pub row_px: f64,
    pub view_px: f64,
}

impl Window {
    /// Rows that fit completely, at least 1.
    pub fn n_visible(self) -> u64 {
        if self.row_px > 0.0 {
            ((self.view_px / self.row_px) as u64).max(1)
        } else {
            1
        }
    }

    fn last_first(self) -> u64 {
        self.n_rows.saturating_sub(self.n_visible())
    }

    /// Height of all rows together, as the scroll bar sees it.
    pub fn content_px(self) -> f64 {
        (self.n_rows as f64 * self.row_px).min(LONGEST_PX)
    }

    /// The row on top when the content is scrolled by `top_px`.
    pub fn first_at(self, top_px: f64) -> u64 {
        let room = self.content_px() - self.view_px;
        if room <= 0.0 {
            return 0;
        }
        ((top_px / room).clamp(0.0, 1.0) * self.last_first() as f64).round() as u64
    }

    /// Where to scroll so that `first` is on top.
    pub fn top_of(self, first: u64) -> f64 {
        let last = self.last_first();
        if last == 0 {
            return 0.0;
        }
        let room = self.content_px() - self.view_px;
        first.min(last) as f64 / last as f64 * room
    }

    /// Rows drawn from `first` on.
    pub fn n_drawn(self, first: u64) -> u64 {
        (self.n_visible() + 1).min(self.n_rows.saturating_sub(first))
    }

    /// The blocks that hold the rows from `first` on, and the ones next to them.
    pub fn blocks(self, first: u64) -> RangeInclusive<u64> {
        let last = (first + self.n_drawn(first)).saturating_sub(1);
        first / BLOCK..=last / BLOCK
    }

    /// The first row to show so that `row` is seen, moving as little as possible.
    pub fn reveal(self, first: u64, row: u64) -> u64 {
        if row < first {
            row
        } else if row >= first + self.n_visible() {
            row + 1 - self.n_visible()
        } else {
            first
        }
    }
}

/// The cell that has the keyboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub row: u64,
    pub column: usize,
}

impl Cursor {
    /// Where a key leads to; `None` when the key is not the table's.
    pub fn after(self, key: &str, ctrl: bool, window: Window, n_columns: usize) -> Option<Self> {
        let (last_row, last_column) = (window.n_rows.saturating_sub(1), n_columns.saturating_sub(1));
        let Self { row, column } = self;
        let page = window.n_visible();
        Some(match (key, ctrl) {
            ("ArrowDown", false) => Self {
                row: (row + 1).min(last_row),
                column,
            },
            ("ArrowUp", false) => Self {
                row: row.saturating_sub(1),
                column,
            },
            ("ArrowRight", _) => Self {
                row,
                column: (column + 1).min(last_column),
            },
            ("ArrowLeft", _) => Self {
                row,
                column: column.saturating_sub(1),
            },
            ("PageDown", _) => Self {
                row: (row + page).min(last_row),
                column,
            },
            ("PageUp", _) => Self {
                row: row.saturating_sub(page),
                column,
            },
            ("Home", true) | ("ArrowUp", true) => Self { row: 0, column },
            ("End", true) | ("ArrowDown", true) => Self { row: last_row, column },
            ("Home", false) => Self { row, column: 0 },
            ("End", false) => Self {
                row,
                column: last_column,
            },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(n_rows: u64) -> Window {
        Window {
            n_rows,
            row_px: 29.0,
            view_px: 290.0,
        }
    }

    #[test]
    fn the_first_and_the_last_row_can_be_reached_however_many_there_are() {
        for n_rows in [0, 1, 9, 10, 11, 7_043, 1_000_000, 50_000_000] {
            let window = window(n_rows);
            assert_eq!(window.first_at(0.0), 0);
            assert!(window.content_px() <= LONGEST_PX);
            let last = n_rows.saturating_sub(10);
            assert_eq!(window.first_at(window.content_px() - 290.0), last, "{n_rows}");
            assert_eq!(window.n_drawn(last), n_rows.min(10));
        }
    }

    #[test]
    fn scrolling_to_a_row_shows_that_row() {
        for first in [0, 1, 500, 123_456, 999_990] {
            let window = window(1_000_000);
            assert_eq!(window.first_at(window.top_of(first)), first);
        }
    }

    #[test]
    fn blocks_cover_what_is_drawn() {
        assert_eq!(window(1_000).blocks(0), 0..=0);
        assert_eq!(window(1_000).blocks(95), 0..=1);
        assert_eq!(window(1_000).blocks(990), 9..=9);
        assert_eq!(window(0).blocks(0), 0..=0);
    }

    #[test]
    fn keys_move_the_cursor_and_stop_at_the_edges() {
        let window = window(100);
        let at = Cursor { row: 5, column: 1 };
        assert_eq!(at.after("PageDown", false, window, 3), Some(Cursor { row: 15, column: 1 }));
        assert_eq!(at.after("End", true, window, 3), Some(Cursor { row: 99, column: 1 }));
        assert_eq!(at.after("ArrowRight", false, window, 2), Some(at));
        assert_eq!(at.after("a", false, window, 2), None);
        assert_eq!(
            (window.reveal(0, 12), window.reveal(20, 12), window.reveal(5, 12)),
            (3, 12, 5)
        );
    }
}
