//! What each issuer does wrong, and which requirement it breaks by that.

mod taken;
mod tokens;
mod told;

use super::person::Person;
use parcep_proto::v1alpha1 as pb;

/// The cut points that the suite asks with.
const OWN: [u32; 3] = [13, 16, 18];

/// An issuer as `--list` shows it.
#[derive(Debug, Clone, Copy)]
pub struct IssuerOffer {
    /// Value of `--fault`.
    pub name: &'static str,
    /// Requirement it breaks; empty for an honest issuer.
    pub requirement: &'static str,
    /// What it does.
    pub what: &'static str,
    pub(super) person: Person,
    pub(super) lie: Lie,
}

impl IssuerOffer {
    /// The issuer of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        issuers().find(|offer| offer.name == name)
    }

    /// Whether it keeps every requirement.
    pub fn is_honest(&self) -> bool {
        self.requirement.is_empty()
    }
}

/// A lie, and where it is told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lie {
    /// None.
    None,
    /// About the request, before the honest service sees it.
    Request(fn(&mut pb::AgeSignalRequest)),
    /// In the signal, which is signed anew; beside it the request as it came.
    Signal(fn(&mut pb::AgeSignal, &pb::AgeSignalRequest)),
    /// In the answer; beside it the request as it came.
    Answer(fn(&mut pb::AgeSignalResponse, &pb::AgeSignalRequest)),
    /// About the request for tokens.
    TokenRequest(fn(&mut pb::IssueAgeTokensRequest)),
    /// In the token of this number, which is signed anew.
    Token(fn(&mut pb::AgeToken, usize)),
    /// In the batch.
    Batch(fn(&mut pb::IssueAgeTokensResponse)),
    /// In the list of revoked handles.
    Handles(fn(&mut pb::RevokedAgeHandlesResponse)),
    /// Tells the list to whoever asks.
    TellsAnybody,
    /// Keeps no cut points.
    Forgets,
    /// Reads requests of any size.
    TakesLarge,
    /// Answers nobody after bytes that do not parse.
    Breaks,
}

const fn offer(
    name: &'static str,
    requirement: &'static str,
    what: &'static str,
    person: Person,
    lie: Lie,
) -> IssuerOffer {
    IssuerOffer {
        name,
        requirement,
        what,
        person,
        lie,
    }
}

/// Issuers that keep every requirement.
const HONEST: &[IssuerOffer] = &[
    offer(
        "issuer-none",
        "",
        "nothing: it is honest about a child",
        Person::Child,
        Lie::None,
    ),
    offer(
        "issuer-adult",
        "",
        "nothing: it is honest about an adult",
        Person::Adult,
        Lie::None,
    ),
    offer(
        "issuer-silent",
        "",
        "nothing: the household shares nothing",
        Person::Silent,
        Lie::None,
    ),
];

/// Every issuer there is, the honest ones first.
pub fn issuers() -> impl Iterator<Item = &'static IssuerOffer> {
    [HONEST, told::ISSUERS, taken::ISSUERS, tokens::ISSUERS]
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_begin_alike() {
        let names: BTreeSet<_> = issuers().map(|offer| offer.name).collect();
        assert_eq!(names.len(), issuers().count());
        assert!(names.iter().all(|name| name.starts_with("issuer-")));
    }
}
