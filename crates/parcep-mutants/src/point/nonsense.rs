//! What is no enforcement point, and breaks the contract, or keeps it and says nothing that is so.

use super::{How, Manner, PointOffer, answer, honest_point};
use parcep_core::decide::{Effect, Reason};
use parcep_driver::{
    About, Act, Acted, Ask, Followed, Hands, Id, Point, Product, Reset, Standing, Stands, Synced,
    Told, Trouble,
};
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::Duration;

/// The request that the ones that end in the middle do not answer.
const IN_THE_MIDDLE: u32 = 5;
/// A line that nobody can keep, MiB.
const LARGE: usize = 100;
/// Longer than anybody waits.
const FOR_EVER: Duration = Duration::from_secs(3600);

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
                let mut output = Bent {
                    output,
                    how: Bend::Nonsense(self),
                    lines: 0,
                    before: Vec::new(),
                };
                answer(&mut product, input, &mut output)?;
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
    inner: Point,
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

/// An output of lines, each bent in some way. Every write is one line.
struct Bent<W> {
    output: W,
    how: Bend,
    lines: u32,
    before: Vec<u8>,
}

enum Bend {
    Manner(Manner),
    Nonsense(Nonsense),
}

/// The output of an honest product.
pub(super) fn mannered(output: impl Write, manner: Manner) -> impl Write {
    Bent {
        output,
        how: Bend::Manner(manner),
        lines: 0,
        before: Vec::new(),
    }
}

impl<W: Write> Write for Bent<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.lines += 1;
        match self.how {
            Bend::Manner(manner) => self.output.write_all(&in_manner(line, manner))?,
            Bend::Nonsense(is) => self.bend(line, is)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

impl<W: Write> Bent<W> {
    fn bend(&mut self, line: &[u8], is: Nonsense) -> io::Result<()> {
        let is_late = self.lines >= IN_THE_MIDDLE;
        match is {
            Nonsense::Crash if is_late => std::process::exit(101),
            Nonsense::Hang if is_late => std::thread::sleep(FOR_EVER),
            Nonsense::Garbage => self.output.write_all(b"[info] rules loaded\n")?,
            Nonsense::Twice => self.output.write_all(line)?,
            Nonsense::Large if is_late => {
                let part = [b'x'; 1 << 20];
                (0..LARGE).try_for_each(|_| self.output.write_all(&part))?;
            }
            Nonsense::OutOfOrder if !self.before.is_empty() => {
                let before = std::mem::replace(&mut self.before, line.to_vec());
                return self.output.write_all(&before);
            }
            Nonsense::OutOfOrder => self.before = line.to_vec(),
            _ => {}
        }
        self.output.write_all(line)
    }
}

/// The same answer as another driver could write it.
fn in_manner(line: &[u8], manner: Manner) -> Vec<u8> {
    let members: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(line).unwrap_or_default();
    match manner {
        Manner::Plain | Manner::StartsSlowly => line.to_vec(),
        Manner::Slow => {
            std::thread::sleep(Duration::from_millis(20));
            line.to_vec()
        }
        Manner::MoreMembers => {
            let mut members = members;
            members.insert("vendor_note".to_owned(), "all is well".into());
            members.insert("vendor_count".to_owned(), 7.into());
            members.insert("vendor_flag".to_owned(), true.into());
            format!("{}\n", serde_json::Value::Object(members)).into_bytes()
        }
        Manner::OtherOrder => {
            let members = members.iter().rev();
            let members = members.map(|(name, value)| format!("\"{name}\" : {value}"));
            let members: Vec<_> = members.collect();
            format!("{{ {} }}\n", members.join(" , ")).into_bytes()
        }
    }
}
