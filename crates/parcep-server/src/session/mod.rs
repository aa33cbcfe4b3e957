//! Who calls: challenges, sessions, and what each access key has used of its rate.

mod challenge;
mod table;

pub(crate) use challenge::Challenges;
pub(crate) use table::{KeyState, Sessions, within};
