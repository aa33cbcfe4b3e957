//! What the household lets an issuer tell an audience (R-AGE-057).

use super::Cuts;

/// What the household's rules say about telling one audience something for one purpose.
///
/// | | Outcome | Consent that goes with it |
/// |---|---|---|
/// | [`Allowed`](Self::Allowed) | SIGNAL, if nothing else is in the way | – |
/// | [`Ask`](Self::Ask) | REFUSED | PENDING |
/// | [`Refused`](Self::Refused) | REFUSED | DENIED |
/// | [`Off`](Self::Off) | REFUSED | not reported |
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Share {
    /// It may be told.
    Allowed {
        /// The cut points that the household pins for the audience; `None` where the set that the
        /// audience asks with first is pinned.
        cuts: Option<Cuts>,
    },
    /// Not before a guardian has said yes.
    Ask,
    /// A guardian has said no.
    Refused,
    /// No layer says anything about it: age signals are off.
    Off,
}
