//! What is no enforcement point, and breaks the contract, or keeps it and says nothing that is so.

use super::bent::{FOR_EVER, spoilt};
use super::{How, Kitted, PointOffer, answer, honest_point};
use parcep_core::decide::{Effect, Reason};
use parcep_driver::{
    About, Act, Acted, Ask, Followed, Hands, Id, Product, Reset, Standing, Stands, Synced, Told,
    Trouble,
};
use std::io::{self, BufRead, Write};
use std::path::Path;

/// What there is instead of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nonsense {
    AlwaysAllow,
    AlwaysDeny,
    AcceptAll,
    RejectAll,
    Liar,
    Echo,
    Silent,
    Hang,
    Crash,
    Garbage,
    Twice,
    OutOfOrder,
    Large,
    Immortal,
}

pub(super) const OFFERS: &[PointOffer] = &[
    nonsense(
        "nonsense/always-allow",
        "R-CONF-001",
        "joins, and allows everything",
        Nonsense::AlwaysAllow,
    ),
    nonsense(
        "nonsense/always-deny",
        "R-CONF-001",
        "joins, and denies everything",
        Nonsense::AlwaysDeny,
    ),
    nonsense(
        "nonsense/accept-all",
        "R-CONF-001",
        "says yes to everything and does nothing",
        Nonsense::AcceptAll,
    ),
    nonsense(
        "nonsense/reject-all",
        "R-CONF-001",
        "says no to everything",
        Nonsense::RejectAll,
    ),
    nonsense(
        "nonsense/liar",
        "R-CONF-014",
        "says in hello what it cannot do",
        Nonsense::Liar,
    ),
    nonsense(
        "nonsense/echo",
        "R-CONF-014",
        "says what it was asked",
        Nonsense::Echo,
    ),
    nonsense(
        "nonsense/silent",
        "R-CONF-014",
        "says nothing",
        Nonsense::Silent,
    ),
    nonsense(
        "nonsense/hang",
        "R-CONF-014",
        "answers four requests, and then nothing",
        Nonsense::Hang,
    ),
    nonsense(
        "nonsense/crash",
        "R-CONF-014",
        "answers four requests, and then ends",
        Nonsense::Crash,
    ),
    nonsense(
        "nonsense/garbage",
        "R-CONF-013",
        "writes a log on its standard output",
        Nonsense::Garbage,
    ),
    nonsense(
        "nonsense/twice",
        "R-CONF-014",
        "answers everything twice",
        Nonsense::Twice,
    ),
    nonsense(
        "nonsense/out-of-order",
        "R-CONF-014",
        "answers with the request before",
        Nonsense::OutOfOrder,
    ),
    nonsense(
        "nonsense/large",
        "R-CONF-013",
        "writes a line of 100 MiB",
        Nonsense::Large,
    ),
    nonsense(
        "nonsense/immortal",
        "R-CONF-014",
        "goes on after stop",
        Nonsense::Immortal,
    ),
];

const fn nonsense(
    name: &'static str,
    requirement: &'static str,
    what: &'static str,
    is: Nonsense,
) -> PointOffer {
    PointOffer {
        name,
        requirement,
        what,
        how: How::Nonsense(is),
    }
}

impl Nonsense {
    /// Answers lines, in its way.
    pub(super) fn answer_lines(
        self,
        folder: &Path,
        input: &mut impl BufRead,
        mut output: impl Write,
    ) -> Result<(), Box<dyn std::error::Error>> {
        match self {
            Self::Echo => {
                io::copy(input, &mut output)?;
            }
            Self::Silent => {
                io::copy(input, &mut io::sink())?;
            }
            _ => {
                let mut product = Hollow {
                    is: self,
                    inner: honest_point(folder)?,
                };
                answer(&mut product, input, spoilt(output, self))?;
                if self == Self::Immortal {
                    std::thread::sleep(FOR_EVER);
                }
            }
        }
        Ok(())
    }
}

/// Joins like the honest product, and decides nothing.
struct Hollow {
    is: Nonsense,
    inner: Kitted,
}

impl Hollow {
    /// Whether it does nothing at all of what it is asked.
    fn is_hollow(&self) -> bool {
        use Nonsense::{AcceptAll, AlwaysAllow, AlwaysDeny, RejectAll};
        matches!(self.is, AlwaysAllow | AlwaysDeny | AcceptAll | RejectAll)
    }

    fn refuses(&self) -> Result<(), Trouble> {
        match self.is {
            Nonsense::RejectAll => Err(Trouble::Unsupported),
            _ => Ok(()),
        }
    }
}

impl Product for Hollow {
    fn hello(&mut self) -> Result<About, Trouble> {
        let about = self.inner.hello()?;
        Ok(match self.is {
            Nonsense::Liar => About {
                role: "relay".to_owned(),
                category: "anything".to_owned(),
                features: vec!["everything".to_owned()],
                ..about
            },
            _ => about,
        })
    }

    fn reset(&mut self, reset: &Reset) -> Result<Vec<u8>, Trouble> {
        self.refuses()?;
        self.inner.reset(reset)
    }

    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble> {
        match self.is {
            // It said that it reads no other clock.
            Nonsense::Liar | Nonsense::RejectAll => Err(Trouble::Unsupported),
            _ => self.inner.clock(hands),
        }
    }

    fn sync(&mut self) -> Result<Synced, Trouble> {
        self.refuses()?;
        if !self.is_hollow() {
            return self.inner.sync();
        }
        Ok(Synced {
            followed: Followed::Current,
            at: Some((1, [0; 32])),
        })
    }

    fn ask(&mut self, ask: &Ask) -> Result<Option<Told>, Trouble> {
        self.refuses()?;
        if !self.is_hollow() {
            return self.inner.ask(ask);
        }
        let (effect, reason) = match self.is {
            Nonsense::AlwaysDeny => (Effect::Deny, Reason::Blocked),
            _ => (Effect::Allow, Reason::Allowed),
        };
        Ok(Some(Told {
            effect,
            reason,
            rules: Vec::new(),
            remaining_seconds: None,
            next_change: None,
        }))
    }

    fn state(&mut self, of: Option<Id>) -> Result<Option<Stands>, Trouble> {
        self.refuses()?;
        if !self.is_hollow() {
            return self.inner.state(of);
        }
        Ok(Some(Stands {
            at: (1, [0; 32]),
            joining: false,
            of: of.map(|_| Standing {
                freshness: "fresh".to_owned(),
                pending: Vec::new(),
                unconfirmed: Vec::new(),
            }),
        }))
    }

    fn act(&mut self, act: &Act) -> Result<Acted, Trouble> {
        self.refuses()?;
        match self.is {
            Nonsense::AcceptAll => Ok(Acted::Taken),
            _ => self.inner.act(act),
        }
    }
}
