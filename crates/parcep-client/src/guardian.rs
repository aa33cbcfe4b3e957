//! What a guardian does.
