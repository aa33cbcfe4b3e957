//! A bad network: it loses, repeats, delays and cuts off, and it sees every byte.

use super::faults::Fault;
use parcep_conformance::stage::{Relay, Wire};
use parcep_core::member::{Call, Method, Refusal};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// What happens to one device's way to its relay.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// Nothing gets through until this step.
    pub(crate) cut_until: Option<usize>,
    /// The call after so many is lost; the reply of it, or the call itself.
    pub(crate) lose: Option<(usize, bool)>,
    /// The call after so many is sent twice.
    pub(crate) twice: Option<usize>,
    /// The call after so many is kept back.
    pub(crate) delay: Option<usize>,
    /// Calls that are under way still.
    pub(crate) late: Vec<Call>,
}

/// One device's way to one relay, for the time of a few calls.
#[derive(Debug)]
pub(crate) struct Net<'a> {
    pub(crate) relay: &'a mut Relay,
    pub(crate) line: &'a mut Line,
    pub(crate) seen: &'a mut Seen,
    pub(crate) step: usize,
    pub(crate) fault: Option<Fault>,
    /// The device that the fault `deaf` strikes.
    pub(crate) deaf: bool,
}

/// What a relay and everybody on the way saw.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// Bytes sent to relays.
    pub(crate) bytes: usize,
    /// The first call in which a word stood that nobody there may read.
    pub(crate) word: Option<String>,
    /// Appends that a relay of `forgets` acknowledged and dropped.
    dropped: usize,
    /// Where the log of `deaf` ends.
    end: Option<pb::LogStatus>,
}

/// How every word of these families begins.
const WORD: &[u8] = b"canary";

impl Seen {
    /// Looks at bytes that leave a device.
    pub(crate) fn look(&mut self, what: &str, bytes: &[u8]) {
        self.bytes += bytes.len();
        if self.word.is_none() && contains(bytes, WORD) {
            self.word = Some(format!("{what} holds a word in the clear"));
        }
    }
}

/// Whether `bytes` hold `word`.
pub(crate) fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

impl Net<'_> {
    fn is_cut(&self) -> bool {
        self.line.cut_until.is_some_and(|until| until > self.step)
    }

    fn deliver(&mut self, call: &Call, now: i64) -> Result<Vec<u8>, Refusal> {
        self.seen.look(call.method.path(), &call.body);
        if self.fault == Some(Fault::Forgets) && call.method == Method::Append {
            self.seen.dropped += 1;
            if self.seen.dropped.is_multiple_of(4) {
                return forgotten(call);
            }
        }
        let answer = self.relay.call(call, now)?;
        match self.deaf {
            true => Ok(self.shortened(call.method, answer)),
            false => Ok(answer),
        }
    }

    /// The fault `deaf`: what the relay says ends where it ended first.
    fn shortened(&mut self, method: Method, answer: Vec<u8>) -> Vec<u8> {
        let bytes = answer.as_slice();
        match method {
            Method::OpenSession => {
                let Ok(mut opened) = pb::OpenSessionResponse::decode(bytes) else {
                    return answer;
                };
                let end = self
                    .seen
                    .end
                    .get_or_insert_with(|| opened.status.unwrap_or_default());
                opened.status = Some(end.clone());
                opened.encode_to_vec()
            }
            Method::Read => {
                let Ok(mut page) = pb::ReadResponse::decode(bytes) else {
                    return answer;
                };
                let end = self
                    .seen
                    .end
                    .get_or_insert_with(|| page.status.unwrap_or_default());
                page.entries.retain(|entry| entry.seq < end.next_seq);
                page.status = Some(end.clone());
                page.encode_to_vec()
            }
            _ => answer,
        }
    }
}

impl Wire for Net<'_> {
    fn call(&mut self, call: &Call, now: i64) -> Result<Vec<u8>, Refusal> {
        if self.is_cut() {
            return Err(Refusal::Unknown);
        }
        for late in std::mem::take(&mut self.line.late) {
            // Nobody waits for this reply any more.
            let _ = self.deliver(&late, now);
        }
        if due(&mut self.line.delay) {
            self.line.late.push(call.clone());
            return Err(Refusal::Unknown);
        }
        if let Some((left, reply)) = &mut self.line.lose {
            if *left > 0 {
                *left -= 1;
            } else {
                let reply = *reply;
                self.line.lose = None;
                if reply {
                    let _ = self.deliver(call, now);
                }
                return Err(Refusal::Unknown);
            }
        }
        let answer = self.deliver(call, now);
        if due(&mut self.line.twice) {
            // The second answer comes too late to be read.
            let _ = self.deliver(call, now);
        }
        answer
    }

    fn watch(&mut self, call: &Call, now: i64) -> Result<Vec<Vec<u8>>, Refusal> {
        if self.is_cut() {
            return Err(Refusal::Unknown);
        }
        match self.deaf {
            true => Ok(Vec::new()),
            false => self.relay.watch(call, now),
        }
    }
}

/// True when its call has come.
fn due(left: &mut Option<usize>) -> bool {
    match left {
        None => false,
        Some(0) => {
            *left = None;
            true
        }
        Some(more) => {
            *more -= 1;
            false
        }
    }
}

/// What a relay says that takes an entry and throws it away.
fn forgotten(call: &Call) -> Result<Vec<u8>, Refusal> {
    let request = pb::AppendRequest::decode(call.body.as_slice());
    let entry = request.ok().and_then(|request| request.entry);
    let entry = entry.and_then(|entry| parcep_core::log::Entry::try_from(entry).ok());
    let entry = entry.ok_or(Refusal::Unknown)?;
    let status = pb::LogStatus {
        relay_epoch: 1,
        next_seq: entry.seq + 1,
        head: entry.hash().0.to_vec(),
    };
    let status = Some(status);
    Ok(pb::AppendResponse { status }.encode_to_vec())
}
