//! The relay: order, storage, fan-out and deletion of what it cannot read.
fn main() {}
