//! Other people's engines with the rules of a plan, each written as its own users would, and with
//! everything that can be prepared prepared: requests, contexts, local time, suffixes of hosts.

#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

pub mod cedar;
pub mod cel;
pub mod rego;

/// Answers the question of this number: whether it is denied.
pub type Denies = Box<dyn FnMut(usize) -> bool>;

/// A host and every host above it, longest first.
fn suffixes(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, up)| up))
}
