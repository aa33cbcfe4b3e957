//! The ways to lie: a reply is bent after the honest relay has made it.

use super::{Relay, Wire};
use parcep_core::member::{Call, Method, Refusal};
use parcep_proto::v1alpha1 as pb;
use pb::watch_response::Item;
use prost::Message;

type Bend = Box<dyn FnMut(&mut Relay, &Call, i64) -> Result<Vec<u8>, Refusal> + Send>;
type BendEntries = Box<dyn FnMut(&mut Vec<pb::Entry>) + Send>;
type BendItem = Box<dyn FnMut(&mut Item) + Send>;

/// What a relay bends. Parts that are absent are honest.
#[derive(Default)]
pub struct Lie {
    calls: Vec<(Method, Bend)>,
    entries: Option<BendEntries>,
    items: Option<BendItem>,
    mute_watch: bool,
}

impl std::fmt::Debug for Lie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lie")
    }
}

impl Lie {
    /// An honest relay.
    pub fn none() -> Self {
        Self::default()
    }

    /// Answers one kind of call as `bend` likes.
    pub fn call(
        mut self,
        method: Method,
        bend: impl FnMut(&mut Relay, &Call, i64) -> Result<Vec<u8>, Refusal> + Send + 'static,
    ) -> Self {
        self.calls.push((method, Box::new(bend)));
        self
    }

    /// Bends the honest reply to one kind of call.
    pub fn reply<M: Message + Default>(
        self,
        method: Method,
        mut bend: impl FnMut(&mut M) + Send + 'static,
    ) -> Self {
        self.call(method, move |relay, call, now| {
            let answer = relay.call(call, now)?;
            let mut reply = M::decode(answer.as_slice()).map_err(|_| Refusal::Unknown)?;
            bend(&mut reply);
            Ok(reply.encode_to_vec())
        })
    }

    /// Bends the entries of pages and of watches alike.
    pub fn entries(mut self, bend: impl FnMut(&mut Vec<pb::Entry>) + Send + 'static) -> Self {
        self.entries = Some(Box::new(bend));
        self
    }

    /// Bends each item of a watch.
    pub fn items(mut self, bend: impl FnMut(&mut Item) + Send + 'static) -> Self {
        self.items = Some(Box::new(bend));
        self
    }

    /// Says nothing on watches.
    pub fn mute(mut self) -> Self {
        self.mute_watch = true;
        self
    }
}

/// A relay with its lie.
#[derive(Debug)]
pub struct Liar<'a> {
    /// The honest relay.
    pub relay: &'a mut Relay,
    /// What is bent.
    pub lie: &'a mut Lie,
}

impl Wire for Liar<'_> {
    fn call(&mut self, call: &Call, now: i64) -> Result<Vec<u8>, Refusal> {
        let bent = self.lie.calls.iter_mut();
        let bent = bent.into_iter().find(|(method, _)| *method == call.method);
        let answer = match bent {
            Some((_, bend)) => bend(self.relay, call, now),
            None => self.relay.call(call, now),
        }?;
        match (&mut self.lie.entries, call.method) {
            (Some(bend), Method::Read) => {
                let mut page =
                    pb::ReadResponse::decode(answer.as_slice()).map_err(|_| Refusal::Unknown)?;
                bend(&mut page.entries);
                Ok(page.encode_to_vec())
            }
            _ => Ok(answer),
        }
    }

    fn watch(&mut self, call: &Call, now: i64) -> Result<Vec<Vec<u8>>, Refusal> {
        if self.lie.mute_watch {
            return Ok(Vec::new());
        }
        let items = self.relay.watch(call, now)?;
        let items = items.into_iter().filter_map(|item| {
            let mut item = pb::WatchResponse::decode(item.as_slice()).ok()?.item?;
            if let Some(bend) = &mut self.lie.items {
                bend(&mut item);
            }
            Some(item)
        });
        let mut bent = Vec::new();
        for item in items.collect::<Vec<_>>() {
            match (item, &mut self.lie.entries) {
                (Item::Entry(entry), Some(bend)) => {
                    let mut entries = vec![entry];
                    bend(&mut entries);
                    bent.extend(entries.into_iter().map(Item::Entry));
                }
                (item, _) => bent.push(item),
            }
        }
        let message = |item| pb::WatchResponse { item: Some(item) }.encode_to_vec();
        Ok(bent.into_iter().map(message).collect())
    }
}
