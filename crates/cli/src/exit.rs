//! Exit codes: 0 done, 1 failed, 2 wrong use, 3 the success threshold is not met, 4 an alarm, 5 the challenger does not win.

use std::process::ExitCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done,
    Failed,
    WrongUse,
    NotMet,
    Alarm,
    ChampionStays,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::WrongUse => 2,
            Exit::NotMet => 3,
            Exit::Alarm => 4,
            Exit::ChampionStays => 5,
        })
    }
}

/// A wrong call, as opposed to a right one that failed.
#[derive(Debug)]
pub struct WrongUse(pub String);

impl std::fmt::Display for WrongUse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongUse {}

impl Exit {
    pub fn of_error(error: &anyhow::Error) -> Self {
        if error.downcast_ref::<WrongUse>().is_some() {
            Self::WrongUse
        } else {
            Self::Failed
        }
    }
}
