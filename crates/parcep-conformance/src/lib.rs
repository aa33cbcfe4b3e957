//! The suite: it judges any relay from the outside and cites the clause.

pub mod spec;
