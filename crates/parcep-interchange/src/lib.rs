//! Formats of other people to ours and back: PCPS first.
