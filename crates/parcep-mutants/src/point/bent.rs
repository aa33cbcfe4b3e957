//! Answers on their way out: written in another manner, or spoilt.

use super::Manner;
use super::nonsense::Nonsense;
use std::io::{self, Write};
use std::time::Duration;

/// The request that the ones that end in the middle do not answer.
const IN_THE_MIDDLE: u32 = 5;
/// A line that nobody can keep, MiB.
const LARGE: usize = 100;
/// Longer than anybody waits.
pub(super) const FOR_EVER: Duration = Duration::from_secs(3600);

/// The output of an honest product.
pub(super) fn mannered(output: impl Write, manner: Manner) -> impl Write {
    bent(output, Bend::Manner(manner))
}

/// The output of nonsense.
pub(super) fn spoilt(output: impl Write, is: Nonsense) -> impl Write {
    bent(output, Bend::Nonsense(is))
}

fn bent<W: Write>(output: W, how: Bend) -> Bent<W> {
    Bent {
        output,
        how,
        lines: 0,
        before: Vec::new(),
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
        Manner::Plain | Manner::StartsSlowly | Manner::Simple | Manner::OwnClock => line.to_vec(),
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
